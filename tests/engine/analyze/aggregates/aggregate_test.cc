#include "engine/analyze/aggregates/aggregate.h"

#include <limits>

#include "accountant/refusal.h"
#include "gtest/gtest.h"
#include "tests/engine/analyze/oracle.h"

namespace tacit {
namespace {

AggregateCall CallOf(ExpressionPtr argument, ValueRange range) {
  AggregateCall call{.function = "sum", .argument = std::move(argument), .range = range};
  call.text = "sum(x)";
  call.argument_text = "x";
  return call;
}

TEST(StatisticSetTest, SharesWhatIsIdentical) {
  StatisticSet set;
  const AggregateCall x = CallOf(Column(0), {.interval = {0, 10}});
  EXPECT_EQ(set.RowCount(), 0);
  EXPECT_EQ(set.NotNullCount(x), 0) << "x cannot be NULL";
  EXPECT_EQ(set.Sum(x, {0, 10}, 0), 1);
  EXPECT_EQ(set.Sum(x, {0, 10}, 0), 1);
  EXPECT_EQ(set.Sum(x, {0, 10}, 5), 2) << "another centre";
  EXPECT_EQ(set.Sum(x, {0, 9}, 0), 3) << "other bounds";
  EXPECT_EQ(set.features().size(), 2u);
}

TEST(StatisticSetTest, CountsUnitsApartFromRows) {
  StatisticSet set;
  AggregateCall units{.function = "count", .distinct = true, .of_unit = true};
  EXPECT_EQ(set.RowCount(), 0);
  EXPECT_EQ(set.UnitCount(units), 1);
  EXPECT_EQ(set.features().size(), 1u);
  EXPECT_EQ(set.statistics()[1].bounding, Bounding::kUnitTotal);
}

TEST(StatisticSetTest, KnowsWholeNumbers) {
  StatisticSet set;
  set.Sum(CallOf(Column(0), {}), {0, 1}, 0);
  set.Sum(CallOf(Column(1, ValueType::kFloat64), {}), {0, 1}, 0.5);
  EXPECT_TRUE(set.statistics()[0].integral);
  EXPECT_FALSE(set.statistics()[1].integral);
  EXPECT_EQ(set.statistics()[1].name, "sum(x - 0.5)");
}

TEST(AggregateTest, BlamesTheColumnsWithoutBounds) {
  AggregateCall call = CallOf(Column(0), {});
  call.unbounded_columns = {"a", "b"};
  const auto status = BoundsOfArgument(call).status();
  EXPECT_EQ(ReasonOf(status), Reason::kMissingBounds);
  EXPECT_NE(status.message().find("needs bounds for a and b"), absl::string_view::npos);
  EXPECT_NE(status.message().find("WHERE a BETWEEN"), absl::string_view::npos);
}

TEST(AggregateTest, RefusesHalfBoundsAndNoValues) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_FALSE(BoundsOfArgument(CallOf(Column(0), {.interval = {0, infinity}})).ok());
  EXPECT_FALSE(BoundsOfArgument(CallOf(Column(0), {.interval = {-infinity, 0}})).ok());
  EXPECT_FALSE(BoundsOfArgument(CallOf(Column(0), {.interval = kNoValue})).ok());
  EXPECT_EQ(*BoundsOfArgument(CallOf(Column(0), {.interval = {2, 3}})), (ValueBounds{2, 3}));
}

TEST(AggregateTest, TakesNumbersOnly) {
  EXPECT_TRUE(CheckNumericArgument(CallOf(Column(0), {})).ok());
  EXPECT_EQ(ReasonOf(CheckNumericArgument(CallOf(Column(0, ValueType::kText), {}))),
            Reason::kTypeMismatch);
  EXPECT_EQ(ReasonOf(CheckNumericArgument({.function = "sum", .star = true})),
            Reason::kUnsupported);
}

}  // namespace
}  // namespace tacit
