#include "engine/analyze/bind.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/analyze/aggregates/registry.h"
#include "engine/analyze/narrow.h"
#include "engine/analyze/number_columns.h"

namespace tacit {
namespace {

// PostgreSQL's name for an output without an alias.
std::string OutputName(const SelectTarget& target) {
  if (!target.alias.empty()) return target.alias;
  const SyntaxKind kind = target.expression.kind;
  const bool named = kind == SyntaxKind::kColumn || kind == SyntaxKind::kCall;
  return named ? target.expression.name : "?column?";
}

bool HoldsCall(const SyntaxNode& node) {
  return node.kind == SyntaxKind::kCall ||
         std::any_of(node.arguments.begin(), node.arguments.end(), HoldsCall);
}

// The target an ordinal names, counted from 1; null when `node` is no whole number.
absl::StatusOr<const SelectTarget*> FindOrdinal(const SelectStatement& statement,
                                                const SyntaxNode& node, std::string_view clause) {
  const auto* ordinal = std::get_if<int64_t>(&node.literal);
  if (node.kind != SyntaxKind::kLiteral) return nullptr;
  if (ordinal == nullptr) {
    return Refuse(Reason::kUnsupported,
                  absl::StrCat(std::string(clause), " a constant has no meaning"),
                  {.fix = "name a column or its number in SELECT", .position = node.position});
  }
  const auto targets = static_cast<int64_t>(statement.targets.size());
  if (*ordinal < 1 || *ordinal > targets) {
    return Refuse(
        Reason::kUnknownColumn,
        absl::StrCat(std::string(clause), " ", *ordinal, " names no output; SELECT has ", targets),
        {.fix = absl::StrCat("use a number from 1 to ", targets), .position = node.position});
  }
  return &statement.targets[*ordinal - 1];
}

absl::Status RefuseStar(const SyntaxNode& star) {
  return Refuse(Reason::kNoAggregate, "SELECT * would read rows, and rows cannot be read",
                {.fix = "ask for COUNT, SUM or AVG", .position = star.position});
}

}  // namespace

QueryBinder::QueryBinder(const SelectStatement& statement, const TableSchema& table,
                         Parameters& parameters)
    : statement_(statement),
      table_(table),
      parameters_(parameters),
      rows_(table, statement.from.alias),
      groups_(rows_, parameters) {
  query_.table = &table;
}

absl::Status QueryBinder::BindWhere() {
  if (!statement_.where.has_value()) return absl::OkStatus();
  rows_.set_clause("WHERE");
  TACIT_ASSIGN_OR_RETURN(const TypedExpression where,
                         BindCondition(*statement_.where, "WHERE", rows_, parameters_));
  query_.where = where.expression;
  rows_.set_ranges(Narrow(*where.expression, rows_.ranges()));
  return absl::OkStatus();
}

// What a GROUP BY item stands for. PostgreSQL's order: a column of the table before an output's
// alias.
absl::StatusOr<const SyntaxNode*> QueryBinder::ResolveKey(const SyntaxNode& key) const {
  TACIT_ASSIGN_OR_RETURN(const SelectTarget* ordinal, FindOrdinal(statement_, key, "GROUP BY"));
  if (ordinal != nullptr) return &ordinal->expression;
  if (key.kind != SyntaxKind::kColumn || !key.qualifier.empty() || rows_.Holds(key)) return &key;
  for (const SelectTarget& target : statement_.targets) {
    if (target.alias == key.name) return &target.expression;
  }
  return &key;
}

absl::Status QueryBinder::BindKeys() {
  for (const SyntaxNode& item : statement_.group_by) {
    TACIT_ASSIGN_OR_RETURN(const SyntaxNode* key, ResolveKey(item));
    if (key->kind == SyntaxKind::kStar) return RefuseStar(*key);
    rows_.set_clause("GROUP BY");
    // Binding first refuses unit columns and aggregates inside expressions by their own names.
    TACIT_RETURN_IF_ERROR(BindExpression(*key, rows_, parameters_).status());
    if (key->kind != SyntaxKind::kColumn) {
      return Refuse(Reason::kUnsupported, "GROUP BY an expression is not supported yet",
                    {.fix = "group by a column that has public values", .position = item.position});
    }
    TACIT_RETURN_IF_ERROR(AddKey(*key));
  }
  return absl::OkStatus();
}

absl::Status QueryBinder::AddKey(const SyntaxNode& column) {
  TACIT_ASSIGN_OR_RETURN(const TypedExpression bound, rows_.BindColumn(column));
  const int index = bound.expression->index;
  const ColumnSchema& schema = table_.columns[index];
  if (schema.public_values.empty()) {
    return Refuse(
        Reason::kMissingPublicValues,
        absl::StrCat("GROUP BY ", schema.name, " needs a public list of its values"),
        {.fix = "ask the curator to declare `values` for the column, or group by another one; "
                "groups chosen privately come later",
         .position = column.position});
  }
  for (const GroupKey& key : query_.keys) {
    if (key.expression->index == index) return absl::OkStatus();  // GROUP BY a, a
  }
  GroupKey key{.name = schema.name, .expression = bound.expression, .values = schema.public_values};
  // All public keys are always answered, whatever WHERE says of them; only NULL can be ruled out.
  if (bound.range.nullable) key.values.emplace_back();
  query_.keys.push_back(std::move(key));
  groups_.AddKey(index);
  return absl::OkStatus();
}

absl::Status QueryBinder::BindTargets() {
  std::vector<NamedOutput> outputs;
  for (const SelectTarget& target : statement_.targets) {
    if (target.expression.kind == SyntaxKind::kStar) return RefuseStar(target.expression);
    TACIT_ASSIGN_OR_RETURN(TypedExpression value,
                           BindExpression(target.expression, groups_, parameters_));
    query_.present.columns.push_back({.name = OutputName(target), .expression = value.expression});
    outputs.push_back({.name = OutputName(target), .value = std::move(value)});
  }
  // Only now: a target cannot name another target.
  for (NamedOutput& output : outputs) groups_.AddOutput(std::move(output));
  return absl::OkStatus();
}

absl::Status QueryBinder::BindHaving() {
  if (!statement_.having.has_value()) return absl::OkStatus();
  TACIT_ASSIGN_OR_RETURN(const TypedExpression having,
                         BindCondition(*statement_.having, "HAVING", groups_, parameters_));
  query_.present.having = having.expression;
  return absl::OkStatus();
}

absl::StatusOr<TypedExpression> QueryBinder::BindSortItem(const SyntaxNode& node) {
  TACIT_ASSIGN_OR_RETURN(const SelectTarget* ordinal, FindOrdinal(statement_, node, "ORDER BY"));
  if (ordinal != nullptr) return groups_.outputs()[ordinal - statement_.targets.data()].value;
  if (node.kind == SyntaxKind::kColumn) {
    // PostgreSQL's order here: an output's name before a column of the table.
    TACIT_ASSIGN_OR_RETURN(const NamedOutput* output, groups_.FindOutput(node));
    if (output != nullptr) return output->value;
  }
  return BindExpression(node, groups_, parameters_);
}

absl::Status QueryBinder::BindOrder() {
  for (const SortItem& item : statement_.order_by) {
    TACIT_ASSIGN_OR_RETURN(const TypedExpression value, BindSortItem(item.expression));
    // PostgreSQL sorts NULL as larger than every value.
    query_.present.sort.push_back({.expression = value.expression,
                                   .descending = item.descending,
                                   .nulls_first = item.nulls_first.value_or(item.descending)});
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<int64_t>> QueryBinder::BindCount(const SyntaxNode& node,
                                                              std::string_view clause) {
  Value value = node.literal;
  if (node.kind == SyntaxKind::kParameter) {
    TACIT_ASSIGN_OR_RETURN(value, parameters_.Use(node.parameter, node.position));
  } else if (node.kind != SyntaxKind::kLiteral) {
    return Refuse(Reason::kUnsupported,
                  absl::StrCat(std::string(clause), " takes a number, not an expression"),
                  {.fix = "write a whole number or a parameter", .position = node.position});
  }
  if (IsNull(value)) return std::optional<int64_t>();  // LIMIT ALL
  const auto* count = std::get_if<int64_t>(&value);
  if (count == nullptr) {
    return Refuse(
        Reason::kTypeMismatch, absl::StrCat(std::string(clause), " takes a whole number"),
        {.fix = "write one without quotes or a decimal point", .position = node.position});
  }
  if (*count < 0) {
    return Refuse(Reason::kLiteralRange, absl::StrCat(std::string(clause), " cannot be negative"),
                  {.fix = "write 0 or more", .position = node.position});
  }
  return std::optional<int64_t>(*count);
}

absl::Status QueryBinder::BindLimits() {
  if (statement_.limit.has_value()) {
    TACIT_ASSIGN_OR_RETURN(query_.present.limit, BindCount(*statement_.limit, "LIMIT"));
  }
  if (statement_.offset.has_value()) {
    TACIT_ASSIGN_OR_RETURN(query_.present.offset, BindCount(*statement_.offset, "OFFSET"));
  }
  return absl::OkStatus();
}

absl::Status QueryBinder::MeasureCalls() {
  StatisticSet statistics;
  for (const AggregateCall& call : groups_.calls()) {
    const Aggregate* aggregate = FindAggregate(call.function);
    TACIT_CHECK(aggregate != nullptr);
    TACIT_ASSIGN_OR_RETURN(Answer answer, aggregate->measure(call, groups_.calls(), statistics));
    TACIT_CHECK(answer.type == aggregate->type(call));
    query_.present.answers.push_back(std::move(answer));
  }
  TACIT_CHECK(!query_.present.answers.empty());
  query_.features = statistics.features();
  query_.statistics = statistics.statistics();
  return absl::OkStatus();
}

BoundQuery QueryBinder::Take() {
  NumberColumns(query_);
  return std::move(query_);
}

absl::Status CheckAsksAggregate(const SelectStatement& statement) {
  bool asks = statement.having.has_value() && HoldsCall(*statement.having);
  for (const SelectTarget& target : statement.targets) asks = asks || HoldsCall(target.expression);
  for (const SortItem& item : statement.order_by) asks = asks || HoldsCall(item.expression);
  if (asks) return absl::OkStatus();
  const SyntaxNode& first = statement.targets.front().expression;
  if (first.kind == SyntaxKind::kStar) return RefuseStar(first);
  return Refuse(Reason::kNoAggregate, "the query has no aggregate, and rows cannot be read",
                {.fix = "ask for COUNT, SUM or AVG", .position = first.position});
}

}  // namespace tacit
