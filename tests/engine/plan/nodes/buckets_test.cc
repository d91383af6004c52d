#include "engine/plan/nodes/buckets.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace tacit {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(BucketsTest, NumbersThemAsPostgreSqlDoes) {
  const Buckets buckets = {.low = 0.024, .high = 10.06, .count = 5};
  EXPECT_EQ(buckets.NumberOf(5.35), 3);  // the example of PostgreSQL's manual
  EXPECT_EQ(buckets.NumberOf(0.023), 0);
  EXPECT_EQ(buckets.NumberOf(0.024), 1);
  EXPECT_EQ(buckets.NumberOf(10.06), 6);
}

// Where the edges are exact, the number is how many edges are not above x.
TEST(BucketsTest, CountTheEdgesBelow) {
  const Buckets buckets = {.low = -2, .high = 6, .count = 16};
  for (double x = -4; x <= 8; x += 0.125) {
    int64_t edges = 0;
    for (double edge = -2; edge <= 6; edge += 0.5) edges += edge <= x;
    EXPECT_EQ(buckets.NumberOf(x), edges) << x;
  }
}

TEST(BucketsTest, AreTotalAndNeverFall) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 2000; ++round) {
    const double low = static_cast<double>(random() % 1000) / 7 - 60;
    const Buckets buckets = {
        .low = low,
        .high = low + static_cast<double>(1 + random() % 1000) / 3,
        .count = round % 10 == 0 ? kBucketsMax : 1 + static_cast<int64_t>(random() % 50)};
    int64_t before = 0;
    for (double x = buckets.low - 1; x < buckets.high + 1; x += (buckets.high - buckets.low) / 64) {
      EXPECT_GE(buckets.NumberOf(x), before);
      before = buckets.NumberOf(x);
    }
    EXPECT_EQ(buckets.NumberOf(std::nextafter(buckets.low, -kInfinity)), 0);
    EXPECT_EQ(buckets.NumberOf(buckets.low), 1);
    EXPECT_EQ(buckets.NumberOf(std::nextafter(buckets.high, -kInfinity)), buckets.count);
    EXPECT_EQ(buckets.NumberOf(buckets.high), buckets.count + 1);
    EXPECT_EQ(buckets.NumberOf(-kInfinity), 0);
    EXPECT_EQ(buckets.NumberOf(kInfinity), buckets.count + 1);
  }
}

}  // namespace
}  // namespace tacit
