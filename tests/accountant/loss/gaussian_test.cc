#include "accountant/loss/gaussian.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace tacit {
namespace {

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

Epsilon Eps(const std::string& text) { return Epsilon::Parse(text, Rounding::kCost).value(); }
Delta Del(const std::string& text) { return Delta::Parse(text, Rounding::kCost).value(); }

TEST(GaussianTest, DeltaIsAboveTheExactValueAndCloseToIt) {
  struct Exact {
    const char* epsilon;
    double mu;
    double delta;  // 60-digit arithmetic, rounded to double
    double excess;
  };
  for (const Exact& exact :
       std::initializer_list<Exact>{{"0.000001", 1.25e-7, 9.4378327338482929e-24, 1e-5},
                                    {"0.000001", 0.5, 0.19741225007235915, 1e-12},
                                    {"0.01", 0.001, 7.512025722358201e-28, 1e-9},
                                    {"1", 0.25, 2.9242721048564073e-6, 1e-11},
                                    {"1", 0.1328125, 7.1551907499610566e-16, 1e-11},
                                    {"5", 0.75, 1.6079443389142332e-11, 1e-11},
                                    {"200", 15, 1.936501125531732e-9, 1e-11},
                                    {"200", 12.5, 5.1482260558132311e-23, 1e-11},
                                    {"0", 1, 0.38292492254802621, 1e-12}}) {
    const double upper = GaussianDeltaUpper(Eps(exact.epsilon), exact.mu);
    EXPECT_GT(upper, exact.delta * (1 - 2e-16)) << exact.epsilon << " " << exact.mu;
    EXPECT_LT(upper, exact.delta * (1 + exact.excess)) << exact.epsilon << " " << exact.mu;
  }
  EXPECT_EQ(GaussianDeltaUpper(Eps("0.000001"), 20), 1);
  EXPECT_EQ(GaussianDeltaUpper(Eps("200"), 40), 1);
}

TEST(GaussianTest, WhatCannotBeToldIsOne) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double inf = std::numeric_limits<double>::infinity();
  for (const double mu : {0.0, -0.0, -1.0, nan, inf, -inf, 1e200}) {
    EXPECT_EQ(GaussianDeltaUpper(Eps("1"), mu), 1) << mu;
  }
  for (const double mu : {5e-324, 1e-300, 1e-100}) {
    EXPECT_LT(GaussianDeltaUpper(Eps("1"), mu), 1e-298);
    EXPECT_GT(GaussianDeltaUpper(Eps("1"), mu), 0);
  }
  EXPECT_GT(GaussianDeltaUpper(Epsilon::FromPico(kMost), 1.0), 0);
}

TEST(GaussianTest, DeltaFallsWithEpsilonAndGrowsWithMu) {
  for (const double mu : {1e-4, 0.01, 0.3, 1.0, 5.0, 30.0}) {
    double before = 1;
    for (int64_t pico = 1'000'000; pico <= 200'000'000'000'000; pico = pico / 4 * 5) {
      const double upper = GaussianDeltaUpper(Epsilon::FromPico(pico), mu);
      EXPECT_LE(upper, before) << pico << " " << mu;
      EXPECT_GE(GaussianDeltaUpper(Epsilon::FromPico(pico), mu * 1.001), upper);
      before = upper;
    }
  }
}

TEST(GaussianTest, ErfcxIsSmoothWhereTheFormsMeet) {
  EXPECT_NEAR(Erfcx(0), 1, 1e-15);
  EXPECT_NEAR(Erfcx(1), 0.42758357615580700442, 1e-15);
  EXPECT_NEAR(Erfcx(2), 0.25539567631050574387, 1e-15);
  EXPECT_NEAR(Erfcx(std::nextafter(2, 0)), 0.25539567631050574387, 1e-15);
  EXPECT_NEAR(Erfcx(10) / 0.056140992743822585, 1, 1e-15);
}

TEST(GaussianTest, MuLowerFitsAndIsNotWasteful) {
  for (const char* epsilon : {"0.000001", "0.001", "0.1", "1", "5", "20", "200"}) {
    for (const char* delta : {"0.1", "0.001", "1e-6", "1e-9", "1e-12", "1e-18"}) {
      const double target = std::stod(delta);
      const double mu = GaussianMuLower(Eps(epsilon), Del(delta));
      ASSERT_GT(mu, 0) << epsilon << " " << delta;
      EXPECT_LE(GaussianDeltaUpper(Eps(epsilon), mu), target) << epsilon << " " << delta;
      EXPECT_GT(GaussianDeltaUpper(Eps(epsilon), mu * (1 + 1e-6)), target);
    }
  }
  EXPECT_NEAR(1 / GaussianMuLower(Eps("1"), Del("1e-6")), 4.2246789, 1e-7);
  EXPECT_NEAR(1 / GaussianMuLower(Eps("1"), Del("1e-9")), 5.4952662, 1e-7);
  EXPECT_NEAR(1 / GaussianMuLower(Eps("0.1"), Del("1e-5")), 30.749566, 1e-6);
  EXPECT_NEAR(1 / GaussianMuLower(Eps("10"), Del("1e-5")), 0.49988862, 1e-8);
  EXPECT_EQ(GaussianMuLower(Eps("1"), Delta()), 0);
  EXPECT_EQ(GaussianMuLower(Epsilon(), Delta::FromAtto(1)), 0);
}

TEST(GaussianTest, EpsilonUpperIsTheLeastThatFits) {
  for (const double mu : {0.001, 0.25, 0.5, 3.0}) {
    for (const char* delta : {"0.01", "1e-6", "1e-15"}) {
      const std::optional<Epsilon> epsilon = GaussianEpsilonUpper(mu, Del(delta));
      ASSERT_TRUE(epsilon.has_value());
      const double target = std::stod(delta);
      EXPECT_LE(GaussianDeltaUpper(*epsilon, mu), target);
      if (*epsilon == Epsilon()) continue;
      EXPECT_GE(GaussianDeltaUpper(Epsilon::FromPico(epsilon->pico() - 1), mu),
                target * (1 - 1e-14));
    }
  }
  EXPECT_NEAR(GaussianEpsilonUpper(0.5, Del("1e-6"))->pico() * 1e-12, 2.2540846502197427, 1e-9);
  EXPECT_EQ(GaussianEpsilonUpper(0.5, Delta()), std::nullopt);
  EXPECT_EQ(GaussianEpsilonUpper(0, Del("0.5")), std::nullopt);
  EXPECT_EQ(GaussianEpsilonUpper(1000, Del("1e-6")), std::nullopt);
}

// Discrete Gaussian noise of one entry, and the same noise rounded from a continuous draw.
struct OneEntry {
  explicit OneEntry(int64_t width) : sigma(width), reach(12 * width + 3) {
    for (int64_t x = -reach; x <= reach; ++x) total += Weight(x);
  }
  double Weight(int64_t x) const { return std::exp(-0.5 * x * x / (1.0 * sigma * sigma)); }
  double Discrete(int64_t x) const { return Weight(x) / total; }
  double Rounded(int64_t x) const {
    const double z = (std::abs(x) - 0.5) / sigma;
    return (std::erfc(z / std::sqrt(2)) - std::erfc((z + 1.0 / sigma) / std::sqrt(2))) / 2;
  }
  int64_t sigma;
  int64_t reach;
  double total = 0;
};

TEST(GaussianTest, RoundedNoiseIsNowhereMuchRarerThanDiscrete) {
  for (const int64_t sigma : {1, 2, 3, 10, 40}) {
    const OneEntry noise(sigma);
    double distance = 0;
    for (int64_t x = -6 * sigma; x <= 6 * sigma; ++x) {
      EXPECT_GE(noise.Rounded(x), noise.Discrete(x) * (1 - 1 / (24.0 * sigma * sigma)) - 1e-15);
      distance += std::max(0.0, noise.Discrete(x) - noise.Rounded(x));
    }
    EXPECT_LE(distance, 1 / (24.0 * sigma * sigma));
  }
}

// The exact delta of one or two entries moved by `shift_*`; 0 moves nothing.
double ExactDelta(const OneEntry& a, int64_t shift_a, const OneEntry& b, int64_t shift_b,
                  double e) {
  double sum = 0;
  for (int64_t x = -a.reach; x <= a.reach; ++x) {
    for (int64_t y = -b.reach; y <= b.reach; ++y) {
      if (shift_b == 0 && y != 0) continue;
      const double here = a.Discrete(x) * (shift_b == 0 ? 1 : b.Discrete(y));
      const double there = a.Discrete(x - shift_a) * (shift_b == 0 ? 1 : b.Discrete(y - shift_b));
      sum += std::max(0.0, here - std::exp(e) * there);
    }
  }
  return sum;
}

TEST(GaussianTest, DiscreteBoundHoldsForOneEntry) {
  for (const int64_t sigma : {1, 2, 5, 30, 200}) {
    const OneEntry noise(sigma);
    for (const int64_t shift : {int64_t{1}, int64_t{3}, sigma, 4 * sigma}) {
      for (const char* epsilon : {"0.01", "0.1", "0.5", "1", "2", "5"}) {
        const double e = std::stod(epsilon);
        const double exact = ExactDelta(noise, shift, noise, 0, e);
        const double upper = DiscreteGaussianDeltaUpper({{1, shift, sigma}}, Eps(epsilon));
        const double distance = 1 / (24.0 * sigma * sigma);
        EXPECT_GE(upper, exact - 1e-14) << sigma << " " << shift << " " << e;
        EXPECT_LE(upper, exact + 2.1 * (1 + std::exp(e)) * distance + 1e-12);
      }
    }
  }
  EXPECT_NEAR(ExactDelta(OneEntry(1), 1, OneEntry(1), 0, 1), 0.1413513394, 1e-9);
  EXPECT_NEAR(ExactDelta(OneEntry(10), 1, OneEntry(10), 0, 0.1), 0.0087623539, 1e-9);
}

TEST(GaussianTest, DiscreteBoundHoldsForTwoEntries) {
  for (const int64_t sigma : {2, 7, 15}) {
    const OneEntry a(sigma);
    const OneEntry b(2 * sigma + 1);
    for (const char* epsilon : {"0.05", "0.5", "1.5", "4"}) {
      const double e = std::stod(epsilon);
      const double same = ExactDelta(a, 2, a, 2, e);
      EXPECT_GE(DiscreteGaussianDeltaUpper({{2, 2, sigma}}, Eps(epsilon)), same - 1e-14);
      const double mixed = ExactDelta(a, 1, b, 3, e);
      const double upper =
          DiscreteGaussianDeltaUpper({{1, 1, sigma}, {1, 3, b.sigma}}, Eps(epsilon));
      EXPECT_GE(upper, mixed - 1e-14);
      // A unit may also move less than it may at most, and in the other direction.
      EXPECT_GE(upper, ExactDelta(a, 1, b, -2, e) - 1e-14);
      EXPECT_GE(upper, ExactDelta(a, 1, b, 0, e) - 1e-14);
    }
  }
}

TEST(GaussianTest, PartsAddInSquares) {
  const std::vector<GaussianPart> one = {{1, 5 << 20, 1 << 24}};
  const std::vector<GaussianPart> two = {{1, 3 << 20, 1 << 24}, {1, 4 << 20, 1 << 24}};
  const std::vector<GaussianPart> groups = {{25, 1 << 20, 1 << 24}};
  const double expected = GaussianDeltaUpper(Eps("1"), 5.0 / 16);
  for (const auto& parts : {one, two, groups}) {
    EXPECT_NEAR(DiscreteGaussianDeltaUpper(parts, Eps("1")) / expected, 1, 1e-8);
    EXPECT_GE(DiscreteGaussianDeltaUpper(parts, Eps("1")), expected);
  }
}

TEST(GaussianTest, PricesTrueClaimsAlone) {
  const std::vector<GaussianPart> parts = {{1, 1 << 20, 1 << 22}};
  const auto price = [&](const char* epsilon, const char* delta) {
    return Price(DiscreteGaussianLoss{parts, Eps(epsilon), Del(delta)});
  };
  EXPECT_EQ(price("1", "0.000002924273"), (Amount{Eps("1"), Del("0.000002924273")}));
  EXPECT_EQ(price("1", "0.000002924272"), std::nullopt);
  EXPECT_EQ(price("0.99999", "0.000002924273"), std::nullopt);
  EXPECT_TRUE(price("2", "0.1").has_value());
  EXPECT_EQ(price("800", "0.1"), std::nullopt);  // e^epsilon is beyond what the proof can swap
}

TEST(GaussianTest, FieldsOutOfRangeHaveNoPrice) {
  const GaussianPart good{1, 1, 1 << 20};
  const DiscreteGaussianLoss loss{{good}, Eps("1"), Del("0.1")};
  ASSERT_TRUE(Price(loss).has_value());
  EXPECT_EQ(Price(DiscreteGaussianLoss{{}, loss.epsilon, loss.delta}), std::nullopt);
  EXPECT_EQ(Price(DiscreteGaussianLoss{}), std::nullopt);
  for (const GaussianPart& bad :
       {GaussianPart{0, 1, 1 << 20}, GaussianPart{-1, 1, 1 << 20}, GaussianPart{1, 0, 1 << 20},
        GaussianPart{1, -1, 1 << 20}, GaussianPart{1, 1, 0}, GaussianPart{1, 1, -1},
        GaussianPart{kMost, kMost, 1}, GaussianPart{kMost, 1, 1}, GaussianPart{1, kMost, 1},
        GaussianPart{-kMost - 1, -kMost - 1, -kMost - 1}, GaussianPart{}}) {
    EXPECT_EQ(Price(DiscreteGaussianLoss{{bad}, loss.epsilon, loss.delta}), std::nullopt);
    EXPECT_EQ(Price(DiscreteGaussianLoss{{good, bad}, loss.epsilon, loss.delta}), std::nullopt);
  }
  EXPECT_EQ(Price(DiscreteGaussianLoss{{good}, Epsilon(), loss.delta}), std::nullopt);
  EXPECT_EQ(Price(DiscreteGaussianLoss{{good}, Epsilon::FromPico(kMost), loss.delta}),
            std::nullopt);
  EXPECT_EQ(Price(DiscreteGaussianLoss{{good}, loss.epsilon, Delta()}), std::nullopt);
  EXPECT_EQ(
      Price(DiscreteGaussianLoss{{good}, loss.epsilon, Delta::FromAtto(1'000'000'000'000'000'000)}),
      std::nullopt);
  const std::vector<GaussianPart> many(1025, good);
  EXPECT_EQ(Price(DiscreteGaussianLoss{many, loss.epsilon, loss.delta}), std::nullopt);
}

}  // namespace
}  // namespace tacit
