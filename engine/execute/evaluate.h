// Vectorised, total evaluation of expressions over rows: what SQL means below the waist.
//
// Every value of every input gives a value or NULL; see README.md for the rule of each operator.
// The work per row does not depend on the row's values: no short circuit, no early exit.
#ifndef TACIT_ENGINE_EXECUTE_EVALUATE_H_
#define TACIT_ENGINE_EXECUTE_EVALUATE_H_

#include <cstdint>
#include <memory>

#include "engine/execute/row_set.h"
#include "engine/execute/scan.h"
#include "engine/plan/nodes/expression.h"
#include "engine/storage/table.h"

namespace tacit {

// The values of an expression for the rows of a RowSet. The one array of its type is set.
// Rows that are NULL hold 0 in it (false, code 0).
struct ValueVector {
  const int64_t* integers = nullptr;  // also dates, in days since 1970
  const double* floats = nullptr;
  const uint8_t* booleans = nullptr;
  const uint32_t* codes = nullptr;  // into RowExpression::dictionary()
  const uint8_t* valid = nullptr;   // 1 where there is a value; null: everywhere

  template <typename T>
  const T* As() const;
};

template <>
inline const int64_t* ValueVector::As<int64_t>() const {
  return integers;
}
template <>
inline const double* ValueVector::As<double>() const {
  return floats;
}
template <>
inline const uint8_t* ValueVector::As<uint8_t>() const {
  return booleans;
}
template <>
inline const uint32_t* ValueVector::As<uint32_t>() const {
  return codes;
}

// An expression made ready for one table. Not thread-safe: it owns the buffers of its results.
class RowExpression {
 public:
  explicit RowExpression(ValueType type) : type_(type) {}
  virtual ~RowExpression() = default;

  ValueType type() const { return type_; }
  // The strings of a text expression; null for other types. Fixed once prepared.
  virtual const Dictionary* dictionary() const { return nullptr; }
  // Cannot fail. The result is valid until the next call, and while the table lives.
  virtual ValueVector Evaluate(const RowSet& rows) = 0;

 private:
  const ValueType type_;
};

using RowExpressionPtr = std::unique_ptr<RowExpression>;

// Literals and text predicates are worked out here, once. The columns' table must outlive the
// result. `expression` must be well typed, as bind leaves it, and hold no key or answer.
RowExpressionPtr Prepare(const Expression& expression, const ScanColumns& columns);

// By family, for Prepare. `expression` is of a kind that the name says.
RowExpressionPtr PrepareArithmetic(const Expression& expression, const ScanColumns& columns);
RowExpressionPtr PrepareMath(const Expression& expression, const ScanColumns& columns);
RowExpressionPtr PrepareOfDate(const Expression& expression, const ScanColumns& columns);
RowExpressionPtr PrepareComparison(const Expression& expression, const ScanColumns& columns);
RowExpressionPtr PrepareInList(const Expression& expression, const ScanColumns& columns);
RowExpressionPtr PrepareChoice(const Expression& expression, const ScanColumns& columns);
RowExpressionPtr PrepareOfText(const Expression& expression, const ScanColumns& columns);
RowExpressionPtr PrepareLogic(const Expression& expression, const ScanColumns& columns);

}  // namespace tacit

#endif  // TACIT_ENGINE_EXECUTE_EVALUATE_H_
