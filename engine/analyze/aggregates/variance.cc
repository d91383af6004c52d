#include "engine/analyze/aggregates/variance.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "accountant/check.h"
#include "accountant/status_macros.h"
#include "engine/analyze/aggregates/avg.h"

namespace tacit {
namespace {

ValueType TypeOfSpread(const AggregateCall&) { return ValueType::kFloat64; }

absl::StatusOr<Answer> MeasureSpread(const AggregateCall& call, StatisticSet& statistics,
                                     AnswerFunction function) {
  TACIT_RETURN_IF_ERROR(CheckNumericArgument(call));
  TACIT_ASSIGN_OR_RETURN(const ValueBounds bounds, BoundsOfArgument(call));
  if (bounds.lower == bounds.upper) return RefuseConstant(call, 0);
  const double centre = MiddleOf(bounds, call.argument->type);
  const double reach = std::max(bounds.upper - centre, centre - bounds.lower);
  const ValueBounds squares{0, reach * reach};
  const double square_centre = squares.upper / 2;
  const int sum = statistics.Sum(call, bounds, centre);
  const int square_sum = statistics.SumOfSquares(call, centre, squares, square_centre);
  const int count = statistics.NotNullCount(call);
  return Answer{.name = call.text,
                .function = function,
                .statistics = {sum, square_sum, count},
                .parameters = {.bounds = squares, .centre = square_centre},
                .type = ValueType::kFloat64};
}

// [low, high] squared.
Estimate Square(const Estimate& x) {
  const double low = x.low * x.low;
  const double high = x.high * x.high;
  const bool holds_zero = x.low <= 0 && x.high >= 0;
  return {x.value * x.value, holds_zero ? 0 : std::min(low, high), std::max(low, high)};
}

// The end that claims least where a number is missing.
Estimate Clamp(const Estimate& x, double upper) {
  const auto clamp = [&](double value, double missing) {
    return std::isnan(value) ? missing : std::clamp(value, 0.0, upper);
  };
  return {clamp(x.value, 0), clamp(x.low, 0), clamp(x.high, upper)};
}

Estimate SquareRoot(const Estimate& x) {
  return {std::sqrt(x.value), std::sqrt(x.low), std::sqrt(x.high)};
}

Estimate AnswerStddevPop(absl::Span<const Estimate> statistics,
                         const AnswerParameters& parameters) {
  return SquareRoot(AnswerVarPop(statistics, parameters));
}

Estimate AnswerStddevSamp(absl::Span<const Estimate> statistics,
                          const AnswerParameters& parameters) {
  return SquareRoot(AnswerVarSamp(statistics, parameters));
}

template <AnswerFunction kFunction>
absl::StatusOr<Answer> Measure(const AggregateCall& call, absl::Span<const AggregateCall>,
                               StatisticSet& statistics) {
  return MeasureSpread(call, statistics, kFunction);
}

}  // namespace

Estimate AnswerVarPop(absl::Span<const Estimate> statistics, const AnswerParameters& parameters) {
  TACIT_CHECK(statistics.size() == 3);
  const double reach = std::sqrt(parameters.bounds.upper);
  // Both moments are means; their intervals are those of AVG.
  const Estimate shift = AnswerMean(std::vector<Estimate>{statistics[0], statistics[2]},
                                    {.bounds = {-reach, reach}, .centre = 0});
  const Estimate squares =
      AnswerMean(std::vector<Estimate>{statistics[1], statistics[2]}, parameters);
  const Estimate shift_squared = Square(shift);
  return Clamp({squares.value - shift_squared.value, squares.low - shift_squared.high,
                squares.high - shift_squared.low},
               parameters.bounds.upper);
}

Estimate AnswerVarSamp(absl::Span<const Estimate> statistics, const AnswerParameters& parameters) {
  const Estimate population = AnswerVarPop(statistics, parameters);
  const Estimate factor = SampleFactor(statistics[2]);
  return {population.value * factor.value, population.low * factor.low,
          population.high * factor.high};
}

Estimate SampleFactor(const Estimate& count) {
  const auto factor = [](double number, double missing) {
    const double n = std::isnan(number) ? missing : std::max(number, 2.0);
    return std::isinf(n) ? 1 : n / (n - 1);
  };
  constexpr double kMany = std::numeric_limits<double>::infinity();
  return {factor(count.value, kMany), factor(count.high, kMany), factor(count.low, 2)};
}

const Aggregate kVarPopAggregate{"var_pop", TypeOfSpread, Measure<AnswerVarPop>};
const Aggregate kVarSampAggregate{"var_samp", TypeOfSpread, Measure<AnswerVarSamp>};
const Aggregate kVarianceAggregate{"variance", TypeOfSpread, Measure<AnswerVarSamp>};
const Aggregate kStddevPopAggregate{"stddev_pop", TypeOfSpread, Measure<AnswerStddevPop>};
const Aggregate kStddevSampAggregate{"stddev_samp", TypeOfSpread, Measure<AnswerStddevSamp>};
const Aggregate kStddevAggregate{"stddev", TypeOfSpread, Measure<AnswerStddevSamp>};

}  // namespace tacit
