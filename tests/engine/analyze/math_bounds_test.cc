#include "engine/analyze/math_bounds.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "engine/execute/total_arithmetic.h"

namespace tacit {
namespace {

using Kind = ExpressionKind;

bool Apply(Kind kind, double x, double exponent, double* result) {
  switch (kind) {
    case Kind::kAbs:
      return TotalAbs::Apply(x, result);
    case Kind::kCeil:
      return TotalCeil::Apply(x, result);
    case Kind::kRound:
      return TotalRound::Apply(x, result);
    case Kind::kSqrt:
      return TotalSqrt::Apply(x, result);
    case Kind::kLn:
      return TotalLn::Apply(x, result);
    case Kind::kExp:
      return TotalExp::Apply(x, result);
    default:
      return TotalPower::Apply(x, exponent, result);
  }
}

// A function of the C library may be off by a unit in the last place at an end.
bool Holds(const Interval& interval, double value) {
  const double slack = 1e-12 * std::fabs(value);
  return interval.lower - slack <= value && value <= interval.upper + slack;
}

TEST(MathBoundsTest, HoldEveryValueAndSayWhereThereIsNone) {
  std::mt19937 random(3);
  const double exponents[] = {2, 3, -1, -2, 0.5, -0.5, 0, 1};
  for (int round = 0; round < 20'000; ++round) {
    const auto kind = static_cast<Kind>(static_cast<int>(Kind::kAbs) + random() % 7);
    const double exponent = exponents[random() % 8];
    // Whole ends, 0 among them, and halves.
    double a = (static_cast<int>(random() % 13) - 6) / 2.0;
    double b = (static_cast<int>(random() % 13) - 6) / 2.0;
    if (a > b) std::swap(a, b);
    bool partial = false;
    const Interval found = MathInterval(kind, {a, b}, exponent, partial);
    for (int i = 0; i <= 8; ++i) {
      const double x = a + (b - a) * i / 8;
      double value = 0;
      if (Apply(kind, x, exponent, &value)) {
        EXPECT_TRUE(Holds(found, value)) << static_cast<int>(kind) << " of " << x << " to the "
                                         << exponent << " over " << a << " to " << b;
      } else {
        EXPECT_TRUE(partial) << static_cast<int>(kind) << " of " << x << " to the " << exponent;
      }
    }
  }
}

TEST(MathBoundsTest, AreTight) {
  bool partial = false;
  EXPECT_EQ(MathInterval(Kind::kAbs, {-3, 2}, 0, partial), (Interval{0, 3}));
  EXPECT_EQ(MathInterval(Kind::kPower, {-3, 2}, 2, partial), (Interval{0, 9}));
  EXPECT_EQ(MathInterval(Kind::kSqrt, {4, 9}, 0, partial), (Interval{2, 3}));
  EXPECT_FALSE(partial);
  EXPECT_TRUE(MathInterval(Kind::kLn, {-2, 0}, 0, partial).IsEmpty());
  EXPECT_TRUE(partial);
}

}  // namespace
}  // namespace tacit
