// COUNT(*): rows. COUNT(x): rows where x is not NULL. COUNT(DISTINCT unit): units with a row.
// COUNT(DISTINCT x): different values, of which each unit adds a bounded number.
#ifndef TACIT_ENGINE_ANALYZE_AGGREGATES_COUNT_H_
#define TACIT_ENGINE_ANALYZE_AGGREGATES_COUNT_H_

#include "engine/analyze/aggregates/aggregate.h"

namespace tacit {

// One statistic, answered as released: unbiased, so a small count may come out below zero.
extern const Aggregate kCountAggregate;

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_AGGREGATES_COUNT_H_
