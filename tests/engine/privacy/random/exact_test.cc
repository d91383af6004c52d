#include "engine/privacy/random/exact.h"

#include <gtest/gtest.h>

#include "tests/support/statistics.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

const int64_t kDraws = 1'000'000 * SampleFactor();

TEST(ExactTest, UniformBelowIsUniform) {
  for (const uint64_t bound : {2u, 3u, 5u, 7u, 1000u}) {
    RandomBits random = TapeForTest::Open(bound);
    std::vector<int64_t> observed(bound);
    for (int64_t i = 0; i < kDraws; ++i) ++observed.at(UniformBelow(bound, random));
    const std::vector<double> expected(bound,
                                       static_cast<double>(kDraws) / static_cast<double>(bound));
    EXPECT_LT(ChiSquare(expected, observed), ChiSquareLimit(static_cast<int>(bound) - 1)) << bound;
  }
}

// A bound just above half the word range is where modulo and naive multiplication are most biased.
TEST(ExactTest, UniformBelowHasNoBiasOnLargeBounds) {
  for (const uint64_t bound :
       {(uint64_t{1} << 32) + 1, (uint64_t{1} << 63) + (uint64_t{1} << 62)}) {
    RandomBits random = TapeForTest::Open(bound);
    std::vector<int64_t> observed(16);
    for (int64_t i = 0; i < kDraws; ++i) {
      const uint64_t draw = UniformBelow(bound, random);
      ASSERT_LT(draw, bound);
      ++observed[static_cast<size_t>(static_cast<unsigned __int128>(draw) * 16 / bound)];
    }
    const std::vector<double> expected(16, kDraws / 16.0);
    EXPECT_LT(ChiSquare(expected, observed), ChiSquareLimit(15)) << bound;
  }
}

TEST(ExactTest, BernoulliExpMinusHasItsProbability) {
  const std::pair<uint64_t, uint64_t> fractions[] = {{0, 1}, {1, 3}, {1, 2}, {999, 1000}, {1, 1}};
  for (const auto& [numerator, denominator] : fractions) {
    RandomBits random = TapeForTest::Open(numerator * 7919 + denominator);
    int64_t successes = 0;
    for (int64_t i = 0; i < kDraws; ++i)
      successes += BernoulliExpMinus(numerator, denominator, random);
    const double p = std::exp(-static_cast<double>(numerator) / static_cast<double>(denominator));
    if (numerator == 0) {
      EXPECT_EQ(successes, kDraws);
    } else {
      EXPECT_LT(std::fabs(BinomialDeviation(successes, kDraws, p)), kNormalTwoSided) << p;
    }
  }
}

TEST(ExactTest, GeometricHasItsProbabilities) {
  RandomBits random = TapeForTest::Open(11);
  constexpr size_t kBins = 10;  // the last one holds the tail
  std::vector<int64_t> observed(kBins);
  for (int64_t i = 0; i < kDraws; ++i) {
    ++observed[std::min<uint64_t>(GeometricExpMinusOne(random), kBins - 1)];
  }
  std::vector<double> expected;
  for (size_t v = 0; v + 1 < kBins; ++v) {
    expected.push_back(kDraws * (1 - std::exp(-1.0)) * std::exp(-static_cast<double>(v)));
  }
  expected.push_back(kDraws * std::exp(-static_cast<double>(kBins - 1)));
  EXPECT_LT(ChiSquare(expected, observed), ChiSquareLimit(kBins - 1));
}

}  // namespace
}  // namespace tacit
