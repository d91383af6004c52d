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

TEST(CountTest, RefusesOtherDistinctCounts) {
  const auto with_unit =
      StatisticFor({.distinct = true, .argument = Column(0), .unit_column = "pid"}).status();
  EXPECT_EQ(ReasonOf(with_unit), Reason::kUnsupported);
  EXPECT_NE(with_unit.message().find("COUNT(DISTINCT pid)"), absl::string_view::npos);
  const auto of_rows = StatisticFor({.distinct = true, .argument = Column(0)}).status();
  EXPECT_NE(of_rows.message().find("every row is one unit"), absl::string_view::npos);
}

TEST(CountTest, AnswersAsReleasedEvenBelowZero) {
  const std::vector<Estimate> released = {{-2, -5, 1}};
  EXPECT_EQ(AnswerAsReleased(released, {}).value, -2);
  EXPECT_EQ(AnswerAsReleased(released, {}).high, 1);
}

}  // namespace
}  // namespace tacit
