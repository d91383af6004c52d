#include "engine/privacy/mechanisms/permute_and_flip.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "accountant/refusal.h"
#include "engine/privacy/random/exact.h"
#include "tests/support/statistics.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

using Penalties = std::vector<__int128>;

Penalties Of(const std::vector<int>& penalties) { return {penalties.begin(), penalties.end()}; }

double Width(const LaplaceScale& scale) {
  return std::ldexp(static_cast<double>(scale.numerator), -scale.denominator_log2);
}

// P(choice = i) of permute-and-flip, as noisy max with exponential noise: with y = exp(-noise / b)
// uniform on (0, 1], candidate i wins if every other one's noise is below what it would need, so
//   P(i) = integral over y of product over j of (1 - c_j y), c_j = exp(-(u_i - u_j) / b),
// as long as all factors are positive. A polynomial on each of many panels, by Gauss's five points.
std::vector<double> Exact(const std::vector<int>& penalties, double scale) {
  constexpr double kPoints[] = {-0.9061798459386640, -0.5384693101056831, 0.0, 0.5384693101056831,
                                0.9061798459386640};
  constexpr double kWeights[] = {0.2369268850561891, 0.4786286704993665, 0.5688888888888889,
                                 0.4786286704993665, 0.2369268850561891};
  constexpr int kPanels = 200;
  std::vector<double> probabilities;
  for (size_t i = 0; i < penalties.size(); ++i) {
    std::vector<double> factors;
    double end = 1;
    for (size_t j = 0; j < penalties.size(); ++j) {
      if (j == i) continue;
      factors.push_back(std::exp((penalties[i] - penalties[j]) / scale));
      end = std::min(end, 1 / factors.back());
    }
    double sum = 0;
    for (int panel = 0; panel < kPanels; ++panel) {
      for (int point = 0; point < 5; ++point) {
        const double y = end * (panel + 0.5 + kPoints[point] / 2) / kPanels;
        double wins = kWeights[point] / 2 * end / kPanels;
        for (const double factor : factors) wins *= 1 - factor * y;
        sum += wins;
      }
    }
    probabilities.push_back(sum);
  }
  return probabilities;
}

TEST(PermuteAndFlipTest, ChoosesWithTheExactProbabilities) {
  struct Case {
    std::vector<int> penalties;
    LaplaceScale scale;
    int64_t choices;
  };
  // The last has more candidates than a batch has draws.
  std::vector<int> many(300, 5);
  for (size_t i = 0; i < 300; i += 7) many[i] = static_cast<int>(i % 5);
  const std::vector<Case> cases = {{{0, 1, 3, 2, 0, 7}, {3, 1}, 1'000'000},
                                   {{0, 0, 0, 0}, {1, 1}, 100'000},  // ties decide nearly all
                                   {{40, 0, 25, -10}, {20, 0}, 100'000},
                                   {many, {2, 0}, 100'000}};
  uint64_t seed = 0;
  for (const Case& one : cases) {
    RandomBits random = TapeForTest::Open(++seed);
    const int64_t choices = one.choices * SampleFactor();
    const Penalties penalties = Of(one.penalties);
    std::vector<int64_t> observed(penalties.size());
    for (int64_t i = 0; i < choices; ++i) ++observed[PermuteAndFlip(penalties, one.scale, random)];
    std::vector<double> expected = Exact(one.penalties, Width(one.scale));
    double total = 0;
    for (double& count : expected) {
      total += count;
      count *= static_cast<double>(choices);
    }
    ASSERT_NEAR(total, 1, 1e-9);
    const Fit fit = FitOfBins(expected, observed);
    EXPECT_LT(fit.statistic, fit.limit) << seed;
  }
}

// A scale 3% off must be caught by the same test.
TEST(PermuteAndFlipTest, TheTestNoticesAnotherScale) {
  RandomBits random = TapeForTest::Open(20);
  std::vector<int64_t> observed(4);
  const int64_t choices = 200'000 * SampleFactor();
  for (int64_t i = 0; i < choices; ++i) {
    ++observed[PermuteAndFlip(Of({0, 20, 40, 60}), {194, 3}, random)];
  }
  std::vector<double> expected = Exact({0, 20, 40, 60}, 25);
  for (double& count : expected) count *= static_cast<double>(choices);
  const Fit fit = FitOfBins(expected, observed);
  EXPECT_GT(fit.statistic, fit.limit);
}

// The largest ratio of any candidate's probability between penalties that differ by at most
// `sensitivity` each, over all penalties in [0, 4].
double WorstRatio(double scale, int sensitivity) {
  std::vector<std::vector<int>> all;
  for (int a = 0; a <= 4; ++a) {
    for (int b = 0; b <= 4; ++b) {
      for (int c = 0; c <= 4; ++c) all.push_back({a, b, c});
    }
  }
  std::vector<std::vector<double>> exact;
  for (const std::vector<int>& penalties : all) exact.push_back(Exact(penalties, scale));
  double worst = 0;
  for (size_t x = 0; x < all.size(); ++x) {
    for (size_t y = 0; y < all.size(); ++y) {
      int most = 0;
      for (size_t i = 0; i < 3; ++i) most = std::max(most, std::abs(all[x][i] - all[y][i]));
      if (most > sensitivity) continue;
      for (size_t i = 0; i < 3; ++i) worst = std::max(worst, exact[x][i] / exact[y][i]);
    }
  }
  return worst;
}

// How often something of a penalty above `likely` is chosen beside one that has none.
int64_t ChosenAbove(int64_t likely, const LaplaceScale& scale, int choices) {
  RandomBits random = TapeForTest::Open(21);
  Penalties penalties(200, likely + 1);
  penalties[77] = 0;
  int64_t above = 0;
  for (int i = 0; i < choices; ++i) above += PermuteAndFlip(penalties, scale, random) != 77 ? 1 : 0;
  return above;
}

TEST(PermuteAndFlipTest, ALikelyPenaltyIsRarelyExceeded) {
  const int choices = 20'000 * SampleFactor();
  for (const LaplaceScale& scale : {LaplaceScale{1, 1}, {4, 0}, {33, 0}}) {
    const int64_t likely = LikelyPenalty(200, scale);
    const double most = 0.05 * choices;
    EXPECT_LE(static_cast<double>(ChosenAbove(likely, scale, choices)),
              most + kNormalOneSided * std::sqrt(0.95 * most));
    // Twice the noise is noticed.
    const LaplaceScale twice{2 * scale.numerator, scale.denominator_log2};
    EXPECT_GT(static_cast<double>(ChosenAbove(likely, twice, choices)), 2 * most);
  }
  EXPECT_EQ(LikelyPenalty(200, {0, 0}), 0);
  EXPECT_EQ(LikelyPenalty(100, {1, 0}), 7);  // ln 1000 = 6.9
  EXPECT_GT(LikelyPenalty(1024, {int64_t{1} << 62, 0}), int64_t{1} << 61);
}

TEST(PermuteAndFlipTest, NoNeighbourIsMoreThanExpEpsilonLikelier) {
  for (const double scale : {0.5, 1.0, 2.5, 8.0}) {
    for (const int sensitivity : {1, 2}) {
      const double worst = WorstRatio(scale, sensitivity);
      const double bound = std::exp(2 * sensitivity / scale);
      EXPECT_LE(worst, bound * (1 + 1e-9)) << scale << " " << sensitivity;
      EXPECT_GT(worst, std::exp(sensitivity / scale)) << scale;  // half the claim would be false
    }
  }
}

TEST(PermuteAndFlipTest, DrawsOnceACandidateWhateverThePenalties) {
  const __int128 huge = static_cast<__int128>(1) << 119;
  for (const size_t candidates : {1, 2, 100, 256, 257, 1024}) {
    RandomBits equal_stream = TapeForTest::Open(30);
    RandomBits other_stream = TapeForTest::Open(30);
    RandomBits plain_stream = TapeForTest::Open(30);
    PermuteAndFlip(Penalties(candidates, 0), {10, 0}, equal_stream);
    Penalties other(candidates, huge);
    other[candidates / 2] = -huge;
    EXPECT_EQ(PermuteAndFlip(other, {10, 0}, other_stream), candidates / 2);
    for (size_t i = 0; i < (candidates + kDrawsPerBatch - 1) / kDrawsPerBatch * kDrawsPerBatch;
         ++i) {
      DrawGeometric({10, 0}, plain_stream);
    }
    for (size_t i = 0; i < candidates; ++i) plain_stream.Next();  // ranks
    const uint64_t next = plain_stream.Next();
    EXPECT_EQ(equal_stream.Next(), next) << candidates;
    EXPECT_EQ(other_stream.Next(), next) << candidates;
  }
}

TEST(PermuteAndFlipTest, CalibrationNeverCostsMoreThanAsked) {
  TestRandom random(7);
  for (int i = 0; i < 20000; ++i) {
    const int64_t groups = random.Between(1, int64_t{1} << random.Between(0, 20));
    const int64_t sensitivity = random.Between(1, int64_t{1} << random.Between(0, 20));
    const int64_t pico = random.Between(1, int64_t{1} << random.Between(0, 44));
    const auto scale = CalibratePermuteAndFlip(groups, sensitivity, Epsilon::FromPico(pico));
    if (!scale.ok()) {
      EXPECT_EQ(ReasonOf(scale.status()), Reason::kLimit);
      continue;
    }
    // 2 s groups / scale <= epsilon, in integers.
    const auto numerator = static_cast<unsigned __int128>(scale->numerator) * pico;
    const auto loss = static_cast<unsigned __int128>(2) * sensitivity * groups * 1'000'000'000'000;
    ASSERT_LE(loss << scale->denominator_log2 >> scale->denominator_log2, loss);
    if (loss << scale->denominator_log2 >> scale->denominator_log2 == loss) {
      EXPECT_LE(loss << scale->denominator_log2, numerator);
    }
    const auto price = PriceRoundUp(NoisyMaxLoss{groups, sensitivity, *scale});
    ASSERT_TRUE(price.has_value());
    EXPECT_LE(price->epsilon.pico(), pico);
    EXPECT_GE(price->epsilon.pico(), pico - 1 - pico / (int64_t{1} << 40));
  }
}

TEST(PermuteAndFlipTest, RefusesWhatWouldNotHide) {
  const Epsilon one = Epsilon::FromPico(1'000'000'000'000);
  const int64_t most = int64_t{1} << 61;
  EXPECT_EQ(ReasonOf(CalibratePermuteAndFlip(1, 0, one).status()), Reason::kMissingBounds);
  EXPECT_EQ(ReasonOf(CalibratePermuteAndFlip(0, 1, one).status()), Reason::kMissingBounds);
  EXPECT_EQ(ReasonOf(CalibratePermuteAndFlip(1, -1, one).status()), Reason::kMissingBounds);
  EXPECT_EQ(ReasonOf(CalibratePermuteAndFlip(1, 1, Epsilon()).status()), Reason::kPrivacyParameter);
  EXPECT_EQ(ReasonOf(CalibratePermuteAndFlip(most, most, one).status()), Reason::kLimit);
}

TEST(PermuteAndFlipDeathTest, NoCandidateStopsTheProcess) {
  RandomBits random = TapeForTest::Open(40);
  EXPECT_DEATH(PermuteAndFlip({}, {1, 0}, random), "invariant");
}

}  // namespace
}  // namespace tacit
