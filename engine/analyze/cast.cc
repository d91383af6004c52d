// CAST(x AS type) and x::type, to the types that a value of another can become for every input.
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/analyze/one_type.h"
#include "engine/analyze/scalar_functions.h"

namespace tacit {
namespace {

// `most` is the largest value of a type of integers.
struct CastTarget {
  std::string_view name;
  ValueType type;
  int64_t most = 0;
};

constexpr CastTarget kTargets[] = {
    {"smallint", ValueType::kInt64, std::numeric_limits<int16_t>::max()},
    {"integer", ValueType::kInt64, std::numeric_limits<int32_t>::max()},
    {"bigint", ValueType::kInt64, std::numeric_limits<int64_t>::max()},
    {"double precision", ValueType::kFloat64},
    {"boolean", ValueType::kBool},
    {"date", ValueType::kDate},
    {"text", ValueType::kText}};

const CastTarget& TargetOf(std::string_view name) {
  for (const CastTarget& target : kTargets) {
    if (target.name == name) return target;
  }
  CheckFailed(__FILE__, __LINE__, "the parser hands over known types alone");
}

std::string FixOf(ValueType from, ValueType to) {
  if (from == ValueType::kText && to != ValueType::kText) {
    return "write the value without quotes, or name a column of that type";
  }
  if (from == ValueType::kDate && to != ValueType::kText) {
    return "write EXTRACT(year FROM d), or subtract a date";
  }
  if (from == ValueType::kFloat64 && to == ValueType::kBool) return "write x <> 0";
  if (from == ValueType::kBool && to == ValueType::kFloat64) return "cast it to INTEGER first";
  return "leave the cast out";
}

TypedExpression ToInteger(TypedExpression value, int64_t most) {
  const auto* whole = std::get_if<int64_t>(&value.expression->literal);
  const bool is_integer = value.expression->type == ValueType::kInt64;
  const bool fits = most == std::numeric_limits<int64_t>::max() ||
                    (whole != nullptr && -most - 1 <= *whole && *whole <= most);
  if (is_integer && fits) return value;
  return MakeOperation(ExpressionKind::kToInteger, ValueType::kInt64,
                       {std::move(value), MakeLiteral(Value(most))});
}

}  // namespace

absl::StatusOr<TypedExpression> BindCast(const SyntaxNode& cast,
                                         std::vector<TypedExpression> arguments) {
  TACIT_CHECK(arguments.size() == 1);
  TypedExpression& value = arguments[0];
  const CastTarget& target = TargetOf(cast.name);
  if (IsNullLiteral(value)) return Retype(value, target.type);
  if (target.type == ValueType::kDate) TACIT_RETURN_IF_ERROR(ReadTextAsDate(value, cast.position));
  const ValueType from = value.expression->type;
  if (target.type == ValueType::kInt64 && IsNumeric(from)) {
    return ToInteger(std::move(value), target.most);
  }
  if (from == target.type) return std::move(value);
  if (target.type == ValueType::kInt64 && from == ValueType::kBool) {
    return MakeOperation(ExpressionKind::kBoolToInteger, ValueType::kInt64, {std::move(value)});
  }
  if (target.type == ValueType::kFloat64 && from == ValueType::kInt64) {
    return ToFloat(std::move(value));
  }
  if (target.type == ValueType::kBool && from == ValueType::kInt64) {
    return MakeOperation(ExpressionKind::kNotEqual, ValueType::kBool,
                         {std::move(value), MakeLiteral(Value(int64_t{0}))});
  }
  return Refuse(Reason::kTypeMismatch,
                absl::StrCat("CAST cannot turn ", std::string(TypeName(from)), " into ",
                             std::string(target.name)),
                {.fix = FixOf(from, target.type), .position = cast.position});
}

}  // namespace tacit
