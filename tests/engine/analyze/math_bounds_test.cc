#include "engine/analyze/math_bounds.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "engine/execute/total_arithmetic.h"
#include "engine/plan/nodes/buckets.h"

namespace tacit {
namespace {

using Kind = ExpressionKind;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// `constant` is the exponent of POWER.
Interval BoundsOf(Kind kind, const Interval& argument, double constant, bool& partial) {
  std::vector<ValueRange> arguments = {{.interval = argument}};
  if (kind == Kind::kPower) arguments.push_back({.interval = {constant, constant}});
  return MathInterval(kind, arguments, partial);
}

bool Apply(Kind kind, double x, double exponent, double* result) {
  switch (kind) {
    case Kind::kAbs:
      return TotalAbs::Apply(x, result);
    case Kind::kCeil:
      return TotalCeil::Apply(x, result);
    case Kind::kRound:
      return TotalRound::Apply(x, result);
    case Kind::kTrunc:
      return TotalTrunc::Apply(x, result);
    case Kind::kSign:
      return TotalSign::Apply(x, result);
    case Kind::kSqrt:
      return TotalSqrt::Apply(x, result);
    case Kind::kLn:
      return TotalLn::Apply(x, result);
    case Kind::kLog10:
      return TotalLog10::Apply(x, result);
    case Kind::kExp:
      return TotalExp::Apply(x, result);
    default:
      return TotalPower::Apply(x, exponent, result);
  }
}

// Whole numbers, halves, and reals of every size, 0 and the smallest among them.
double RandomEnd(std::mt19937_64& random) {
  if (random() % 2 == 0) return (static_cast<int>(random() % 13) - 6) / 2.0;
  const double edges[] = {0,     5e-324, -5e-324, 1e-308, 0.1,  -0.3,
                          708.3, -745.2, 1e17,    -1e200, 1e308};
  if (random() % 3 == 0) return edges[random() % 11];
  const double part = static_cast<double>(random() >> 11) * 0x1p-53;
  return std::ldexp(random() % 2 == 0 ? part : -part, static_cast<int>(random() % 60) - 30);
}

// At the ends, beside them, where a library that is off by a unit would show, and between.
std::vector<double> PointsOf(double a, double b) {
  std::vector<double> points;
  double from_a = a;
  double from_b = b;
  for (int i = 0; i < 20; ++i) {
    points.push_back(from_a);
    points.push_back(from_b);
    from_a = std::nextafter(from_a, b);
    from_b = std::nextafter(from_b, a);
  }
  for (int i = 1; i < 8; ++i) points.push_back(std::clamp(a / 8 * (8 - i) + b / 8 * i, a, b));
  return points;
}

TEST(MathBoundsTest, HoldEveryValueAndSayWhereThereIsNone) {
  std::mt19937_64 random(3);
  const double exponents[] = {2, 3, -1, -2, 0.5, -0.5, 0, 1, 2.5, 17, 300, -300};
  const int kinds = static_cast<int>(Kind::kPower) - static_cast<int>(Kind::kAbs) + 1;
  for (int round = 0; round < 30'000; ++round) {
    const auto kind =
        static_cast<Kind>(static_cast<int>(Kind::kAbs) + static_cast<int>(random() % kinds));
    const double exponent = exponents[random() % 12];
    double a = RandomEnd(random);
    double b = RandomEnd(random);
    if (a > b) std::swap(a, b);
    bool partial = false;
    const Interval found = BoundsOf(kind, {a, b}, exponent, partial);
    partial = partial || !std::isfinite(found.lower) || !std::isfinite(found.upper);
    for (const double x : PointsOf(a, b)) {
      double value = 0;
      const bool has_value = Apply(kind, x, exponent, &value);
      ASSERT_TRUE(has_value ? found.Contains(value) : partial)
          << static_cast<int>(kind) << " of " << x << " to the " << exponent << " over " << a
          << " to " << b << " is " << value;
    }
  }
}

TEST(MathBoundsTest, AreTight) {
  bool partial = false;
  EXPECT_EQ(BoundsOf(Kind::kAbs, {-3, 2}, 0, partial), (Interval{0, 3}));
  EXPECT_EQ(BoundsOf(Kind::kPower, {-3, 2}, 2, partial), (Interval{0, 9}));
  EXPECT_EQ(BoundsOf(Kind::kPower, {-3, 2}, 3, partial), (Interval{-27, 8}));
  EXPECT_EQ(BoundsOf(Kind::kSqrt, {4, 9}, 0, partial), (Interval{2, 3}));
  EXPECT_EQ(BoundsOf(Kind::kTrunc, {-1.5, 1.5}, 0, partial), (Interval{-1, 1}));
  EXPECT_EQ(BoundsOf(Kind::kSign, {-1.5, 0}, 0, partial), (Interval{-1, 0}));
  EXPECT_EQ(BoundsOf(Kind::kLn, {1, 9}, 0, partial).lower, 0);
  EXPECT_NEAR(BoundsOf(Kind::kLog10, {1, 1000}, 0, partial).upper, 3, 1e-14);
  EXPECT_NEAR(BoundsOf(Kind::kExp, {0, 1}, 0, partial).lower, 1, 1e-14);
  EXPECT_EQ(BoundsOf(Kind::kExp, {-1000, 0}, 0, partial).lower, 0);
  EXPECT_FALSE(partial);
  EXPECT_TRUE(BoundsOf(Kind::kLn, {-2, 0}, 0, partial).IsEmpty());
  EXPECT_TRUE(partial);
}

Interval ToInteger(const Interval& argument, double most, bool& partial) {
  return MathInterval(Kind::kToInteger,
                      std::vector<ValueRange>{{.interval = argument}, {.interval = {most, most}}},
                      partial);
}

TEST(MathBoundsTest, CastsToIntegersKeepWhatFits) {
  bool partial = false;
  EXPECT_EQ(ToInteger({-0.5, 2.5}, 100, partial), (Interval{0, 2}));
  EXPECT_EQ(ToInteger({-101, 100.4}, 100, partial), (Interval{-101, 100}));
  EXPECT_FALSE(partial);
  EXPECT_EQ(ToInteger({-102, 5}, 100, partial), (Interval{-101, 5}));
  EXPECT_TRUE(partial);
  EXPECT_EQ(ToInteger({-kInfinity, 5}, 100, partial).lower, -kInfinity);
  EXPECT_TRUE(partial);
  // The smallest of all integers fits, the double above the largest does not.
  const double most = IntervalOf(std::numeric_limits<int64_t>::max()).lower;
  EXPECT_EQ(ToInteger({-0x1p63, 0}, most, partial).lower, -0x1p63);
  EXPECT_FALSE(partial);
  const ValueRange huge = InferOperation(Kind::kToInteger, ValueType::kInt64,
                                         {{.interval = {0, 0x1p63}}, {.interval = {most, most}}});
  EXPECT_TRUE(huge.nullable);
}

TEST(MathBoundsTest, BucketsAreBoundedWhateverTheArgument) {
  const auto bounds = [](const Interval& argument) {
    bool partial = false;
    const Interval found = MathInterval(Kind::kWidthBucket,
                                        std::vector<ValueRange>{{.interval = argument},
                                                                {.interval = {0, 0}},
                                                                {.interval = {100, 100}},
                                                                {.interval = {4, 4}}},
                                        partial);
    EXPECT_FALSE(partial);
    return found;
  };
  EXPECT_EQ(bounds({}), (Interval{0, 5}));
  EXPECT_EQ(bounds({0, 99}), (Interval{1, 4}));
  EXPECT_EQ(bounds({30, 100}), (Interval{2, 5}));
}

}  // namespace
}  // namespace tacit
