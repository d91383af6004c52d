#include "engine/analyze/from.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/analyze/narrow.h"
#include "engine/analyze/scalar_functions.h"
#include "engine/analyze/suggest.h"

namespace tacit {
namespace {

// What a name in FROM can mean: the tables of WITH, the nearest last, before those of the dataset.
struct Tables {
  const DatasetSchema& schema;
  std::vector<std::pair<std::string, BoundRows>> named;
};

const SyntaxNode* FindAggregateIn(const SyntaxNode& node) {
  // FLOOR and its like are of one row.
  if (node.kind == SyntaxKind::kCall && FindScalarFunction(node.name) == nullptr) return &node;
  for (const SyntaxNode& argument : node.arguments) {
    const SyntaxNode* found = FindAggregateIn(argument);
    if (found != nullptr) return found;
  }
  return nullptr;
}

absl::StatusOr<const TableSchema*> FindTable(const TableReference& from, const Tables& tables) {
  const TableSchema* table = tables.schema.FindTable(from.name);
  if (table == nullptr) {
    std::vector<std::string> names;
    for (const auto& [name, rows] : tables.named) names.push_back(name);
    for (const TableSchema& candidate : tables.schema.tables) names.push_back(candidate.name);
    return Refuse(Reason::kUnknownTable, absl::StrCat("there is no table ", from.name),
                  {.fix = SuggestFix(from.name, "table", names), .position = from.position});
  }
  if (table->is_public) {
    return Refuse(Reason::kUnsupported,
                  absl::StrCat("the table ", from.name, " is public and not answered with noise"),
                  {.fix = "query it from its source; joins with public tables come later",
                   .position = from.position});
  }
  return table;
}

absl::Status RefuseClause(std::string_view clause, std::string_view fix, int position) {
  return Refuse(Reason::kUnsupported,
                absl::StrCat(std::string(clause), " in a sub-query is not supported yet"),
                {.fix = std::string(fix), .position = position});
}

// One row of the result for one row of the table, in no order.
absl::Status CheckRowByRow(const SelectStatement& statement) {
  if (!statement.group_by.empty()) {
    return RefuseClause("GROUP BY", "group in the outer query",
                        statement.group_by.front().position);
  }
  if (const SyntaxNode* call = FindAggregateIn(statement); call != nullptr) {
    return RefuseClause("an aggregate", "aggregate in the outer query", call->position);
  }
  if (statement.having.has_value()) {
    return RefuseClause("HAVING", "put the condition in WHERE", statement.having->position);
  }
  if (statement.limit.has_value() || statement.offset.has_value()) {
    const SyntaxNode& cut = statement.limit.has_value() ? *statement.limit : *statement.offset;
    return RefuseClause("LIMIT", "leave it out: which rows it keeps would depend on all others",
                        cut.position);
  }
  if (!statement.order_by.empty()) {
    return RefuseClause("ORDER BY", "leave it out: rows are aggregated in no order",
                        statement.order_by.front().expression.position);
  }
  return absl::OkStatus();
}

absl::Status AddNames(const SelectTarget& target, Parameters& parameters, RowScope& scope,
                      std::vector<RowName>& names) {
  const SyntaxNode& expression = target.expression;
  if (expression.kind == SyntaxKind::kStar) {
    TACIT_RETURN_IF_ERROR(scope.CheckQualifier(expression));
    names.insert(names.end(), scope.names().begin(), scope.names().end());
    return absl::OkStatus();
  }
  if (expression.kind == SyntaxKind::kColumn) {
    TACIT_ASSIGN_OR_RETURN(const int index, scope.Resolve(expression));
    RowName name = scope.names()[index];
    name.name = OutputName(target);
    names.push_back(std::move(name));
    return absl::OkStatus();
  }
  scope.set_clause("an expression of a sub-query");
  TACIT_ASSIGN_OR_RETURN(const TypedExpression value,
                         BindExpression(expression, scope, parameters));
  names.push_back({.name = OutputName(target), .expression = value.expression});
  return absl::OkStatus();
}

absl::Status Rename(const TableReference& reference, std::vector<RowName>& names) {
  if (reference.columns.size() > names.size()) {
    return Refuse(
        Reason::kUnsupported,
        absl::StrCat(reference.alias, " has ", names.size(), " columns and is given ",
                     reference.columns.size(), " names"),
        {.fix = "name at most as many as its SELECT has", .position = reference.position});
  }
  for (size_t i = 0; i < reference.columns.size(); ++i) names[i].name = reference.columns[i];
  return absl::OkStatus();
}

absl::StatusOr<BoundRows> BindRows(const SelectStatement& statement, Tables& tables,
                                   Parameters& parameters);

absl::StatusOr<BoundRows> BindSubquery(const TableReference& reference, Tables& tables,
                                       Parameters& parameters) {
  const SelectStatement& statement = reference.subquery.front();
  TACIT_RETURN_IF_ERROR(CheckRowByRow(statement));
  TACIT_ASSIGN_OR_RETURN(BoundRows inner, BindRows(statement, tables, parameters));
  TACIT_RETURN_IF_ERROR(AddWhere(statement, parameters, inner.scope, inner.where));
  std::vector<RowName> names;
  for (const SelectTarget& target : statement.targets) {
    TACIT_RETURN_IF_ERROR(AddNames(target, parameters, inner.scope, names));
  }
  TACIT_RETURN_IF_ERROR(Rename(reference, names));
  return BoundRows{RowScope(inner.scope, reference.alias, std::move(names)), inner.where};
}

// The rows that one SELECT reads, before its own WHERE. Names of its WITH end with it.
absl::StatusOr<BoundRows> BindRows(const SelectStatement& statement, Tables& tables,
                                   Parameters& parameters) {
  const size_t outer = tables.named.size();
  for (const TableReference& table : statement.with) {
    TACIT_ASSIGN_OR_RETURN(BoundRows rows, BindSubquery(table, tables, parameters));
    tables.named.emplace_back(table.alias, std::move(rows));
  }
  const auto bind = [&]() -> absl::StatusOr<BoundRows> {
    const TableReference& from = statement.from;
    if (!from.subquery.empty()) return BindSubquery(from, tables, parameters);
    for (auto named = tables.named.rbegin(); named != tables.named.rend(); ++named) {
      if (named->first != from.name) continue;
      const RowScope& scope = named->second.scope;
      const std::string& called = from.alias.empty() ? from.name : from.alias;
      return BoundRows{RowScope(scope, called, scope.names()), named->second.where};
    }
    TACIT_ASSIGN_OR_RETURN(const TableSchema* table, FindTable(from, tables));
    return BoundRows{RowScope(*table, from.alias), nullptr};
  };
  absl::StatusOr<BoundRows> rows = bind();
  tables.named.erase(tables.named.begin() + static_cast<std::ptrdiff_t>(outer), tables.named.end());
  return rows;
}

}  // namespace

absl::StatusOr<BoundRows> BindFrom(const SelectStatement& statement, const DatasetSchema& schema,
                                   Parameters& parameters) {
  Tables tables{schema, {}};
  return BindRows(statement, tables, parameters);
}

absl::Status AddWhere(const SelectStatement& statement, Parameters& parameters, RowScope& scope,
                      ExpressionPtr& where) {
  if (!statement.where.has_value()) return absl::OkStatus();
  scope.set_clause("WHERE");
  TACIT_ASSIGN_OR_RETURN(TypedExpression condition,
                         BindCondition(*statement.where, "WHERE", scope, parameters));
  scope.set_ranges(Narrow(*condition.expression, scope.ranges()));
  if (where == nullptr) {
    where = std::move(condition.expression);
    return absl::OkStatus();
  }
  TypedExpression before{.expression = std::move(where), .range = {}};
  before.range.nullable = before.expression->nullable;
  where = MakeOperation(ExpressionKind::kAnd, ValueType::kBool,
                        {std::move(before), std::move(condition)})
              .expression;
  return absl::OkStatus();
}

const SyntaxNode* FindAggregateIn(const SelectStatement& statement) {
  std::vector<const SyntaxNode*> expressions;
  for (const SelectTarget& target : statement.targets) expressions.push_back(&target.expression);
  if (statement.having.has_value()) expressions.push_back(&*statement.having);
  for (const SortItem& item : statement.order_by) expressions.push_back(&item.expression);
  for (const SyntaxNode* expression : expressions) {
    const SyntaxNode* found = FindAggregateIn(*expression);
    if (found != nullptr) return found;
  }
  return nullptr;
}

std::string OutputName(const SelectTarget& target) {
  if (!target.alias.empty()) return target.alias;
  const SyntaxNode* node = &target.expression;
  while (node->kind == SyntaxKind::kCast) node = &node->arguments[0];
  const bool named = node->kind == SyntaxKind::kColumn || node->kind == SyntaxKind::kCall ||
                     node->kind == SyntaxKind::kCase;
  return named ? node->name : "?column?";
}

}  // namespace tacit
