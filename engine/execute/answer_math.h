// Functions of one number, a released answer, its interval with it.
#ifndef TACIT_ENGINE_EXECUTE_ANSWER_MATH_H_
#define TACIT_ENGINE_EXECUTE_ANSWER_MATH_H_

#include "engine/execute/present.h"
#include "engine/plan/nodes/expression.h"

namespace tacit {

// Of `expression`, for whose kind IsMath holds; `argument` is that of its first argument. NULL
// outside the function's domain. Of an interval that leaves the domain, what lies within counts; a
// power of a base that may be negative, or 0 under a negative exponent, has an open one. Cannot
// fail.
PresentedCell EvaluateMath(const Expression& expression, const PresentedCell& argument);

}  // namespace tacit

#endif  // TACIT_ENGINE_EXECUTE_ANSWER_MATH_H_
