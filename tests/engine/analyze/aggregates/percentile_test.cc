#include "engine/analyze/aggregates/percentile.h"

#include <cmath>
#include <limits>
#include <vector>

#include "accountant/refusal.h"
#include "gtest/gtest.h"
#include "tests/engine/analyze/oracle.h"

namespace tacit {
namespace {

AggregateCall MedianOf(ExpressionPtr argument, Interval interval) {
  AggregateCall call{
      .function = "median", .argument = std::move(argument), .range = {.interval = interval}};
  call.text = "median(x)";
  call.argument_text = "x";
  return call;
}

absl::StatusOr<Answer> Measure(const AggregateCall& call, StatisticSet& set) {
  return kMedianAggregate.measure(call, std::vector<AggregateCall>{call}, set);
}

TEST(PercentileTest, MedianIsTheMiddleQuantileWithinTheBounds) {
  StatisticSet set;
  const auto answer = Measure(MedianOf(Column(0), {2, 9}), set);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(answer->type, ValueType::kInt64);
  EXPECT_EQ(answer->parameters.bounds, (ValueBounds{2, 9}));
  ASSERT_EQ(set.statistics().size(), 1u);
  const Statistic& statistic = set.statistics()[0];
  EXPECT_EQ(statistic.kind, MeasureKind::kQuantile);
  EXPECT_EQ(statistic.quantile, (Quantile{1, 2}));
  EXPECT_EQ(statistic.bounds, (ValueBounds{2, 9}));
  EXPECT_EQ(statistic.centre, 0);
  EXPECT_TRUE(statistic.integral);
  EXPECT_EQ(set.features()[0].kind, FeatureKind::kValue);
}

TEST(PercentileTest, IsRealForReals) {
  StatisticSet set;
  const auto answer = Measure(MedianOf(Column(0, ValueType::kFloat64), {0, 1}), set);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->type, ValueType::kFloat64);
  EXPECT_FALSE(set.statistics()[0].integral);
}

// The error is one of rank, so nothing but the bounds is promised of the value.
TEST(PercentileTest, AnswersInsideTheBoundsWhichAreItsInterval) {
  StatisticSet set;
  const auto answer = Measure(MedianOf(Column(0), {2, 9}), set);
  ASSERT_TRUE(answer.ok());
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double value : {-infinity, -5.0, 2.0, 4.0, 9.0, 11.0, infinity}) {
    const Estimate median =
        answer->function(std::vector<Estimate>{{value, -infinity, infinity}}, answer->parameters);
    EXPECT_EQ(median.value, std::fmin(9, std::fmax(2, value)));
    EXPECT_EQ(median.low, 2);
    EXPECT_EQ(median.high, 9);
  }
}

TEST(PercentileTest, SharesNothingWithASumOfTheSameArgument) {
  StatisticSet set;
  const AggregateCall call = MedianOf(Column(0), {2, 9});
  ASSERT_TRUE(Measure(call, set).ok());
  ASSERT_TRUE(Measure(call, set).ok());
  EXPECT_EQ(set.statistics().size(), 1u) << "the same median is paid for once";
  EXPECT_EQ(set.Sum(call, {2, 9}, 0), 1);
  EXPECT_EQ(set.DistinctCount(call), 2);
  EXPECT_EQ(set.QuantileOf(call, {2, 9}, {1, 4}), 3);
  EXPECT_EQ(set.features().size(), 1u);
}

TEST(PercentileTest, MinAndMaxAreTheEndsInHalves) {
  StatisticSet set;
  AggregateCall call = MedianOf(Column(0), {2, 9});
  const std::vector<AggregateCall> calls = {call};
  const auto least = kMinAggregate.measure(call, calls, set);
  const auto most = kMaxAggregate.measure(call, calls, set);
  ASSERT_TRUE(least.ok() && most.ok());
  EXPECT_EQ(set.statistics()[0].quantile, (Quantile{0, 2}));
  EXPECT_EQ(set.statistics()[1].quantile, (Quantile{2, 2}));
  EXPECT_EQ(least->type, ValueType::kInt64);
  // As a fraction of 0 is read, so that both are paid for once.
  call.quantile = {0, 2};
  const auto asked = kPercentileDiscAggregate.measure(call, calls, set);
  ASSERT_TRUE(asked.ok());
  EXPECT_EQ(asked->statistics, least->statistics);
  EXPECT_EQ(set.statistics().size(), 2u);
}

TEST(PercentileTest, ContIsRealAndDiscOfTheArgumentsType) {
  StatisticSet set;
  AggregateCall call = MedianOf(Column(0), {2, 9});
  call.quantile = {9, 10};
  const std::vector<AggregateCall> calls = {call};
  const auto cont = kPercentileContAggregate.measure(call, calls, set);
  const auto disc = kPercentileDiscAggregate.measure(call, calls, set);
  ASSERT_TRUE(cont.ok() && disc.ok());
  EXPECT_EQ(cont->type, ValueType::kFloat64);
  EXPECT_EQ(disc->type, ValueType::kInt64);
  EXPECT_EQ(cont->statistics, disc->statistics) << "the same value, chosen once";
  EXPECT_EQ(set.statistics()[0].quantile, (Quantile{9, 10}));
  EXPECT_EQ(kPercentileContAggregate.form, CallForm::kFractionOfOrder);
  EXPECT_EQ(kMaxAggregate.form, CallForm::kOneArgument);
}

TEST(PercentileTest, RefusesWhatHasNoBoundsOrOneValueOrNoNumber) {
  StatisticSet set;
  EXPECT_EQ(ReasonOf(Measure(MedianOf(Column(0), {}), set).status()), Reason::kMissingBounds);
  EXPECT_EQ(ReasonOf(Measure(MedianOf(Column(0), {5, 5}), set).status()), Reason::kMissingBounds);
  EXPECT_EQ(ReasonOf(Measure(MedianOf(Column(0, ValueType::kText), {}), set).status()),
            Reason::kTypeMismatch);
  EXPECT_EQ(ReasonOf(Measure(MedianOf(Column(0, ValueType::kBool), {}), set).status()),
            Reason::kTypeMismatch);
  AggregateCall distinct = MedianOf(Column(0), {2, 9});
  distinct.distinct = true;
  EXPECT_EQ(ReasonOf(Measure(distinct, set).status()), Reason::kUnsupported);
  EXPECT_EQ(ReasonOf(Measure({.function = "median", .star = true}, set).status()),
            Reason::kUnsupported);
  EXPECT_TRUE(set.statistics().empty());
}

}  // namespace
}  // namespace tacit
