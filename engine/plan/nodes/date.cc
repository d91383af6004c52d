#include "engine/plan/nodes/date.h"

#include <chrono>
#include <cstdio>

#include "absl/strings/ascii.h"
#include "accountant/check.h"

namespace tacit {
namespace {

using std::chrono::year_month_day;

struct NamedField {
  std::string_view name;
  DateField field;
};

constexpr NamedField kFields[] = {
    {"year", DateField::kYear},       {"isoyear", DateField::kIsoYear},
    {"quarter", DateField::kQuarter}, {"month", DateField::kMonth},
    {"week", DateField::kWeek},       {"day", DateField::kDay},
    {"dow", DateField::kDayOfWeek},   {"isodow", DateField::kIsoDayOfWeek},
    {"doy", DateField::kDayOfYear},
};

year_month_day CivilOf(int64_t days) {
  return std::chrono::sys_days(std::chrono::days(static_cast<int>(days)));
}

int64_t DaysOf(int year, unsigned month, unsigned day) {
  const year_month_day civil{std::chrono::year(year), std::chrono::month(month),
                             std::chrono::day(day)};
  return std::chrono::sys_days(civil).time_since_epoch().count();
}

int YearOf(int64_t days) { return static_cast<int>(CivilOf(days).year()); }

unsigned MonthOf(int64_t days) { return static_cast<unsigned>(CivilOf(days).month()); }

// 0 is Monday. 1970-01-01 was a Thursday; the constant is a multiple of 7 that makes it positive.
int64_t DaysSinceMonday(int64_t days) { return (days + 3 + 7 * 200'000) % 7; }

// The Thursday of the day's week, which decides the week's year.
int64_t ThursdayOf(int64_t days) { return days - DaysSinceMonday(days) + 3; }

// Digits alone; no sign and no blank.
std::optional<int> ReadDigits(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::optional<Date> ParseDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const std::optional<int> year = ReadDigits(text.substr(0, 4));
  const std::optional<int> month = ReadDigits(text.substr(5, 2));
  const std::optional<int> day = ReadDigits(text.substr(8, 2));
  if (!year.has_value() || !month.has_value() || !day.has_value() || *year == 0) {
    return std::nullopt;
  }
  const year_month_day civil{std::chrono::year(*year),
                             std::chrono::month(static_cast<unsigned>(*month)),
                             std::chrono::day(static_cast<unsigned>(*day))};
  if (!civil.ok()) return std::nullopt;
  return Date{std::chrono::sys_days(civil).time_since_epoch().count()};
}

std::string FormatDate(Date date) {
  TACIT_CHECK(IsDate(date.days));
  const year_month_day civil = CivilOf(date.days);
  char text[32];
  std::snprintf(text, sizeof(text), "%04d-%02u-%02u", static_cast<int>(civil.year()),
                static_cast<unsigned>(civil.month()), static_cast<unsigned>(civil.day()));
  return text;
}

std::string_view FieldName(DateField field) {
  for (const NamedField& named : kFields) {
    if (named.field == field) return named.name;
  }
  return "unknown";
}

std::optional<DateField> FindField(std::string_view name) {
  const std::string lower = absl::AsciiStrToLower(std::string(name));
  for (const NamedField& named : kFields) {
    if (named.name == lower) return named.field;
  }
  return std::nullopt;
}

int64_t PartOf(DateField field, int64_t days) {
  switch (field) {
    case DateField::kYear:
      return YearOf(days);
    case DateField::kIsoYear:
      return YearOf(ThursdayOf(days));
    case DateField::kQuarter:
      return (MonthOf(days) + 2) / 3;
    case DateField::kMonth:
      return MonthOf(days);
    case DateField::kWeek: {
      const int64_t thursday = ThursdayOf(days);
      return (thursday - DaysOf(YearOf(thursday), 1, 1)) / 7 + 1;
    }
    case DateField::kDay:
      return static_cast<unsigned>(CivilOf(days).day());
    case DateField::kDayOfWeek:
      return (DaysSinceMonday(days) + 1) % 7;
    case DateField::kIsoDayOfWeek:
      return DaysSinceMonday(days) + 1;
    case DateField::kDayOfYear:
      return days - DaysOf(YearOf(days), 1, 1) + 1;
  }
  return 0;
}

bool IsUnit(DateField field) {
  return field == DateField::kYear || field == DateField::kQuarter || field == DateField::kMonth ||
         field == DateField::kWeek || field == DateField::kDay;
}

int64_t Truncate(DateField unit, int64_t days) {
  switch (unit) {
    case DateField::kYear:
      return DaysOf(YearOf(days), 1, 1);
    case DateField::kQuarter:
      return DaysOf(YearOf(days), (MonthOf(days) - 1) / 3 * 3 + 1, 1);
    case DateField::kMonth:
      return DaysOf(YearOf(days), MonthOf(days), 1);
    case DateField::kWeek:
      // The first day of the range is a Monday, so that no week begins before it.
      return days - DaysSinceMonday(days);
    default:
      TACIT_CHECK(unit == DateField::kDay);
      return days;
  }
}

int64_t NextUnit(DateField unit, int64_t days) {
  // Longer than the unit, shorter than two: the day lands in the next one.
  const int64_t first = Truncate(unit, days);
  switch (unit) {
    case DateField::kYear:
      return Truncate(unit, first + 366);
    case DateField::kQuarter:
      return Truncate(unit, first + 92);
    case DateField::kMonth:
      return Truncate(unit, first + 31);
    case DateField::kWeek:
      return first + 7;
    default:
      return first + 1;
  }
}

}  // namespace tacit
