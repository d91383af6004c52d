#include "engine/analyze/date_bounds.h"

#include <algorithm>
#include <cmath>

#include "accountant/check.h"

namespace tacit {
namespace {

// Whatever the date.
Interval NaturalInterval(DateField field) {
  switch (field) {
    case DateField::kQuarter:
      return {1, 4};
    case DateField::kMonth:
      return {1, 12};
    case DateField::kWeek:
      return {1, 53};
    case DateField::kDay:
      return {1, 31};
    case DateField::kDayOfWeek:
      return {0, 6};
    case DateField::kIsoDayOfWeek:
      return {1, 7};
    case DateField::kDayOfYear:
      return {1, 366};
    default:
      return {};
  }
}

// The ends of what a date can be at all, where `days` has none.
int64_t FirstDay(const Interval& days) {
  return static_cast<int64_t>(std::max(std::ceil(days.lower), static_cast<double>(kDateMin)));
}
int64_t LastDay(const Interval& days) {
  return static_cast<int64_t>(std::min(std::floor(days.upper), static_cast<double>(kDateMax)));
}

// Whether the part only grows from the first day to the last: both lie in one turn of its cycle.
bool IsOneTurn(DateField field, int64_t first, int64_t last) {
  switch (field) {
    case DateField::kQuarter:
    case DateField::kMonth:
    case DateField::kDayOfYear:
      return Truncate(DateField::kYear, first) == Truncate(DateField::kYear, last);
    case DateField::kWeek:
      return PartOf(DateField::kIsoYear, first) == PartOf(DateField::kIsoYear, last);
    case DateField::kDay:
      return Truncate(DateField::kMonth, first) == Truncate(DateField::kMonth, last);
    case DateField::kDayOfWeek:
    case DateField::kIsoDayOfWeek:
      return last - first < 7 && PartOf(field, first) <= PartOf(field, last);
    default:
      return true;
  }
}

}  // namespace

Interval PartInterval(DateField field, const Interval& days) {
  const int64_t first = FirstDay(days);
  const int64_t last = LastDay(days);
  if (first > last) return kNoValue;
  Interval part = NaturalInterval(field);
  if (!IsOneTurn(field, first, last)) return part;
  const bool is_year = field == DateField::kYear || field == DateField::kIsoYear;
  if (!is_year || std::isfinite(days.lower)) {
    part.lower = static_cast<double>(PartOf(field, first));
  }
  if (!is_year || std::isfinite(days.upper)) part.upper = static_cast<double>(PartOf(field, last));
  return part;
}

Interval TruncInterval(DateField unit, const Interval& days) {
  const int64_t first = FirstDay(days);
  const int64_t last = LastDay(days);
  if (first > last) return kNoValue;
  Interval cut = days;
  if (std::isfinite(cut.lower)) cut.lower = static_cast<double>(Truncate(unit, first));
  if (std::isfinite(cut.upper)) cut.upper = static_cast<double>(Truncate(unit, last));
  return cut;
}

std::optional<std::vector<Value>> DateBins(const Expression& expression,
                                           absl::Span<const ValueRange> columns, size_t most) {
  TACIT_CHECK(expression.type == ValueType::kDate);
  const Interval days = Infer(expression, columns).interval;
  if (days.IsEmpty()) return std::vector<Value>();
  if (!days.IsFinite()) return std::nullopt;
  const DateField unit =
      expression.kind == ExpressionKind::kDateTrunc ? expression.field : DateField::kDay;
  std::vector<Value> values;
  const int64_t last = LastDay(days);
  for (int64_t day = FirstDay(days); day <= last; day = NextUnit(unit, day)) {
    if (values.size() == most) return std::nullopt;
    values.emplace_back(Date{day});
  }
  return values;
}

}  // namespace tacit
