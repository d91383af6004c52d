#include "engine/analyze/aggregates/variance.h"

#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "accountant/refusal.h"
#include "engine/analyze/aggregates/avg.h"
#include "gtest/gtest.h"
#include "tests/engine/analyze/oracle.h"

namespace tacit {
namespace {

Estimate Around(double value, double radius) { return {value, value - radius, value + radius}; }

AggregateCall SpreadOf(ExpressionPtr argument, Interval interval) {
  AggregateCall call{
      .function = "var_pop", .argument = std::move(argument), .range = {.interval = interval}};
  call.text = "var_pop(x)";
  call.argument_text = "x";
  return call;
}

// The answer to one of the family for a real argument in [lower, upper], and its statistics.
struct Measured {
  Answer answer;
  std::vector<Statistic> statistics;
};
Measured Measure(const Aggregate& aggregate, const ValueBounds& bounds) {
  StatisticSet set;
  const AggregateCall call = SpreadOf(Column(0, ValueType::kFloat64), {bounds.lower, bounds.upper});
  const auto answer = aggregate.measure(call, std::vector<AggregateCall>{call}, set);
  EXPECT_TRUE(answer.ok()) << answer.status();
  return {*answer, set.statistics()};
}

// What the three statistics are of these values, without noise.
std::vector<double> MomentsOf(const Measured& measured, const std::vector<double>& values) {
  const double centre = measured.statistics[0].centre;
  const double square_centre = measured.statistics[1].centre;
  double sum = 0, squares = 0;
  for (const double value : values) {
    sum += value - centre;
    squares += (value - centre) * (value - centre) - square_centre;
  }
  return {sum, squares, static_cast<double>(values.size())};
}

double VariancePop(const std::vector<double>& values) {
  double mean = 0, total = 0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  for (const double value : values) total += (value - mean) * (value - mean);
  return total / static_cast<double>(values.size());
}

std::vector<double> RandomValues(std::mt19937& random, const ValueBounds& bounds, int count) {
  std::uniform_real_distribution<double> value(bounds.lower, bounds.upper);
  std::vector<double> values;
  for (int i = 0; i < count; ++i) values.push_back(value(random));
  return values;
}

TEST(VarianceTest, IsTheDirectFormulaWithoutNoise) {
  std::mt19937 random(1);
  const ValueBounds bounds{-3, 8};
  for (int trial = 0; trial < 2000; ++trial) {
    const int count = 2 + static_cast<int>(random() % 30);
    const std::vector<double> values = RandomValues(random, bounds, count);
    const double pop = VariancePop(values);
    const double samp = pop * count / (count - 1);
    const std::pair<const Aggregate*, double> cases[] = {
        {&kVarPopAggregate, pop},    {&kStddevPopAggregate, std::sqrt(pop)},
        {&kVarSampAggregate, samp},  {&kStddevSampAggregate, std::sqrt(samp)},
        {&kVarianceAggregate, samp}, {&kStddevAggregate, std::sqrt(samp)},
    };
    for (const auto& [aggregate, expected] : cases) {
      const Measured measured = Measure(*aggregate, bounds);
      std::vector<Estimate> exact;
      for (const double moment : MomentsOf(measured, values)) exact.push_back(Around(moment, 0));
      const Estimate spread = measured.answer.function(exact, measured.answer.parameters);
      EXPECT_NEAR(spread.value, expected, 1e-9) << aggregate->name;
      EXPECT_NEAR(spread.low, expected, 1e-6) << aggregate->name;
      EXPECT_NEAR(spread.high, expected, 1e-6) << aggregate->name;
    }
  }
}

// Random sets, noise within the stated radii: the un-noised answer lies in the interval.
TEST(VarianceTest, HoldsTheTruthWheneverTheStatisticsHoldTheirs) {
  std::mt19937 random(2);
  std::uniform_real_distribution<double> unit(-1, 1);
  const ValueBounds bounds{-3, 8};
  const Measured of[] = {Measure(kVarPopAggregate, bounds), Measure(kVarSampAggregate, bounds),
                         Measure(kStddevPopAggregate, bounds),
                         Measure(kStddevSampAggregate, bounds)};
  for (int trial = 0; trial < 20000; ++trial) {
    const int count = 2 + static_cast<int>(random() % 60);
    const std::vector<double> values = RandomValues(random, bounds, count);
    const double pop = VariancePop(values);
    const double samp = pop * count / (count - 1);
    const double truths[] = {pop, samp, std::sqrt(pop), std::sqrt(samp)};
    const std::vector<double> moments = MomentsOf(of[0], values);
    std::vector<Estimate> noisy;
    for (const double radius : {trial % 3 * 10.0, trial % 5 * 30.0, trial % 7 * 3.0}) {
      noisy.push_back(Around(moments[noisy.size()] + radius * unit(random), radius));
    }
    for (size_t i = 0; i < 4; ++i) {
      const Estimate spread = of[i].answer.function(noisy, of[i].answer.parameters);
      ASSERT_LE(spread.low, truths[i] + 1e-6) << i;
      ASSERT_GE(spread.high, truths[i] - 1e-6) << i;
      ASSERT_LE(spread.low, spread.value) << i;
      ASSERT_LE(spread.value, spread.high) << i;
    }
  }
}

// What one of the family makes of these estimates, as far as it is not a number that is not
// negative and inside its interval; empty when it is.
std::string FaultOf(const Aggregate& aggregate, const std::vector<Estimate>& estimates) {
  const Measured measured = Measure(aggregate, {-3, 8});
  const Estimate spread = measured.answer.function(estimates, measured.answer.parameters);
  const auto is_number = [](double part) { return std::isfinite(part) && part >= 0; };
  const bool sound = is_number(spread.value) && is_number(spread.low) && is_number(spread.high) &&
                     spread.low <= spread.value && spread.value <= spread.high;
  if (sound) return "";
  std::string text(aggregate.name);
  for (const Estimate& each : {estimates[0], estimates[1], estimates[2], spread}) {
    text += " " + std::to_string(each.value) + " in [" + std::to_string(each.low) + ", " +
            std::to_string(each.high) + "]";
  }
  return text;
}

std::vector<Estimate> WildEstimates(bool with_nan) {
  const double infinity = std::numeric_limits<double>::infinity();
  std::vector<Estimate> wild;
  for (const double value :
       {-infinity, -1e308, -7.0, -0.0, 0.0, 0.5, 1.0, 30.0, 1e5, 1e308, infinity, std::nan("")}) {
    for (const double radius : {0.0, 3.0, 1e308, infinity}) {
      const Estimate estimate = Around(value, radius);
      const bool is_nan =
          std::isnan(estimate.value) || std::isnan(estimate.low) || std::isnan(estimate.high);
      if (!is_nan || with_nan) wild.push_back(estimate);
    }
  }
  return wild;
}

// Total: whatever noise did, the answer is a number, not negative, and inside its interval.
void ExpectSoundFor(bool with_nan) {
  const std::vector<Estimate> wild = WildEstimates(with_nan);
  int faults = 0;
  std::string first;
  for (const Aggregate* aggregate :
       {&kVarPopAggregate, &kVarSampAggregate, &kStddevPopAggregate, &kStddevSampAggregate}) {
    for (const Estimate& sum : wild) {
      for (const Estimate& squares : wild) {
        for (const Estimate& count : wild) {
          const std::string fault = FaultOf(*aggregate, {sum, squares, count});
          if (!fault.empty() && faults++ == 0) first = fault;
        }
      }
    }
  }
  EXPECT_EQ(faults, 0) << "the first: " << first;
}

TEST(VarianceTest, IsAlwaysANumberInsideItsInterval) { ExpectSoundFor(false); }

TEST(VarianceTest, SurvivesEstimatesThatAreNoNumbers) { ExpectSoundFor(true); }

TEST(VarianceTest, IsSoundForRandomEstimates) {
  std::mt19937 random(3);
  std::normal_distribution<double> normal(0, 1);
  int faults = 0;
  std::string first;
  for (int trial = 0; trial < 20000; ++trial) {
    std::vector<Estimate> estimates;
    for (int i = 0; i < 3; ++i) {
      estimates.push_back(
          Around(normal(random) * std::exp(8 * normal(random)), std::exp(5 * normal(random))));
    }
    for (const Aggregate* aggregate : {&kVarPopAggregate, &kVarianceAggregate, &kStddevAggregate}) {
      const std::string fault = FaultOf(*aggregate, estimates);
      if (!fault.empty() && faults++ == 0) first = fault;
    }
  }
  EXPECT_EQ(faults, 0) << "the first: " << first;
}

// Both moments move least about the middle.
TEST(VarianceTest, MeasuresBothMomentsAboutTheMiddle) {
  const Measured measured = Measure(kVarPopAggregate, {10, 20});
  ASSERT_EQ(measured.statistics.size(), 3u);
  EXPECT_EQ(measured.statistics[0].bounds, (ValueBounds{10, 20}));
  EXPECT_EQ(measured.statistics[0].centre, 15);
  EXPECT_EQ(measured.statistics[1].bounds, (ValueBounds{0, 25}));
  EXPECT_EQ(measured.statistics[1].centre, 12.5);
  EXPECT_EQ(measured.statistics[2].bounds, (ValueBounds{0, 1}));
  EXPECT_FALSE(measured.statistics[1].integral);
}

TEST(VarianceTest, SharesItsMomentsWithTheMeanAndTheRestOfTheFamily) {
  StatisticSet set;
  const AggregateCall call = SpreadOf(Column(0), {10, 21});
  const std::vector<AggregateCall> calls = {call};
  for (const Aggregate* aggregate :
       {&kVarPopAggregate, &kStddevSampAggregate, &kVarianceAggregate, &kAvgAggregate}) {
    ASSERT_TRUE(aggregate->measure(call, calls, set).ok());
  }
  EXPECT_EQ(set.statistics().size(), 3u);
}

TEST(VarianceTest, SurvivesBoundsNearTheLargestDouble) {
  StatisticSet set;
  const AggregateCall call = SpreadOf(Column(0, ValueType::kFloat64), {-1.7e308, 1.7e308});
  const auto answer = kVarPopAggregate.measure(call, std::vector<AggregateCall>{call}, set);
  // The squares leave the doubles: refused here or by the certificate, never answered by garbage.
  if (!answer.ok()) return;
  EXPECT_FALSE(std::isfinite(set.statistics()[1].bounds.upper));
}

TEST(VarianceTest, RefusesWhatBoundsDecideAndWhatIsNoNumber) {
  StatisticSet set;
  const auto refused = [&](const AggregateCall& call) {
    return ReasonOf(kStddevAggregate.measure(call, std::vector<AggregateCall>{call}, set).status());
  };
  EXPECT_EQ(refused(SpreadOf(Column(0), {5, 5})), Reason::kMissingBounds);
  EXPECT_EQ(refused(SpreadOf(Column(0), {})), Reason::kMissingBounds);
  EXPECT_EQ(refused(SpreadOf(Column(0, ValueType::kText), {})), Reason::kTypeMismatch);
  EXPECT_EQ(refused({.function = "stddev", .star = true}), Reason::kUnsupported);
  EXPECT_TRUE(set.statistics().empty());
}

}  // namespace
}  // namespace tacit
