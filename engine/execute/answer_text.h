// LIKE and the functions of text over keys and literals, once a group is released.
#ifndef TACIT_ENGINE_EXECUTE_ANSWER_TEXT_H_
#define TACIT_ENGINE_EXECUTE_ANSWER_TEXT_H_

#include "engine/execute/answer_expression.h"
#include "engine/plan/nodes/expression.h"

namespace tacit {

// An operation of text (IsOfText), as over rows; no interval. Cannot fail.
PresentedCell EvaluateOfText(const Expression& expression, const AnswerRow& row);

}  // namespace tacit

#endif  // TACIT_ENGINE_EXECUTE_ANSWER_TEXT_H_
