#include "engine/combined_noise.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/statistics.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

CombinedNoise Laplace(double scale) { return {.kind = NoiseKind::kLaplace, .scales = {scale}}; }
CombinedNoise Gaussian(double deviation) {
  return {.kind = NoiseKind::kGaussian, .scales = {deviation}};
}

TEST(CombinedNoiseTest, OneDrawHasItsOwnQuantile) {
  EXPECT_NEAR(HalfWidthOf(Laplace(10), 0.95), 10 * std::log(20), 1e-9);
  EXPECT_NEAR(HalfWidthOf(Gaussian(10), 0.95), 19.59963985, 1e-7);
  CombinedNoise on_grid = Laplace(10);
  on_grid.slack = 1.5;
  EXPECT_NEAR(HalfWidthOf(on_grid, 0.95), 10 * std::log(20) + 1.5, 1e-9);
}

// 1 / variance adds up, whatever was combined before.
TEST(CombinedNoiseTest, PrecisionsAddUp) {
  for (const auto& of : {Laplace, Gaussian}) {
    CombinedNoise noise = of(10);
    double precision = 1 / VarianceOf(noise);
    for (const double scale : {5.0, 20.0, 3.0}) {
      EXPECT_NEAR(FreshWeight(noise, of(scale)),
                  1 / VarianceOf(of(scale)) / (precision + 1 / VarianceOf(of(scale))), 1e-12);
      noise = Combine(noise, of(scale));
      precision += 1 / VarianceOf(of(scale));
      EXPECT_NEAR(1 / VarianceOf(noise), precision, 1e-12);
    }
  }
}

// Two Laplace draws of one scale: P(|X + Y| > h) = (1 + h / (2 b)) exp(-h / b). The quantile may be
// wider by the hundredth that equal scales are moved apart, and never narrower.
TEST(CombinedNoiseTest, EqualScalesAreNoTrouble) {
  const auto tail = [](double h) { return (1 + h / 2) * std::exp(-h); };
  for (const double confidence : {0.5, 0.95, 0.999}) {
    const double h = HalfWidthOf({.scales = {1, 1}}, confidence);
    EXPECT_LE(tail(h), 1 - confidence);
    EXPECT_GE(tail(h / 1.01), 1 - confidence);
  }
}

// Draws of the very sum: a normal test on the share outside, false alarm kFalseAlarmRate each. The
// scales lie apart, so the quantile is exact and both sides are tested.
TEST(CombinedNoiseTest, QuantilesAreThoseOfTheSum) {
  constexpr int kDraws = 200000;
  TestRandom random(5);
  for (const std::vector<double>& scales :
       {std::vector<double>{3, 7}, {1, 2, 5}, {1, 1.2, 1.5, 4, 9, 10}}) {
    const double h = HalfWidthOf({.scales = scales}, 0.95);
    int outside = 0;
    for (int draw = 0; draw < kDraws; ++draw) {
      double sum = 0;
      for (const double scale : scales) {
        const double uniform = random.Unit() + 0x1p-54;
        sum += (random.Chance(0.5) ? scale : -scale) * std::log(uniform);
      }
      outside += std::fabs(sum) > h ? 1 : 0;
    }
    EXPECT_NEAR(outside, kDraws * 0.05, kNormalTwoSided * std::sqrt(kDraws * 0.05 * 0.95));
  }
}

// At equal variance a combination is never wider than one Laplace draw, so that a target in
// variance is also reached in intervals.
TEST(CombinedNoiseTest, CombiningNarrowsTheTails) {
  for (double ratio = 0.1; ratio < 10; ratio *= 1.3) {
    const CombinedNoise two = Combine(Laplace(1), Laplace(ratio));
    const CombinedNoise one = Laplace(std::sqrt(VarianceOf(two) / 2));
    for (const double confidence : {0.95, 0.975, 0.99}) {
      EXPECT_LE(HalfWidthOf(two, confidence), HalfWidthOf(one, confidence) * 1.01) << ratio;
    }
  }
}

}  // namespace
}  // namespace tacit
