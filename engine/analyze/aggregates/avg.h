// AVG(x): the mean of the values that are not NULL, as a ratio of two released sums.
#ifndef TACIT_ENGINE_ANALYZE_AGGREGATES_AVG_H_
#define TACIT_ENGINE_ANALYZE_AGGREGATES_AVG_H_

#include "engine/analyze/aggregates/aggregate.h"

namespace tacit {

// Two statistics: a sum and COUNT(x). When the query also asks SUM(x), that sum is reused and AVG
// adds only the count; else the sum is taken about the middle of the bounds, which halves its
// sensitivity when they do not straddle zero.
extern const Aggregate kAvgAggregate;

// centre + sum / max(count, 1), clamped to the bounds. `statistics` are {sum, count}.
// Total: always a finite number inside the bounds, and low <= value <= high. The interval holds the
// un-noised mean whenever the intervals of sum and count hold theirs.
Estimate AnswerMean(absl::Span<const Estimate> statistics, const AnswerParameters& parameters);

// The middle, where the larger of the two distances to the ends is least; whole for integers, so
// that their grid stays 1.
double MiddleOf(const ValueBounds& bounds, ValueType type);

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_AGGREGATES_AVG_H_
