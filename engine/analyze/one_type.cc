#include "engine/analyze/one_type.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/analyze/scalar_functions.h"

namespace tacit {
namespace {

ValueType TypeOf(const TypedExpression& typed) { return typed.expression->type; }

std::string MismatchFix(ValueType a, ValueType b) {
  const bool text = a == ValueType::kText || b == ValueType::kText;
  if (text && (IsNumeric(a) || IsNumeric(b)))
    return "write numbers without quotes and text with quotes";
  return "use values of one type";
}

}  // namespace

bool IsNullLiteral(const TypedExpression& typed) {
  return typed.expression->kind == ExpressionKind::kLiteral && IsNull(typed.expression->literal);
}

TypedExpression Retype(const TypedExpression& null, ValueType type) {
  auto expression = std::make_shared<Expression>(*null.expression);
  expression->type = type;
  return {.expression = std::move(expression), .range = null.range};
}

absl::Status GiveOneType(std::vector<TypedExpression>& values, std::string_view what,
                         int position) {
  const auto some_is = [&](ValueType type) {
    return std::any_of(values.begin(), values.end(), [type](const TypedExpression& value) {
      return !IsNullLiteral(value) && TypeOf(value) == type;
    });
  };
  const bool has_date = some_is(ValueType::kDate);
  const bool has_real = some_is(ValueType::kFloat64);
  std::optional<ValueType> common;
  for (TypedExpression& value : values) {
    if (IsNullLiteral(value)) continue;
    if (has_date) TACIT_RETURN_IF_ERROR(ReadTextAsDate(value, position));
    if (has_real && TypeOf(value) == ValueType::kInt64) value = ToFloat(std::move(value));
    if (!common.has_value()) common = TypeOf(value);
    if (TypeOf(value) != *common) return RefuseMismatch(what, *common, TypeOf(value), position);
  }
  for (TypedExpression& value : values) {
    if (IsNullLiteral(value) && common.has_value()) value = Retype(value, *common);
  }
  return absl::OkStatus();
}

absl::Status RefuseMismatch(std::string_view what, ValueType a, ValueType b, int position) {
  return Refuse(Reason::kTypeMismatch,
                absl::StrCat(std::string(what), " ", std::string(TypeName(a)), " with ",
                             std::string(TypeName(b))),
                {.fix = MismatchFix(a, b), .position = position});
}

}  // namespace tacit
