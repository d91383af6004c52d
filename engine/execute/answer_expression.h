// Expressions over released answers and keys: one row, a value and an interval.
#ifndef TACIT_ENGINE_EXECUTE_ANSWER_EXPRESSION_H_
#define TACIT_ENGINE_EXECUTE_ANSWER_EXPRESSION_H_

#include <optional>
#include <vector>

#include "engine/execute/present.h"
#include "engine/plan/nodes/expression.h"

namespace tacit {

// What kKey and kAnswer stand for.
struct AnswerRow {
  const std::vector<Value>* keys = nullptr;
  std::vector<PresentedCell> answers;
};

// A released estimate as an answer of `type`: an integer is rounded to the nearest (halves away
// from zero) and saturates; a real is kept, -0.0 as 0.0; a value that is not finite is NULL.
PresentedCell AnswerCell(const Estimate& estimate, ValueType type);

// Values by the rules of README.md; intervals of +, -, *, /, %, negation and widening by interval
// arithmetic in nearest rounding, infinite where the divisor may be zero. Truth values, keys,
// literals and NULL have no interval. Cannot fail.
PresentedCell EvaluateAnswer(const Expression& expression, const AnswerRow& row);

// Order of two values of one type, neither NULL: numbers by value, text by bytes, false before
// true.
int CompareValues(const Value& left, const Value& right);

}  // namespace tacit

#endif  // TACIT_ENGINE_EXECUTE_ANSWER_EXPRESSION_H_
