#include "engine/analyze/number_columns.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <set>

namespace tacit {
namespace {

void Collect(const Expression& expression, std::set<int>& columns) {
  if (expression.kind == ExpressionKind::kColumn) columns.insert(expression.index);
  for (const ExpressionPtr& argument : expression.arguments) Collect(*argument, columns);
}

ExpressionPtr Renumber(const ExpressionPtr& expression, const std::map<int, int>& positions) {
  auto copy = std::make_shared<Expression>(*expression);
  if (copy->kind == ExpressionKind::kColumn) copy->index = positions.at(copy->index);
  for (ExpressionPtr& argument : copy->arguments) argument = Renumber(argument, positions);
  return copy;
}

template <typename Visit>
void VisitExpressions(BoundQuery& query, Visit visit) {
  if (query.where != nullptr) visit(query.where);
  for (GroupKey& key : query.keys) visit(key.expression);
  for (Feature& feature : query.features) {
    if (feature.expression != nullptr) visit(feature.expression);
  }
}

}  // namespace

void NumberColumns(BoundQuery& query) {
  std::set<int> columns;
  VisitExpressions(query, [&](ExpressionPtr& expression) { Collect(*expression, columns); });
  query.scan_columns.assign(columns.begin(), columns.end());
  std::map<int, int> positions;
  for (const int column : columns) positions.emplace(column, static_cast<int>(positions.size()));
  VisitExpressions(
      query, [&](ExpressionPtr& expression) { expression = Renumber(expression, positions); });
}

}  // namespace tacit
