#include "engine/analyze/arithmetic.h"

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

ValueType TypeOf(const TypedExpression& typed) { return typed.expression->type; }

ExpressionKind ArithmeticKind(std::string_view symbol) {
  if (symbol == "+") return ExpressionKind::kAdd;
  if (symbol == "-") return ExpressionKind::kSubtract;
  if (symbol == "*") return ExpressionKind::kMultiply;
  if (symbol == "/") return ExpressionKind::kDivide;
  TACIT_CHECK(symbol == "%");
  return ExpressionKind::kModulo;
}

// d - d, d + n, n + d and d - n, in days; a date is among the arguments.
absl::StatusOr<TypedExpression> CalculateDays(const SyntaxNode& node, TypedExpression a,
                                              TypedExpression b) {
  const bool subtracts = node.name == "-";
  if (subtracts) TACIT_RETURN_IF_ERROR(ReadTextsAsDates(a, b, node.position));
  if (IsNullLiteral(a)) a = Retype(a, subtracts ? ValueType::kDate : ValueType::kInt64);
  if (IsNullLiteral(b)) b = Retype(b, subtracts ? ValueType::kDate : ValueType::kInt64);
  const bool left = TypeOf(a) == ValueType::kDate;
  const bool right = TypeOf(b) == ValueType::kDate;
  const bool counts = TypeOf(left ? b : a) == ValueType::kInt64;
  if (subtracts && left && right) {
    return MakeOperation(ExpressionKind::kSubtract, ValueType::kInt64,
                         {std::move(a), std::move(b)});
  }
  if (counts && (node.name == "+" || (subtracts && left))) {
    return MakeOperation(ArithmeticKind(node.name), ValueType::kDate, {std::move(a), std::move(b)});
  }
  return Refuse(Reason::kTypeMismatch,
                absl::StrCat(node.name, " is not defined for ", std::string(TypeName(TypeOf(a))),
                             " and ", std::string(TypeName(TypeOf(b)))),
                {.fix = "add or subtract whole days, or subtract a date from a date",
                 .position = node.position});
}

}  // namespace

bool IsArithmetic(std::string_view symbol) {
  return symbol == "+" || symbol == "-" || symbol == "*" || symbol == "/" || symbol == "%";
}

absl::StatusOr<TypedExpression> Calculate(const SyntaxNode& node,
                                          std::vector<TypedExpression> arguments) {
  const auto is_date = [](const TypedExpression& typed) {
    return TypeOf(typed) == ValueType::kDate;
  };
  if (arguments.size() == 2 && (is_date(arguments[0]) || is_date(arguments[1]))) {
    return CalculateDays(node, std::move(arguments[0]), std::move(arguments[1]));
  }
  for (TypedExpression& argument : arguments) {
    if (IsNumeric(TypeOf(argument))) continue;
    return Refuse(Reason::kTypeMismatch,
                  absl::StrCat(node.name, " needs numbers, but one side is ",
                               std::string(TypeName(TypeOf(argument)))),
                  {.fix = "name numeric columns and write numbers without quotes",
                   .position = node.position});
  }
  if (arguments.size() == 1) {
    if (node.name == "+") return arguments[0];
    const ValueType type = TypeOf(arguments[0]);
    return MakeOperation(ExpressionKind::kNegate, type, std::move(arguments));
  }
  TACIT_RETURN_IF_ERROR(GiveOneType(arguments, node.name, node.position));
  const ValueType type = TypeOf(arguments[0]);
  const ExpressionKind kind = ArithmeticKind(node.name);
  if (kind == ExpressionKind::kModulo && type != ValueType::kInt64) {
    return Refuse(Reason::kTypeMismatch, "% needs integers on both sides",
                  {.fix = "leave % out for reals", .position = node.position});
  }
  return MakeOperation(kind, type, std::move(arguments));
}

}  // namespace tacit
