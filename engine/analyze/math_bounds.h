// Which values ABS, CEIL, ROUND, SQRT, LN, EXP and POWER can have.
#ifndef TACIT_ENGINE_ANALYZE_MATH_BOUNDS_H_
#define TACIT_ENGINE_ANALYZE_MATH_BOUNDS_H_

#include "engine/analyze/bounds.h"
#include "engine/plan/nodes/expression.h"

namespace tacit {

// The values over `argument`, which is not empty; empty: there is none. `exponent` is that of
// POWER. Ends may be infinite. `partial` is set where some value of the argument has none.
Interval MathInterval(ExpressionKind kind, const Interval& argument, double exponent,
                      bool& partial);

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_MATH_BOUNDS_H_
