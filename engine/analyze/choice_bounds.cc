#include "engine/analyze/choice_bounds.h"

#include <algorithm>
#include <vector>

#include "accountant/check.h"
#include "engine/analyze/narrow.h"

namespace tacit {
namespace {

// One of them, and no telling which.
ValueRange AnyOf(absl::Span<const ValueRange> values) {
  ValueRange any{.interval = kNoValue, .length = kNoValue};
  for (const ValueRange& value : values) {
    any.interval = Hull(any.interval, value.interval);
    any.length = Hull(any.length, value.length);
    any.nullable = any.nullable || value.nullable;
  }
  return any;
}

// Those after the first that is never NULL are never reached.
ValueRange FirstOf(absl::Span<const ValueRange> values) {
  ValueRange first{.interval = kNoValue, .nullable = true, .length = kNoValue};
  for (const ValueRange& value : values) {
    first.interval = Hull(first.interval, value.interval);
    first.length = Hull(first.length, value.length);
    first.nullable = value.nullable;
    if (!value.nullable) return first;
  }
  return first;
}

// What is never NULL bounds the result from below; what may be NULL need not take part.
ValueRange GreatestOf(absl::Span<const ValueRange> values) {
  ValueRange greatest{.interval = kNoValue, .nullable = true, .length = kNoValue};
  Interval sure{.lower = -std::numeric_limits<double>::infinity()};
  for (const ValueRange& value : values) {
    if (value.interval.IsEmpty()) continue;
    greatest.interval = Hull(greatest.interval, value.interval);
    greatest.length = Hull(greatest.length, value.length);
    if (value.nullable) continue;
    greatest.nullable = false;
    sure.lower = std::max(sure.lower, value.interval.lower);
  }
  if (!greatest.nullable) greatest.interval = Intersect(greatest.interval, sure);
  return greatest;
}

Interval Mirror(const Interval& interval) { return {-interval.upper, -interval.lower}; }

ValueRange LeastOf(absl::Span<const ValueRange> values) {
  std::vector<ValueRange> mirrored(values.begin(), values.end());
  for (ValueRange& value : mirrored) value.interval = Mirror(value.interval);
  ValueRange least = GreatestOf(mirrored);
  least.interval = Mirror(least.interval);
  return least;
}

// The values of CASE: every second argument, and the last.
std::vector<ValueRange> ValuesOfCase(absl::Span<const ValueRange> arguments) {
  std::vector<ValueRange> values;
  for (size_t i = 1; i < arguments.size(); i += 2) values.push_back(arguments[i]);
  values.push_back(arguments.back());
  return values;
}

}  // namespace

ValueRange InferChoice(ExpressionKind kind, absl::Span<const ValueRange> arguments) {
  switch (kind) {
    case ExpressionKind::kCase:
      return AnyOf(ValuesOfCase(arguments));
    case ExpressionKind::kCoalesce:
      return FirstOf(arguments);
    case ExpressionKind::kGreatest:
      return GreatestOf(arguments);
    default:
      TACIT_CHECK(kind == ExpressionKind::kLeast);
      return LeastOf(arguments);
  }
}

ValueRange InferCase(const Expression& choice, absl::Span<const ValueRange> columns) {
  std::vector<ValueRange> values;
  for (size_t i = 0; i + 1 < choice.arguments.size(); i += 2) {
    const std::vector<ValueRange> then = Narrow(*choice.arguments[i], columns);
    values.push_back(Infer(*choice.arguments[i + 1], then));
  }
  // A condition may have been NULL, so that ELSE learns nothing.
  values.push_back(Infer(*choice.arguments.back(), columns));
  return AnyOf(values);
}

}  // namespace tacit
