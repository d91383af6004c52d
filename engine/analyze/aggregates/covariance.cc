#include "engine/analyze/aggregates/covariance.h"

#include <algorithm>
#include <cmath>

#include "engine/analyze/aggregates/pair.h"
#include "engine/analyze/aggregates/variance.h"

namespace tacit {
namespace {

ValueType TypeOfPair(const AggregateCall&) { return ValueType::kFloat64; }

Estimate AnswerCovarPop(absl::Span<const Estimate> statistics, const AnswerParameters& parameters) {
  return SpreadOfPair(statistics, parameters).covariance;
}

Estimate AnswerCovarSamp(absl::Span<const Estimate> statistics,
                         const AnswerParameters& parameters) {
  return Multiply(AnswerCovarPop(statistics, parameters), SampleFactor(statistics[0]));
}

absl::StatusOr<Answer> MeasureCovariance(const AggregateCall& call, AnswerFunction function,
                                         StatisticSet& statistics) {
  return MeasurePair(call, {Moment::kCount, Moment::kX, Moment::kY, Moment::kXY}, function,
                     statistics);
}

template <AnswerFunction kFunction>
absl::StatusOr<Answer> Measure(const AggregateCall& call, absl::Span<const AggregateCall>,
                               StatisticSet& statistics) {
  return MeasureCovariance(call, kFunction, statistics);
}

absl::StatusOr<Answer> MeasureCorr(const AggregateCall& call, absl::Span<const AggregateCall>,
                                   StatisticSet& statistics) {
  return MeasurePair(
      call, {Moment::kCount, Moment::kX, Moment::kY, Moment::kXY, Moment::kXX, Moment::kYY},
      AnswerCorr, statistics);
}

}  // namespace

Estimate AnswerCorr(absl::Span<const Estimate> statistics, const AnswerParameters& parameters) {
  const PairSpread spread = SpreadOfPair(statistics, parameters);
  const Estimate& covariance = spread.covariance;
  const auto deviations = [&](double Estimate::*end) {
    return std::sqrt(spread.variance_x.*end) * std::sqrt(spread.variance_y.*end);
  };
  // A positive covariance correlates most over little spread, a negative one over much.
  const double little = deviations(&Estimate::low);
  const double much = deviations(&Estimate::high);
  return Settle({covariance.value / deviations(&Estimate::value),
                 covariance.low / (covariance.low < 0 ? little : much),
                 covariance.high / (covariance.high < 0 ? much : little)},
                -1, 1);
}

const Aggregate kCovarPopAggregate{"covar_pop", TypeOfPair, Measure<AnswerCovarPop>,
                                   CallForm::kTwoArguments};
const Aggregate kCovarSampAggregate{"covar_samp", TypeOfPair, Measure<AnswerCovarSamp>,
                                    CallForm::kTwoArguments};
const Aggregate kCorrAggregate{"corr", TypeOfPair, MeasureCorr, CallForm::kTwoArguments};

}  // namespace tacit
