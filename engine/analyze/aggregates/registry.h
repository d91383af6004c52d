// The aggregates a query may ask for. A new one is a file pair here and a line in registry.cc.
#ifndef TACIT_ENGINE_ANALYZE_AGGREGATES_REGISTRY_H_
#define TACIT_ENGINE_ANALYZE_AGGREGATES_REGISTRY_H_

#include <string>
#include <string_view>
#include <vector>

#include "engine/analyze/aggregates/aggregate.h"

namespace tacit {

// Null when there is none of that name; names are in lower case.
const Aggregate* FindAggregate(std::string_view name);

std::vector<std::string> AggregateNames();

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_AGGREGATES_REGISTRY_H_
