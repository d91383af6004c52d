#include "engine/privacy/quantise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "tests/support/tape.h"

namespace tacit {
namespace {

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();

std::vector<int64_t> Floats(const CertifiedStatistic& sum, const std::vector<double>& values,
                            const std::vector<uint8_t>& valid = {}) {
  std::vector<int64_t> entries(values.size());
  Quantise(sum, {.floats = values, .valid = valid}, absl::MakeSpan(entries));
  return entries;
}

std::vector<int64_t> Integers(const CertifiedStatistic& sum, const std::vector<int64_t>& values) {
  std::vector<int64_t> entries(values.size());
  Quantise(sum, {.integers = values}, absl::MakeSpan(entries));
  return entries;
}

TEST(QuantiseTest, RoundsToTheNearestStepAndClips) {
  const CertifiedStatistic sum{.granularity_log2 = -1, .lower = -4, .upper = 6, .centre = 1};
  EXPECT_EQ(Floats(sum, {0, 0.3, 0.2, -0.3, 2.9, 100, -100}),
            (std::vector<int64_t>{-1, 0, -1, -2, 5, 5, -5}));
}

// What no clean row holds, and a broken one might: every entry stays inside the certificate.
TEST(QuantiseTest, NothingLeavesTheBounds) {
  TestRandom random(1);
  for (int trial = 0; trial < 20000; ++trial) {
    CertifiedStatistic sum{.granularity_log2 = static_cast<int>(random.Between(-530, 530))};
    sum.lower = random.Between(-(int64_t{1} << 40), int64_t{1} << 40);
    sum.upper = sum.lower + random.Between(0, int64_t{1} << 40);
    sum.centre = random.Chance(0.5) ? 0 : random.Between(sum.lower, sum.upper);
    const double odd[] = {
        std::nan(""),
        HUGE_VAL,
        -HUGE_VAL,
        1e308,
        -1e308,
        5e-324,
        -0.0,
        std::ldexp(random.Unit() - 0.5, static_cast<int>(random.Between(-1000, 1000)))};
    for (const int64_t entry : Floats(sum, {std::begin(odd), std::end(odd)})) {
      ASSERT_GE(entry, sum.lower - sum.centre);
      ASSERT_LE(entry, sum.upper - sum.centre);
    }
    for (const int64_t entry :
         Integers(sum, {0, 1, -1, kMost, kLeast, random.Between(kLeast / 4, kMost / 4)})) {
      ASSERT_GE(entry, sum.lower - sum.centre);
      ASSERT_LE(entry, sum.upper - sum.centre);
    }
  }
}

TEST(QuantiseTest, AUnitsRowsAddUpWithoutOverflow) {
  const CertifiedStatistic total{
      .bounding = Bounding::kUnitTotal, .granularity_log2 = -3, .lower = 0, .upper = 1};
  EXPECT_EQ(Floats(total, {1e300, -1e300, std::nan(""), 2}),
            (std::vector<int64_t>{int64_t{1} << 62, -(int64_t{1} << 62), -(int64_t{1} << 62), 16}));
  EXPECT_EQ(Integers(total, {kMost, kLeast, 2}),
            (std::vector<int64_t>{int64_t{1} << 62, -(int64_t{1} << 62), 16}));
}

TEST(QuantiseTest, NullsAndConstantsAreWhatTheySay) {
  const CertifiedStatistic sum{.granularity_log2 = 0, .lower = 5, .upper = 9, .centre = 7};
  EXPECT_EQ(Floats(sum, {5, 6, 9}, {1, 0, 1}), (std::vector<int64_t>{-2, 0, 2}));
  const CertifiedStatistic count{.granularity_log2 = 0, .lower = 0, .upper = 1};
  std::vector<int64_t> ones(3);
  Quantise(count, {}, absl::MakeSpan(ones));
  EXPECT_EQ(ones, (std::vector<int64_t>{1, 1, 1}));
}

// Any number falls into a cell of the certificate, the nearest one for those outside.
TEST(QuantiseTest, QuantilesFallIntoCells) {
  CertifiedStatistic quantile{.kind = MeasureKind::kQuantile, .lower = 10, .upper = 21};
  quantile.cell_width = 5;
  quantile.cells = 3;
  EXPECT_EQ(Integers(quantile, {kLeast, 9, 10, 14, 15, 19, 20, 21, 22, kMost}),
            (std::vector<int64_t>{0, 0, 0, 0, 1, 1, 2, 2, 2, 2}));
  EXPECT_EQ(
      Floats(quantile, {-1e308, 14.4, 14.6, 1e308, std::nan(""), 10, 21}, {1, 1, 1, 1, 1, 0, 1}),
      (std::vector<int64_t>{0, 0, 1, 2, 0, kNoEntry, 2}));
  TestRandom random(2);
  for (int trial = 0; trial < 20000; ++trial) {
    quantile.granularity_log2 = static_cast<int>(random.Between(-530, 530));
    quantile.lower = random.Between(-(int64_t{1} << 40), int64_t{1} << 40);
    quantile.upper = quantile.lower + random.Between(1, int64_t{1} << 40);
    quantile.cell_width = (quantile.upper - quantile.lower) / 1024 + 1;
    quantile.cells = (quantile.upper - quantile.lower) / quantile.cell_width + 1;
    const double odd[] = {
        std::nan(""),
        HUGE_VAL,
        -HUGE_VAL,
        0,
        -0.0,
        std::ldexp(random.Unit() - 0.5, static_cast<int>(random.Between(-1000, 1000)))};
    std::vector<int64_t> cells = Floats(quantile, {std::begin(odd), std::end(odd)});
    for (const int64_t cell : Integers(quantile, {0, kMost, kLeast})) cells.push_back(cell);
    for (const int64_t cell : cells) {
      ASSERT_GE(cell, 0);
      ASSERT_LT(cell, quantile.cells);
    }
  }
}

// Values to be told apart are entries themselves, whatever the bounds, and NULL is none.
TEST(QuantiseTest, DistinctValuesAreThemselves) {
  const CertifiedStatistic distinct{.kind = MeasureKind::kDistinct, .lower = 0, .upper = 1};
  EXPECT_EQ(Integers(distinct, {5, -5, 0, kMost, kLeast + 1}),
            (std::vector<int64_t>{5, -5, 0, kMost, kLeast + 1}));
  const auto floats = Floats(distinct, {0.0, -0.0, 1.5, 1.5, -1.5, 1e308}, {1, 1, 1, 1, 1, 0});
  EXPECT_EQ(floats[0], floats[1]);
  EXPECT_EQ(floats[2], floats[3]);
  EXPECT_NE(floats[2], floats[4]);
  EXPECT_NE(floats[0], floats[2]);
  EXPECT_EQ(floats[5], kNoEntry);
  for (size_t i = 0; i < 5; ++i) EXPECT_NE(floats[i], kNoEntry);
}

// The smallest integer is a value like any, not the mark of a NULL.
TEST(QuantiseTest, TheSmallestIntegerIsAValue) {
  const CertifiedStatistic distinct{.kind = MeasureKind::kDistinct, .lower = 0, .upper = 1};
  EXPECT_NE(Integers(distinct, {kLeast})[0], kNoEntry);
}

}  // namespace
}  // namespace tacit
