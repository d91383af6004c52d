// A day of the calendar: proleptic Gregorian, 0001-01-01 to 9999-12-31.
#ifndef TACIT_ENGINE_PLAN_NODES_DATE_H_
#define TACIT_ENGINE_PLAN_NODES_DATE_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tacit {

// Days since 1970-01-01, as every array of dates holds them.
struct Date {
  int64_t days = 0;
  friend auto operator<=>(const Date&, const Date&) = default;
};

inline constexpr int64_t kDateMin = -719162;  // 0001-01-01
inline constexpr int64_t kDateMax = 2932896;  // 9999-12-31

inline bool IsDate(int64_t days) { return kDateMin <= days && days <= kDateMax; }

// Exactly YYYY-MM-DD, a day that exists; nullopt for anything else.
std::optional<Date> ParseDate(std::string_view text);
// YYYY-MM-DD; `date` must be within the range.
std::string FormatDate(Date date);

// What EXTRACT reads and DATE_TRUNC cuts to. Weeks begin on Monday and belong to the year of their
// Thursday, as in ISO 8601 and PostgreSQL.
enum class DateField {
  kYear,
  kIsoYear,
  kQuarter,
  kMonth,
  kWeek,
  kDay,
  kDayOfWeek,     // dow: 0 is Sunday
  kIsoDayOfWeek,  // isodow: 1 is Monday, 7 is Sunday
  kDayOfYear,     // doy
};

// The SQL name: "year", "dow".
std::string_view FieldName(DateField field);
// By the SQL name, any case. nullopt: there is no such field.
std::optional<DateField> FindField(std::string_view name);

// EXTRACT(field FROM date), a whole number.
int64_t PartOf(DateField field, int64_t days);

// Whether DATE_TRUNC cuts to this field: year, quarter, month, week, day.
bool IsUnit(DateField field);
// The first day of the year, quarter, month or week that holds the day; never outside the range.
int64_t Truncate(DateField unit, int64_t days);
// The first day of the next one; may lie beyond the range.
int64_t NextUnit(DateField unit, int64_t days);

}  // namespace tacit

#endif  // TACIT_ENGINE_PLAN_NODES_DATE_H_
