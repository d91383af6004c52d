#include "engine/analyze/aggregates/registry.h"

#include "engine/analyze/aggregates/avg.h"
#include "engine/analyze/aggregates/count.h"
#include "engine/analyze/aggregates/covariance.h"
#include "engine/analyze/aggregates/percentile.h"
#include "engine/analyze/aggregates/regression.h"
#include "engine/analyze/aggregates/sum.h"
#include "engine/analyze/aggregates/variance.h"

namespace tacit {
namespace {

constexpr const Aggregate* kAggregates[] = {
    &kCountAggregate,
    &kSumAggregate,
    &kAvgAggregate,
    &kMedianAggregate,
    &kVarPopAggregate,
    &kVarSampAggregate,
    &kVarianceAggregate,
    &kStddevPopAggregate,
    &kStddevSampAggregate,
    &kStddevAggregate,
    &kMinAggregate,
    &kMaxAggregate,
    &kPercentileContAggregate,
    &kPercentileDiscAggregate,
    &kCovarPopAggregate,
    &kCovarSampAggregate,
    &kCorrAggregate,
    &kRegrSlopeAggregate,
    &kRegrInterceptAggregate,
    &kRegrR2Aggregate,
    &kRegrCountAggregate,
    &kRegrAvgxAggregate,
    &kRegrAvgyAggregate,
};

}  // namespace

const Aggregate* FindAggregate(std::string_view name) {
  for (const Aggregate* aggregate : kAggregates) {
    if (aggregate->name == name) return aggregate;
  }
  return nullptr;
}

std::vector<std::string> AggregateNames() {
  std::vector<std::string> names;
  for (const Aggregate* aggregate : kAggregates) names.emplace_back(aggregate->name);
  return names;
}

}  // namespace tacit
