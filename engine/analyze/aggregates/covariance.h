// COVAR_POP, COVAR_SAMP and CORR of two columns, from the moments of pair.h.
#ifndef TACIT_ENGINE_ANALYZE_AGGREGATES_COVARIANCE_H_
#define TACIT_ENGINE_ANALYZE_AGGREGATES_COVARIANCE_H_

#include "engine/analyze/aggregates/aggregate.h"

namespace tacit {

// Four statistics, CORR six.
extern const Aggregate kCovarPopAggregate;
extern const Aggregate kCovarSampAggregate;
extern const Aggregate kCorrAggregate;

// In [-1, 1]; 0 where noise leaves a column no variance, and then the interval is all of that. The
// statistics are those of SpreadOfPair, all six. Total, as SpreadOfPair.
Estimate AnswerCorr(absl::Span<const Estimate> statistics, const AnswerParameters& parameters);

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_AGGREGATES_COVARIANCE_H_
