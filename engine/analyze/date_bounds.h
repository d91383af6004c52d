// Which values the parts of a date can have, from the days it can be.
#ifndef TACIT_ENGINE_ANALYZE_DATE_BOUNDS_H_
#define TACIT_ENGINE_ANALYZE_DATE_BOUNDS_H_

#include <optional>
#include <vector>

#include "engine/analyze/bounds.h"
#include "engine/plan/nodes/date.h"
#include "engine/plan/nodes/expression.h"

namespace tacit {

// EXTRACT(field FROM d) where d is within `days`, which is not empty. A month is within 1 to 12
// whatever the date; a year has no bound where the date has none.
Interval PartInterval(DateField field, const Interval& days);

// DATE_TRUNC(unit, d); an end without a bound stays so.
Interval TruncInterval(DateField unit, const Interval& days);

// The values of a date expression, ascending: each day it can be, or each first day of a unit.
// nullopt: without bounds, or more than `most`. Empty: none can be.
std::optional<std::vector<Value>> DateBins(const Expression& expression,
                                           absl::Span<const ValueRange> columns, size_t most);

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_DATE_BOUNDS_H_
