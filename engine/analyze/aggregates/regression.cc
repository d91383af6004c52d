#include "engine/analyze/aggregates/regression.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "accountant/status_macros.h"
#include "engine/analyze/aggregates/avg.h"
#include "engine/analyze/aggregates/covariance.h"
#include "engine/analyze/aggregates/pair.h"

namespace tacit {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

ValueType TypeOfReal(const AggregateCall&) { return ValueType::kFloat64; }

ValueType TypeOfCount(const AggregateCall&) { return ValueType::kInt64; }

Estimate Plus(const Estimate& x, double constant) {
  return {x.value + constant, x.low + constant, x.high + constant};
}

Estimate AnswerR2(absl::Span<const Estimate> statistics, const AnswerParameters& parameters) {
  const Estimate corr = AnswerCorr(statistics, parameters);
  const bool holds_zero = corr.low <= 0 && corr.high >= 0;
  const auto [near, far] = std::minmax({corr.low * corr.low, corr.high * corr.high});
  return Settle({corr.value * corr.value, holds_zero ? 0 : near, far}, 0, 1);
}

absl::StatusOr<Answer> MeasureLine(const AggregateCall& call, AnswerFunction function,
                                   StatisticSet& statistics) {
  return MeasurePair(call, {Moment::kCount, Moment::kX, Moment::kY, Moment::kXY, Moment::kXX},
                     function, statistics);
}

template <AnswerFunction kFunction>
absl::StatusOr<Answer> Measure(const AggregateCall& call, absl::Span<const AggregateCall>,
                               StatisticSet& statistics) {
  return MeasureLine(call, kFunction, statistics);
}

absl::StatusOr<Answer> MeasureR2(const AggregateCall& call, absl::Span<const AggregateCall>,
                                 StatisticSet& statistics) {
  return MeasurePair(
      call, {Moment::kCount, Moment::kX, Moment::kY, Moment::kXY, Moment::kXX, Moment::kYY},
      AnswerR2, statistics);
}

absl::StatusOr<Answer> MeasureCount(const AggregateCall& call, absl::Span<const AggregateCall>,
                                    StatisticSet& statistics) {
  TACIT_ASSIGN_OR_RETURN(Answer answer,
                         MeasurePair(call, {Moment::kCount}, AnswerAsReleased, statistics));
  answer.type = ValueType::kInt64;
  answer.is_as_released = true;
  return answer;
}

absl::StatusOr<Answer> MeasureAvgx(const AggregateCall& call, absl::Span<const AggregateCall>,
                                   StatisticSet& statistics) {
  return MeasurePair(call, {Moment::kX, Moment::kCount}, AnswerMean, statistics);
}

absl::StatusOr<Answer> MeasureAvgy(const AggregateCall& call, absl::Span<const AggregateCall>,
                                   StatisticSet& statistics) {
  TACIT_ASSIGN_OR_RETURN(Answer answer,
                         MeasurePair(call, {Moment::kY, Moment::kCount}, AnswerMean, statistics));
  answer.parameters = {.bounds = answer.parameters.second_bounds,
                       .centre = answer.parameters.second_centre};
  return answer;
}

}  // namespace

Estimate AnswerSlope(absl::Span<const Estimate> statistics, const AnswerParameters& parameters) {
  const PairSpread spread = SpreadOfPair(statistics, parameters);
  const Estimate& covariance = spread.covariance;
  const Estimate& variance = spread.variance_x;
  // Cauchy, Schwarz: the covariance is at most the product of the deviations, and y's is at most
  // half of its width.
  const double half_width = parameters.second_bounds.upper / 2 - parameters.second_bounds.lower / 2;
  const auto steepest = [&](double variance_x) {
    return variance_x > 0 ? half_width / std::sqrt(variance_x) : kInfinity;
  };
  const double most = steepest(variance.value);
  const double value = variance.value > 0 && std::isfinite(most)
                           ? std::clamp(covariance.value / variance.value, -most, most)
                           : 0;
  return Settle({value, covariance.low / (covariance.low < 0 ? variance.low : variance.high),
                 covariance.high / (covariance.high < 0 ? variance.high : variance.low)},
                -steepest(variance.low), steepest(variance.low));
}

Estimate AnswerIntercept(absl::Span<const Estimate> statistics,
                         const AnswerParameters& parameters) {
  const PairSpread spread = SpreadOfPair(statistics, parameters);
  const Estimate x = Plus(spread.mean_x, parameters.centre);
  const Estimate y = Plus(spread.mean_y, parameters.second_centre);
  const Estimate rise = Multiply(AnswerSlope(statistics, parameters), x);
  return Settle({y.value - rise.value, y.low - rise.high, y.high - rise.low}, -kInfinity,
                kInfinity);
}

const Aggregate kRegrSlopeAggregate{"regr_slope", TypeOfReal, Measure<AnswerSlope>,
                                    CallForm::kTwoArguments};
const Aggregate kRegrInterceptAggregate{"regr_intercept", TypeOfReal, Measure<AnswerIntercept>,
                                        CallForm::kTwoArguments};
const Aggregate kRegrR2Aggregate{"regr_r2", TypeOfReal, MeasureR2, CallForm::kTwoArguments};
const Aggregate kRegrCountAggregate{"regr_count", TypeOfCount, MeasureCount,
                                    CallForm::kTwoArguments};
const Aggregate kRegrAvgxAggregate{"regr_avgx", TypeOfReal, MeasureAvgx, CallForm::kTwoArguments};
const Aggregate kRegrAvgyAggregate{"regr_avgy", TypeOfReal, MeasureAvgy, CallForm::kTwoArguments};

}  // namespace tacit
