#include "engine/analyze/text_bounds.h"

#include <algorithm>

#include "accountant/check.h"
#include "engine/plan/nodes/text.h"
#include "engine/plan/nodes/utf8.h"

namespace tacit {
namespace {

using Kind = ExpressionKind;

// A joined text that was cut has so many characters at least, were each of four bytes.
constexpr double kJoinedLeast = static_cast<double>(kJoinedBytesMax / 4);
constexpr double kJoinedMost = static_cast<double>(kJoinedBytesMax);

Interval JoinedLength(absl::Span<const ValueRange> arguments) {
  Interval sum{0, 0};
  for (const ValueRange& argument : arguments) {
    if (argument.length.IsEmpty()) return kNoValue;
    sum = {sum.lower + argument.length.lower, sum.upper + argument.length.upper};
  }
  return {std::min(sum.lower, kJoinedLeast), std::min(sum.upper, kJoinedMost)};
}

// LEFT and RIGHT of `count`, which leaves out as many where it is negative.
Interval EndLength(const Interval& length, double count) {
  if (count >= 0) return {std::min(length.lower, count), std::min(length.upper, count)};
  return {std::max(length.lower + count, 0.0), std::max(length.upper + count, 0.0)};
}

Interval ResultLength(Kind kind, absl::Span<const ValueRange> arguments) {
  if (kind == Kind::kConcat) return JoinedLength(arguments);
  const Interval& length = arguments[0].length;
  if (length.IsEmpty()) return kNoValue;
  switch (kind) {
    case Kind::kLength:
    case Kind::kLower:
    case Kind::kUpper:
      return length;
    case Kind::kLeft:
    case Kind::kRight:
      return EndLength(length, arguments[1].interval.lower);
    case Kind::kSubstring:
      return {0, arguments.size() == 2 ? length.upper
                                       : std::min(length.upper, arguments[2].interval.upper)};
    default:
      TACIT_CHECK(kind == Kind::kTrim || kind == Kind::kTrimLeft || kind == Kind::kTrimRight);
      return {0, length.upper};
  }
}

}  // namespace

Interval LengthOf(const Value& literal) {
  if (IsNull(literal)) return kNoValue;
  const auto* text = std::get_if<std::string>(&literal);
  if (text == nullptr) return kAnyLength;
  const auto length = static_cast<double>(CharacterCount(*text));
  return {length, length};
}

Interval LengthOf(const ColumnSchema& column) {
  if (column.type != ValueType::kText || column.public_values.empty()) return kAnyLength;
  Interval length = kNoValue;
  for (const Value& value : column.public_values) length = Hull(length, LengthOf(value));
  return length;
}

ValueRange InferText(ExpressionKind kind, absl::Span<const ValueRange> arguments) {
  ValueRange result;
  for (const ValueRange& argument : arguments) {
    result.nullable = result.nullable || argument.nullable;
  }
  if (kind == Kind::kLike || kind == Kind::kILike) return result;
  const Interval length = ResultLength(kind, arguments);
  if (kind != Kind::kLength) {
    result.length = length;
    return result;
  }
  result.interval = length;
  result.nullable = result.nullable || length.IsEmpty();
  return result;
}

}  // namespace tacit
