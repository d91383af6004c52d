#include "engine/analyze/aggregates/covariance.h"

#include "engine/analyze/aggregates/pair.h"
#include "tests/engine/analyze/aggregates/pair_fixture.h"

namespace tacit {
namespace {

double CorrOf(const PairTruth& truth) {
  return truth.covariance / std::sqrt(truth.variance_x * truth.variance_y);
}

// Without noise the direct formula; with noise the interval holds it.
TEST(CovarianceTest, IsTheDirectFormulaWithinItsInterval) {
  std::mt19937 random(1);
  const PairAnswer pop = MeasureOf(kCovarPopAggregate);
  const PairAnswer samp = MeasureOf(kCovarSampAggregate);
  const PairAnswer corr = MeasureOf(kCorrAggregate);
  for (int trial = 0; trial < 10000; ++trial) {
    const int count = 2 + static_cast<int>(random() % 60);
    const Pairs pairs = RandomPairs(random, count);
    const PairTruth truth = TruthOf(pairs);
    const double sample = truth.covariance * count / (count - 1);
    const std::pair<const PairAnswer*, double> cases[] = {
        {&pop, truth.covariance}, {&samp, sample}, {&corr, CorrOf(truth)}};
    for (const auto& [measured, expected] : cases) {
      const std::vector<double> sums = SumsOf(*measured, pairs);
      EXPECT_NEAR(measured->Over(Exactly(sums)).value, expected, 1e-6);
      EXPECT_TRUE(Holds(measured->Over(Noised(random, sums, 0.3)), expected));
    }
    if (testing::Test::HasFailure()) return;
  }
}

TEST(CovarianceTest, ManyRowsMakeTheIntervalNarrow) {
  std::mt19937 random(2);
  const PairAnswer corr = MeasureOf(kCorrAggregate);
  const Pairs pairs = RandomPairs(random, 20000);
  std::vector<Estimate> noised;
  for (const double sum : SumsOf(corr, pairs)) noised.push_back({sum, sum - 20, sum + 20});
  const Estimate answer = corr.Over(noised);
  EXPECT_LT(answer.high - answer.low, 0.05);
  EXPECT_TRUE(Holds(answer, CorrOf(TruthOf(pairs))));
}

TEST(CovarianceTest, AreTotalWithinWhatIsPossible) {
  std::mt19937 random(3);
  const PairAnswer pop = MeasureOf(kCovarPopAggregate);
  const PairAnswer samp = MeasureOf(kCovarSampAggregate);
  const PairAnswer corr = MeasureOf(kCorrAggregate);
  for (int trial = 0; trial < 50000; ++trial) {
    const std::vector<Estimate> wild = Wild(random, 6);
    const std::vector<Estimate> four(wild.begin(), wild.begin() + 4);
    ASSERT_EQ(FaultOf(pop.Over(four), -11, 11), "");
    ASSERT_EQ(FaultOf(samp.Over(four), -22, 22), "");
    ASSERT_EQ(FaultOf(corr.Over(wild), -1, 1), "");
  }
}

// Where PostgreSQL says NULL: no rows, one row, a column that does not vary.
TEST(CovarianceTest, SaysZeroWithAnOpenIntervalWhereThereIsNoVariance) {
  const PairAnswer corr = MeasureOf(kCorrAggregate);
  const PairAnswer samp = MeasureOf(kCovarSampAggregate);
  const Pairs same_x = {{1.0, 102.0}, {5.0, 102.0}, {-2.0, 102.0}};
  for (const Pairs& pairs : {Pairs{}, Pairs{{1.0, 103.0}}, same_x}) {
    const Estimate exact = corr.Over(Exactly(SumsOf(corr, pairs)));
    EXPECT_EQ(exact.value, 0);
    std::mt19937 random(4);
    const Estimate noised = corr.Over(Noised(random, SumsOf(corr, pairs), 10));
    EXPECT_EQ(noised.low, -1);
    EXPECT_EQ(noised.high, 1);
    EXPECT_NEAR(samp.Over(Exactly(SumsOf(samp, pairs))).value, 0, 1e-9);
  }
}

}  // namespace
}  // namespace tacit
