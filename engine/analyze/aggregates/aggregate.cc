#include "engine/analyze/aggregates/aggregate.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "accountant/check.h"
#include "accountant/refusal.h"

namespace tacit {
namespace {

constexpr ValueBounds kZeroOrOne{0, 1};

std::string SqlName(const AggregateCall& call) {
  return absl::AsciiStrToUpper(std::string(call.function));
}

// Whole numbers without a point.
std::string NumberText(double value) {
  const bool whole = std::abs(value) < 1e15 && value == std::floor(value);
  return whole ? absl::StrCat(static_cast<int64_t>(value)) : ToText(Value(value));
}

// A real of `arguments`; NULL where one of them is.
ExpressionPtr MakeNode(ExpressionKind kind, std::vector<ExpressionPtr> arguments) {
  auto node = std::make_shared<Expression>();
  node->kind = kind;
  node->type = ValueType::kFloat64;
  // A finite argument of finite bounds gives a finite result, so nothing else makes NULL here.
  for (const ExpressionPtr& argument : arguments) node->nullable |= argument->nullable;
  node->arguments = std::move(arguments);
  return node;
}

bool HoldsLength(const Expression& expression) {
  return expression.kind == ExpressionKind::kLength ||
         std::any_of(expression.arguments.begin(), expression.arguments.end(),
                     [](const ExpressionPtr& argument) { return HoldsLength(*argument); });
}

ExpressionPtr MakeReal(double value) {
  auto node = std::make_shared<Expression>();
  node->type = ValueType::kFloat64;
  node->literal = value;
  return node;
}

}  // namespace

int StatisticSet::AddFeature(FeatureKind kind, const ExpressionPtr& expression) {
  const std::string text = expression == nullptr ? "" : ToText(*expression);
  for (size_t i = 0; i < features_.size(); ++i) {
    const Feature& feature = features_[i];
    if (feature.kind != kind) continue;
    if ((feature.expression == nullptr ? "" : ToText(*feature.expression)) == text)
      return static_cast<int>(i);
  }
  features_.push_back({.kind = kind, .expression = expression});
  return static_cast<int>(features_.size()) - 1;
}

int StatisticSet::AddStatistic(Statistic statistic) {
  for (size_t i = 0; i < statistics_.size(); ++i) {
    const Statistic& other = statistics_[i];
    if (other.feature == statistic.feature && other.bounding == statistic.bounding &&
        other.bounds == statistic.bounds && other.centre == statistic.centre &&
        other.kind == statistic.kind && other.quantile == statistic.quantile) {
      return static_cast<int>(i);
    }
  }
  statistics_.push_back(std::move(statistic));
  return static_cast<int>(statistics_.size()) - 1;
}

int StatisticSet::RowCount() {
  return AddStatistic({.name = "count(*)",
                       .feature = AddFeature(FeatureKind::kOne, nullptr),
                       .bounds = kZeroOrOne});
}

int StatisticSet::NotNullCount(const AggregateCall& call) {
  TACIT_CHECK(call.argument != nullptr);
  if (!call.range.nullable) return RowCount();
  return AddStatistic({.name = absl::StrCat("count(", call.argument_text, ")"),
                       .feature = AddFeature(FeatureKind::kNotNull, call.argument),
                       .bounds = kZeroOrOne});
}

int StatisticSet::UnitCount(const AggregateCall& call) {
  TACIT_CHECK(call.of_unit);
  const FeatureKind kind = call.argument == nullptr ? FeatureKind::kOne : FeatureKind::kNotNull;
  return AddStatistic({.name = call.text,
                       .feature = AddFeature(kind, call.argument),
                       .bounding = Bounding::kUnitTotal,
                       .bounds = kZeroOrOne});
}

int StatisticSet::Sum(const AggregateCall& call, const ValueBounds& bounds, double centre) {
  TACIT_CHECK(call.argument != nullptr);
  TACIT_CHECK(bounds.lower <= bounds.upper);
  const std::string shift = centre == 0 ? "" : absl::StrCat(" - ", NumberText(centre));
  return AddStatistic({.name = absl::StrCat("sum(", call.argument_text, shift, ")"),
                       .feature = AddFeature(FeatureKind::kValue, call.argument),
                       .bounds = bounds,
                       .centre = centre,
                       .integral = call.argument->type == ValueType::kInt64});
}

int StatisticSet::SumOfSquares(const AggregateCall& call, double about, const ValueBounds& bounds,
                               double centre) {
  TACIT_CHECK(call.argument != nullptr);
  const ExpressionPtr x = call.argument->type == ValueType::kInt64
                              ? MakeNode(ExpressionKind::kToFloat, {call.argument})
                              : call.argument;
  const ExpressionPtr shift = MakeNode(ExpressionKind::kSubtract, {x, MakeReal(about)});
  return AddStatistic(
      {.name = absl::StrCat("sum((", call.argument_text, " - ", NumberText(about), ")^2)"),
       .feature =
           AddFeature(FeatureKind::kValue, MakeNode(ExpressionKind::kMultiply, {shift, shift})),
       .bounds = bounds,
       .centre = centre,
       .integral = false});
}

int StatisticSet::SumOfProducts(const AggregateCall& a, double about_a, const AggregateCall& b,
                                double about_b, const ExpressionPtr& product,
                                const ValueBounds& bounds) {
  return AddStatistic(
      {.name = absl::StrCat("sum((", a.argument_text, " - ", NumberText(about_a), ") * (",
                            b.argument_text, " - ", NumberText(about_b), "))"),
       .feature = AddFeature(FeatureKind::kValue, product),
       .bounds = bounds,
       .integral = false});
}

int StatisticSet::DistinctCount(const AggregateCall& call) {
  TACIT_CHECK(call.argument != nullptr);
  return AddStatistic({.name = call.text,
                       .kind = MeasureKind::kDistinct,
                       .feature = AddFeature(FeatureKind::kValue, call.argument),
                       .bounds = kZeroOrOne});
}

int StatisticSet::QuantileOf(const AggregateCall& call, const ValueBounds& bounds,
                             Quantile quantile) {
  TACIT_CHECK(call.argument != nullptr);
  return AddStatistic({.name = call.text,
                       .kind = MeasureKind::kQuantile,
                       .feature = AddFeature(FeatureKind::kValue, call.argument),
                       .bounds = bounds,
                       .integral = call.argument->type == ValueType::kInt64,
                       .quantile = quantile});
}

absl::Status CheckNumericArgument(const AggregateCall& call) {
  const std::string name = SqlName(call);
  if (call.star) {
    return Refuse(Reason::kUnsupported, absl::StrCat(name, "(*) has no meaning"),
                  {.fix = absl::StrCat("name what to take: ", name, "(column), or COUNT(*)"),
                   .position = call.position});
  }
  if (call.distinct) {
    return Refuse(Reason::kUnsupported, absl::StrCat(name, "(DISTINCT ...) is not supported"),
                  {.fix = "leave DISTINCT out", .position = call.position});
  }
  TACIT_CHECK(call.argument != nullptr);
  const ValueType type = call.argument->type;
  if (type == ValueType::kInt64 || type == ValueType::kFloat64) return absl::OkStatus();
  return Refuse(
      Reason::kTypeMismatch,
      absl::StrCat(name, " needs a number, but ", call.argument_text, " is ",
                   std::string(TypeName(type))),
      {.fix = "count it with COUNT, or name a numeric column", .position = call.position});
}

absl::StatusOr<ValueBounds> BoundsOfArgument(const AggregateCall& call) {
  const Interval& interval = call.range.interval;
  if (interval.IsEmpty()) {
    return Refuse(Reason::kMissingBounds,
                  absl::StrCat(call.text, " has nothing to add up: no value of ",
                               call.argument_text, " can satisfy WHERE within its bounds"),
                  {.fix = "widen the condition, or ask the curator to widen the bounds",
                   .position = call.position});
  }
  if (interval.IsFinite()) return ValueBounds{interval.lower, interval.upper};
  if (call.unbounded_columns.empty() && HoldsLength(*call.argument)) {
    return Refuse(Reason::kMissingBounds,
                  absl::StrCat(call.text, " needs bounds for the length of a text"),
                  {.fix = "cut the text, as in LENGTH(LEFT(x, 100)), or ask the curator to declare "
                          "the column's `values`",
                   .position = call.position});
  }
  if (call.unbounded_columns.empty()) {
    return Refuse(Reason::kMissingBounds,
                  absl::StrCat("the values of ", call.argument_text,
                               " have no finite bounds, although its columns do"),
                  {.fix = "keep divisors, and what LN takes, away from zero by WHERE (x >= 1), or "
                          "use smaller factors",
                   .position = call.position});
  }
  const std::string& first = call.unbounded_columns.front();
  return Refuse(
      Reason::kMissingBounds,
      absl::StrCat(call.text, " needs bounds for ", absl::StrJoin(call.unbounded_columns, " and ")),
      {.fix = absl::StrCat("add WHERE ", first,
                           " BETWEEN low AND high, or ask the curator to declare ", "bounds for ",
                           absl::StrJoin(call.unbounded_columns, " and ")),
       .position = call.position});
}

absl::Status RefuseConstant(const AggregateCall& call, double value) {
  return Refuse(Reason::kMissingBounds,
                absl::StrCat(call.text, " is always ", NumberText(value), " by its bounds"),
                {.fix = "leave it out; it needs no data", .position = call.position});
}

Estimate AnswerAsReleased(absl::Span<const Estimate> statistics, const AnswerParameters&) {
  TACIT_CHECK(statistics.size() == 1);
  return statistics[0];
}

}  // namespace tacit
