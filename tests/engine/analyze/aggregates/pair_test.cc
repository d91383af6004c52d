#include "engine/analyze/aggregates/pair.h"

#include "accountant/refusal.h"
#include "engine/analyze/aggregates/avg.h"
#include "engine/analyze/aggregates/count.h"
#include "engine/analyze/aggregates/covariance.h"
#include "engine/analyze/aggregates/variance.h"
#include "tests/engine/analyze/aggregates/pair_fixture.h"

namespace tacit {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(PairTest, TakesMomentsAboutTheMiddleOfTheBounds) {
  const PairAnswer corr = MeasureOf(kCorrAggregate);
  ASSERT_EQ(corr.answer.statistics, (std::vector<int>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(corr.answer.parameters.bounds, kBoundsOfX);
  EXPECT_EQ(corr.answer.parameters.centre, 102);
  EXPECT_EQ(corr.answer.parameters.second_bounds, kBoundsOfY);
  EXPECT_EQ(corr.answer.parameters.second_centre, 2.5);
  EXPECT_EQ(corr.statistics[0].name, "count(*)");
  EXPECT_EQ(corr.statistics[1].centre, 102);
  EXPECT_EQ(corr.statistics[2].centre, 2.5);
  EXPECT_EQ(corr.statistics[3].bounds, (ValueBounds{-11, 11}));  // 5.5 times 2
  EXPECT_EQ(corr.statistics[3].centre, 0);
  EXPECT_FALSE(corr.statistics[3].integral);
  EXPECT_EQ(corr.statistics[4].bounds, (ValueBounds{0, 4}));
  EXPECT_EQ(corr.statistics[5].bounds, (ValueBounds{0, 30.25}));
}

TEST(PairTest, SharesMomentsWithVarianceMeanAndTheOtherOrder) {
  StatisticSet set;
  const AggregateCall call = PairCall();
  const std::vector<AggregateCall> calls = {call};
  ASSERT_TRUE(kCorrAggregate.measure(call, calls, set).ok());
  for (const AggregateCall& side : call.sides) {
    ASSERT_TRUE(kVarPopAggregate.measure(side, calls, set).ok());
    ASSERT_TRUE(kAvgAggregate.measure(side, calls, set).ok());
  }
  AggregateCall other = call;
  std::swap(other.sides[0], other.sides[1]);
  ASSERT_TRUE(kCovarPopAggregate.measure(other, calls, set).ok());
  EXPECT_EQ(set.statistics().size(), 6u);
}

// The count, both sums and the product are of the rows in which neither is NULL, whichever can be.
TEST(PairTest, CountsRowsInWhichNeitherIsNull) {
  std::mt19937 random(1);
  for (const bool y_nullable : {false, true}) {
    for (const bool x_nullable : {false, true}) {
      const PairAnswer corr = MeasureOf(kCorrAggregate, PairCall(y_nullable, x_nullable));
      for (int trial = 0; trial < 200; ++trial) {
        Pairs pairs = RandomPairs(random, 20);
        Pairs whole;
        for (auto& [y, x] : pairs) {
          if (y_nullable && random() % 3 == 0) y = std::nan("");
          if (x_nullable && random() % 3 == 0) x = std::nan("");
          if (!std::isnan(y) && !std::isnan(x)) whole.push_back({y, x});
        }
        const std::vector<double> sums = SumsOf(corr, pairs);
        const std::vector<double> expected = SumsOf(MeasureOf(kCorrAggregate), whole);
        for (size_t i = 0; i < sums.size(); ++i) EXPECT_NEAR(sums[i], expected[i], 1e-9) << i;
      }
    }
  }
}

// Where FILTER alone makes NULL it drops both, so that nothing more is asked of either.
TEST(PairTest, AFilterDropsBothAndIsAskedOnce) {
  std::mt19937 random(5);
  AggregateCall call = PairCall(true, true);
  for (AggregateCall& side : call.sides) side.null_by_filter = true;
  const PairAnswer corr = MeasureOf(kCorrAggregate, call);
  const size_t sum = static_cast<size_t>(corr.statistics[1].feature);
  EXPECT_EQ(corr.features[sum].expression->kind, ExpressionKind::kColumn);
  Pairs pairs = RandomPairs(random, 20);
  const Pairs kept(pairs.begin() + 5, pairs.end());
  for (size_t i = 0; i < 5; ++i) pairs[i] = {std::nan(""), std::nan("")};
  const std::vector<double> sums = SumsOf(corr, pairs);
  const std::vector<double> expected = SumsOf(MeasureOf(kCorrAggregate), kept);
  for (size_t i = 0; i < sums.size(); ++i) EXPECT_NEAR(sums[i], expected[i], 1e-9) << i;
}

// Declared bounds are no claims about rows: what lies beyond them counts as the end.
TEST(PairTest, MultipliesWhatWasClipped) {
  const PairAnswer covar = MeasureOf(kCovarPopAggregate);
  const Pairs beyond = {{1e6, 103.0}, {-50.0, 101.0}, {2.5, 1e9}, {3.5, -1e9}};
  const Pairs clipped = {{8.0, 103.0}, {-3.0, 101.0}, {2.5, 104.0}, {3.5, 100.0}};
  EXPECT_EQ(SumsOf(covar, beyond), SumsOf(covar, clipped));
  EXPECT_EQ(SumsOf(covar, clipped)[3], 5.5 + 5.5 + 0 - 2);
}

TEST(PairTest, AsksNoBoundsOfWhatItDoesNotUse) {
  AggregateCall call = PairCall();
  call.sides[0].range.interval = {};
  StatisticSet set;
  EXPECT_TRUE(MeasurePair(call, {Moment::kCount}, AnswerAsReleased, set).ok());
  EXPECT_TRUE(MeasurePair(call, {Moment::kX, Moment::kCount}, AnswerMean, set).ok());
  const auto refused = [&](std::vector<Moment> moments) {
    return ReasonOf(MeasurePair(call, moments, AnswerMean, set).status());
  };
  for (const Moment moment : {Moment::kY, Moment::kYY, Moment::kXY}) {
    EXPECT_EQ(refused({moment}), Reason::kMissingBounds);
  }
  EXPECT_EQ(set.statistics().size(), 2u);
}

TEST(PairTest, RefusesOneValueAndWhatIsNoNumber) {
  StatisticSet set;
  AggregateCall constant = PairCall();
  constant.sides[1].range.interval = {5, 5};
  EXPECT_EQ(ReasonOf(MeasurePair(constant, {Moment::kXY}, AnswerMean, set).status()),
            Reason::kMissingBounds);
  for (const size_t side : {0, 1}) {
    AggregateCall text = PairCall();
    text.sides[side].argument = Column(0, ValueType::kText);
    EXPECT_EQ(ReasonOf(MeasurePair(text, {Moment::kCount}, AnswerAsReleased, set).status()),
              Reason::kTypeMismatch);
  }
  EXPECT_TRUE(set.statistics().empty());
}

TEST(PairTest, SpreadIsTheDirectFormulaAndHoldsTheTruth) {
  std::mt19937 random(2);
  const PairAnswer corr = MeasureOf(kCorrAggregate);
  for (int trial = 0; trial < 10000; ++trial) {
    const Pairs pairs = RandomPairs(random, 1 + static_cast<int>(random() % 50));
    const PairTruth truth = TruthOf(pairs);
    const std::vector<double> sums = SumsOf(corr, pairs);
    const PairSpread exact = SpreadOfPair(Exactly(sums), corr.answer.parameters);
    EXPECT_NEAR(exact.covariance.value, truth.covariance, 1e-9);
    EXPECT_NEAR(exact.variance_x.value, truth.variance_x, 1e-9);
    EXPECT_NEAR(exact.variance_y.value, truth.variance_y, 1e-9);
    EXPECT_NEAR(exact.mean_x.value, truth.mean_x - 102, 1e-9);
    EXPECT_NEAR(exact.mean_y.value, truth.mean_y - 2.5, 1e-9);
    const PairSpread noised = SpreadOfPair(Noised(random, sums, 1), corr.answer.parameters);
    EXPECT_TRUE(Holds(noised.covariance, truth.covariance));
    EXPECT_TRUE(Holds(noised.variance_x, truth.variance_x));
    EXPECT_TRUE(Holds(noised.variance_y, truth.variance_y));
    EXPECT_TRUE(Holds(noised.mean_x, truth.mean_x - 102));
    EXPECT_TRUE(Holds(noised.mean_y, truth.mean_y - 2.5));
    if (testing::Test::HasFailure()) return;
  }
}

TEST(PairTest, SpreadIsTotal) {
  std::mt19937 random(3);
  const PairAnswer corr = MeasureOf(kCorrAggregate);
  for (int trial = 0; trial < 50000; ++trial) {
    const PairSpread spread = SpreadOfPair(Wild(random, 6), corr.answer.parameters);
    ASSERT_EQ(FaultOf(spread.covariance, -11, 11), "");
    ASSERT_EQ(FaultOf(spread.variance_x, 0, 4), "");
    ASSERT_EQ(FaultOf(spread.variance_y, 0, 30.25), "");
  }
}

TEST(PairTest, SettlesOnWhatClaimsLeast) {
  const double nan = std::nan("");
  const auto settled = [](Estimate x) {
    const Estimate y = Settle(x, -1, 1);
    return std::vector<double>{y.value, y.low, y.high};
  };
  EXPECT_EQ(settled({0.5, 0.2, 0.7}), (std::vector<double>{0.5, 0.2, 0.7}));
  EXPECT_EQ(settled({3, 2, 4}), (std::vector<double>{1, 1, 1}));
  EXPECT_EQ(settled({nan, nan, nan}), (std::vector<double>{0, -1, 1}));
  EXPECT_EQ(settled({nan, 0.5, nan}), (std::vector<double>{0.5, 0.5, 1}));
  EXPECT_EQ(settled({0, 0.5, 0.6}), (std::vector<double>{0.5, 0.5, 0.6}));
  const Estimate open = Settle({kInfinity, kInfinity, kInfinity}, -kInfinity, kInfinity);
  EXPECT_EQ(open.value, 0);
  EXPECT_EQ(open.low, -kInfinity);
}

TEST(PairTest, MultipliesIntervals) {
  const Estimate product = Multiply({-1, -2, 3}, {4, -5, 6});
  EXPECT_EQ(product.value, -4);
  EXPECT_EQ(product.low, -15);
  EXPECT_EQ(product.high, 18);
  const Estimate open = Multiply({0, 0, 1}, {0, -kInfinity, kInfinity});
  EXPECT_EQ(open.low, -kInfinity);
  EXPECT_EQ(open.high, kInfinity);
}

}  // namespace
}  // namespace tacit
