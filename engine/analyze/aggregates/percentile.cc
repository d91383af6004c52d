#include "engine/analyze/aggregates/percentile.h"

#include <algorithm>

#include "accountant/check.h"
#include "accountant/status_macros.h"

namespace tacit {
namespace {

// Halves, as a fraction of 0 or 1 is read (read_call.cc), so that both are one statistic.
constexpr Quantile kLeast{0, 2};
constexpr Quantile kMiddle{1, 2};
constexpr Quantile kMost{2, 2};

ValueType TypeOfArgument(const AggregateCall& call) {
  const bool integer = call.argument != nullptr && call.argument->type == ValueType::kInt64;
  return integer ? ValueType::kInt64 : ValueType::kFloat64;
}

ValueType TypeOfReal(const AggregateCall&) { return ValueType::kFloat64; }

Estimate AnswerQuantile(absl::Span<const Estimate> statistics, const AnswerParameters& parameters) {
  TACIT_CHECK(statistics.size() == 1);
  const ValueBounds& bounds = parameters.bounds;
  return {.value = std::clamp(statistics[0].value, bounds.lower, bounds.upper),
          .low = bounds.lower,
          .high = bounds.upper};
}

absl::StatusOr<Answer> MeasureQuantile(const AggregateCall& call, Quantile quantile, ValueType type,
                                       StatisticSet& statistics) {
  TACIT_RETURN_IF_ERROR(CheckNumericArgument(call));
  TACIT_ASSIGN_OR_RETURN(const ValueBounds bounds, BoundsOfArgument(call));
  if (bounds.lower == bounds.upper) return RefuseConstant(call, bounds.lower);
  return Answer{.name = call.text,
                .function = AnswerQuantile,
                .statistics = {statistics.QuantileOf(call, bounds, quantile)},
                .parameters = {.bounds = bounds},
                .type = type};
}

template <const Quantile& kQuantile>
absl::StatusOr<Answer> MeasureAt(const AggregateCall& call, absl::Span<const AggregateCall>,
                                 StatisticSet& statistics) {
  return MeasureQuantile(call, kQuantile, TypeOfArgument(call), statistics);
}

template <ValueType (*kType)(const AggregateCall&)>
absl::StatusOr<Answer> MeasureAsked(const AggregateCall& call, absl::Span<const AggregateCall>,
                                    StatisticSet& statistics) {
  return MeasureQuantile(call, call.quantile, kType(call), statistics);
}

}  // namespace

const Aggregate kMedianAggregate{"median", TypeOfArgument, MeasureAt<kMiddle>};
const Aggregate kMinAggregate{"min", TypeOfArgument, MeasureAt<kLeast>};
const Aggregate kMaxAggregate{"max", TypeOfArgument, MeasureAt<kMost>};
const Aggregate kPercentileContAggregate{"percentile_cont", TypeOfReal, MeasureAsked<TypeOfReal>,
                                         CallForm::kFractionOfOrder};
const Aggregate kPercentileDiscAggregate{"percentile_disc", TypeOfArgument,
                                         MeasureAsked<TypeOfArgument>, CallForm::kFractionOfOrder};

}  // namespace tacit
