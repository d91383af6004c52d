// ABS, CEIL, ROUND, SQRT, LN, EXP and POWER of a released answer, its interval with it.
#ifndef TACIT_ENGINE_EXECUTE_ANSWER_MATH_H_
#define TACIT_ENGINE_EXECUTE_ANSWER_MATH_H_

#include "engine/execute/present.h"
#include "engine/plan/nodes/expression.h"

namespace tacit {

// `exponent` is that of POWER. NULL outside the function's domain. Of an interval that leaves the
// domain, what lies within counts; a power of a base that may be negative, or 0 under a negative
// exponent, has an open one. Cannot fail.
PresentedCell EvaluateMath(ExpressionKind kind, const PresentedCell& argument, double exponent);

}  // namespace tacit

#endif  // TACIT_ENGINE_EXECUTE_ANSWER_MATH_H_
