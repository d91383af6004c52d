// Random pairs of numbers, the statistics an aggregate of two arguments takes of them, and its
// answer around them.
#ifndef TACIT_TESTS_ENGINE_ANALYZE_AGGREGATES_PAIR_FIXTURE_H_
#define TACIT_TESTS_ENGINE_ANALYZE_AGGREGATES_PAIR_FIXTURE_H_

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "engine/analyze/aggregates/aggregate.h"
#include "gtest/gtest.h"
#include "tests/engine/analyze/oracle.h"

namespace tacit {

inline constexpr ValueBounds kBoundsOfY{-3, 8};
inline constexpr ValueBounds kBoundsOfX{100, 104};

// f(y, x), y of column 0 and x of column 1, both real.
inline AggregateCall PairCall(bool y_nullable = false, bool x_nullable = false) {
  const auto side = [](int column, const char* name, const ValueBounds& bounds, bool nullable) {
    AggregateCall call{.function = "corr",
                       .argument = Column(column, ValueType::kFloat64, nullable),
                       .range = {.interval = {bounds.lower, bounds.upper}, .nullable = nullable}};
    call.argument_text = name;
    return call;
  };
  AggregateCall call{.function = "corr"};
  call.text = "corr(y, x)";
  call.sides = {side(0, "y", kBoundsOfY, y_nullable), side(1, "x", kBoundsOfX, x_nullable)};
  return call;
}

struct PairAnswer {
  Answer answer;
  std::vector<Feature> features;
  std::vector<Statistic> statistics;

  // `statistics` are those of the answer, in its order.
  Estimate Over(const std::vector<Estimate>& of_answer) const {
    return answer.function(of_answer, answer.parameters);
  }
};

inline PairAnswer MeasureOf(const Aggregate& aggregate, const AggregateCall& call = PairCall()) {
  StatisticSet set;
  const auto answer = aggregate.measure(call, std::vector<AggregateCall>{call}, set);
  EXPECT_TRUE(answer.ok()) << answer.status();
  return {*answer, set.features(), set.statistics()};
}

// (y, x); NaN stands for NULL.
using Pairs = std::vector<std::pair<double, double>>;

inline Value ValueOf(double number) { return std::isnan(number) ? Value() : Value(number); }

inline Pairs RandomPairs(std::mt19937& random, int count) {
  std::uniform_real_distribution<double> y(kBoundsOfY.lower, kBoundsOfY.upper);
  std::uniform_real_distribution<double> x(kBoundsOfX.lower, kBoundsOfX.upper);
  const double together = std::uniform_real_distribution<double>(-1, 1)(random);
  Pairs pairs;
  for (int i = 0; i < count; ++i) {
    const double at_x = x(random);
    const double along = kBoundsOfY.lower + (at_x - kBoundsOfX.lower) * 11 / 4;
    const double at_y = std::fabs(together) * (together < 0 ? 5 - along : along) +
                        (1 - std::fabs(together)) * y(random);
    pairs.push_back({at_y, at_x});
  }
  return pairs;
}

// What enters each statistic of the answer is evaluated, clipped, centred and added, as the core
// does.
inline std::vector<double> SumsOf(const PairAnswer& measured, const Pairs& pairs) {
  std::vector<double> sums;
  for (const int index : measured.answer.statistics) {
    const Statistic& statistic = measured.statistics[static_cast<size_t>(index)];
    const Feature& feature = measured.features[static_cast<size_t>(statistic.feature)];
    double sum = 0;
    for (const auto& [y, x] : pairs) {
      const Value value = feature.kind == FeatureKind::kOne
                              ? Value(1.0)
                              : Evaluate(*feature.expression, {ValueOf(y), ValueOf(x)});
      if (IsNull(value)) continue;
      const double number = feature.kind == FeatureKind::kValue ? std::get<double>(value) : 1;
      sum += std::clamp(number, statistic.bounds.lower, statistic.bounds.upper) - statistic.centre;
    }
    sums.push_back(sum);
  }
  return sums;
}

// Of the population, computed directly.
struct PairTruth {
  double count = 0, mean_x = 0, mean_y = 0, variance_x = 0, variance_y = 0, covariance = 0;
};

inline PairTruth TruthOf(const Pairs& pairs) {
  PairTruth truth;
  truth.count = static_cast<double>(pairs.size());
  for (const auto& [y, x] : pairs) {
    truth.mean_y += y / truth.count;
    truth.mean_x += x / truth.count;
  }
  for (const auto& [y, x] : pairs) {
    const double from_y = y - truth.mean_y;
    const double from_x = x - truth.mean_x;
    truth.variance_x += from_x * from_x / truth.count;
    truth.variance_y += from_y * from_y / truth.count;
    truth.covariance += from_x * from_y / truth.count;
  }
  return truth;
}

inline std::vector<Estimate> Exactly(const std::vector<double>& sums) {
  std::vector<Estimate> exact;
  for (const double sum : sums) exact.push_back({sum, sum, sum});
  return exact;
}

// Noise within a random radius of each statistic, and an interval of that radius.
inline std::vector<Estimate> Noised(std::mt19937& random, const std::vector<double>& sums,
                                    double most) {
  std::uniform_real_distribution<double> unit(-1, 1);
  std::vector<Estimate> noised;
  for (const double sum : sums) {
    const double radius = most * std::pow(10, 2 * unit(random));
    const double value = sum + radius * unit(random);
    noised.push_back({value, value - radius, value + radius});
  }
  return noised;
}

// Whatever noise did: estimates of any size, infinite and NaN among them.
inline std::vector<Estimate> Wild(std::mt19937& random, size_t count) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const double values[] = {-kInfinity, -1e308, -7.0, -0.0,  0.0,       1e-320,      0.5,
                           1.0,        30.0,   1e5,  1e308, kInfinity, std::nan("")};
  const double radii[] = {0.0, 1e-300, 3.0, 1e308, kInfinity};
  std::vector<Estimate> wild;
  for (size_t i = 0; i < count; ++i) {
    const double value = values[random() % 13];
    const double radius = radii[random() % 5];
    wild.push_back({value, value - radius, value + radius});
  }
  return wild;
}

// Empty where the estimate is a number within its interval and [least, most].
inline std::string FaultOf(const Estimate& estimate, double least, double most) {
  const bool sound = std::isfinite(estimate.value) && estimate.low <= estimate.value &&
                     estimate.value <= estimate.high && least <= estimate.low &&
                     estimate.high <= most;
  return sound ? ""
               : std::to_string(estimate.value) + " in [" + std::to_string(estimate.low) + ", " +
                     std::to_string(estimate.high) + "]";
}

inline testing::AssertionResult Holds(const Estimate& estimate, double truth) {
  const double slack = 1e-9 * (1 + std::fabs(truth));
  if (estimate.low <= truth + slack && truth - slack <= estimate.high &&
      FaultOf(estimate, estimate.low, estimate.high).empty()) {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << truth << " is not in [" << estimate.low << ", "
                                     << estimate.high << "] around " << estimate.value;
}

}  // namespace tacit

#endif  // TACIT_TESTS_ENGINE_ANALYZE_AGGREGATES_PAIR_FIXTURE_H_
