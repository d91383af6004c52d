#include "engine/analyze/scalar_functions.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "accountant/refusal.h"
#include "engine/analyze/choice.h"
#include "engine/analyze/text_functions.h"

namespace tacit {
namespace {

absl::StatusOr<TypedExpression> BindFloor(const SyntaxNode& call,
                                          std::vector<TypedExpression> arguments) {
  if (call.star || call.distinct || arguments.size() != 1) {
    return Refuse(Reason::kUnsupported, "FLOOR takes one number",
                  {.fix = "write FLOOR(x)", .position = call.position});
  }
  const ValueType type = arguments[0].expression->type;
  if (type != ValueType::kInt64 && type != ValueType::kFloat64) {
    return Refuse(
        Reason::kTypeMismatch,
        absl::StrCat("FLOOR needs a number, but its argument is ", std::string(TypeName(type))),
        {.fix = "name a numeric column", .position = call.position});
  }
  return MakeOperation(ExpressionKind::kFloor, ValueType::kFloat64,
                       {ToFloat(std::move(arguments[0]))});
}

struct NamedFunction {
  std::string_view name;
  BindFunction bind;
};

constexpr NamedFunction kFunctions[] = {{"floor", BindFloor},
                                        {"extract", BindDatePart},
                                        {"date_part", BindDatePart},
                                        {"date_trunc", BindDateTrunc},
                                        {"coalesce", BindCoalesce},
                                        {"nullif", BindNullIf},
                                        {"abs", BindAbs},
                                        {"ceil", BindOfReal},
                                        {"ceiling", BindOfReal},
                                        {"sqrt", BindOfReal},
                                        {"ln", BindOfReal},
                                        {"exp", BindOfReal},
                                        {"sign", BindOfReal},
                                        {"log", BindOfReal},
                                        {"log10", BindOfReal},
                                        {"round", BindRound},
                                        {"trunc", BindRound},
                                        {"mod", BindMod},
                                        {"width_bucket", BindWidthBucket},
                                        {"power", BindPower},
                                        {"pow", BindPower},
                                        {"greatest", BindGreatest},
                                        {"least", BindLeast}};

}  // namespace

BindFunction FindScalarFunction(std::string_view name) {
  for (const NamedFunction& function : kFunctions) {
    if (function.name == name) return function.bind;
  }
  return FindTextFunction(name);
}

std::vector<std::string> ScalarFunctionNames() {
  std::vector<std::string> names;
  for (const NamedFunction& function : kFunctions) names.emplace_back(function.name);
  return names;
}

}  // namespace tacit
