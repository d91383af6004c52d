#include "engine/privacy/mechanisms/discrete_laplace.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "accountant/refusal.h"
#include "engine/privacy/random/exact.h"
#include "tests/support/statistics.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

const int64_t kDraws = 1'000'000 * SampleFactor();

const LaplaceScale kScales[] = {{1, 1},                        // 1/2
                                {1, 0},                        //
                                {10, 0},                       //
                                {37 << 20, 20},                // 37, not in lowest terms
                                {1000, 0},                     //
                                {(int64_t{1} << 61) / 5, 56},  // a long fraction near 6.4
                                {int64_t{1} << 40, 0},         //
                                {(int64_t{1} << 62) - 1, 0}};  // the largest

double Width(const LaplaceScale& scale) {
  return std::ldexp(static_cast<double>(scale.numerator), -scale.denominator_log2);
}

// P(X < x).
double BelowLaplace(double scale, __int128 x) {
  const double q = std::exp(-1 / scale);
  const auto value = static_cast<double>(x);
  return x <= 0 ? std::exp((value - 1) / scale) / (1 + q) : 1 - std::exp(-value / scale) / (1 + q);
}

std::vector<__int128> DrawLaplace(const LaplaceScale& scale, uint64_t seed) {
  RandomBits random = TapeForTest::Open(seed);
  std::vector<__int128> draws(static_cast<size_t>(kDraws));
  SampleDiscreteLaplace(scale, random, absl::MakeSpan(draws));
  return draws;
}

TEST(DiscreteLaplaceTest, DrawsItsDistribution) {
  uint64_t seed = 0;
  for (const LaplaceScale& scale : kScales) {
    const auto below = [&](__int128 x) { return BelowLaplace(Width(scale), x); };
    const std::vector<__int128> edges = EdgesAround(std::fmax(Width(scale), 1), 12);
    const std::vector<__int128> draws = DrawLaplace(scale, ++seed);
    const Fit fit = FitOf(draws, edges, below);
    EXPECT_LT(fit.statistic, fit.limit) << Width(scale);
    const Fit pairs = FitOfPairs(draws, edges, below);
    EXPECT_LT(pairs.statistic, pairs.limit) << Width(scale);
  }
}

TEST(DiscreteLaplaceTest, SignIsFairAndTailsAreWhole) {
  uint64_t seed = 20;
  for (const LaplaceScale& scale : kScales) {
    int64_t positive = 0;
    int64_t negative = 0;
    int64_t far = 0;
    const auto reach = static_cast<__int128>(std::ceil(8 * Width(scale)));
    for (const __int128 draw : DrawLaplace(scale, ++seed)) {
      positive += draw > 0;
      negative += draw < 0;
      far += draw <= -reach || draw >= reach;
    }
    EXPECT_LT(std::fabs(BinomialDeviation(positive, positive + negative, 0.5)), kNormalTwoSided);
    const double tail = 2 * BelowLaplace(Width(scale), 1 - reach);
    EXPECT_LT(std::fabs(BinomialDeviation(far, kDraws, tail)), kNormalTwoSided) << Width(scale);
  }
}

// The sampler's own canary: a scale 3% too small must be caught by the same test.
TEST(DiscreteLaplaceTest, TheTestNoticesTooLittleNoise) {
  const auto below = [](__int128 x) { return BelowLaplace(100, x); };
  const Fit fit = FitOf(DrawLaplace({97, 0}, 40), EdgesAround(100, 12), below);
  EXPECT_GT(fit.statistic, fit.limit);
}

TEST(DiscreteLaplaceTest, GeometricDrawsItsDistribution) {
  const LaplaceScale scale{37, 1};
  RandomBits random = TapeForTest::Open(41);
  std::vector<__int128> draws(static_cast<size_t>(kDraws));
  SampleGeometric(scale, random, absl::MakeSpan(draws));
  const auto below = [](__int128 x) {
    return x <= 0 ? 0 : -std::expm1(-static_cast<double>(x) / 18.5);
  };
  const Fit fit = FitOf(draws, EdgesAround(18.5, 12), below);
  EXPECT_LT(fit.statistic, fit.limit);
  const Fit pairs = FitOfPairs(draws, EdgesAround(18.5, 12), below);
  EXPECT_LT(pairs.statistic, pairs.limit);
}

TEST(DiscreteLaplaceTest, TruncatedDrawsItsDistribution) {
  const std::pair<LaplaceScale, int64_t> cases[] = {
      {{1, 1}, 0}, {{1, 1}, 2}, {{10, 0}, 9}, {{10, 0}, 35}, {{3000, 3}, 900}};
  uint64_t seed = 50;
  for (const auto& [scale, bound] : cases) {
    const double width = Width(scale);
    const double outside = BelowLaplace(width, -bound);
    const auto below = [&, bound = bound](__int128 x) {
      const __int128 inside = std::clamp<__int128>(x, -bound, bound + 1);
      return (BelowLaplace(width, inside) - outside) / (1 - 2 * outside);
    };
    RandomBits random = TapeForTest::Open(++seed);
    std::vector<int64_t> draws(static_cast<size_t>(kDraws));
    SampleTruncatedLaplace(scale, bound, random, absl::MakeSpan(draws));
    for (const int64_t draw : draws) ASSERT_LE(std::abs(draw), bound);
    if (bound == 0) continue;
    const std::vector<__int128> edges = EdgesAround(std::fmax(width, 1), 12);
    const Fit fit = FitOf(draws, edges, below);
    EXPECT_LT(fit.statistic, fit.limit) << width;
    const Fit pairs = FitOfPairs(draws, edges, below);
    EXPECT_LT(pairs.statistic, pairs.limit) << width;
  }
}

TEST(DiscreteLaplaceDeathTest, ABoundThatKeepsTooFewDrawsStopsTheProcess) {
  RandomBits random = TapeForTest::Open(60);
  std::vector<int64_t> draws(1);
  EXPECT_DEATH(SampleTruncatedLaplace({10, 0}, 8, random, absl::MakeSpan(draws)), "invariant");
  EXPECT_DEATH(SampleTruncatedLaplace({10, 0}, -1, random, absl::MakeSpan(draws)), "invariant");
}

// What the stream did for one draw is what it did for a whole batch.
TEST(DiscreteLaplaceTest, DrawsWholeBatches) {
  RandomBits one_stream = TapeForTest::Open(61);
  RandomBits all_stream = TapeForTest::Open(61);
  std::vector<__int128> one(1);
  std::vector<__int128> all(kDrawsPerBatch);
  SampleDiscreteLaplace({10, 0}, one_stream, absl::MakeSpan(one));
  SampleDiscreteLaplace({10, 0}, all_stream, absl::MakeSpan(all));
  EXPECT_TRUE(one[0] == all[0]);
  EXPECT_EQ(one_stream.Next(), all_stream.Next());
}

TEST(DiscreteLaplaceTest, CalibrationNeverCostsMoreThanAsked) {
  TestRandom random(7);
  for (int i = 0; i < 20000; ++i) {
    const auto sensitivity =
        static_cast<int64_t>(random.Below(uint64_t{1} << random.Between(1, 40))) + 1;
    const auto pico = static_cast<int64_t>(random.Below(uint64_t{1} << random.Between(1, 44))) + 1;
    const auto scale = CalibrateLaplace(sensitivity, Epsilon::FromPico(pico));
    if (!scale.ok()) {
      EXPECT_EQ(ReasonOf(scale.status()), Reason::kLimit);
      continue;
    }
    const auto price = PriceRoundUp(DiscreteLaplaceLoss{sensitivity, *scale});
    ASSERT_TRUE(price.has_value());
    EXPECT_LE(price->epsilon.pico(), pico);
    // Nor is budget wasted: the scale is finer than the unit of account.
    EXPECT_GE(price->epsilon.pico(), pico - 1 - pico / (int64_t{1} << 40));
  }
}

TEST(DiscreteLaplaceTest, RefusesWhatWouldDrawNoNoise) {
  const Epsilon one = Epsilon::FromPico(1'000'000'000'000);
  EXPECT_EQ(ReasonOf(CalibrateLaplace(0, one).status()), Reason::kMissingBounds);
  EXPECT_EQ(ReasonOf(CalibrateLaplace(-5, one).status()), Reason::kMissingBounds);
  EXPECT_EQ(ReasonOf(CalibrateLaplace(1, Epsilon()).status()), Reason::kPrivacyParameter);
  EXPECT_EQ(ReasonOf(CalibrateLaplace(int64_t{1} << 60, Epsilon::FromPico(1)).status()),
            Reason::kLimit);
  // What groups and rows can multiply to, beyond 64 bits.
  EXPECT_EQ(ReasonOf(CalibrateLaplace(static_cast<__int128>(1) << 93, one).status()),
            Reason::kLimit);
}

TEST(DiscreteLaplaceTest, HalfWidthHoldsItsConfidence) {
  for (const int64_t scale : {1, 10, 1000}) {
    const NoiseScale noise_scale = LaplaceScale{scale, 0};
    const double half_width = kDiscreteLaplace.half_width(noise_scale, 0.95);
    RandomBits random = TapeForTest::Open(static_cast<uint64_t>(scale));
    int64_t outside = 0;
    std::vector<__int128> noise(kDraws);
    kDiscreteLaplace.sample(noise_scale, random, absl::MakeSpan(noise));
    for (const __int128 draw : noise) outside += std::fabs(static_cast<double>(draw)) > half_width;
    EXPECT_LT(BinomialDeviation(outside, kDraws, 0.05), kNormalOneSided) << scale;
    int64_t outside_narrower = 0;
    for (const __int128 draw : noise) {
      outside_narrower += std::fabs(static_cast<double>(draw)) > half_width - 1;
    }
    // It is the least such width.
    EXPECT_GT(BinomialDeviation(outside_narrower, kDraws, 0.05), -kNormalOneSided) << scale;
  }
}

}  // namespace
}  // namespace tacit
