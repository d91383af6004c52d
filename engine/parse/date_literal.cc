#include "engine/parse/date_literal.h"

#include "accountant/refusal.h"

namespace tacit {

absl::StatusOr<Date> ReadDateLiteral(std::string_view text, int position) {
  const std::optional<Date> date = ParseDate(text);
  if (date.has_value()) return *date;
  return Refuse(Reason::kLiteralRange, "a date literal is no day of the form YYYY-MM-DD",
                {.fix = "write a day from '0001-01-01' to '9999-12-31', such as '2024-02-29'",
                 .position = position});
}

}  // namespace tacit
