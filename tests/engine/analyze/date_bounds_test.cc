#include "engine/analyze/date_bounds.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <set>
#include <vector>

namespace tacit {
namespace {

constexpr DateField kParts[] = {
    DateField::kYear,      DateField::kIsoYear,      DateField::kQuarter,
    DateField::kMonth,     DateField::kWeek,         DateField::kDay,
    DateField::kDayOfWeek, DateField::kIsoDayOfWeek, DateField::kDayOfYear};
constexpr DateField kUnits[] = {DateField::kYear, DateField::kQuarter, DateField::kMonth,
                                DateField::kWeek, DateField::kDay};

Interval Days(int64_t first, int64_t last) {
  return {static_cast<double>(first), static_cast<double>(last)};
}

// Spans of a day to some years, anywhere, often across the end of a month, week or year.
struct Span {
  int64_t first;
  int64_t last;
};
Span RandomSpan(std::mt19937_64& random) {
  const int64_t lengths[] = {0, 1, 6, 7, 30, 31, 364, 365, 366, 1500};
  const int64_t length =
      random() % 2 == 0 ? lengths[random() % 10] : static_cast<int64_t>(random() % 400);
  const auto range = static_cast<uint64_t>(kDateMax - kDateMin - length);
  const int64_t first = kDateMin + static_cast<int64_t>(random() % range);
  return {first, first + length};
}

Expression DateColumn() {
  Expression column;
  column.kind = ExpressionKind::kColumn;
  column.type = ValueType::kDate;
  return column;
}

Expression Trunc(DateField unit) {
  Expression trunc;
  trunc.kind = ExpressionKind::kDateTrunc;
  trunc.type = ValueType::kDate;
  trunc.field = unit;
  trunc.arguments = {std::make_shared<Expression>(DateColumn())};
  return trunc;
}

TEST(DateBoundsTest, HoldsThePartsOfEveryDay) {
  std::mt19937_64 random(20);
  for (int round = 0; round < 2000; ++round) {
    const Span span = RandomSpan(random);
    for (const DateField field : kParts) {
      const Interval part = PartInterval(field, Days(span.first, span.last));
      for (int64_t day = span.first; day <= span.last; ++day) {
        ASSERT_TRUE(part.Contains(static_cast<double>(PartOf(field, day))))
            << FieldName(field) << " " << FormatDate({day});
      }
    }
    for (const DateField unit : kUnits) {
      const Interval cut = TruncInterval(unit, Days(span.first, span.last));
      ASSERT_EQ(cut, Days(Truncate(unit, span.first), Truncate(unit, span.last)));
    }
  }
}

TEST(DateBoundsTest, PartsOfUnboundedDatesHaveTheirNaturalBounds) {
  EXPECT_EQ(PartInterval(DateField::kMonth, {}), (Interval{1, 12}));
  EXPECT_EQ(PartInterval(DateField::kWeek, {}), (Interval{1, 53}));
  EXPECT_EQ(PartInterval(DateField::kDayOfWeek, {}), (Interval{0, 6}));
  EXPECT_FALSE(PartInterval(DateField::kYear, {}).IsFinite());
  EXPECT_EQ(TruncInterval(DateField::kMonth, {}), Interval());
}

TEST(DateBoundsTest, BinsAreTheValuesThatSomeDayHas) {
  std::mt19937_64 random(21);
  for (int round = 0; round < 500; ++round) {
    const Span span = RandomSpan(random);
    const std::vector<ValueRange> columns = {{.interval = Days(span.first, span.last)}};
    for (const DateField unit : kUnits) {
      std::set<int64_t> expected;
      for (int64_t day = span.first; day <= span.last; ++day) expected.insert(Truncate(unit, day));
      const auto bins = DateBins(Trunc(unit), columns, expected.size());
      ASSERT_TRUE(bins.has_value());
      std::vector<Value> values;
      for (const int64_t day : expected) values.emplace_back(Date{day});
      ASSERT_EQ(*bins, values) << FieldName(unit) << " " << FormatDate({span.first});
      ASSERT_FALSE(DateBins(Trunc(unit), columns, expected.size() - 1).has_value());
    }
    ASSERT_EQ(DateBins(DateColumn(), columns, 2000)->size(), span.last - span.first + 1);
  }
}

TEST(DateBoundsTest, NoBoundsGiveNoBinsAndNoDayAnEmptyList) {
  const std::vector<ValueRange> open = {{}};
  EXPECT_FALSE(DateBins(Trunc(DateField::kYear), open, 100'000).has_value());
  const std::vector<ValueRange> empty = {{.interval = kNoValue}};
  ASSERT_TRUE(DateBins(Trunc(DateField::kYear), empty, 10).has_value());
  EXPECT_TRUE(DateBins(Trunc(DateField::kYear), empty, 10)->empty());
}

}  // namespace
}  // namespace tacit
