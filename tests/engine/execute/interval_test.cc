#include "engine/execute/interval.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace tacit {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

void ExpectInterval(const Interval& found, double low, double high) {
  EXPECT_EQ(found.low, low);
  EXPECT_EQ(found.high, high);
}

TEST(IntervalTest, ArithmeticIsThatOfTheCorners) {
  ExpectInterval(Add({1, 2}, {10, 20}), 11, 22);
  ExpectInterval(Subtract({1, 2}, {10, 20}), -19, -8);
  ExpectInterval(Multiply({-1, 2}, {-3, 5}), -6, 10);
  ExpectInterval(Divide({1, 2}, {4, 8}), 0.125, 0.5);
  ExpectInterval(Divide({49, 49}, {49, 49}), 1, 1);
  ExpectInterval(Truncate({-1.5, 2.9}), -1, 2);
}

TEST(IntervalTest, ADivisorThatMayBeZeroSaysNothing) {
  ExpectInterval(Divide({1, 2}, {-1, 1}), -kInfinity, kInfinity);
  ExpectInterval(Divide({1, 2}, {0, 1}), -kInfinity, kInfinity);
}

TEST(IntervalTest, OpenEndsNeverBecomeNan) {
  const Interval everything = {-kInfinity, kInfinity};
  for (const Interval& result :
       {Add(everything, everything), Subtract(everything, everything), Multiply(everything, {0, 0}),
        Divide(everything, {1, kInfinity})}) {
    ExpectInterval(result, -kInfinity, kInfinity);
  }
}

TEST(IntervalTest, HoldsEveryResult) {
  std::mt19937_64 random(1);
  const auto number = [&] { return static_cast<double>(random() % 41) - 20; };
  for (int round = 0; round < 20'000; ++round) {
    Interval a = {number(), 0};
    Interval b = {number(), 0};
    a.high = a.low + static_cast<double>(random() % 10);
    b.high = b.low + static_cast<double>(random() % 10);
    const double x = a.low + static_cast<double>(random() % 11) / 10 * (a.high - a.low);
    const double y = b.low + static_cast<double>(random() % 11) / 10 * (b.high - b.low);
    const auto holds = [](const Interval& interval, double value) {
      return interval.low - 1e-9 <= value && value <= interval.high + 1e-9;
    };
    ASSERT_TRUE(holds(Add(a, b), x + y));
    ASSERT_TRUE(holds(Subtract(a, b), x - y));
    ASSERT_TRUE(holds(Multiply(a, b), x * y));
    if (y == 0) continue;
    ASSERT_TRUE(holds(Divide(a, b), x / y));
    ASSERT_TRUE(holds(Modulo(a, b), std::fmod(x, y)));
  }
}

}  // namespace
}  // namespace tacit
