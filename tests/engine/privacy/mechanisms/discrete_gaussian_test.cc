#include "engine/privacy/mechanisms/discrete_gaussian.h"

#include <gtest/gtest.h>

#include <functional>

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

TEST(DiscreteGaussianDeathTest, ASigmaOutOfRangeStopsTheProcess) {
  RandomBits random = TapeForTest::Open(42);
  std::vector<__int128> draws(1);
  EXPECT_DEATH(SampleDiscreteGaussian(0, random, absl::MakeSpan(draws)), "invariant");
  EXPECT_DEATH(SampleDiscreteGaussian(kSigmaMax + 1, random, absl::MakeSpan(draws)), "invariant");
}

}  // namespace
}  // namespace tacit
