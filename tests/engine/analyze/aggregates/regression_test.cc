#include "engine/analyze/aggregates/regression.h"

#include "tests/engine/analyze/aggregates/pair_fixture.h"

namespace tacit {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(RegressionTest, IsTheDirectFormulaWithinItsInterval) {
  std::mt19937 random(1);
  const PairAnswer slope = MeasureOf(kRegrSlopeAggregate);
  const PairAnswer intercept = MeasureOf(kRegrInterceptAggregate);
  const PairAnswer r2 = MeasureOf(kRegrR2Aggregate);
  const PairAnswer avgx = MeasureOf(kRegrAvgxAggregate);
  const PairAnswer avgy = MeasureOf(kRegrAvgyAggregate);
  const PairAnswer count = MeasureOf(kRegrCountAggregate);
  for (int trial = 0; trial < 10000; ++trial) {
    const Pairs pairs = RandomPairs(random, 2 + static_cast<int>(random() % 60));
    const PairTruth truth = TruthOf(pairs);
    const double rise = truth.covariance / truth.variance_x;
    const double fit = truth.covariance * truth.covariance / truth.variance_x / truth.variance_y;
    const std::pair<const PairAnswer*, double> cases[] = {
        {&slope, rise},
        {&intercept, truth.mean_y - rise * truth.mean_x},
        {&r2, fit},
        {&avgx, truth.mean_x},
        {&avgy, truth.mean_y},
        {&count, truth.count}};
    for (const auto& [measured, expected] : cases) {
      const std::vector<double> sums = SumsOf(*measured, pairs);
      EXPECT_NEAR(measured->Over(Exactly(sums)).value, expected,
                  1e-6 * (1 + std::fabs(expected)) / std::min(1.0, truth.variance_x));
      EXPECT_TRUE(Holds(measured->Over(Noised(random, sums, 0.3)), expected));
    }
    if (testing::Test::HasFailure()) return;
  }
}

TEST(RegressionTest, ManyRowsMakeTheIntervalNarrow) {
  std::mt19937 random(2);
  const PairAnswer slope = MeasureOf(kRegrSlopeAggregate);
  const Pairs pairs = RandomPairs(random, 20000);
  std::vector<Estimate> noised;
  for (const double sum : SumsOf(slope, pairs)) noised.push_back({sum, sum - 20, sum + 20});
  const Estimate answer = slope.Over(noised);
  EXPECT_LT(answer.high - answer.low, 0.2);
}

// Total: a number, with an interval that may be open, and never NULL.
TEST(RegressionTest, AreTotal) {
  std::mt19937 random(3);
  const PairAnswer slope = MeasureOf(kRegrSlopeAggregate);
  const PairAnswer intercept = MeasureOf(kRegrInterceptAggregate);
  const PairAnswer r2 = MeasureOf(kRegrR2Aggregate);
  for (int trial = 0; trial < 50000; ++trial) {
    const std::vector<Estimate> wild = Wild(random, 6);
    const std::vector<Estimate> five(wild.begin(), wild.begin() + 5);
    ASSERT_EQ(FaultOf(slope.Over(five), -kInfinity, kInfinity), "");
    ASSERT_EQ(FaultOf(intercept.Over(five), -kInfinity, kInfinity), "");
    ASSERT_EQ(FaultOf(r2.Over(wild), 0, 1), "");
  }
}

// Where PostgreSQL says NULL. What the line may be is then anything.
TEST(RegressionTest, SaysALevelLineWithAnOpenIntervalWhereXDoesNotVary) {
  const PairAnswer slope = MeasureOf(kRegrSlopeAggregate);
  const PairAnswer intercept = MeasureOf(kRegrInterceptAggregate);
  const Pairs same_x = {{1.0, 102.0}, {5.0, 102.0}, {-3.0, 102.0}};
  std::mt19937 random(4);
  for (const Pairs& pairs : {Pairs{}, Pairs{{1.0, 103.0}}, same_x}) {
    EXPECT_EQ(slope.Over(Exactly(SumsOf(slope, pairs))).value, 0);
    const std::vector<Estimate> noised = Noised(random, SumsOf(slope, pairs), 10);
    EXPECT_EQ(slope.Over(noised).low, -kInfinity);
    EXPECT_EQ(slope.Over(noised).high, kInfinity);
  }
  EXPECT_NEAR(intercept.Over(Exactly(SumsOf(intercept, same_x))).value, 1, 1e-9);
}

TEST(RegressionTest, TheCountIsReleasedAsItIs) {
  const PairAnswer count = MeasureOf(kRegrCountAggregate, PairCall(true, true));
  EXPECT_TRUE(count.answer.is_as_released);
  EXPECT_EQ(count.answer.type, ValueType::kInt64);
  EXPECT_EQ(count.answer.parameters, AnswerParameters{});
  EXPECT_EQ(kRegrCountAggregate.type(PairCall()), ValueType::kInt64);
}

}  // namespace
}  // namespace tacit
