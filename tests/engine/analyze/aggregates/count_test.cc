#include "engine/analyze/aggregates/count.h"

#include "accountant/refusal.h"
#include "gtest/gtest.h"
#include "tests/engine/analyze/oracle.h"

namespace tacit {
namespace {

absl::StatusOr<Statistic> StatisticFor(AggregateCall call) {
  call.function = "count";
  StatisticSet set;
  const auto answer = kCountAggregate.measure(call, {}, set);
  if (!answer.ok()) return answer.status();
  EXPECT_EQ(answer->type, ValueType::kInt64);
  return set.statistics()[answer->statistics[0]];
}

TEST(CountTest, CountsEachRowAtMostOnce) {
  const auto statistic = StatisticFor({.star = true});
  ASSERT_TRUE(statistic.ok());
  EXPECT_EQ(statistic->bounds, (ValueBounds{0, 1}));
  EXPECT_EQ(statistic->bounding, Bounding::kRows);
  EXPECT_TRUE(statistic->integral);
}

TEST(CountTest, CountsTextAndBooleansToo) {
  EXPECT_TRUE(
      StatisticFor({.argument = Column(0, ValueType::kText), .range = {.nullable = true}}).ok());
  EXPECT_TRUE(StatisticFor({.argument = Column(0, ValueType::kBool)}).ok());
}

TEST(CountTest, CountsUnitsByTheirTotal) {
  const auto statistic = StatisticFor({.distinct = true, .of_unit = true});
  ASSERT_TRUE(statistic.ok());
  EXPECT_EQ(statistic->bounding, Bounding::kUnitTotal);
}

// A unit with any number of rows that FILTER leaves is one.
TEST(CountTest, CountsUnitsThatFilterLeavesARowOf) {
  StatisticSet set;
  const AggregateCall call{.function = "count",
                           .distinct = true,
                           .of_unit = true,
                           .argument = Column(0, ValueType::kInt64, true)};
  ASSERT_TRUE(kCountAggregate.measure(call, {}, set).ok());
  ASSERT_TRUE(kCountAggregate.measure({.distinct = true, .of_unit = true}, {}, set).ok());
  ASSERT_EQ(set.statistics().size(), 2u);
  EXPECT_EQ(set.statistics()[0].bounding, Bounding::kUnitTotal);
  EXPECT_EQ(set.statistics()[0].bounds, (ValueBounds{0, 1}));
  EXPECT_EQ(set.features()[0].kind, FeatureKind::kNotNull);
  EXPECT_EQ(set.features()[1].kind, FeatureKind::kOne);
}

// How many values a unit adds is bounded below, so neither bounds nor a number are needed.
TEST(CountTest, CountsDifferentValuesOfAnyType) {
  for (const ValueType type :
       {ValueType::kInt64, ValueType::kFloat64, ValueType::kText, ValueType::kBool}) {
    const auto statistic = StatisticFor({.distinct = true, .argument = Column(0, type)});
    ASSERT_TRUE(statistic.ok()) << statistic.status();
    EXPECT_EQ(statistic->kind, MeasureKind::kDistinct);
    EXPECT_EQ(statistic->bounding, Bounding::kRows);
    EXPECT_EQ(statistic->bounds, (ValueBounds{0, 1}));
    EXPECT_TRUE(statistic->integral);
  }
}

TEST(CountTest, RefusesACountOfNull) {
  for (const bool distinct : {false, true}) {
    EXPECT_EQ(ReasonOf(StatisticFor({.distinct = distinct, .argument = Literal(Value())}).status()),
              Reason::kMissingBounds)
        << distinct;
  }
}

TEST(CountTest, AnswersAsReleasedEvenBelowZero) {
  const std::vector<Estimate> released = {{-2, -5, 1}};
  EXPECT_EQ(AnswerAsReleased(released, {}).value, -2);
  EXPECT_EQ(AnswerAsReleased(released, {}).high, 1);
}

}  // namespace
}  // namespace tacit
