// ABS, CEIL, SIGN, SQRT, LN, LOG, EXP, ROUND, TRUNC, POWER, MOD and WIDTH_BUCKET.
#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/analyze/one_type.h"
#include "engine/analyze/scalar_functions.h"
#include "engine/plan/nodes/buckets.h"

namespace tacit {
namespace {

constexpr int64_t kPlacesMax = 15;

absl::Status CheckNumbers(const SyntaxNode& call, const std::vector<TypedExpression>& arguments,
                          size_t least, std::string_view form) {
  const std::string name = absl::AsciiStrToUpper(call.name);
  const size_t most = 1 + static_cast<size_t>(std::count(form.begin(), form.end(), ','));
  if (call.star || call.distinct || arguments.size() < least || arguments.size() > most) {
    constexpr std::string_view kCounts[] = {"one number", "two numbers", "three numbers",
                                            "four numbers"};
    return Refuse(
        Reason::kUnsupported, absl::StrCat(name, " takes ", std::string(kCounts[most - 1])),
        {.fix = absl::StrCat("write ", name, std::string(form)), .position = call.position});
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

// The number that an argument is written as, or given as a parameter. `which` counts it: "second".
absl::StatusOr<double> ConstantOf(const SyntaxNode& call, const TypedExpression& argument,
                                  std::string_view which, std::string_view fix) {
  const TypedExpression real = ToFloat(argument);
  const auto* literal = std::get_if<double>(&real.expression->literal);
  if (literal != nullptr) return *literal;
  return Refuse(Reason::kUnsupported,
                absl::StrCat("the ", std::string(which), " argument of ",
                             absl::AsciiStrToUpper(call.name), " is no constant"),
                {.fix = std::string(fix), .position = call.position});
}

TypedExpression OfReal(ExpressionKind kind, TypedExpression argument) {
  return MakeOperation(kind, ValueType::kFloat64, {ToFloat(std::move(argument))});
}

TypedExpression Negated(TypedExpression number) {
  return MakeOperation(ExpressionKind::kNegate, ValueType::kFloat64, {std::move(number)});
}

struct OfRealName {
  std::string_view name;
  ExpressionKind kind;
};

constexpr OfRealName kOfReal[] = {
    {"ceil", ExpressionKind::kCeil}, {"ceiling", ExpressionKind::kCeil},
    {"sign", ExpressionKind::kSign}, {"sqrt", ExpressionKind::kSqrt},
    {"ln", ExpressionKind::kLn},     {"log", ExpressionKind::kLog10},
    {"exp", ExpressionKind::kExp},   {"log10", ExpressionKind::kLog10}};

}  // namespace

absl::StatusOr<TypedExpression> BindAbs(const SyntaxNode& call,
                                        std::vector<TypedExpression> arguments) {
  TACIT_RETURN_IF_ERROR(CheckNumbers(call, arguments, 1, "(x)"));
  const ValueType type = arguments[0].expression->type;
  return MakeOperation(ExpressionKind::kAbs, type, std::move(arguments));
}

absl::StatusOr<TypedExpression> BindOfReal(const SyntaxNode& call,
                                           std::vector<TypedExpression> arguments) {
  TACIT_RETURN_IF_ERROR(CheckNumbers(call, arguments, 1, "(x)"));
  const auto* found = std::find_if(std::begin(kOfReal), std::end(kOfReal),
                                   [&](const OfRealName& of) { return of.name == call.name; });
  TACIT_CHECK(found != std::end(kOfReal));
  return OfReal(found->kind, std::move(arguments[0]));
}

// To n places is ROUND(x * 10^n) / 10^n, and to -n places ROUND(x / 10^n) * 10^n, so that the power
// is exact.
absl::StatusOr<TypedExpression> BindRound(const SyntaxNode& call,
                                          std::vector<TypedExpression> arguments) {
  TACIT_RETURN_IF_ERROR(CheckNumbers(call, arguments, 1, "(x, 2)"));
  const ExpressionKind kind =
      call.name == "trunc" ? ExpressionKind::kTrunc : ExpressionKind::kRound;
  if (arguments.size() == 1) return OfReal(kind, std::move(arguments[0]));
  const std::string fix =
      absl::StrCat("write a whole number from ", -kPlacesMax, " to ", kPlacesMax);
  TACIT_ASSIGN_OR_RETURN(const double places, ConstantOf(call, arguments[1], "second", fix));
  if (!(std::fabs(places) <= kPlacesMax) || places != std::trunc(places)) {
    return Refuse(Reason::kUnsupported,
                  absl::StrCat(absl::AsciiStrToUpper(call.name), " knows no such number of places"),
                  {.fix = fix, .position = call.position});
  }
  const TypedExpression power = MakeLiteral(Value(std::pow(10.0, std::fabs(places))));
  const auto scaled = [&power](ExpressionKind by, TypedExpression x) {
    return MakeOperation(by, ValueType::kFloat64, {std::move(x), power});
  };
  ExpressionKind before = ExpressionKind::kMultiply;
  ExpressionKind after = ExpressionKind::kDivide;
  if (places < 0) std::swap(before, after);
  return scaled(after, OfReal(kind, scaled(before, ToFloat(std::move(arguments[0])))));
}

absl::StatusOr<TypedExpression> BindMod(const SyntaxNode& call,
                                        std::vector<TypedExpression> arguments) {
  TACIT_RETURN_IF_ERROR(CheckNumbers(call, arguments, 2, "(x, y)"));
  for (const TypedExpression& argument : arguments) {
    if (argument.expression->type == ValueType::kInt64) continue;
    return Refuse(
        Reason::kTypeMismatch, "MOD needs integers on both sides",
        {.fix = "leave MOD out for reals, or CAST them AS BIGINT", .position = call.position});
  }
  return MakeOperation(ExpressionKind::kModulo, ValueType::kInt64, std::move(arguments));
}

// From high down to low is from -high up to -low over -x.
absl::StatusOr<TypedExpression> BindWidthBucket(const SyntaxNode& call,
                                                std::vector<TypedExpression> arguments) {
  constexpr std::string_view kForm = "(x, 0, 100, 10)";
  const std::string fix = absl::StrCat("write numbers, as in WIDTH_BUCKET", std::string(kForm));
  TACIT_RETURN_IF_ERROR(CheckNumbers(call, arguments, 4, kForm));
  TACIT_ASSIGN_OR_RETURN(double low, ConstantOf(call, arguments[1], "second", fix));
  TACIT_ASSIGN_OR_RETURN(double high, ConstantOf(call, arguments[2], "third", fix));
  TACIT_ASSIGN_OR_RETURN(const double count, ConstantOf(call, arguments[3], "fourth", fix));
  if (low == high || !std::isfinite(high - low)) {
    return Refuse(Reason::kLiteralRange,
                  low == high ? "WIDTH_BUCKET has equal ends, so that its buckets have no width"
                              : "the ends of WIDTH_BUCKET are too far apart",
                  {.fix = fix, .position = call.position});
  }
  if (!(count >= 1 && count <= kBucketsMax) || count != std::trunc(count)) {
    return Refuse(Reason::kLiteralRange, "WIDTH_BUCKET knows no such number of buckets",
                  {.fix = absl::StrCat("write a whole number from 1 to ", kBucketsMax),
                   .position = call.position});
  }
  TypedExpression x = ToFloat(std::move(arguments[0]));
  if (low > high) {
    x = Negated(std::move(x));
    low = -low;
    high = -high;
  }
  return MakeOperation(ExpressionKind::kWidthBucket, ValueType::kInt64,
                       {std::move(x), MakeLiteral(Value(low + 0.0)), MakeLiteral(Value(high + 0.0)),
                        MakeLiteral(Value(static_cast<int64_t>(count)))});
}

absl::StatusOr<TypedExpression> BindPower(const SyntaxNode& call,
                                          std::vector<TypedExpression> arguments) {
  TACIT_RETURN_IF_ERROR(CheckNumbers(call, arguments, 2, "(x, 2)"));
  TACIT_ASSIGN_OR_RETURN(const double exponent, ConstantOf(call, arguments[1], "second",
                                                           "write a number, as in POWER(x, 2)"));
  return MakeOperation(ExpressionKind::kPower, ValueType::kFloat64,
                       {ToFloat(std::move(arguments[0])), MakeLiteral(Value(exponent))});
}

}  // namespace tacit
