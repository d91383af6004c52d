#include "engine/analyze/aggregates/avg.h"

#include <algorithm>
#include <cmath>

#include "accountant/check.h"
#include "accountant/status_macros.h"

namespace tacit {
namespace {

ValueType TypeOfMean(const AggregateCall&) { return ValueType::kFloat64; }

// SUM of the same argument, which the query pays for anyway.
bool AsksSum(const AggregateCall& mean, absl::Span<const AggregateCall> calls) {
  const std::string argument = ToText(*mean.argument);
  return std::any_of(calls.begin(), calls.end(), [&](const AggregateCall& call) {
    return call.function == "sum" && !call.distinct && call.argument != nullptr &&
           ToText(*call.argument) == argument;
  });
}

// These two never let a NaN through: it becomes the end that claims least.
double ClampOrLower(double value, const ValueBounds& bounds) {
  return value >= bounds.lower ? std::min(value, bounds.upper) : bounds.lower;
}

double ClampOrUpper(double value, const ValueBounds& bounds) {
  return value <= bounds.upper ? std::max(value, bounds.lower) : bounds.upper;
}

absl::StatusOr<Answer> MeasureMean(const AggregateCall& call, absl::Span<const AggregateCall> calls,
                                   StatisticSet& statistics) {
  TACIT_RETURN_IF_ERROR(CheckNumericArgument(call));
  TACIT_ASSIGN_OR_RETURN(const ValueBounds bounds, BoundsOfArgument(call));
  if (bounds.lower == bounds.upper) return RefuseConstant(call, bounds.lower);
  const double centre = AsksSum(call, calls) ? 0 : MiddleOf(bounds, call.argument->type);
  const int sum = statistics.Sum(call, bounds, centre);
  const int count = statistics.NotNullCount(call);
  return Answer{.name = call.text,
                .function = AnswerMean,
                .statistics = {sum, count},
                .parameters = {.bounds = bounds, .centre = centre},
                .type = ValueType::kFloat64};
}

}  // namespace

double MiddleOf(const ValueBounds& bounds, ValueType type) {
  // Halved before adding: bounds near the largest double must not overflow.
  const double middle = bounds.lower / 2 + bounds.upper / 2;
  return type == ValueType::kInt64 ? std::floor(middle) : middle;
}

Estimate AnswerMean(absl::Span<const Estimate> statistics, const AnswerParameters& parameters) {
  TACIT_CHECK(statistics.size() == 2);
  const Estimate& sum = statistics[0];
  const Estimate& count = statistics[1];
  const double centre = parameters.centre;
  // A group has at least one value or its mean means nothing, so a count below 1 is noise.
  const double few = std::max(count.low, 1.0);
  const double many = std::max(count.high, 1.0);
  // A positive sum is largest over few, a negative one over many.
  const double low = centre + sum.low / (sum.low < 0 ? few : many);
  const double high = centre + sum.high / (sum.high < 0 ? many : few);
  return {.value = ClampOrLower(centre + sum.value / std::max(count.value, 1.0), parameters.bounds),
          .low = ClampOrLower(low, parameters.bounds),
          .high = ClampOrUpper(high, parameters.bounds)};
}

const Aggregate kAvgAggregate{.name = "avg", .type = TypeOfMean, .measure = MeasureMean};

}  // namespace tacit
