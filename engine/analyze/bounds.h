// Which values an expression can have, from the bounds of its columns: interval arithmetic.
//
// An interval speaks of the values that are not NULL; whether NULL can occur is kept beside it. It
// is sound for what the evaluator computes, floats included: rounding is monotone, so the rounded
// result of values inside lies between the rounded results of the ends.
#ifndef TACIT_ENGINE_ANALYZE_BOUNDS_H_
#define TACIT_ENGINE_ANALYZE_BOUNDS_H_

#include <limits>
#include <optional>

#include "absl/types/span.h"
#include "engine/plan/nodes/expression.h"
#include "engine/plan/nodes/schema.h"

namespace tacit {

// Closed; an infinite end is unbounded; lower > upper holds no value at all.
struct Interval {
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();

  bool IsEmpty() const { return !(lower <= upper); }
  bool Contains(double value) const { return lower <= value && value <= upper; }
  // Neither empty nor unbounded.
  bool IsFinite() const;
  friend bool operator==(const Interval&, const Interval&) = default;
};

inline constexpr Interval kNoValue{1, 0};
inline constexpr Interval kAnyLength{0, std::numeric_limits<double>::infinity()};

Interval Intersect(const Interval& a, const Interval& b);
Interval Hull(const Interval& a, const Interval& b);

// What a column or an expression can be.
struct ValueRange {
  Interval interval;  // of numbers, and of dates in days since 1970; unbounded for other types
  bool nullable = false;
  Interval length = kAnyLength;  // of texts, in characters
};

// Of a literal, itself alone.
ValueRange RangeOf(const Value& literal);

// A literal, widened by at most one step where a double cannot hold a 64-bit integer.
Interval IntervalOf(const Value& literal);

// Of a column as declared; of an integer column the whole numbers within.
ValueRange DeclaredRange(const ColumnSchema& column);

// kNegate to kToFloat over arguments of the same `type` (dates and days: see kAdd); comparisons and
// logic give an unbounded interval and carry nullability, choices as choice_bounds.h says. NULL
// appears where evaluation gives it: integer overflow, division by zero, a float result that is not
// finite.
ValueRange InferOperation(ExpressionKind kind, ValueType type,
                          absl::Span<const ValueRange> arguments,
                          DateField field = DateField::kDay);

// Of a whole expression over rows; `columns` is indexed as kColumn's `index`.
ValueRange Infer(const Expression& expression, absl::Span<const ValueRange> columns);

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_BOUNDS_H_
