// Which values the functions of one number can have.
#ifndef TACIT_ENGINE_ANALYZE_MATH_BOUNDS_H_
#define TACIT_ENGINE_ANALYZE_MATH_BOUNDS_H_

#include "engine/analyze/bounds.h"
#include "engine/plan/nodes/expression.h"

namespace tacit {

// The values of `kind`, for which IsMath holds, over arguments that are not empty; those after the
// first are literals. Rounded outward where the C library may be off by some units in the last
// place, so that no value that is evaluated lies outside. Empty: there is none. Ends may be
// infinite. Sets `partial` where some value of the arguments has none.
Interval MathInterval(ExpressionKind kind, absl::Span<const ValueRange> arguments, bool& partial);

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_MATH_BOUNDS_H_
