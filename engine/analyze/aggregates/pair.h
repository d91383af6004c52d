// Two columns side by side: moments of the rows in which neither is NULL.
#ifndef TACIT_ENGINE_ANALYZE_AGGREGATES_PAIR_H_
#define TACIT_ENGINE_ANALYZE_AGGREGATES_PAIR_H_

#include <vector>

#include "engine/analyze/aggregates/aggregate.h"

namespace tacit {

// Of f(y, x), about the middle of each one's bounds, where moments move least.
enum class Moment { kCount, kX, kY, kXY, kXX, kYY };

// An answer over the statistics of `moments`, in their order. The bounds and the middle of x are
// its first parameters, those of y its second ones, each where a moment needs them. What is
// multiplied is clipped to its bounds first, like what enters the other sums. Where neither column
// can be NULL, VARIANCE and AVG of them share the statistics.
// Errors: kTypeMismatch, kMissingBounds, also where the bounds leave a column one value.
absl::StatusOr<Answer> MeasurePair(const AggregateCall& call, const std::vector<Moment>& moments,
                                   AnswerFunction function, StatisticSet& statistics);

// What the moments say, from their statistics in the order of `Moment`, the last of which may be
// missing. Total: numbers within what the bounds allow, low <= value <= high, and the interval
// holds the un-noised one whenever those of the statistics hold theirs.
struct PairSpread {
  Estimate mean_x;  // less the middle of the bounds
  Estimate mean_y;
  Estimate covariance;  // of the population, like the variances
  Estimate variance_x;
  Estimate variance_y;
};
PairSpread SpreadOfPair(absl::Span<const Estimate> statistics, const AnswerParameters& parameters);

// `x` with its interval clamped to [lower, upper] and its value to the interval. What is no number
// becomes the end that claims least, a value 0.
Estimate Settle(const Estimate& x, double lower, double upper);

// Interval multiplication. Where an infinite end meets 0 the product says nothing.
Estimate Multiply(const Estimate& a, const Estimate& b);

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_AGGREGATES_PAIR_H_
