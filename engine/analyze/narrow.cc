#include "engine/analyze/narrow.h"

#include <cmath>
#include <limits>

#include "accountant/check.h"

namespace tacit {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kExactIntegerMax = 9007199254740992.0;  // 2^53

using Ranges = std::vector<ValueRange>;

// Both hold.
Ranges Meet(Ranges a, const Ranges& b) {
  for (size_t i = 0; i < a.size(); ++i) {
    a[i].interval = Intersect(a[i].interval, b[i].interval);
    a[i].nullable = a[i].nullable && b[i].nullable;
  }
  return a;
}

// At least one holds.
Ranges Join(Ranges a, const Ranges& b) {
  for (size_t i = 0; i < a.size(); ++i) {
    a[i].interval = Hull(a[i].interval, b[i].interval);
    a[i].nullable = a[i].nullable || b[i].nullable;
  }
  return a;
}

// Clears `nullable` of each column whose NULL makes the whole value NULL: any under arithmetic and
// under operations of text.
void RejectNulls(const Expression& value, Ranges& ranges) {
  if (value.kind == ExpressionKind::kColumn) ranges[value.index].nullable = false;
  if (!IsArithmetic(value.kind) && !IsOfText(value.kind)) return;
  for (const ExpressionPtr& argument : value.arguments) RejectNulls(*argument, ranges);
}

// The column that `value` is, itself or widened to a float; null for anything else.
const Expression* ColumnOf(const Expression& value) {
  if (value.kind == ExpressionKind::kColumn) return &value;
  if (value.kind == ExpressionKind::kToFloat) return ColumnOf(*value.arguments[0]);
  return nullptr;
}

bool IsConstant(const Expression& value) {
  if (value.kind == ExpressionKind::kLiteral) return true;
  if (value.arguments.empty()) return false;
  for (const ExpressionPtr& argument : value.arguments) {
    if (!IsConstant(*argument)) return false;
  }
  return true;
}

ExpressionKind Negated(ExpressionKind kind) {
  switch (kind) {
    case ExpressionKind::kEqual:
      return ExpressionKind::kNotEqual;
    case ExpressionKind::kNotEqual:
      return ExpressionKind::kEqual;
    case ExpressionKind::kLess:
      return ExpressionKind::kGreaterEqual;
    case ExpressionKind::kLessEqual:
      return ExpressionKind::kGreater;
    case ExpressionKind::kGreater:
      return ExpressionKind::kLessEqual;
    default:
      TACIT_CHECK(kind == ExpressionKind::kGreaterEqual);
      return ExpressionKind::kLess;
  }
}

// The values v with `v <kind> c` for some c in `constant`.
Interval Satisfying(ExpressionKind kind, const Interval& constant) {
  if (constant.IsEmpty()) return kNoValue;  // NULL compares true with nothing
  switch (kind) {
    case ExpressionKind::kEqual:
      return constant;
    case ExpressionKind::kLess:
    case ExpressionKind::kLessEqual:
      return {-kInfinity, constant.upper};
    case ExpressionKind::kGreater:
    case ExpressionKind::kGreaterEqual:
      return {constant.lower, kInfinity};
    default:
      return {};
  }
}

// The whole numbers within, and strictly within for < and >. Beyond 2^53 a double stands for
// several integers, so there the ends stay.
Interval WholeNumbers(ExpressionKind kind, Interval interval) {
  if (std::abs(interval.lower) < kExactIntegerMax) {
    const bool strict = kind == ExpressionKind::kGreater;
    interval.lower = strict ? std::floor(interval.lower) + 1 : std::ceil(interval.lower);
  }
  if (std::abs(interval.upper) < kExactIntegerMax) {
    const bool strict = kind == ExpressionKind::kLess;
    interval.upper = strict ? std::ceil(interval.upper) - 1 : std::floor(interval.upper);
  }
  return interval;
}

void NarrowColumn(const Expression& side, ExpressionKind kind, const Interval& constant,
                  Ranges& ranges) {
  const Expression* column = ColumnOf(side);
  if (column == nullptr) return;
  Interval values = Satisfying(kind, constant);
  if (column->type != ValueType::kFloat64) values = WholeNumbers(kind, values);
  Interval& interval = ranges[column->index].interval;
  interval = Intersect(interval, values);
}

Ranges NarrowComparison(const Expression& comparison, bool truth, Ranges ranges) {
  const ExpressionKind kind = truth ? comparison.kind : Negated(comparison.kind);
  const Expression& left = *comparison.arguments[0];
  const Expression& right = *comparison.arguments[1];
  // Only constants narrow. Another column's declared bounds are where its values are clipped, not a
  // fact.
  if (IsConstant(right)) NarrowColumn(left, kind, Infer(right, {}).interval, ranges);
  if (IsConstant(left)) NarrowColumn(right, Mirrored(kind), Infer(left, {}).interval, ranges);
  RejectNulls(left, ranges);
  RejectNulls(right, ranges);
  return ranges;
}

Ranges NarrowList(const Expression& in, bool truth, Ranges ranges) {
  const Expression& value = *in.arguments[0];
  if (truth) {
    Interval hull = kNoValue;
    for (const Value& item : in.list) hull = Hull(hull, IntervalOf(item));
    NarrowColumn(value, ExpressionKind::kEqual, hull, ranges);
  }
  RejectNulls(value, ranges);
  return ranges;
}

Ranges NarrowNull(const Expression& test, bool truth, Ranges ranges) {
  const Expression& value = *test.arguments[0];
  if (!truth) {
    RejectNulls(value, ranges);
  } else if (value.kind == ExpressionKind::kColumn) {
    ranges[value.index].interval = kNoValue;
  }
  return ranges;
}

// The ranges where `predicate` is true, or false. In both cases it is not NULL.
Ranges NarrowTo(const Expression& predicate, bool truth, const Ranges& ranges) {
  if (IsComparison(predicate.kind)) return NarrowComparison(predicate, truth, ranges);
  switch (predicate.kind) {
    case ExpressionKind::kNot:
      return NarrowTo(*predicate.arguments[0], !truth, ranges);
    case ExpressionKind::kAnd:
    case ExpressionKind::kOr: {
      const bool both = (predicate.kind == ExpressionKind::kAnd) == truth;
      Ranges result = NarrowTo(*predicate.arguments[0], truth, ranges);
      for (size_t i = 1; i < predicate.arguments.size(); ++i) {
        const Ranges other = NarrowTo(*predicate.arguments[i], truth, ranges);
        result = both ? Meet(std::move(result), other) : Join(std::move(result), other);
      }
      return result;
    }
    case ExpressionKind::kInList:
      return NarrowList(predicate, truth, ranges);
    case ExpressionKind::kIsNull:
      return NarrowNull(predicate, truth, ranges);
    default: {
      Ranges result = ranges;
      RejectNulls(predicate, result);  // a boolean column
      return result;
    }
  }
}

}  // namespace

std::vector<ValueRange> Narrow(const Expression& predicate, absl::Span<const ValueRange> columns) {
  return NarrowTo(predicate, true, Ranges(columns.begin(), columns.end()));
}

}  // namespace tacit
