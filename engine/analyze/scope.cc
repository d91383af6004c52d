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
#include "engine/analyze/suggest.h"

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
  const std::string nearest = NearestName(call.name, AggregateNames());
  return Refuse(Reason::kUnsupported, absl::StrCat("the function ", call.name, " is not supported"),
                {.fix = nearest.empty() ? std::string(kCommonAggregates)
                                        : absl::StrCat("did you mean ", nearest, "?"),
                 .position = call.position});
}

RowScope::RowScope(const TableSchema& table, std::string alias)
    : table_(table), alias_(std::move(alias)) {
  for (const ColumnSchema& column : table.columns) {
    ranges_.push_back(DeclaredRange(column));
    column_names_.push_back(column.name);
  }
}

bool RowScope::Holds(const SyntaxNode& column) const {
  return table_.FindColumn(column.name) != nullptr;
}

absl::StatusOr<int> RowScope::Resolve(const SyntaxNode& column) const {
  const std::string& table_name = alias_.empty() ? table_.name : alias_;
  if (!column.qualifier.empty() && column.qualifier != table_name) {
    return Refuse(
        Reason::kUnknownTable, absl::StrCat("there is no table ", column.qualifier, " in FROM"),
        {.fix = absl::StrCat("write ", table_name, ".", column.name), .position = column.position});
  }
  const ColumnSchema* found = table_.FindColumn(column.name);
  if (found == nullptr) {
    return Refuse(
        Reason::kUnknownColumn,
        absl::StrCat("there is no column ", column.name, " in ", table_.name),
        {.fix = SuggestFix(column.name, "column", column_names_), .position = column.position});
  }
  return static_cast<int>(found - table_.columns.data());
}

absl::StatusOr<TypedExpression> RowScope::BindColumn(const SyntaxNode& column) {
  TACIT_ASSIGN_OR_RETURN(const int index, Resolve(column));
  if (table_.unit_column == index) {
    return Refuse(Reason::kUnitColumn,
                  absl::StrCat("the privacy unit column ", column.name, " cannot be used in ",
                               std::string(clause_)),
                  {.fix = absl::StrCat("it may appear only as COUNT(DISTINCT ", column.name, ")"),
                   .position = column.position});
  }
  const ValueRange& range = ranges_[index];
  return TypedExpression{.expression = MakeLeaf(ExpressionKind::kColumn, index,
                                                table_.columns[index].type, range.nullable),
                         .range = range};
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
