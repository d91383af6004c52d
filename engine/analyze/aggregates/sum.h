// SUM(x): NULL contributes nothing, and a sum of nothing is 0, never NULL.
#ifndef TACIT_ENGINE_ANALYZE_AGGREGATES_SUM_H_
#define TACIT_ENGINE_ANALYZE_AGGREGATES_SUM_H_

#include "engine/analyze/aggregates/aggregate.h"

namespace tacit {

// One statistic with each row clipped to the argument's bounds. An integer for an integer argument.
extern const Aggregate kSumAggregate;

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_AGGREGATES_SUM_H_
