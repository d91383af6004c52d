#include "engine/analyze/bounds.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <vector>

#include "accountant/check.h"
#include "engine/analyze/choice_bounds.h"
#include "engine/analyze/date_bounds.h"
#include "engine/analyze/math_bounds.h"
#include "engine/analyze/text_bounds.h"

namespace tacit {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kLargest = std::numeric_limits<double>::max();
constexpr double kIntegerEnd = 9223372036854775808.0;    // 2^63
constexpr double kExactIntegerMax = 9007199254740992.0;  // 2^53

// An end times an end. 0 * infinity is 0: the infinite end stands for finite values of any size.
double Product(double a, double b) { return a == 0 || b == 0 ? 0 : a * b; }

// A finite end over an infinite one tends to 0; both infinite can be anything, which callers cover
// by the other corners.
double Quotient(double a, double b) { return std::isinf(b) ? 0 : a / b; }

Interval Around(std::initializer_list<double> corners) {
  return {std::min(corners), std::max(corners)};
}

Interval Multiply(const Interval& a, const Interval& b) {
  return Around({Product(a.lower, b.lower), Product(a.lower, b.upper), Product(a.upper, b.lower),
                 Product(a.upper, b.upper)});
}

// Over divisors of one sign, away from zero.
Interval DivideBySigned(const Interval& a, const Interval& b) {
  return Around({Quotient(a.lower, b.lower), Quotient(a.lower, b.upper), Quotient(a.upper, b.lower),
                 Quotient(a.upper, b.upper)});
}

Interval DivideReal(const Interval& a, const Interval& b) {
  // Next to zero a quotient has no bound.
  return b.Contains(0) ? Interval{} : DivideBySigned(a, b);
}

// Divisors that are whole numbers: those below zero and those above are each of one sign.
Interval DivideInteger(const Interval& a, const Interval& b) {
  Interval result = kNoValue;
  const Interval below = Intersect(b, {-kInfinity, -1});
  const Interval above = Intersect(b, {1, kInfinity});
  if (!below.IsEmpty()) result = Hull(result, DivideBySigned(a, below));
  if (!above.IsEmpty()) result = Hull(result, DivideBySigned(a, above));
  return {std::trunc(result.lower), std::trunc(result.upper)};
}

// The remainder has the sign of the dividend and is smaller than it and than the divisor.
Interval Remainder(const Interval& a, const Interval& b) {
  const double most = std::max(std::abs(b.lower), std::abs(b.upper)) - 1;
  if (most < 0) return kNoValue;
  return {a.lower < 0 ? std::max(a.lower, -most) : 0, a.upper > 0 ? std::min(a.upper, most) : 0};
}

// Ends from 2^53 on may have been rounded; one step outward covers that.
Interval WidenInteger(Interval interval) {
  if (std::abs(interval.lower) >= kExactIntegerMax) {
    interval.lower = std::nextafter(interval.lower, -kInfinity);
  }
  if (std::abs(interval.upper) >= kExactIntegerMax) {
    interval.upper = std::nextafter(interval.upper, kInfinity);
  }
  return interval;
}

Interval Arithmetic(ExpressionKind kind, ValueType type, absl::Span<const ValueRange> arguments) {
  const Interval& a = arguments[0].interval;
  if (kind == ExpressionKind::kToFloat) return a;
  if (kind == ExpressionKind::kNegate) return {-a.upper, -a.lower};
  if (kind == ExpressionKind::kFloor) return {std::floor(a.lower), std::floor(a.upper)};
  const Interval& b = arguments[1].interval;
  switch (kind) {
    case ExpressionKind::kAdd:
      return {a.lower + b.lower, a.upper + b.upper};
    case ExpressionKind::kSubtract:
      return {a.lower - b.upper, a.upper - b.lower};
    case ExpressionKind::kMultiply:
      return Multiply(a, b);
    case ExpressionKind::kDivide:
      return type == ValueType::kInt64 ? DivideInteger(a, b) : DivideReal(a, b);
    default:
      TACIT_CHECK(kind == ExpressionKind::kModulo);
      return Remainder(a, b);
  }
}

}  // namespace

bool Interval::IsFinite() const {
  return !IsEmpty() && std::isfinite(lower) && std::isfinite(upper);
}

Interval Intersect(const Interval& a, const Interval& b) {
  return {std::max(a.lower, b.lower), std::min(a.upper, b.upper)};
}

Interval Hull(const Interval& a, const Interval& b) {
  if (a.IsEmpty()) return b;
  if (b.IsEmpty()) return a;
  return {std::min(a.lower, b.lower), std::max(a.upper, b.upper)};
}

Interval IntervalOf(const Value& literal) {
  if (const auto* integer = std::get_if<int64_t>(&literal)) {
    const auto value = static_cast<double>(*integer);
    return WidenInteger({value, value});
  }
  if (const auto* real = std::get_if<double>(&literal)) return {*real, *real};
  if (const auto* date = std::get_if<Date>(&literal)) {
    return {static_cast<double>(date->days), static_cast<double>(date->days)};
  }
  return IsNull(literal) ? kNoValue : Interval{};
}

ValueRange RangeOf(const Value& literal) {
  return {
      .interval = IntervalOf(literal), .nullable = IsNull(literal), .length = LengthOf(literal)};
}

ValueRange DeclaredRange(const ColumnSchema& column) {
  ValueRange range{.interval = {}, .nullable = column.nullable, .length = LengthOf(column)};
  if (!column.bounds.has_value()) return range;
  range.interval = {column.bounds->lower, column.bounds->upper};
  if (column.type == ValueType::kInt64) {
    range.interval = {std::ceil(range.interval.lower), std::floor(range.interval.upper)};
  }
  return range;
}

ValueRange InferOperation(ExpressionKind kind, ValueType type,
                          absl::Span<const ValueRange> arguments, DateField field) {
  ValueRange result;
  bool empty = false;
  for (const ValueRange& argument : arguments) {
    result.nullable = result.nullable || argument.nullable;
    empty = empty || argument.interval.IsEmpty();
  }
  if (kind == ExpressionKind::kIsNull) return {};
  if (IsChoice(kind)) return InferChoice(kind, arguments);
  if (IsOfText(kind)) return InferText(kind, arguments);
  if (!IsArithmetic(kind)) return result;
  if (empty) return {.interval = kNoValue, .nullable = true};
  if (IsOfDate(kind)) {
    const Interval& days = arguments[0].interval;
    result.interval =
        kind == ExpressionKind::kDatePart ? PartInterval(field, days) : TruncInterval(field, days);
    return result;
  }
  bool partial = false;
  Interval raw =
      IsMath(kind) ? MathInterval(kind, arguments, partial) : Arithmetic(kind, type, arguments);
  result.nullable = result.nullable || partial;
  raw = {raw.lower + 0.0, raw.upper + 0.0};  // -0.0 is 0.0
  if (raw.IsEmpty()) return {.interval = kNoValue, .nullable = true};
  const bool divides = kind == ExpressionKind::kDivide || kind == ExpressionKind::kModulo;
  if (divides && arguments[1].interval.Contains(0)) result.nullable = true;
  if (kind == ExpressionKind::kToFloat) return {.interval = raw, .nullable = result.nullable};
  if (type == ValueType::kDate) {
    // What leaves the calendar is NULL. An end without a bound stays one: it was not declared.
    const bool fits = kDateMin <= raw.lower && raw.upper <= kDateMax;
    result.nullable = result.nullable || !fits;
    result.interval = {std::isinf(raw.lower) ? raw.lower : std::max<double>(raw.lower, kDateMin),
                       std::isinf(raw.upper) ? raw.upper : std::min<double>(raw.upper, kDateMax)};
    return result;
  }
  if (type == ValueType::kInt64) {
    raw = WidenInteger(raw);
    // What overflows is NULL, so the values that remain fit.
    if (raw.lower < -kIntegerEnd || raw.upper >= kIntegerEnd) result.nullable = true;
    result.interval = Intersect(raw, {-kIntegerEnd, kIntegerEnd});
    if (std::isinf(raw.lower)) result.interval.lower = -kInfinity;
    if (std::isinf(raw.upper)) result.interval.upper = kInfinity;
    return result;
  }
  // An end that is not finite means that a result may not be; such a result is NULL.
  if (!std::isfinite(raw.lower) || !std::isfinite(raw.upper)) result.nullable = true;
  result.interval = {std::min(raw.lower, kLargest), std::max(raw.upper, -kLargest)};
  return result;
}

ValueRange Infer(const Expression& expression, absl::Span<const ValueRange> columns) {
  switch (expression.kind) {
    case ExpressionKind::kColumn:
      TACIT_CHECK(expression.index >= 0 && expression.index < static_cast<int>(columns.size()));
      return columns[expression.index];
    case ExpressionKind::kLiteral:
      return RangeOf(expression.literal);
    case ExpressionKind::kKey:
    case ExpressionKind::kAnswer:
      return {.interval = {}, .nullable = expression.nullable};
    case ExpressionKind::kCase:
      return InferCase(expression, columns);
    default:
      break;
  }
  std::vector<ValueRange> arguments;
  for (const ExpressionPtr& argument : expression.arguments) {
    arguments.push_back(Infer(*argument, columns));
  }
  return InferOperation(expression.kind, expression.type, arguments, expression.field);
}

}  // namespace tacit
