#include "engine/parse/pg_parser_literal.h"

#include <charconv>
#include <cmath>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/parse/pg_parser_expression.h"
#include "engine/parse/pg_parser_fields.h"
#include "engine/parse/pg_parser_unsupported.h"
#include "engine/plan/nodes/utf8.h"

namespace tacit {
namespace {

// More parameters than any text within the token limit could name.
constexpr int kParameterMax = 4096;

absl::StatusOr<SyntaxLiteral> ReadText(const char* text, int position) {
  std::string value = text == nullptr ? "" : text;
  // Escapes (E'\xff') can spell bytes that the text itself does not hold.
  if (FirstInvalidUtf8(value) != std::string_view::npos) {
    return Refuse(Reason::kInvalidUtf8, "a text literal is not valid UTF-8",
                  {.fix = "write the characters themselves", .position = position});
  }
  return SyntaxLiteral(std::move(value));
}

absl::StatusOr<SyntaxLiteral> ReadValue(const PgQuery__AConst& constant, int position) {
  if (constant.isnull) return SyntaxLiteral();
  switch (constant.val_case) {
    case PG_QUERY__A__CONST__VAL_IVAL:
      return SyntaxLiteral(static_cast<int64_t>(constant.ival->ival));
    case PG_QUERY__A__CONST__VAL_FVAL:
      return ReadNumber(constant.fval->fval, position);
    case PG_QUERY__A__CONST__VAL_BOOLVAL:
      return SyntaxLiteral(constant.boolval->boolval != 0);
    case PG_QUERY__A__CONST__VAL_SVAL:
      return ReadText(constant.sval->sval, position);
    default:
      return Unsupported("a bit string is not supported", "write an integer", position);
  }
}

}  // namespace

absl::StatusOr<SyntaxLiteral> ReadNumber(std::string_view text, int position) {
  // pg_query hands over integers beyond 32 bits, and all reals, as text.
  if (text.find_first_not_of("-0123456789") == std::string_view::npos) {
    int64_t integer = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), integer);
    if (error != std::errc() || end != text.data() + text.size()) {
      return Refuse(Reason::kLiteralRange, "an integer literal does not fit 64 bits",
                    {.fix = "write it as a real, with a decimal point", .position = position});
    }
    return SyntaxLiteral(integer);
  }
  double real = 0;
  if (!absl::SimpleAtod(std::string(text), &real) || !std::isfinite(real)) {
    return Refuse(Reason::kLiteralRange, "a real literal is not finite",
                  {.fix = "write a number below 1.7e308", .position = position});
  }
  return SyntaxLiteral(real == 0 ? 0.0 : real);  // -0.0 is 0.0
}

absl::StatusOr<SyntaxNode> ReadConstant(const PgQuery__AConst& constant, int otherwise) {
  SyntaxNode node;
  node.kind = SyntaxKind::kLiteral;
  node.position = LocationOf(constant.base, otherwise);
  TACIT_RETURN_IF_ERROR(RefuseUnreadFields(
      constant.base, {"isnull", "ival", "fval", "boolval", "sval", "bsval"}, node.position));
  TACIT_ASSIGN_OR_RETURN(node.literal, ReadValue(constant, node.position));
  return node;
}

absl::StatusOr<SyntaxNode> ReadColumn(const PgQuery__ColumnRef& column, int otherwise) {
  SyntaxNode node;
  node.position = LocationOf(column.base, otherwise);
  TACIT_RETURN_IF_ERROR(RefuseUnreadFields(column.base, {"fields"}, node.position));
  if (column.n_fields == 0 || column.n_fields > 2) {
    return Unsupported("a name with more than two parts is not supported", "write table.column",
                       node.position);
  }
  const PgQuery__Node& last = *column.fields[column.n_fields - 1];
  const bool star = last.node_case == PG_QUERY__NODE__NODE_A_STAR;
  node.kind = star ? SyntaxKind::kStar : SyntaxKind::kColumn;
  node.name = StringOf(last);
  if (column.n_fields == 2) node.qualifier = StringOf(*column.fields[0]);
  const bool named =
      (star || !node.name.empty()) && (column.n_fields == 1 || !node.qualifier.empty());
  if (!named)
    return Unsupported("this form of name is not supported", "write table.column", node.position);
  return node;
}

absl::StatusOr<SyntaxNode> ReadParameter(const PgQuery__ParamRef& parameter, int otherwise) {
  SyntaxNode node;
  node.kind = SyntaxKind::kParameter;
  node.position = LocationOf(parameter.base, otherwise);
  TACIT_RETURN_IF_ERROR(RefuseUnreadFields(parameter.base, {"number"}, node.position));
  if (parameter.number < 1 || parameter.number > kParameterMax) {
    return Refuse(Reason::kParameter, "a parameter's number is out of range",
                  {.fix = absl::StrCat("number parameters $1, $2, ... up to $", kParameterMax),
                   .position = node.position});
  }
  node.parameter = parameter.number;
  return node;
}

}  // namespace tacit
