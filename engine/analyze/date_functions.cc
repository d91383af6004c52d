#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/analyze/scalar_functions.h"
#include "engine/parse/date_literal.h"

namespace tacit {
namespace {

constexpr std::string_view kUnits = "year, quarter, month, week or day";

// The field that the first argument names, once the second is known to be a date.
absl::StatusOr<DateField> ReadField(const SyntaxNode& call,
                                    const std::vector<TypedExpression>& arguments) {
  const std::string name = absl::AsciiStrToUpper(call.name);
  const std::string form =
      call.name == "extract" ? "EXTRACT(month FROM d)" : absl::StrCat(name, "('month', d)");
  const Expression* field = arguments.size() == 2 ? arguments[0].expression.get() : nullptr;
  const std::string* text = field == nullptr ? nullptr : std::get_if<std::string>(&field->literal);
  if (call.star || call.distinct || text == nullptr) {
    return Refuse(Reason::kUnsupported, absl::StrCat(name, " takes a field and a date"),
                  {.fix = absl::StrCat("write ", form), .position = call.position});
  }
  const ValueType type = arguments[1].expression->type;
  if (type != ValueType::kDate) {
    return Refuse(
        Reason::kTypeMismatch,
        absl::StrCat(name, " needs a date, but its argument is ", std::string(TypeName(type))),
        {.fix = "name a date column, or write DATE '2024-02-29'", .position = call.position});
  }
  const std::optional<DateField> found = FindField(*text);
  if (found.has_value()) return *found;
  return Refuse(Reason::kUnsupported, absl::StrCat(name, " knows no field ", *text, " of a date"),
                {.fix = call.name == "date_trunc"
                            ? absl::StrCat("use ", std::string(kUnits))
                            : "use year, isoyear, quarter, month, week, day, dow, isodow or doy",
                 .position = call.position});
}

}  // namespace

absl::Status ReadTextAsDate(TypedExpression& text, const TypedExpression& other, int position) {
  const auto* literal = std::get_if<std::string>(&text.expression->literal);
  if (literal == nullptr || other.expression->type != ValueType::kDate) return absl::OkStatus();
  TACIT_ASSIGN_OR_RETURN(const Date date, ReadDateLiteral(*literal, position));
  text = MakeLiteral(Value(date));
  return absl::OkStatus();
}

absl::Status ReadTextsAsDates(TypedExpression& a, TypedExpression& b, int position) {
  TACIT_RETURN_IF_ERROR(ReadTextAsDate(a, b, position));
  return ReadTextAsDate(b, a, position);
}

absl::StatusOr<TypedExpression> BindDatePart(const SyntaxNode& call,
                                             std::vector<TypedExpression> arguments) {
  TACIT_ASSIGN_OR_RETURN(const DateField field, ReadField(call, arguments));
  return MakeOperation(ExpressionKind::kDatePart, ValueType::kInt64, {std::move(arguments[1])},
                       field);
}

absl::StatusOr<TypedExpression> BindDateTrunc(const SyntaxNode& call,
                                              std::vector<TypedExpression> arguments) {
  TACIT_ASSIGN_OR_RETURN(const DateField unit, ReadField(call, arguments));
  if (!IsUnit(unit)) {
    return Refuse(Reason::kUnsupported,
                  absl::StrCat("DATE_TRUNC cannot cut to ", std::string(FieldName(unit))),
                  {.fix = absl::StrCat("use ", std::string(kUnits)), .position = call.position});
  }
  return MakeOperation(ExpressionKind::kDateTrunc, ValueType::kDate, {std::move(arguments[1])},
                       unit);
}

}  // namespace tacit
