// MEDIAN(x): a value of the public grid that divides the rows in half, chosen with noise.
#ifndef TACIT_ENGINE_ANALYZE_AGGREGATES_MEDIAN_H_
#define TACIT_ENGINE_ANALYZE_AGGREGATES_MEDIAN_H_

#include "engine/analyze/aggregates/aggregate.h"

namespace tacit {

// One statistic. Its error is one of rank: how far the value is off depends on the data, so the
// interval is the bounds.
extern const Aggregate kMedianAggregate;

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_AGGREGATES_MEDIAN_H_
