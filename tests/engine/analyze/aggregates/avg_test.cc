#include "engine/analyze/aggregates/avg.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "accountant/refusal.h"
#include "gtest/gtest.h"
#include "tests/engine/analyze/oracle.h"

namespace tacit {
namespace {

Estimate Around(double value, double radius) { return {value, value - radius, value + radius}; }

AggregateCall MeanOf(ExpressionPtr argument, Interval interval) {
  AggregateCall call{
      .function = "avg", .argument = std::move(argument), .range = {.interval = interval}};
  call.text = "avg(x)";
  call.argument_text = "x";
  return call;
}

TEST(AvgTest, IsTheMeanWithoutNoise) {
  const AnswerParameters about_zero{.bounds = {0, 10}};
  const AnswerParameters about_five{.bounds = {0, 10}, .centre = 5};
  EXPECT_DOUBLE_EQ(
      AnswerMean(std::vector<Estimate>{Around(30, 0), Around(10, 0)}, about_zero).value, 3);
  EXPECT_DOUBLE_EQ(
      AnswerMean(std::vector<Estimate>{Around(-20, 0), Around(10, 0)}, about_five).value, 3);
}

// Random sets, noise within the stated radii: the mean before noise lies in the interval.
TEST(AvgTest, HoldsTheMeanWheneverSumAndCountHold) {
  std::mt19937 random(7);
  const ValueBounds bounds{-3, 8};
  for (int i = 0; i < 20000; ++i) {
    const double centre = i % 2 == 0 ? 0 : 2.5;
    const int count = 1 + static_cast<int>(random() % 20);
    double sum = 0, centred = 0;
    for (int j = 0; j < count; ++j) {
      const double value = bounds.lower + static_cast<double>(random() % 1101) / 100;
      sum += value;
      centred += value - centre;
    }
    const auto noise = [&](double radius) {
      return radius * (static_cast<double>(random() % 2001) / 1000 - 1);
    };
    const Estimate noisy_sum = Around(centred + noise(30), 30);
    const Estimate noisy_count = Around(count + noise(12), 12);
    const Estimate mean = AnswerMean(std::vector<Estimate>{noisy_sum, noisy_count},
                                     {.bounds = bounds, .centre = centre});
    const double truth = sum / count;
    ASSERT_LE(mean.low, truth + 1e-9);
    ASSERT_GE(mean.high, truth - 1e-9);
    ASSERT_LE(mean.low, mean.value);
    ASSERT_LE(mean.value, mean.high);
  }
}

TEST(AvgTest, IsANumberWithinBoundsWhateverNoiseDid) {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::vector<double> wild = {-infinity, -1e308, -5,       0,           0.5,
                                    3,         1e308,  infinity, std::nan("")};
  for (const double sum : wild) {
    for (const double count : wild) {
      for (const double radius : {0.0, 10.0, infinity}) {
        const Estimate mean =
            AnswerMean(std::vector<Estimate>{Around(sum, radius), Around(count, radius)},
                       {.bounds = {2, 6}, .centre = 4});
        for (const double part : {mean.value, mean.low, mean.high}) {
          EXPECT_GE(part, 2) << sum << " / " << count;
          EXPECT_LE(part, 6) << sum << " / " << count;
        }
      }
    }
  }
}

TEST(AvgTest, CentresTheSumWhereNoOtherAsksForIt) {
  StatisticSet set;
  const AggregateCall call = MeanOf(Column(0), {10, 21});
  const auto answer = kAvgAggregate.measure(call, std::vector<AggregateCall>{call}, set);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->parameters.centre, 15) << "whole for integers";
  EXPECT_EQ(set.statistics()[answer->statistics[0]].centre, 15);
  EXPECT_EQ(answer->parameters.bounds, (ValueBounds{10, 21}));
}

TEST(AvgTest, ReusesASumOfTheSameArgumentOnly) {
  const AggregateCall mean = MeanOf(Column(0), {10, 20});
  AggregateCall sum = mean;
  sum.function = "sum";
  StatisticSet set;
  EXPECT_EQ(
      kAvgAggregate.measure(mean, std::vector<AggregateCall>{mean, sum}, set)->parameters.centre,
      0);
  sum.argument = Column(1);
  StatisticSet other;
  EXPECT_EQ(
      kAvgAggregate.measure(mean, std::vector<AggregateCall>{mean, sum}, other)->parameters.centre,
      15);
}

TEST(AvgTest, DoesNotOverflowNearTheLargestDouble) {
  StatisticSet set;
  const AggregateCall call = MeanOf(Column(0, ValueType::kFloat64), {1e308, 1.7e308});
  EXPECT_TRUE(std::isfinite(
      kAvgAggregate.measure(call, std::vector<AggregateCall>{call}, set)->parameters.centre));
}

TEST(AvgTest, RefusesWhatBoundsDecide) {
  StatisticSet set;
  const AggregateCall call = MeanOf(Column(0), {5, 5});
  EXPECT_EQ(ReasonOf(kAvgAggregate.measure(call, {}, set).status()), Reason::kMissingBounds);
  EXPECT_TRUE(set.statistics().empty());
}

}  // namespace
}  // namespace tacit
