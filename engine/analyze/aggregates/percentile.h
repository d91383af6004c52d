// MEDIAN, MIN, MAX, PERCENTILE_CONT and PERCENTILE_DISC: a value of the public grid that divides
// the rows as asked, chosen with noise.
#ifndef TACIT_ENGINE_ANALYZE_AGGREGATES_PERCENTILE_H_
#define TACIT_ENGINE_ANALYZE_AGGREGATES_PERCENTILE_H_

#include "engine/analyze/aggregates/aggregate.h"

namespace tacit {

// One statistic each; equal quantiles of one argument are one statistic. The error is one of rank:
// how far the value is off depends on the data, so the interval is the bounds.
//
// MIN and MAX ask for the ranks 0 and 1, which the core keeps inside the rows by as much as noise
// may lead away from them: they answer a value that few rows lie beyond, not the outermost one.
// CONT does not interpolate: the two rows around a rank are far closer than noise can tell apart.
// It is real, as in PostgreSQL; the others are of the argument's type.
extern const Aggregate kMedianAggregate;
extern const Aggregate kMinAggregate;
extern const Aggregate kMaxAggregate;
extern const Aggregate kPercentileContAggregate;
extern const Aggregate kPercentileDiscAggregate;

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_AGGREGATES_PERCENTILE_H_
