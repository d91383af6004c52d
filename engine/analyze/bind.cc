#include "engine/analyze/bind.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/analyze/aggregates/registry.h"
#include "engine/analyze/choice.h"
#include "engine/analyze/date_bounds.h"
#include "engine/analyze/number_columns.h"
#include "engine/analyze/scalar_functions.h"

namespace tacit {
namespace {

// The widest range of whole numbers whose values are groups of their own accord.
constexpr int kBinsMax = 1000;
// Whole numbers up to here are exact in a double.
constexpr double kWholeMax = 0x1p53;

// The values first * width / divisor, (first + 1) * width / divisor, ..., last * width / divisor;
// none where first > last. At most one of width and divisor is not 1.
struct Bins {
  double first = 0;
  double last = -1;
  double width = 1;
  double divisor = 1;
};

// A number that is not 0, as written in the query.
std::optional<double> WidthOf(const Expression& expression) {
  double width = 0;
  if (expression.kind != ExpressionKind::kLiteral) return std::nullopt;
  if (const auto* real = std::get_if<double>(&expression.literal)) width = *real;
  if (const auto* whole = std::get_if<int64_t>(&expression.literal)) {
    width = static_cast<double>(*whole);
  }
  return width == 0 ? std::nullopt : std::optional<double>(width);
}

bool GivesWholeReals(ExpressionKind kind) {
  return kind == ExpressionKind::kFloor || kind == ExpressionKind::kCeil ||
         kind == ExpressionKind::kRound || kind == ExpressionKind::kTrunc ||
         kind == ExpressionKind::kSign;
}

// What a bounded integer, a FLOOR of something bounded, a multiple of either, or a fraction of a
// FLOOR can be.
std::optional<Bins> BinsOf(const Expression& expression, absl::Span<const ValueRange> ranges) {
  if (expression.kind == ExpressionKind::kMultiply) {
    for (const int side : {0, 1}) {
      const std::optional<double> width = WidthOf(*expression.arguments[side]);
      if (!width.has_value()) continue;
      std::optional<Bins> bins = BinsOf(*expression.arguments[1 - side], ranges);
      if (!bins.has_value()) return std::nullopt;
      // Reals multiplied twice are rounded twice, which one product would not repeat.
      const bool plain = bins->width == 1 && bins->divisor == 1;
      if (expression.type == ValueType::kFloat64 && !plain) return std::nullopt;
      bins->width *= *width;
      if (std::fabs(bins->width) > kWholeMax) return std::nullopt;
      return bins;
    }
  }
  if (expression.kind == ExpressionKind::kDivide && expression.type == ValueType::kFloat64) {
    const std::optional<double> divisor = WidthOf(*expression.arguments[1]);
    std::optional<Bins> bins = BinsOf(*expression.arguments[0], ranges);
    const bool plain = bins.has_value() && bins->width == 1 && bins->divisor == 1;
    if (!plain || !divisor.has_value()) return std::nullopt;
    bins->divisor = *divisor;
    return bins;
  }
  const bool is_whole = expression.type == ValueType::kInt64 || GivesWholeReals(expression.kind);
  if (!is_whole) return std::nullopt;
  const Interval interval = Infer(expression, ranges).interval;
  if (interval.IsEmpty()) return Bins{};
  if (!interval.IsFinite()) return std::nullopt;
  if (std::max(std::fabs(interval.lower), std::fabs(interval.upper)) > kWholeMax) {
    return std::nullopt;
  }
  return Bins{.first = std::ceil(interval.lower), .last = std::floor(interval.upper)};
}

// Ascending in `first` to `last`. Products beyond 64 bits are left out: the expression is NULL
// there (engine/execute/total_arithmetic.h), and integers beyond 2^53 are multiplied as integers.
std::vector<Value> ValuesOf(const Bins& bins, ValueType type) {
  std::vector<Value> values;
  for (double bin = bins.first; bin <= bins.last; ++bin) {
    int64_t whole = 0;
    const double real = bin * bins.width / bins.divisor + 0.0;
    if (type == ValueType::kFloat64) {
      if (std::isfinite(real)) values.emplace_back(real);
    } else if (!__builtin_mul_overflow(static_cast<int64_t>(bin), static_cast<int64_t>(bins.width),
                                       &whole)) {
      values.emplace_back(whole);
    }
  }
  // Far from 0 neighbouring reals are rounded to one.
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
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
                {.fix = "ask for COUNT, SUM, AVG or another aggregate", .position = star.position});
}

absl::Status RefuseNoGroups(const SyntaxNode& key) {
  return Refuse(Reason::kMissingBounds, "GROUP BY has no groups: no value can satisfy WHERE",
                {.fix = "widen the condition", .position = key.position});
}

}  // namespace

QueryBinder::QueryBinder(const SelectStatement& statement, BoundRows rows, Parameters& parameters)
    : statement_(statement),
      parameters_(parameters),
      rows_(std::move(rows.scope)),
      groups_(rows_, parameters) {
  query_.table = &rows_.table();
  query_.where = std::move(rows.where);
}

absl::Status QueryBinder::BindWhere() {
  return AddWhere(statement_, parameters_, rows_, query_.where);
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
    TACIT_RETURN_IF_ERROR(AddKey(*key));
  }
  return absl::OkStatus();
}

// The values of a key that are groups whatever the data: as declared or written in the query, or
// the whole numbers that a bounded integer can be, or true and false. None: the groups will be
// chosen privately.
absl::StatusOr<std::vector<Value>> QueryBinder::PublicValuesOf(const SyntaxNode& item,
                                                               const TypedExpression& key) const {
  const ValueType type = key.expression->type;
  std::optional<std::vector<Value>> listed = ListedValues(*key.expression, rows_.table());
  if (listed.has_value() && !listed->empty()) return *std::move(listed);
  if (type == ValueType::kBool) return std::vector<Value>{false, true};
  if (type == ValueType::kDate) {
    std::optional<std::vector<Value>> dates = DateBins(*key.expression, rows_.ranges(), kBinsMax);
    if (!dates.has_value()) return std::vector<Value>();
    if (dates->empty()) return RefuseNoGroups(item);
    return *std::move(dates);
  }
  const std::optional<Bins> bins = BinsOf(*key.expression, rows_.ranges());
  const bool has_bins = bins.has_value() && bins->last - bins->first < kBinsMax;
  if (!has_bins && type == ValueType::kFloat64) {
    return Refuse(Reason::kMissingPublicValues,
                  bins.has_value() ? absl::StrCat("a real number with more than ", kBinsMax,
                                                  " bins cannot be a group key")
                                   : "a real number cannot be a group key",
                  {.fix = "group by bins, at most 1000, such as FLOOR(x / 10) or, without bounds, "
                          "WIDTH_BUCKET(x, 0, 100, 20), or by a column whose `values` the curator "
                          "declares",
                   .position = item.position});
  }
  if (!has_bins) return std::vector<Value>();
  if (bins->first > bins->last) return RefuseNoGroups(item);
  std::vector<Value> values = ValuesOf(*bins, type);
  if (bins->width < 0 || bins->divisor < 0) std::reverse(values.begin(), values.end());
  return values;
}

absl::Status QueryBinder::AddKey(const SyntaxNode& item) {
  if (groups_.FindWhole(item).has_value()) return absl::OkStatus();  // GROUP BY a, a
  // Binding refuses unit columns and aggregates by their own names.
  TACIT_ASSIGN_OR_RETURN(const TypedExpression bound, BindExpression(item, rows_, parameters_));
  if (bound.expression->kind == ExpressionKind::kLiteral) {
    return Refuse(Reason::kUnsupported, "GROUP BY a constant has no meaning",
                  {.fix = "name a column or its number in SELECT", .position = item.position});
  }
  TACIT_ASSIGN_OR_RETURN(std::vector<Value> values, PublicValuesOf(item, bound));
  const std::string name = WithoutOuterBrackets(ToText(*bound.expression, rows_.column_names()));
  GroupKey key{.name = name, .expression = bound.expression, .values = std::move(values)};
  if (key.is_private()) {
    query_.private_key_positions.push_back(item.position);
  } else if (bound.range.nullable) {
    // All public keys are always answered, whatever WHERE says of them; only NULL can be ruled out.
    key.values.emplace_back();
  }
  query_.keys.push_back(std::move(key));
  groups_.AddKey(item, bound);
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
  if (FindAggregateIn(statement) != nullptr) return absl::OkStatus();
  const SyntaxNode& first = statement.targets.front().expression;
  if (first.kind == SyntaxKind::kStar) return RefuseStar(first);
  return Refuse(
      Reason::kNoAggregate, "the query has no aggregate, and rows cannot be read",
      {.fix = "ask for COUNT, SUM, AVG or another aggregate", .position = first.position});
}

}  // namespace tacit
