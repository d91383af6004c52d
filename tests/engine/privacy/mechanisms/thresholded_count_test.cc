#include "engine/privacy/mechanisms/thresholded_count.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "accountant/refusal.h"
#include "tests/support/statistics.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

Delta DeltaOf(double delta) { return Delta::FromAtto(static_cast<int64_t>(delta * 1e18)); }

std::vector<uint8_t> Keep(const std::vector<int64_t>& units, const std::vector<__int128>& noised,
                          int64_t threshold) {
  std::vector<uint8_t> keep(units.size(), 7);
  KeepByThreshold(units, noised, threshold, absl::MakeSpan(keep));
  return keep;
}

TEST(ThresholdedCountTest, ReachingIsEnough) {
  EXPECT_EQ(Keep({1, 1, 1, 5}, {9, 10, 11, -3}, 10), (std::vector<uint8_t>{0, 1, 1, 0}));
}

TEST(ThresholdedCountTest, AGroupWithoutUnitsIsNeverKept) {
  const __int128 huge = static_cast<__int128>(1) << 125;
  EXPECT_EQ(Keep({0, 1, 0, 1}, {huge, huge, 10, -huge}, 10), (std::vector<uint8_t>{0, 1, 0, 0}));
  EXPECT_EQ(Keep({}, {}, 10), std::vector<uint8_t>());
}

// P(Z >= t), t >= 1.
double LaplaceTail(const LaplaceScale& scale, int64_t t) {
  const double width = std::ldexp(static_cast<double>(scale.numerator), -scale.denominator_log2);
  return std::exp(-static_cast<double>(t) / width) / (1 + std::exp(-1 / width));
}

double GaussianTail(int64_t sigma, int64_t t) {
  double all = 0;
  double tail = 0;
  for (int64_t x = 40 * sigma; x >= -40 * sigma; --x) {  // small terms first
    const double z = static_cast<double>(x) / static_cast<double>(sigma);
    all += std::exp(-z * z / 2);
    if (x == t) tail = all;
  }
  return tail / all;
}

// linf + Z >= threshold is what a group of one unit needs at most, once in each of its groups.
TEST(ThresholdedCountTest, ALoneUnitIsShownWithAtMostDelta) {
  const LaplaceScale scales[] = {{1, 1}, {1, 0}, {37, 2}, {1000, 0}, {int64_t{1} << 40, 0}};
  for (const double delta : {0.3, 1e-3, 1e-6, 1e-12}) {
    for (const int64_t groups : {1, 3, 1000}) {
      const double part = delta / static_cast<double>(groups);
      for (const LaplaceScale& scale : scales) {
        const auto loss = CalibrateThreshold(groups, scale, DeltaOf(delta));
        ASSERT_TRUE(loss.ok()) << loss.status();
        EXPECT_EQ(PriceRoundUp(*loss), (Amount{Epsilon(), DeltaOf(delta)}));
        const int64_t needed = ThresholdOf(6, *loss) - 6;
        EXPECT_EQ(needed, loss->gap);
        EXPECT_LE(LaplaceTail(scale, needed), part);
        if (needed > 1) {
          EXPECT_GT(LaplaceTail(scale, needed - 1), part * (1 - 1e-9)) << "wasteful";
        }
      }
      for (const int64_t sigma : {1, 2, 5, 17, 60}) {
        const auto loss = CalibrateThreshold(groups, GaussianSigma{sigma}, DeltaOf(delta));
        ASSERT_TRUE(loss.ok()) << loss.status();
        EXPECT_EQ(PriceRoundUp(*loss), (Amount{Epsilon(), DeltaOf(delta)}));
        const int64_t needed = ThresholdOf(6, *loss) - 6;
        EXPECT_LE(GaussianTail(sigma, needed), part);
        if (needed > 2) {  // the bound of the tail may cost a step at the smallest sigma
          EXPECT_GT(GaussianTail(sigma, needed - 2), part) << sigma;
        }
      }
    }
  }
}

// The same by draws: 10^6 lone units, of whose groups at most delta are shown.
TEST(ThresholdedCountTest, LoneUnitsAreShownAsRarelyAsStated) {
  const int64_t draws = 1'000'000 * SampleFactor();
  const NoiseScale noises[] = {LaplaceScale{37, 2}, GaussianSigma{11}};
  uint64_t seed = 0;
  for (const NoiseScale& noise : noises) {
    const auto loss = CalibrateThreshold(1, noise, DeltaOf(1e-2));
    ASSERT_TRUE(loss.ok());
    RandomBits random = TapeForTest::Open(++seed);
    std::vector<__int128> noised(static_cast<size_t>(draws));
    MechanismOf(noise).sample(noise, random, absl::MakeSpan(noised));
    for (__int128& number : noised) number += 6;
    const std::vector<uint8_t> keep =
        Keep(std::vector<int64_t>(noised.size(), 1), noised, ThresholdOf(6, *loss));
    int64_t kept = 0;
    for (const uint8_t one : keep) kept += one;
    EXPECT_LT(BinomialDeviation(kept, draws, 1e-2), kNormalOneSided);
    EXPECT_GT(kept, draws / 200);  // nor is delta given away
  }
}

TEST(ThresholdedCountTest, RefusesWhatWouldNotHide) {
  const auto why = [](int64_t groups, const NoiseScale& noise, double delta) {
    return ReasonOf(CalibrateThreshold(groups, noise, DeltaOf(delta)).status());
  };
  EXPECT_EQ(why(1, LaplaceScale{1, 0}, 0), Reason::kLimit);
  EXPECT_EQ(why(0, LaplaceScale{1, 0}, 0.1), Reason::kLimit);
  EXPECT_EQ(why(1, LaplaceScale{(int64_t{1} << 62) - 1, 0}, 1e-12), Reason::kLimit);
  EXPECT_EQ(why(1, LaplaceScale{}, 0.1), Reason::kLimit);
  EXPECT_EQ(why(1, GaussianSigma{0}, 0.1), Reason::kLimit);
  EXPECT_EQ(why(1, GaussianSigma{int64_t{1} << 61}, 1e-12), Reason::kLimit);
}

TEST(ThresholdedCountDeathTest, SpansOfOtherLengthsStopTheProcess) {
  EXPECT_DEATH(Keep({1, 1}, {5}, 1), "invariant");
}

}  // namespace
}  // namespace tacit
