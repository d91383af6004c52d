// VAR_POP, VAR_SAMP (VARIANCE), STDDEV_POP, STDDEV_SAMP (STDDEV): spread from two moments.
#ifndef TACIT_ENGINE_ANALYZE_AGGREGATES_VARIANCE_H_
#define TACIT_ENGINE_ANALYZE_AGGREGATES_VARIANCE_H_

#include "engine/analyze/aggregates/aggregate.h"

namespace tacit {

// Three statistics: COUNT(x) and the sums of x - c and of (x - c)^2 about the middle c of the
// bounds, where both move least. AVG of the same argument uses the first two as well.
extern const Aggregate kVarPopAggregate;
extern const Aggregate kVarSampAggregate;
extern const Aggregate kVarianceAggregate;
extern const Aggregate kStddevPopAggregate;
extern const Aggregate kStddevSampAggregate;
extern const Aggregate kStddevAggregate;

// `statistics` are {sum of x - c, sum of (x - c)^2 less `centre`, count}; `bounds` those of
// (x - c)^2. Total: finite, not negative, low <= value <= high. The interval holds the un-noised
// answer whenever those of the statistics hold theirs.
Estimate AnswerVarPop(absl::Span<const Estimate> statistics, const AnswerParameters& parameters);
Estimate AnswerVarSamp(absl::Span<const Estimate> statistics, const AnswerParameters& parameters);

// n / (n - 1), falling in n: from a population's to a sample's. A sample has two values or its
// spread means nothing, so n is at least 2.
Estimate SampleFactor(const Estimate& count);

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_AGGREGATES_VARIANCE_H_
