#include "engine/analyze/choice.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/analyze/listed_texts.h"
#include "engine/analyze/one_type.h"
#include "engine/parse/parse.h"

namespace tacit {
namespace {

absl::StatusOr<TypedExpression> BindAmong(ExpressionKind kind, const SyntaxNode& call,
                                          std::vector<TypedExpression> arguments) {
  const std::string name = absl::AsciiStrToUpper(call.name);
  if (call.star || call.distinct || arguments.empty()) {
    return Refuse(Reason::kUnsupported, absl::StrCat(name, " takes one value or more"),
                  {.fix = absl::StrCat("write ", name, "(a, b)"), .position = call.position});
  }
  TACIT_RETURN_IF_ERROR(GiveOneType(arguments, absl::StrCat(name, " cannot mix"), call.position));
  const ValueType type = arguments[0].expression->type;
  const bool ordered = kind != ExpressionKind::kCoalesce;
  if (ordered && type == ValueType::kBool) {
    return Refuse(Reason::kTypeMismatch, absl::StrCat("booleans have no order for ", name),
                  {.fix = "use AND, OR or CASE", .position = call.position});
  }
  return MakeOperation(kind, type, std::move(arguments));
}

}  // namespace

absl::StatusOr<TypedExpression> MakeCase(std::vector<TypedExpression> arguments, int position) {
  TACIT_CHECK(arguments.size() % 2 == 1);
  std::vector<TypedExpression> values;
  for (size_t i = 1; i < arguments.size(); i += 2) values.push_back(arguments[i]);
  values.push_back(arguments.back());
  TACIT_RETURN_IF_ERROR(GiveOneType(values, "CASE cannot mix", position));
  const ValueType type = values[0].expression->type;
  for (size_t i = 1; i < arguments.size(); i += 2) arguments[i] = std::move(values[i / 2]);
  arguments.back() = std::move(values.back());
  return MakeOperation(ExpressionKind::kCase, type, std::move(arguments));
}

absl::StatusOr<TypedExpression> BindCoalesce(const SyntaxNode& call,
                                             std::vector<TypedExpression> arguments) {
  return BindAmong(ExpressionKind::kCoalesce, call, std::move(arguments));
}

absl::StatusOr<TypedExpression> BindGreatest(const SyntaxNode& call,
                                             std::vector<TypedExpression> arguments) {
  return BindAmong(ExpressionKind::kGreatest, call, std::move(arguments));
}

absl::StatusOr<TypedExpression> BindLeast(const SyntaxNode& call,
                                          std::vector<TypedExpression> arguments) {
  return BindAmong(ExpressionKind::kLeast, call, std::move(arguments));
}

absl::StatusOr<TypedExpression> BindNullIf(const SyntaxNode& call,
                                           std::vector<TypedExpression> arguments) {
  if (arguments.size() != 2) {
    return Refuse(Reason::kUnsupported, "NULLIF takes two values",
                  {.fix = "write NULLIF(a, b)", .position = call.position});
  }
  TACIT_RETURN_IF_ERROR(GiveOneType(arguments, "NULLIF cannot compare", call.position));
  TACIT_RETURN_IF_ERROR(CheckTwice(arguments[0], "NULLIF", call.position));
  const TypedExpression value = arguments[0];
  TypedExpression same =
      MakeOperation(ExpressionKind::kEqual, ValueType::kBool, std::move(arguments));
  TypedExpression null = Retype(MakeLiteral(Value()), value.expression->type);
  return MakeCase({std::move(same), std::move(null), value}, call.position);
}

std::optional<std::vector<Value>> ListedValues(const Expression& key, const TableSchema& table) {
  if (key.kind == ExpressionKind::kLiteral) {
    return IsNull(key.literal) ? std::vector<Value>() : std::vector<Value>{key.literal};
  }
  if (key.kind == ExpressionKind::kColumn) {
    const std::vector<Value>& declared = table.columns[key.index].public_values;
    return declared.empty() ? std::nullopt : std::optional(declared);
  }
  if (IsOfText(key.kind)) return ListedTexts(key, table);
  if (!IsChoice(key.kind)) return std::nullopt;
  std::vector<Value> values;
  for (size_t i = 0; i < key.arguments.size(); ++i) {
    const bool is_case = key.kind == ExpressionKind::kCase;
    if (is_case && IsCaseCondition(i, key.arguments.size())) continue;
    const auto listed = ListedValues(*key.arguments[i], table);
    if (!listed.has_value()) return std::nullopt;
    for (const Value& value : *listed) {
      if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
    }
  }
  return values;
}

absl::Status CheckTwice(const TypedExpression& value, std::string_view what, int position) {
  if (2 * TreeSize(*value.expression, kExpressionNodesMax) <= kExpressionNodesMax) {
    return absl::OkStatus();
  }
  return Refuse(
      Reason::kLimit, absl::StrCat(std::string(what), " are nested too deep"),
      {.fix = "write the condition without them", .position = position, .limit = "nodes"});
}

}  // namespace tacit
