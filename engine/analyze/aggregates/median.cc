#include "engine/analyze/aggregates/median.h"

#include <algorithm>

#include "accountant/check.h"
#include "accountant/status_macros.h"

namespace tacit {
namespace {

ValueType TypeOfMedian(const AggregateCall& call) {
  const bool integer = call.argument != nullptr && call.argument->type == ValueType::kInt64;
  return integer ? ValueType::kInt64 : ValueType::kFloat64;
}

Estimate AnswerMedian(absl::Span<const Estimate> statistics, const AnswerParameters& parameters) {
  TACIT_CHECK(statistics.size() == 1);
  const ValueBounds& bounds = parameters.bounds;
  return {.value = std::clamp(statistics[0].value, bounds.lower, bounds.upper),
          .low = bounds.lower,
          .high = bounds.upper};
}

absl::StatusOr<Answer> MeasureMedian(const AggregateCall& call, absl::Span<const AggregateCall>,
                                     StatisticSet& statistics) {
  TACIT_RETURN_IF_ERROR(CheckNumericArgument(call));
  TACIT_ASSIGN_OR_RETURN(const ValueBounds bounds, BoundsOfArgument(call));
  if (bounds.lower == bounds.upper) return RefuseConstant(call, bounds.lower);
  return Answer{.name = call.text,
                .function = AnswerMedian,
                .statistics = {statistics.QuantileOf(call, bounds, {1, 2})},
                .parameters = {.bounds = bounds},
                .type = TypeOfMedian(call)};
}

}  // namespace

const Aggregate kMedianAggregate{.name = "median", .type = TypeOfMedian, .measure = MeasureMedian};

}  // namespace tacit
