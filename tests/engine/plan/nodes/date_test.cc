#include "engine/plan/nodes/date.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <tuple>

namespace tacit {
namespace {

// The calendar as taught at school, walked one day at a time from 0001-01-01, a Monday: the other
// side of every comparison below.
struct SlowDay {
  int year = 1;
  int month = 1;
  int day = 1;
  int of_year = 1;
  int weekday = 1;  // 1 is Monday

  bool IsLeap() const { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }
  int DaysInMonth() const {
    constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && IsLeap() ? 29 : kDays[month - 1];
  }
  void Step() {
    weekday = weekday % 7 + 1;
    ++of_year;
    if (++day <= DaysInMonth()) return;
    day = 1;
    if (++month <= 12) return;
    month = 1;
    of_year = 1;
    ++year;
  }
  std::string Text() const {
    char text[40];
    std::snprintf(text, sizeof(text), "%04d-%02d-%02d", year, month, day);
    return text;
  }
};

TEST(DateTest, AgreesWithASlowCalendarOnEveryDay) {
  SlowDay slow;
  int64_t months = kDateMin;
  int64_t quarters = kDateMin;
  int64_t years = kDateMin;
  for (int64_t days = kDateMin; days <= kDateMax; ++days, slow.Step()) {
    if (slow.day == 1) months = days;
    if (slow.day == 1 && slow.month % 3 == 1) quarters = days;
    if (slow.of_year == 1) years = days;
    const auto ours =
        std::tuple(PartOf(DateField::kYear, days), PartOf(DateField::kQuarter, days),
                   PartOf(DateField::kMonth, days), PartOf(DateField::kDay, days),
                   PartOf(DateField::kDayOfYear, days), PartOf(DateField::kIsoDayOfWeek, days),
                   PartOf(DateField::kDayOfWeek, days));
    const auto theirs = std::tuple<int64_t, int64_t, int64_t, int64_t, int64_t, int64_t, int64_t>(
        slow.year, (slow.month - 1) / 3 + 1, slow.month, slow.day, slow.of_year, slow.weekday,
        slow.weekday % 7);
    ASSERT_EQ(ours, theirs) << slow.Text();
    ASSERT_EQ(Truncate(DateField::kDay, days), days);
    ASSERT_EQ(Truncate(DateField::kWeek, days), days - (slow.weekday - 1)) << slow.Text();
    ASSERT_EQ(Truncate(DateField::kMonth, days), months) << slow.Text();
    ASSERT_EQ(Truncate(DateField::kQuarter, days), quarters) << slow.Text();
    ASSERT_EQ(Truncate(DateField::kYear, days), years) << slow.Text();
    if (days % 97 == 0) {
      ASSERT_EQ(FormatDate({days}), slow.Text());
      ASSERT_EQ(ParseDate(slow.Text()), Date{days});
    }
  }
  EXPECT_EQ(slow.Text(), "10000-01-01");
}

TEST(DateTest, CountsIsoWeeksFromTheWeekOfJanuaryTheFourth) {
  SlowDay slow;
  int64_t week = 0;
  int64_t iso_year = 0;
  for (int64_t days = kDateMin; days <= kDateMax; ++days, slow.Step()) {
    if (slow.weekday == 1) {
      ++week;
      // The Monday of the week that holds the 4th of January lies from 29 December to 4 January.
      const bool is_first =
          (slow.month == 1 && slow.day <= 4) || (slow.month == 12 && slow.day >= 29);
      if (is_first) {
        week = 1;
        iso_year = slow.year + (slow.month == 12 ? 1 : 0);
      }
    }
    ASSERT_EQ(PartOf(DateField::kWeek, days), week) << slow.Text();
    ASSERT_EQ(PartOf(DateField::kIsoYear, days), iso_year) << slow.Text();
  }
}

TEST(DateTest, TheNextUnitIsTheNextDayThatBeginsOne) {
  for (const DateField unit : {DateField::kYear, DateField::kQuarter, DateField::kMonth,
                               DateField::kWeek, DateField::kDay}) {
    ASSERT_TRUE(IsUnit(unit));
    // 1896 to 2004: a century's end without a leap day and one with it.
    int64_t next = NextUnit(unit, 12'418);
    for (int64_t days = 12'417; days >= -27'028; --days) {
      if (Truncate(unit, days + 1) == days + 1) next = days + 1;
      ASSERT_EQ(NextUnit(unit, days), next) << FieldName(unit) << " " << days;
    }
  }
  EXPECT_FALSE(IsUnit(DateField::kDayOfWeek));
  EXPECT_FALSE(IsUnit(DateField::kIsoYear));
}

TEST(DateTest, ReadsOneFormAlone) {
  EXPECT_EQ(ParseDate("1970-01-01"), Date{0});
  EXPECT_EQ(ParseDate("2000-02-29"), Date{11'016});
  EXPECT_EQ(ParseDate("0001-01-01"), Date{kDateMin});
  EXPECT_EQ(ParseDate("9999-12-31"), Date{kDateMax});
  for (const char* text :
       {"",           "2024",        "2024-1-01",   "2024-01-1",           "24-01-01",
        "2024/01/01", "2024-01-01 ", " 2024-01-01", "2024-01-01T00:00:00", "2024-13-01",
        "2024-00-10", "2024-01-00",  "2024-01-32",  "2023-02-29",          "1900-02-29",
        "2100-02-29", "2024-04-31",  "0000-01-01",  "-001-01-01",          "+024-01-01",
        "2024-+1-01", "2024-01- 1",  "2024-0a-01",  "20240-01-1",          "today",
        "infinity"}) {
    EXPECT_FALSE(ParseDate(text).has_value()) << text;
  }
  EXPECT_FALSE(ParseDate(std::string_view("2024-01-0\0", 10)).has_value());
}

TEST(DateTest, FieldsReadBackFromTheirNames) {
  for (const char* name :
       {"year", "isoyear", "quarter", "month", "week", "day", "dow", "isodow", "doy"}) {
    const auto field = FindField(name);
    ASSERT_TRUE(field.has_value()) << name;
    EXPECT_EQ(FieldName(*field), name);
  }
  EXPECT_EQ(FindField("MONTH"), DateField::kMonth);
  EXPECT_FALSE(FindField("hour").has_value());
  EXPECT_FALSE(FindField("").has_value());
}

}  // namespace
}  // namespace tacit
