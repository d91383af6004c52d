// REGR_SLOPE(y, x), REGR_INTERCEPT and their kin: the least-squares line of y over x, from the
// moments of pair.h.
#ifndef TACIT_ENGINE_ANALYZE_AGGREGATES_REGRESSION_H_
#define TACIT_ENGINE_ANALYZE_AGGREGATES_REGRESSION_H_

#include "engine/analyze/aggregates/aggregate.h"

namespace tacit {

// Five statistics for the line, six for R2, two for a mean, one for the count.
extern const Aggregate kRegrSlopeAggregate;
extern const Aggregate kRegrInterceptAggregate;
extern const Aggregate kRegrR2Aggregate;
extern const Aggregate kRegrCountAggregate;
extern const Aggregate kRegrAvgxAggregate;
extern const Aggregate kRegrAvgyAggregate;

// Over the first five statistics of SpreadOfPair. The value is a number: 0 where noise leaves x no
// variance. Bounds of x and y alone bound no slope, so an end of the interval may be infinite: a
// line is only as steep as half of y's width over x's deviation.
Estimate AnswerSlope(absl::Span<const Estimate> statistics, const AnswerParameters& parameters);

// mean(y) - slope * mean(x), with an interval as open as the slope's.
Estimate AnswerIntercept(absl::Span<const Estimate> statistics, const AnswerParameters& parameters);

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_AGGREGATES_REGRESSION_H_
