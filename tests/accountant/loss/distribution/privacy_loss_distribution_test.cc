#include "accountant/loss/distribution/privacy_loss_distribution.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "accountant/loss/gaussian.h"

namespace tacit {
namespace {

Epsilon Eps(double value) { return Epsilon::FromPico(std::llround(value * 1e12)); }
Delta Del(const std::string& text) { return Delta::Parse(text, Rounding::kLimit).value(); }

TEST(PrivacyLossDistributionTest, NeverBelowTheCurveAndEqualOnTheGrid) {
  const std::vector<DeltaCurve> curves = {GaussianCurve(0.5),
                                          LaplaceCurve(Eps(1.5)),
                                          DiscreteLaplaceCurve({3, 0}, 4),
                                          ApproximateCurve(Eps(1), Del("0.01")),
                                          SubsampledGaussianCurve(0.2, 1, Direction::kRemove),
                                          SubsampledGaussianCurve(0.2, 1, Direction::kAdd)};
  for (size_t i = 0; i < curves.size(); ++i) {
    const auto loss = PrivacyLossDistribution::Of(curves[i], -6, 20, 1e-15);
    ASSERT_TRUE(loss.has_value()) << i;
    for (int k = 0; k < 200; ++k) {
      const double at = k / 64.0;
      const double on_grid = loss->DeltaUpper(Eps(at));
      EXPECT_GE(on_grid, curves[i](at, Side::kBelow)) << i << " " << at;
      EXPECT_LE(on_grid, curves[i](at, Side::kAbove) + 1e-10) << i << " " << at;
      const double between = loss->DeltaUpper(Eps(at + 0.0078));
      EXPECT_GE(between, curves[i](at + 0.0078, Side::kBelow)) << i << " " << at;
      EXPECT_LE(between, on_grid) << i << " " << at;
    }
  }
}

TEST(PrivacyLossDistributionTest, OneStepOfDiscreteLaplaceIsTwoAtoms) {
  const auto loss = PrivacyLossDistribution::Of(DiscreteLaplaceCurve({1, 0}, 1), -4, 20, 1e-15);
  ASSERT_TRUE(loss.has_value());
  double total = loss->infinite();
  for (size_t k = 0; k < loss->atoms().size(); ++k) {
    const double at = loss->atoms()[k].loss;
    const double exact = at == 16 ? 0.7310585786300049 : at == -16 ? 0.2689414213699951 : 0;
    EXPECT_NEAR(loss->MassOf(k), exact, 1e-12) << at;
    total += loss->MassOf(k);
  }
  EXPECT_NEAR(total, 1, 1e-12);
}

// Fewer losses are more pessimistic, by little.
TEST(PrivacyLossDistributionTest, OctavesKeepTheRelativeWidth) {
  const DeltaCurve curve = SubsampledGaussianCurve(0.01, 0.5, Direction::kRemove);
  const auto all = PrivacyLossDistribution::Of(curve, -14, 40, 1e-12);
  const auto few = PrivacyLossDistribution::Of(curve, -14, 7, 1e-12);
  ASSERT_TRUE(all.has_value() && few.has_value());
  EXPECT_LT(few->atoms().size(), all->atoms().size() / 50);
  for (const double at : {0.0, 0.003, 0.1, 1.0, 4.0}) {
    EXPECT_GE(few->DeltaUpper(Eps(at)) * (1 + 1e-7), all->DeltaUpper(Eps(at))) << at;
    EXPECT_LE(few->DeltaUpper(Eps(at)), all->DeltaUpper(Eps(at)) * (1 + 1e-3)) << at;
  }
}

TEST(PrivacyLossDistributionTest, EpsilonIsTheLeastThatFits) {
  const auto loss = PrivacyLossDistribution::Of(GaussianCurve(0.5), -10, 20, 1e-18);
  ASSERT_TRUE(loss.has_value());
  for (const char* text : {"0.1", "0.001", "0.0000001", "0.0000000001"}) {
    const std::optional<Epsilon> epsilon = loss->EpsilonUpper(Del(text));
    ASSERT_TRUE(epsilon.has_value()) << text;
    EXPECT_LE(loss->DeltaUpper(*epsilon), std::stod(text));
    EXPECT_GT(loss->DeltaUpper(Epsilon::FromPico(epsilon->pico() - 1)), std::stod(text));
    EXPECT_GE(*epsilon, *GaussianEpsilonUpper(0.5, Del(text)));
    EXPECT_LE(epsilon->pico() * 1e-12, GaussianEpsilonUpper(0.5, Del(text))->pico() * 1e-12 + 1e-5);
  }
  // Less than what is infinite cannot be reached.
  EXPECT_EQ(PrivacyLossDistribution::Of(ApproximateCurve(Eps(1), Del("0.01")), -6, 20, 0)
                ->EpsilonUpper(Del("0.009")),
            std::nullopt);
}

TEST(PrivacyLossDistributionTest, BelowItsFirstLossDeltaIsLinear) {
  const PrivacyLossDistribution loss(0, {{2, 1}, {3, 0.5}}, 0.125);  // or infinite
  EXPECT_NEAR(loss.DeltaUpper(Eps(5)), 0.125, 1e-14);
  EXPECT_NEAR(loss.DeltaUpper(Eps(2.5)), 0.125 + 0.375 * -std::expm1(-0.5), 1e-14);
  EXPECT_NEAR(loss.DeltaUpper(Eps(0)), 0.125 + 0.375 * -std::expm1(-3) + 0.5 * -std::expm1(-2),
              1e-14);
  EXPECT_GE(loss.DeltaUpper(Eps(3)), 0.125);
}

TEST(PrivacyLossDistributionTest, WhatCannotBeToldHasNone) {
  EXPECT_EQ(PrivacyLossDistribution::Of(nullptr, -6, 20, 0), std::nullopt);
  EXPECT_EQ(PrivacyLossDistribution::Of(GaussianCurve(10), -30, 30, 1e-15), std::nullopt);
}

}  // namespace
}  // namespace tacit
