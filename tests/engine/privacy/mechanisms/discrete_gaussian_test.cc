#include "engine/privacy/mechanisms/discrete_gaussian.h"

#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "accountant/loss/gaussian.h"
#include "accountant/refusal.h"
#include "engine/privacy/random/exact.h"
#include "tests/support/statistics.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

const int64_t kDraws = 1'000'000 * SampleFactor();
constexpr int64_t kSigmaMax = int64_t{1} << 56;
constexpr int64_t kSigmas[] = {1, 2, 3, 10, 1000, int64_t{1} << 40, kSigmaMax};

// P(X < x): summed where sigma is small, else the normal law between integers, whose relative
// error is of the order of 1 / sigma^2.
std::function<double(__int128)> Below(int64_t sigma) {
  if (sigma >= 1000) {
    return [sigma](__int128 x) {
      return std::erfc((0.5 - static_cast<double>(x)) / (static_cast<double>(sigma) * M_SQRT2)) / 2;
    };
  }
  std::vector<double> below = {0};
  const int64_t reach = 40 * sigma;
  for (int64_t x = -reach; x <= reach; ++x) {
    const double z = static_cast<double>(x) / static_cast<double>(sigma);
    below.push_back(below.back() + std::exp(-z * z / 2));
  }
  return [below, reach](__int128 x) {
    return below.at(static_cast<size_t>(x + reach)) / below.back();
  };
}

std::vector<__int128> DrawGaussian(int64_t sigma, uint64_t seed) {
  RandomBits random = TapeForTest::Open(seed);
  std::vector<__int128> draws(static_cast<size_t>(kDraws));
  SampleDiscreteGaussian(sigma, random, absl::MakeSpan(draws));
  return draws;
}

TEST(DiscreteGaussianTest, DrawsItsDistribution) {
  uint64_t seed = 0;
  for (const int64_t sigma : kSigmas) {
    const std::function<double(__int128)> below = Below(sigma);
    const std::vector<__int128> edges = EdgesAround(static_cast<double>(sigma), 6);
    const std::vector<__int128> draws = DrawGaussian(sigma, ++seed);
    const Fit fit = FitOf(draws, edges, below);
    EXPECT_LT(fit.statistic, fit.limit) << sigma;
    const Fit pairs = FitOfPairs(draws, edges, below);
    EXPECT_LT(pairs.statistic, pairs.limit) << sigma;
  }
}

TEST(DiscreteGaussianTest, SignIsFairAndTailsAreWhole) {
  uint64_t seed = 20;
  for (const int64_t sigma : kSigmas) {
    int64_t positive = 0;
    int64_t negative = 0;
    int64_t far = 0;
    const __int128 reach = static_cast<__int128>(3) * sigma;
    for (const __int128 draw : DrawGaussian(sigma, ++seed)) {
      positive += draw > 0;
      negative += draw < 0;
      far += draw <= -reach || draw >= reach;
    }
    EXPECT_LT(std::fabs(BinomialDeviation(positive, positive + negative, 0.5)), kNormalTwoSided);
    const double tail = 2 * Below(sigma)(1 - reach);
    EXPECT_LT(std::fabs(BinomialDeviation(far, kDraws, tail)), kNormalTwoSided) << sigma;
  }
}

// A sigma 2% too small must be caught by the same test.
TEST(DiscreteGaussianTest, TheTestNoticesTooLittleNoise) {
  const Fit fit = FitOf(DrawGaussian(98, 40), EdgesAround(100, 6), Below(100));
  EXPECT_GT(fit.statistic, fit.limit);
}

// 300 sigma away: the square of the distance would not fit 128 bits, yet it is decided like any.
TEST(DiscreteGaussianTest, AFarProposalIsDecidedWithoutOverflow) {
  constexpr uint64_t kHalf = uint64_t{1} << 63;
  constexpr uint64_t kMax = ~uint64_t{0};
  std::vector<uint64_t> words;
  for (int attempt = 0; attempt < 300; ++attempt) {  // a run of two: the attempt is rejected
    for (const uint64_t word : {kHalf, kHalf / 2, kMax}) words.push_back(word);
  }
  words.insert(words.end(), {kHalf, kMax});  // the proposal is 300.5 sigma
  // 299^2 trials of exp(-1/2), 299 of exp(-rest / sigma) and a last one all succeed; then the sign.
  words.insert(words.end(), 299 * 299 + 299 + 1, kMax);
  words.insert(words.end(), {1, 12345});
  RandomBits tape = TapeForTest::OpenWith(words, 1);
  std::vector<__int128> draws(1);
  SampleDiscreteGaussian(kSigmaMax, tape, absl::MakeSpan(draws));
  EXPECT_TRUE(draws[0] == -(static_cast<__int128>(601) << 55));
}

TEST(DiscreteGaussianTest, DrawsWholeBatches) {
  RandomBits one_stream = TapeForTest::Open(41);
  RandomBits all_stream = TapeForTest::Open(41);
  std::vector<__int128> one(1);
  std::vector<__int128> all(kDrawsPerBatch);
  SampleDiscreteGaussian(10, one_stream, absl::MakeSpan(one));
  SampleDiscreteGaussian(10, all_stream, absl::MakeSpan(all));
  EXPECT_TRUE(one[0] == all[0]);
  EXPECT_EQ(one_stream.Next(), all_stream.Next());
}

TEST(DiscreteGaussianTest, TheMuForAPriceKeepsAThousandthOfDelta) {
  TestRandom random(43);
  for (int trial = 0; trial < 500; ++trial) {
    const Epsilon epsilon =
        Epsilon::FromPico(static_cast<int64_t>(1e10 * std::pow(1000, random.Unit())));
    const Delta delta =
        Delta::FromAtto(static_cast<int64_t>(1e18 * std::pow(10, -3 - 9 * random.Unit())));
    const auto mu = GaussianMuFor(epsilon, delta);
    ASSERT_TRUE(mu.ok());
    const double whole = static_cast<double>(delta.atto()) / 1e18;
    EXPECT_LE(GaussianDeltaUpper(epsilon, *mu), 0.999 * whole + 2e-18);
    EXPECT_LT(*mu, GaussianMuLower(epsilon, delta));
    EXPECT_GT(*mu, 0.999 * GaussianMuLower(epsilon, delta));
  }
  EXPECT_EQ(ReasonOf(GaussianMuFor(Epsilon::FromPico(1), Delta()).status()),
            Reason::kPrivacyParameter);
}

TEST(DiscreteGaussianTest, SigmaIsTheLeastIntegerThatKeepsMu) {
  TestRandom random(44);
  for (int trial = 0; trial < 20000; ++trial) {
    const int64_t groups = random.Between(1, int64_t{1} << random.Between(0, 20));
    const int64_t linf = random.Between(1, int64_t{1} << random.Between(0, 36));
    const double mu = std::pow(10, 3 * random.Unit() - 2);
    const auto noise = CalibrateGaussian(groups, linf, mu);
    if (!noise.ok()) {
      EXPECT_EQ(ReasonOf(noise.status()), Reason::kLimit);
      continue;
    }
    const long double l2 = std::sqrt(static_cast<long double>(groups)) * linf;
    EXPECT_LE(l2 / noise->sigma, mu);
    if (noise->sigma > 1) {
      EXPECT_GT(l2 / (noise->sigma - 1) * (1 + 2e-9L), mu);
    }
  }
  EXPECT_EQ(CalibrateGaussian(1, 1, 1000)->sigma, 1);
  EXPECT_EQ(ReasonOf(CalibrateGaussian(0, 1, 1).status()), Reason::kMissingBounds);
  EXPECT_EQ(ReasonOf(CalibrateGaussian(1, 0, 1).status()), Reason::kMissingBounds);
  EXPECT_EQ(ReasonOf(CalibrateGaussian(1, -1, 1).status()), Reason::kMissingBounds);
  EXPECT_EQ(ReasonOf(CalibrateGaussian(1, 1, 0).status()), Reason::kLimit);
  EXPECT_EQ(ReasonOf(CalibrateGaussian(1, kSigmaMax, 0.5).status()), Reason::kLimit);
  EXPECT_EQ(ReasonOf(CalibrateGaussian(1, 1, std::numeric_limits<double>::quiet_NaN()).status()),
            Reason::kLimit);
}

TEST(DiscreteGaussianTest, HalfWidthHoldsItsConfidence) {
  for (const int64_t sigma : {10, 1000}) {
    const double half_width = kDiscreteGaussian.half_width(GaussianSigma{sigma}, 0.95);
    int64_t outside = 0;
    int64_t outside_narrower = 0;
    for (const __int128 draw : DrawGaussian(sigma, static_cast<uint64_t>(sigma))) {
      outside += std::fabs(static_cast<double>(draw)) > half_width;
      outside_narrower += std::fabs(static_cast<double>(draw)) > half_width - 2;
    }
    EXPECT_LT(BinomialDeviation(outside, kDraws, 0.05), kNormalOneSided) << sigma;
    EXPECT_GT(BinomialDeviation(outside_narrower, kDraws, 0.05), -kNormalOneSided) << sigma;
  }
}

TEST(DiscreteGaussianDeathTest, ASigmaOutOfRangeStopsTheProcess) {
  RandomBits random = TapeForTest::Open(42);
  std::vector<__int128> draws(1);
  EXPECT_DEATH(SampleDiscreteGaussian(0, random, absl::MakeSpan(draws)), "invariant");
  EXPECT_DEATH(SampleDiscreteGaussian(kSigmaMax + 1, random, absl::MakeSpan(draws)), "invariant");
}

}  // namespace
}  // namespace tacit
