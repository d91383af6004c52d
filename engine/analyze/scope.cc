#include "engine/analyze/scope.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/analyze/aggregates/registry.h"
#include "engine/analyze/read_call.h"
#include "engine/analyze/scalar_functions.h"
#include "engine/analyze/suggest.h"
#include "engine/parse/parse.h"

namespace tacit {
namespace {

// Aggregates people will try, so that they read "not yet" rather than "did you mean".
constexpr std::array<std::string_view, 5> kLaterAggregates = {"mode", "bool_and", "bool_or",
                                                              "string_agg", "array_agg"};

constexpr std::string_view kCommonAggregates =
    "ask for COUNT, SUM, AVG, MEDIAN, MIN, MAX, VARIANCE or STDDEV";

ExpressionPtr MakeLeaf(ExpressionKind kind, int index, ValueType type, bool nullable) {
  auto expression = std::make_shared<Expression>();
  expression->kind = kind;
  expression->index = index;
  expression->type = type;
  expression->nullable = nullable;
  return expression;
}

}  // namespace

std::string WithoutOuterBrackets(std::string text) {
  return text.size() > 2 && text.front() == '(' ? text.substr(1, text.size() - 2) : text;
}

absl::Status RefuseFunction(const SyntaxNode& call) {
  const bool later = std::find(kLaterAggregates.begin(), kLaterAggregates.end(), call.name) !=
                     kLaterAggregates.end();
  if (later) {
    return Refuse(Reason::kUnsupported,
                  absl::StrCat(absl::AsciiStrToUpper(call.name), " is not supported yet"),
                  {.fix = std::string(kCommonAggregates), .position = call.position});
  }
  std::vector<std::string> known = AggregateNames();
  const std::vector<std::string> scalars = ScalarFunctionNames();
  known.insert(known.end(), scalars.begin(), scalars.end());
  const std::string nearest = NearestName(call.name, known);
  return Refuse(Reason::kUnsupported, absl::StrCat("the function ", call.name, " is not supported"),
                {.fix = nearest.empty() ? std::string(kCommonAggregates)
                                        : absl::StrCat("did you mean ", nearest, "?"),
                 .position = call.position});
}

RowScope::RowScope(const TableSchema& table, std::string alias)
    : table_(&table), called_(alias.empty() ? table.name : std::move(alias)) {
  for (int i = 0; i < static_cast<int>(table.columns.size()); ++i) {
    const ColumnSchema& column = table.columns[i];
    ranges_.push_back(DeclaredRange(column));
    column_names_.push_back(column.name);
    names_.push_back(
        {.name = column.name,
         .expression = MakeLeaf(ExpressionKind::kColumn, i, column.type, ranges_.back().nullable),
         .is_unit = table.unit_column == i});
  }
}

RowScope::RowScope(const RowScope& inner, std::string alias, std::vector<RowName> names)
    : table_(inner.table_),
      called_(alias.empty() ? "the sub-query" : std::move(alias)),
      ranges_(inner.ranges_),
      column_names_(inner.column_names_),
      names_(std::move(names)) {}

bool RowScope::Holds(const SyntaxNode& column) const {
  return std::any_of(names_.begin(), names_.end(),
                     [&](const RowName& name) { return name.name == column.name; });
}

absl::Status RowScope::CheckQualifier(const SyntaxNode& name) const {
  if (name.qualifier.empty() || name.qualifier == called_) return absl::OkStatus();
  return Refuse(Reason::kUnknownTable,
                absl::StrCat("there is no table ", name.qualifier, " in FROM"),
                {.fix = absl::StrCat("write ", called_, ".", name.name.empty() ? "*" : name.name),
                 .position = name.position});
}

absl::StatusOr<int> RowScope::Resolve(const SyntaxNode& column) const {
  TACIT_RETURN_IF_ERROR(CheckQualifier(column));
  std::vector<std::string> known;
  int found = -1;
  for (int i = 0; i < static_cast<int>(names_.size()); ++i) {
    known.push_back(names_[i].name);
    if (names_[i].name != column.name) continue;
    if (found >= 0) {
      return Refuse(Reason::kUnsupported,
                    absl::StrCat("two columns of ", called_, " are called ", column.name),
                    {.fix = "give them different names with AS", .position = column.position});
    }
    found = i;
  }
  if (found >= 0) return found;
  return Refuse(Reason::kUnknownColumn,
                absl::StrCat("there is no column ", column.name, " in ", called_),
                {.fix = SuggestFix(column.name, "column", known), .position = column.position});
}

absl::StatusOr<TypedExpression> RowScope::BindColumn(const SyntaxNode& column) {
  TACIT_ASSIGN_OR_RETURN(const int index, Resolve(column));
  const RowName& found = names_[index];
  if (found.is_unit) {
    return Refuse(Reason::kUnitColumn,
                  absl::StrCat("the privacy unit column ", column.name, " cannot be used in ",
                               std::string(clause_)),
                  {.fix = absl::StrCat("it may appear only as COUNT(DISTINCT ", column.name, ")"),
                   .position = column.position});
  }
  const Expression& expression = *found.expression;
  if (expression.kind == ExpressionKind::kColumn) {
    const ValueRange& range = ranges_[expression.index];
    return TypedExpression{
        .expression = MakeLeaf(expression.kind, expression.index, expression.type, range.nullable),
        .range = range};
  }
  nodes_ += TreeSize(expression, kExpressionNodesMax);
  if (nodes_ > kExpressionNodesMax) {
    return Refuse(Reason::kLimit,
                  absl::StrCat("what names of sub-queries stand for has more than ",
                               kExpressionNodesMax, " parts"),
                  {.fix = "use them fewer times", .position = column.position, .limit = "nodes"});
  }
  return TypedExpression{.expression = found.expression, .range = Infer(expression, ranges_)};
}

absl::StatusOr<TypedExpression> RowScope::BindCall(const SyntaxNode& call) {
  if (FindAggregate(call.name) == nullptr) return RefuseFunction(call);
  return Refuse(
      Reason::kUnsupported,
      absl::StrCat(absl::AsciiStrToUpper(call.name), " cannot be used in ", std::string(clause_)),
      {.fix = "aggregates belong in SELECT, HAVING and ORDER BY", .position = call.position});
}

absl::StatusOr<const NamedOutput*> GroupScope::FindOutput(const SyntaxNode& name) const {
  const NamedOutput* found = nullptr;
  for (const NamedOutput& output : outputs_) {
    if (!name.qualifier.empty() || output.name != name.name) continue;
    if (found != nullptr && ToText(*found->value.expression) != ToText(*output.value.expression)) {
      return Refuse(Reason::kUnsupported, absl::StrCat("two outputs are called ", name.name),
                    {.fix = "give them different names with AS", .position = name.position});
    }
    if (found == nullptr) found = &output;
  }
  return found;
}

absl::StatusOr<TypedExpression> GroupScope::BindColumn(const SyntaxNode& column) {
  if (!rows_.Holds(column)) {
    TACIT_ASSIGN_OR_RETURN(const NamedOutput* output, FindOutput(column));
    if (output != nullptr) return output->value;
  }
  // The unit column is refused as such rather than as not grouped.
  rows_.set_clause("the output");
  TACIT_RETURN_IF_ERROR(rows_.BindColumn(column).status());
  return Refuse(
      Reason::kNotGrouped,
      absl::StrCat("the column ", column.name, " is neither in GROUP BY nor inside an aggregate"),
      {.fix = absl::StrCat("add GROUP BY ", column.name, ", or write AVG(", column.name, ")"),
       .position = column.position});
}

void GroupScope::AddKey(const SyntaxNode& syntax, const TypedExpression& key) {
  keys_.push_back(
      {.syntax = syntax,
       .answer = {.expression = MakeLeaf(ExpressionKind::kKey, static_cast<int>(keys_.size()),
                                         key.expression->type, key.range.nullable),
                  .range = {.interval = {}, .nullable = key.range.nullable}}});
}

std::optional<TypedExpression> GroupScope::FindWhole(const SyntaxNode& node) {
  // A column is the same however it is qualified.
  const auto index_of = [&](const SyntaxNode& column) {
    return column.kind == SyntaxKind::kColumn ? rows_.Resolve(column).value_or(-1) : -1;
  };
  const int index = index_of(node);
  for (const Key& key : keys_) {
    if (SameSyntax(key.syntax, node) || (index >= 0 && index == index_of(key.syntax))) {
      return key.answer;
    }
  }
  return std::nullopt;
}

absl::StatusOr<TypedExpression> GroupScope::BindCall(const SyntaxNode& node) {
  const Aggregate* aggregate = FindAggregate(node.name);
  if (aggregate == nullptr) return RefuseFunction(node);
  TACIT_ASSIGN_OR_RETURN(AggregateCall call, ReadCall(*aggregate, node, rows_, parameters_));
  size_t index = 0;
  while (index < calls_.size() && !IsSameCall(calls_[index], call)) ++index;
  const ValueType type = aggregate->type(call);
  if (index == calls_.size()) calls_.push_back(std::move(call));
  return TypedExpression{.expression = MakeLeaf(ExpressionKind::kAnswer, static_cast<int>(index),
                                                type, /*nullable=*/false),
                         .range = {}};
}

}  // namespace tacit
