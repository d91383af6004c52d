// ABS, CEIL, ROUND, SQRT, LN, EXP, POWER and MOD.
#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/analyze/one_type.h"
#include "engine/analyze/scalar_functions.h"

namespace tacit {
namespace {

constexpr int64_t kPlacesMax = 15;

absl::Status CheckNumbers(const SyntaxNode& call, const std::vector<TypedExpression>& arguments,
                          size_t least, size_t most) {
  const std::string name = absl::AsciiStrToUpper(call.name);
  if (call.star || call.distinct || arguments.size() < least || arguments.size() > most) {
    return Refuse(Reason::kUnsupported,
                  absl::StrCat(name, most == 1 ? " takes one number" : " takes two numbers"),
                  {.fix = absl::StrCat("write ", name, most == 1 ? "(x)" : "(x, 2)"),
                   .position = call.position});
  }
  for (const TypedExpression& argument : arguments) {
    const ValueType type = argument.expression->type;
    if (IsNumeric(type)) continue;
    return Refuse(
        Reason::kTypeMismatch,
        absl::StrCat(name, " needs a number, but its argument is ", std::string(TypeName(type))),
        {.fix = "name a numeric column", .position = call.position});
  }
  return absl::OkStatus();
}

// The number that the second argument is written as, or given as a parameter.
absl::StatusOr<double> ConstantOf(const SyntaxNode& call, const TypedExpression& argument,
                                  std::string_view fix) {
  const TypedExpression real = ToFloat(argument);
  const auto* literal = std::get_if<double>(&real.expression->literal);
  if (literal != nullptr) return *literal;
  return Refuse(
      Reason::kUnsupported,
      absl::StrCat("the second argument of ", absl::AsciiStrToUpper(call.name), " is no constant"),
      {.fix = std::string(fix), .position = call.position});
}

TypedExpression OfReal(ExpressionKind kind, TypedExpression argument) {
  return MakeOperation(kind, ValueType::kFloat64, {ToFloat(std::move(argument))});
}

}  // namespace

absl::StatusOr<TypedExpression> BindAbs(const SyntaxNode& call,
                                        std::vector<TypedExpression> arguments) {
  TACIT_RETURN_IF_ERROR(CheckNumbers(call, arguments, 1, 1));
  const ValueType type = arguments[0].expression->type;
  return MakeOperation(ExpressionKind::kAbs, type, std::move(arguments));
}

absl::StatusOr<TypedExpression> BindOfReal(const SyntaxNode& call,
                                           std::vector<TypedExpression> arguments) {
  TACIT_RETURN_IF_ERROR(CheckNumbers(call, arguments, 1, 1));
  const ExpressionKind kind = call.name == "sqrt"  ? ExpressionKind::kSqrt
                              : call.name == "ln"  ? ExpressionKind::kLn
                              : call.name == "exp" ? ExpressionKind::kExp
                                                   : ExpressionKind::kCeil;
  return OfReal(kind, std::move(arguments[0]));
}

// To n places is ROUND(x 10^n) / 10^n.
absl::StatusOr<TypedExpression> BindRound(const SyntaxNode& call,
                                          std::vector<TypedExpression> arguments) {
  TACIT_RETURN_IF_ERROR(CheckNumbers(call, arguments, 1, 2));
  if (arguments.size() == 1) return OfReal(ExpressionKind::kRound, std::move(arguments[0]));
  const std::string fix = absl::StrCat("write a whole number from 0 to ", kPlacesMax);
  TACIT_ASSIGN_OR_RETURN(const double places, ConstantOf(call, arguments[1], fix));
  if (!(places >= 0 && places <= kPlacesMax) || places != std::trunc(places)) {
    return Refuse(Reason::kUnsupported, "ROUND knows no such number of places",
                  {.fix = fix, .position = call.position});
  }
  const TypedExpression power = MakeLiteral(Value(std::pow(10.0, places)));
  TypedExpression scaled = MakeOperation(ExpressionKind::kMultiply, ValueType::kFloat64,
                                         {ToFloat(std::move(arguments[0])), power});
  return MakeOperation(ExpressionKind::kDivide, ValueType::kFloat64,
                       {OfReal(ExpressionKind::kRound, std::move(scaled)), power});
}

absl::StatusOr<TypedExpression> BindPower(const SyntaxNode& call,
                                          std::vector<TypedExpression> arguments) {
  TACIT_RETURN_IF_ERROR(CheckNumbers(call, arguments, 2, 2));
  TACIT_ASSIGN_OR_RETURN(const double exponent,
                         ConstantOf(call, arguments[1], "write a number, as in POWER(x, 2)"));
  return MakeOperation(ExpressionKind::kPower, ValueType::kFloat64,
                       {ToFloat(std::move(arguments[0])), MakeLiteral(Value(exponent))});
}

}  // namespace tacit
