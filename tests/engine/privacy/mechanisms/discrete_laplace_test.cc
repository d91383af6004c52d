#include "engine/privacy/mechanisms/discrete_laplace.h"

#include <gtest/gtest.h>

#include "accountant/refusal.h"
#include "tests/support/statistics.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

const int64_t kDraws = 1'000'000 * SampleFactor();

// P(x) = tanh(1 / 2b) exp(-|x| / b).
double Probability(double scale, int64_t x) {
  return std::tanh(0.5 / scale) * std::exp(-std::fabs(static_cast<double>(x)) / scale);
}

// Groups values into bins of expected count at least 100, symmetric tails included.
void ExpectDiscreteLaplace(const LaplaceScale& parameter, uint64_t seed) {
  const double scale =
      std::ldexp(static_cast<double>(parameter.numerator), -parameter.denominator_log2);
  const auto reach = static_cast<int64_t>(std::ceil(scale * 6)) + 2;
  const int64_t width = std::max<int64_t>(1, static_cast<int64_t>(scale / 8));
  const auto bin_of = [&](int64_t x) {
    return (std::clamp<int64_t>(x, -reach, reach) + reach) / width;
  };
  const auto bins = static_cast<size_t>(bin_of(reach) + 1);
  std::vector<double> expected(bins, 0);
  for (int64_t x = -reach * 12; x <= reach * 12; ++x) {
    expected[static_cast<size_t>(bin_of(x))] += kDraws * Probability(scale, x);
  }
  std::vector<int64_t> observed(bins, 0);
  RandomBits random = TapeForTest::Open(seed);
  for (int64_t i = 0; i < kDraws; ++i) {
    const __int128 draw = SampleDiscreteLaplace(parameter, random);
    const auto clipped = static_cast<int64_t>(std::clamp<__int128>(draw, -reach, reach));
    ++observed[static_cast<size_t>(bin_of(clipped))];
  }
  std::vector<double> merged_expected = {0};
  std::vector<int64_t> merged_observed = {0};
  for (size_t bin = 0; bin < bins; ++bin) {
    if (merged_expected.back() >= 100) {
      merged_expected.push_back(0);
      merged_observed.push_back(0);
    }
    merged_expected.back() += expected[bin];
    merged_observed.back() += observed[bin];
  }
  const int degrees = static_cast<int>(merged_expected.size()) - 1;
  ASSERT_GE(degrees, 2);
  EXPECT_LT(ChiSquare(merged_expected, merged_observed), ChiSquareLimit(degrees))
      << "scale " << scale;
}

TEST(DiscreteLaplaceTest, DrawsItsDistribution) {
  ExpectDiscreteLaplace({1, 0}, 1);
  ExpectDiscreteLaplace({10, 0}, 2);
  ExpectDiscreteLaplace({5, 1}, 3);  // scale 2.5
  ExpectDiscreteLaplace({1000, 0}, 4);
  ExpectDiscreteLaplace({(int64_t{1} << 60) / 3, 54}, 5);  // a long fraction near 21.3
}

// The sampler's own canary: a scale 3% too small must be caught by the same test.
TEST(DiscreteLaplaceTest, TheTestNoticesTooLittleNoise) {
  std::vector<double> expected(3, 0);
  std::vector<int64_t> observed(3, 0);
  RandomBits random = TapeForTest::Open(6);
  const LaplaceScale less{97, 0};
  for (int64_t i = 0; i < kDraws; ++i) {
    const __int128 draw = SampleDiscreteLaplace(less, random);
    ++observed[draw < -100 ? 0 : draw > 100 ? 2 : 1];
  }
  double tail = 0;
  for (int64_t x = 101; x < 5000; ++x) tail += kDraws * Probability(100, x);
  expected = {tail, kDraws - 2 * tail, tail};
  EXPECT_GT(ChiSquare(expected, observed), ChiSquareLimit(2));
}

TEST(DiscreteLaplaceTest, CalibrationNeverCostsMoreThanAsked) {
  TestRandom random(7);
  for (int i = 0; i < 20000; ++i) {
    const auto sensitivity =
        static_cast<int64_t>(random.Below(uint64_t{1} << random.Between(1, 40))) + 1;
    const auto pico = static_cast<int64_t>(random.Below(uint64_t{1} << random.Between(1, 44))) + 1;
    const auto loss = kDiscreteLaplace.calibrate(sensitivity, Epsilon::FromPico(pico));
    if (!loss.ok()) {
      EXPECT_EQ(ReasonOf(loss.status()), Reason::kLimit);
      continue;
    }
    const auto price = PriceRoundUp(*loss);
    ASSERT_TRUE(price.has_value());
    EXPECT_LE(price->epsilon.pico(), pico);
    // Nor is budget wasted: the scale is finer than the unit of account.
    EXPECT_GE(price->epsilon.pico(), pico - 1 - pico / (int64_t{1} << 40));
  }
}

TEST(DiscreteLaplaceTest, RefusesWhatWouldDrawNoNoise) {
  const Epsilon one = Epsilon::FromPico(1'000'000'000'000);
  EXPECT_EQ(ReasonOf(kDiscreteLaplace.calibrate(0, one).status()), Reason::kMissingBounds);
  EXPECT_EQ(ReasonOf(kDiscreteLaplace.calibrate(-5, one).status()), Reason::kMissingBounds);
  EXPECT_EQ(ReasonOf(kDiscreteLaplace.calibrate(1, Epsilon()).status()), Reason::kPrivacyParameter);
  EXPECT_EQ(ReasonOf(kDiscreteLaplace.calibrate(int64_t{1} << 60, Epsilon::FromPico(1)).status()),
            Reason::kLimit);
}

TEST(DiscreteLaplaceTest, HalfWidthHoldsItsConfidence) {
  for (const int64_t scale : {1, 10, 1000}) {
    const MechanismLoss loss = DiscreteLaplaceLoss{1, {scale, 0}};
    const double half_width = kDiscreteLaplace.half_width(loss, 0.95);
    RandomBits random = TapeForTest::Open(static_cast<uint64_t>(scale));
    int64_t outside = 0;
    std::vector<__int128> noise(kDraws);
    kDiscreteLaplace.sample(loss, random, absl::MakeSpan(noise));
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
