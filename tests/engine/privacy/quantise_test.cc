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

std::vector<int64_t> Floats(const CertifiedSum& sum, const std::vector<double>& values,
                            const std::vector<uint8_t>& valid = {}) {
  std::vector<int64_t> entries(values.size());
  Quantise(sum, {.floats = values, .valid = valid}, absl::MakeSpan(entries));
  return entries;
}

std::vector<int64_t> Integers(const CertifiedSum& sum, const std::vector<int64_t>& values) {
  std::vector<int64_t> entries(values.size());
  Quantise(sum, {.integers = values}, absl::MakeSpan(entries));
  return entries;
}

TEST(QuantiseTest, RoundsToTheNearestStepAndClips) {
  const CertifiedSum sum{.granularity_log2 = -1, .lower = -4, .upper = 6, .centre = 1};
  EXPECT_EQ(Floats(sum, {0, 0.3, 0.2, -0.3, 2.9, 100, -100}),
            (std::vector<int64_t>{-1, 0, -1, -2, 5, 5, -5}));
}

// What no clean row holds, and a broken one might: every entry stays inside the certificate.
TEST(QuantiseTest, NothingLeavesTheBounds) {
  TestRandom random(1);
  for (int trial = 0; trial < 20000; ++trial) {
    CertifiedSum sum{.granularity_log2 = static_cast<int>(random.Between(-530, 530))};
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
  const CertifiedSum total{
      .bounding = Bounding::kUnitTotal, .granularity_log2 = -3, .lower = 0, .upper = 1};
  EXPECT_EQ(Floats(total, {1e300, -1e300, std::nan(""), 2}),
            (std::vector<int64_t>{int64_t{1} << 62, -(int64_t{1} << 62), -(int64_t{1} << 62), 16}));
  EXPECT_EQ(Integers(total, {kMost, kLeast, 2}),
            (std::vector<int64_t>{int64_t{1} << 62, -(int64_t{1} << 62), 16}));
}

TEST(QuantiseTest, NullsAndConstantsAreWhatTheySay) {
  const CertifiedSum sum{.granularity_log2 = 0, .lower = 5, .upper = 9, .centre = 7};
  EXPECT_EQ(Floats(sum, {5, 6, 9}, {1, 0, 1}), (std::vector<int64_t>{-2, 0, 2}));
  const CertifiedSum count{.granularity_log2 = 0, .lower = 0, .upper = 1};
  std::vector<int64_t> ones(3);
  Quantise(count, {}, absl::MakeSpan(ones));
  EXPECT_EQ(ones, (std::vector<int64_t>{1, 1, 1}));
}

}  // namespace
}  // namespace tacit
