#include "accountant/loss/selection.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "tests/accountant/loss/optimal_selection.h"

namespace tacit {
namespace {

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
constexpr int64_t kOne = 1'000'000'000'000'000'000;

Delta Del(const std::string& text) { return Delta::Parse(text, Rounding::kCost).value(); }
double RateOf(const LaplaceScale& scale) {
  return std::ldexp(1.0, scale.denominator_log2) / static_cast<double>(scale.numerator);
}

TEST(SelectionTest, LaplaceTailIsTheExactOneRoundedUp) {
  for (const LaplaceScale& scale :
       {LaplaceScale{1, 0}, LaplaceScale{5, 2}, LaplaceScale{12, 0}, LaplaceScale{1, 3}}) {
    const double rate = RateOf(scale);
    double total = 0;
    for (int64_t x = -4000; x <= 4000; ++x) total += std::exp(-rate * std::abs(x));
    for (const int64_t t : {1, 2, 7, 30, 100}) {
      double tail = 0;
      for (int64_t x = 4000; x >= t; --x) tail += std::exp(-rate * x);
      if (tail < 1e-290) continue;
      const double upper = LaplaceTailUpper(scale, t);
      EXPECT_GE(upper, tail / total * (1 - 1e-14));
      EXPECT_LE(upper, tail / total * (1 + 1e-12));
    }
  }
  // One factor e lies between "reaches the threshold" and "passes it".
  EXPECT_NEAR(LaplaceTailUpper({1, 0}, 9), 9.021979596461533e-5, 1e-15);
  EXPECT_NEAR(LaplaceTailUpper({1, 0}, 10), 3.319000812206423e-5, 1e-15);
}

TEST(SelectionTest, GaussianTailIsAboveTheExactOne) {
  for (const int64_t sigma : {1, 2, 5, 50, 3000}) {
    const auto weight = [&](int64_t x) { return std::exp(-0.5 * x * x / (1.0 * sigma * sigma)); };
    double total = 0;
    for (int64_t x = -14 * sigma; x <= 14 * sigma; ++x) total += weight(x);
    double tail = 0;
    for (int64_t t = 14 * sigma; t >= 1; --t) {
      tail += weight(t);
      const double upper = GaussianTailUpper({sigma}, t);
      ASSERT_GE(upper, tail / total * (1 - 1e-12)) << sigma << " " << t;
      // Loose by at most 1/(24 sigma^2) and by the ratio R/D at t.
      const double z = static_cast<double>(t) / static_cast<double>(sigma);
      if (z < 8) {
        ASSERT_LE(upper, tail / total * (1 + (2 + z * z) / (12.0 * sigma * sigma)))
            << sigma << " " << t;
      }
    }
  }
}

TEST(SelectionTest, WideGaussianTailIsTheContinuousOne) {
  const int64_t sigma = int64_t{1} << 20;
  for (const double z : {0.5, 2.0, 5.0, 8.0}) {
    const auto t = static_cast<int64_t>(z * static_cast<double>(sigma));
    EXPECT_NEAR(GaussianTailUpper({sigma}, t) / (std::erfc(z / std::sqrt(2)) / 2), 1, 1e-5);
  }
}

TEST(SelectionTest, WhatCannotBeToldIsOne) {
  for (const LaplaceScale& bad : {LaplaceScale{}, LaplaceScale{-1, 0}, LaplaceScale{1, -1},
                                  LaplaceScale{1, 63}, LaplaceScale{int64_t{1} << 62, 0}}) {
    EXPECT_EQ(LaplaceTailUpper(bad, 5), 1);
    EXPECT_EQ(TruncatedEdgeUpper(bad, 5), 1);
    EXPECT_EQ(LaplaceGapFor(bad, 0.5), std::nullopt);
    EXPECT_EQ(TruncationFor(bad, 0.5), std::nullopt);
  }
  for (const int64_t t : {int64_t{0}, int64_t{-1}, -kMost}) {
    EXPECT_EQ(LaplaceTailUpper({1, 0}, t), 1);
    EXPECT_EQ(GaussianTailUpper({1}, t), 1);
    EXPECT_EQ(TruncatedEdgeUpper({1, 0}, t), 1);
    EXPECT_EQ(GaussianTailUpper({t}, 5), 1);
    EXPECT_EQ(GaussianGapFor({t}, 0.5), std::nullopt);
  }
  for (const double target : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_EQ(LaplaceGapFor({1, 0}, target), std::nullopt);
    EXPECT_EQ(GaussianGapFor({1}, target), std::nullopt);
    EXPECT_EQ(TruncationFor({1, 0}, target), std::nullopt);
  }
  EXPECT_EQ(LaplaceGapFor({(int64_t{1} << 62) - 1, 0}, 1e-3), std::nullopt);
  EXPECT_LE(LaplaceTailUpper({1, 62}, kMost), 1e-290);
  EXPECT_LE(GaussianTailUpper({1}, kMost), 1e-290);
  EXPECT_LE(TruncatedEdgeUpper({1, 62}, kMost), 1e-290);
}

TEST(SelectionTest, InversesAreTheLeastThatFit) {
  for (const double target : {0.3, 1e-3, 1e-6, 1e-12, 1e-18, 2.0894334e-24}) {
    for (const LaplaceScale& scale : {LaplaceScale{1, 0}, LaplaceScale{7, 3}, LaplaceScale{1000, 0},
                                      LaplaceScale{1, 40}, LaplaceScale{int64_t{1} << 40, 0}}) {
      const int64_t gap = LaplaceGapFor(scale, target).value();
      EXPECT_LE(LaplaceTailUpper(scale, gap), target);
      EXPECT_GT(LaplaceTailUpper(scale, gap - 1), target);
      const int64_t bound = TruncationFor(scale, target).value();
      EXPECT_LE(TruncatedEdgeUpper(scale, bound), target);
      EXPECT_GT(TruncatedEdgeUpper(scale, bound - 1), target);
      EXPECT_GE(gap + 1, bound);  // truncation saves at most nothing
    }
    for (const int64_t sigma : {int64_t{1}, int64_t{100}, int64_t{1} << 20, int64_t{1} << 50}) {
      const int64_t gap = GaussianGapFor({sigma}, target).value();
      EXPECT_LE(GaussianTailUpper({sigma}, gap), target);
      EXPECT_GT(GaussianTailUpper({sigma}, gap - 1), target);
    }
  }
}

TEST(SelectionTest, KnownThresholds) {
  const auto ln3 = static_cast<int64_t>(std::ceil(std::ldexp(1 / std::log(3), 50)));
  const LaplaceScale fine{ln3, 30};  // 2^20 grid units a count
  EXPECT_NEAR(1 + std::ldexp(LaplaceGapFor(fine, 1e-8).value(), -20), 17.1363, 1e-4);
  EXPECT_NEAR(1 + std::ldexp(LaplaceGapFor(fine, 1e-4).value(), -20), 8.75268, 1e-5);
  const GaussianSigma one{int64_t{1} << 20};
  EXPECT_NEAR(1 + std::ldexp(GaussianGapFor(one, 1e-5).value(), -20), 5.264891, 1e-5);
}

TEST(SelectionTest, KeepProbabilityIsTheTruncatedTail) {
  for (const LaplaceScale& scale : {LaplaceScale{2, 0}, LaplaceScale{5, 2}, LaplaceScale{40, 0}}) {
    for (const int64_t bound : {1, 4, 30}) {
      const TruncatedGeometricLoss loss{1, scale, bound, Del("0.5")};
      double total = 0;
      for (int64_t x = -bound; x <= bound; ++x) total += std::exp(-RateOf(scale) * std::abs(x));
      double kept = 0;
      EXPECT_EQ(KeepProbability(loss, 0), 0);
      for (int64_t n = 1; n <= 2 * bound + 3; ++n) {
        const int64_t x = bound - n + 1;  // the next value of X that lets n units pass
        if (x >= -bound) kept += std::exp(-RateOf(scale) * std::abs(x)) / total;
        EXPECT_NEAR(KeepProbability(loss, n), kept, 1e-14) << bound << " " << n;
      }
      EXPECT_EQ(KeepProbability(loss, 2 * bound + 1), 1);
      EXPECT_EQ(KeepProbability(loss, kMost), 1);
      EXPECT_GE(TruncatedEdgeUpper(scale, bound), KeepProbability(loss, 1));
      EXPECT_NEAR(TruncatedEdgeUpper(scale, bound) / KeepProbability(loss, 1), 1, 1e-12);
    }
  }
}

// Both directions and both outcomes: the definition of differential privacy, one unit at a time.
TEST(SelectionTest, TruncatedGeometricKeepsItsPromise) {
  for (const LaplaceScale& scale : {LaplaceScale{2, 0}, LaplaceScale{3, 2}, LaplaceScale{20, 0}}) {
    for (const double target : {0.02, 1e-5}) {
      const int64_t bound = TruncationFor(scale, target).value();
      const TruncatedGeometricLoss loss{1, scale, bound, Del("0.02")};
      const double growth = std::exp(RateOf(scale));
      for (int64_t n = 0; n <= 2 * bound + 2; ++n) {
        const double less = KeepProbability(loss, n);
        const double more = KeepProbability(loss, n + 1);
        EXPECT_LE(more, growth * less + target + 1e-14);
        EXPECT_LE(less, growth * more + target + 1e-14);
        EXPECT_LE(1 - more, growth * (1 - less) + target + 1e-14);
        EXPECT_LE(1 - less, growth * (1 - more) + target + 1e-14);
      }
    }
  }
}

TEST(SelectionTest, NoRuleKeepsMoreAtTheSamePrice) {
  for (const LaplaceScale& scale : {LaplaceScale{2, 0}, LaplaceScale{1, 0}, LaplaceScale{30, 0}}) {
    for (const double target : {0.02, 1e-5, 1e-9}) {
      const TruncatedGeometricLoss loss{1, scale, TruncationFor(scale, target).value(),
                                        Del("0.02")};
      const double edge = KeepProbability(loss, 1);
      for (int64_t n = 1; n < 600; n += 1 + n / 20) {
        const double kept = KeepProbability(loss, n);
        EXPECT_LE(kept, OptimalKeep(RateOf(scale), target, n) + 1e-12);
        // What is lost is lost because the bound is an integer: at its own edge it is optimal.
        EXPECT_NEAR(kept, OptimalKeep(RateOf(scale), edge, n), 1e-10);
      }
      EXPECT_GT(edge, target * std::exp(-RateOf(scale)) * 0.99);
    }
  }
}

TEST(SelectionTest, PricesTrueClaimsAlone) {
  const LaplaceScale scale{20, 0};
  const Delta delta = Del("0.000001");
  const int64_t bound = TruncationFor(scale, DeltaPerGroup(delta, 3)).value();
  EXPECT_EQ(Price(TruncatedGeometricLoss{3, scale, bound, delta}),
            (Amount{Epsilon::FromPico(150'000'000'000), delta}));
  EXPECT_EQ(Price(TruncatedGeometricLoss{3, scale, bound - 1, delta}), std::nullopt);
  EXPECT_EQ(Price(TruncatedGeometricLoss{4, scale, bound, delta}), std::nullopt);
  EXPECT_EQ(Price(TruncatedGeometricLoss{3, scale, bound, Del("9e-7")}), std::nullopt);

  const int64_t gap = LaplaceGapFor(scale, DeltaPerGroup(delta, 3)).value();
  EXPECT_EQ(Price(ThresholdLoss{3, gap, scale, delta}), (Amount{Epsilon(), delta}));
  EXPECT_EQ(Price(ThresholdLoss{3, gap - 1, scale, delta}), std::nullopt);
  EXPECT_EQ(Price(ThresholdLoss{4, gap, scale, delta}), std::nullopt);

  const GaussianSigma sigma{1 << 20};
  const int64_t wide = GaussianGapFor(sigma, DeltaPerGroup(delta, 3)).value();
  EXPECT_EQ(Price(ThresholdLoss{3, wide, sigma, delta}), (Amount{Epsilon(), delta}));
  EXPECT_EQ(Price(ThresholdLoss{3, wide - 1, sigma, delta}), std::nullopt);
  EXPECT_EQ(Price(ThresholdLoss{3, wide, GaussianSigma{(1 << 20) + 1}, delta}), std::nullopt);
}

TEST(SelectionTest, EveryCalibrationHasAPrice) {
  for (int64_t groups : {1, 2, 3, 7, 1000, 1'000'000}) {
    for (const char* text : {"1e-3", "1e-6", "3e-11", "1e-18"}) {
      const Delta delta = Del(text);
      const double per_group = DeltaPerGroup(delta, groups);
      EXPECT_LE(per_group * static_cast<double>(groups), std::stod(text));
      for (const LaplaceScale& scale : {LaplaceScale{3, 0}, LaplaceScale{1000, 3}}) {
        const int64_t gap = LaplaceGapFor(scale, per_group).value();
        EXPECT_TRUE(Price(ThresholdLoss{groups, gap, scale, delta}).has_value());
        const int64_t bound = TruncationFor(scale, per_group).value();
        EXPECT_TRUE(Price(TruncatedGeometricLoss{groups, scale, bound, delta}).has_value());
      }
      const int64_t gap = GaussianGapFor({1 << 10}, per_group).value();
      EXPECT_TRUE(Price(ThresholdLoss{groups, gap, GaussianSigma{1 << 10}, delta}).has_value());
    }
  }
}

TEST(SelectionTest, FieldsOutOfRangeHaveNoPrice) {
  const LaplaceScale scale{1, 0};
  const Delta half = Del("0.5");
  ASSERT_TRUE(Price(TruncatedGeometricLoss{1, scale, 50, half}).has_value());
  for (const TruncatedGeometricLoss& loss :
       {TruncatedGeometricLoss{0, scale, 50, half}, TruncatedGeometricLoss{-1, scale, 50, half},
        TruncatedGeometricLoss{kMost, scale, kMost, half},
        TruncatedGeometricLoss{1, {0, 0}, 50, half}, TruncatedGeometricLoss{1, {1, 63}, 50, half},
        TruncatedGeometricLoss{1, {1, 62}, 50, half}, TruncatedGeometricLoss{1, scale, 0, half},
        TruncatedGeometricLoss{1, scale, -50, half}, TruncatedGeometricLoss{1, scale, 50, Delta()},
        TruncatedGeometricLoss{1, scale, 50, Delta::FromAtto(kOne)}, TruncatedGeometricLoss{}}) {
    EXPECT_EQ(Price(loss), std::nullopt);
  }
  ASSERT_TRUE(Price(ThresholdLoss{1, 50, scale, half}).has_value());
  for (const ThresholdLoss& loss :
       {ThresholdLoss{0, 50, scale, half}, ThresholdLoss{-1, 50, scale, half},
        ThresholdLoss{1, 0, scale, half}, ThresholdLoss{1, -50, scale, half},
        ThresholdLoss{1, 50, LaplaceScale{}, half}, ThresholdLoss{1, 50, GaussianSigma{}, half},
        ThresholdLoss{1, 50, GaussianSigma{-1}, half}, ThresholdLoss{1, 50, scale, Delta()},
        ThresholdLoss{1, 50, scale, Delta::FromAtto(kOne)}, ThresholdLoss{}}) {
    EXPECT_EQ(Price(loss), std::nullopt);
  }
}

}  // namespace
}  // namespace tacit
