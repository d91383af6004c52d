#include "engine/analyze/aggregates/sum.h"

#include "accountant/refusal.h"
#include "gtest/gtest.h"
#include "tests/engine/analyze/oracle.h"

namespace tacit {
namespace {

absl::StatusOr<Answer> Measure(const AggregateCall& call, StatisticSet& set) {
  return kSumAggregate.measure(call, std::vector<AggregateCall>{call}, set);
}

TEST(SumTest, ClipsRowsToTheArgumentsBounds) {
  StatisticSet set;
  const auto answer =
      Measure({.function = "sum", .argument = Column(0), .range = {.interval = {-2, 7}}}, set);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->type, ValueType::kInt64);
  const Statistic& statistic = set.statistics()[0];
  EXPECT_EQ(statistic.bounds, (ValueBounds{-2, 7}));
  EXPECT_EQ(statistic.bounding, Bounding::kRows);
  EXPECT_EQ(statistic.centre, 0) << "a sum about another centre would need the count";
}

TEST(SumTest, IsRealForReals) {
  StatisticSet set;
  const AggregateCall call{
      .function = "sum", .argument = Column(0, ValueType::kFloat64), .range = {.interval = {0, 1}}};
  EXPECT_EQ(Measure(call, set)->type, ValueType::kFloat64);
  EXPECT_FALSE(set.statistics()[0].integral);
}

TEST(SumTest, RefusesOnlyAConstantZero) {
  StatisticSet set;
  EXPECT_EQ(
      ReasonOf(
          Measure({.function = "sum", .argument = Column(0), .range = {.interval = {0, 0}}}, set)
              .status()),
      Reason::kMissingBounds);
  EXPECT_TRUE(
      Measure({.function = "sum", .argument = Column(0), .range = {.interval = {5, 5}}}, set).ok())
      << "its size still depends on how many rows there are";
}

}  // namespace
}  // namespace tacit
