#include "accountant/loss/distribution/delta_curves.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <string>
#include <vector>

#include "accountant/loss/gaussian.h"

namespace tacit {
namespace {

Epsilon Eps(const std::string& text) { return Epsilon::Parse(text, Rounding::kCost).value(); }
Delta Del(const std::string& text) { return Delta::Parse(text, Rounding::kCost).value(); }

// Both sides hold the exact value between them, closely.
void ExpectAround(const DeltaCurve& curve, double loss, double exact, double margin) {
  EXPECT_LE(curve(loss, Side::kBelow), exact + 1e-16) << loss;
  EXPECT_GE(curve(loss, Side::kAbove), exact - 1e-16) << loss;
  EXPECT_NEAR(curve(loss, Side::kBelow), exact, margin) << loss;
  EXPECT_NEAR(curve(loss, Side::kAbove), exact, margin) << loss;
}

// The sum over outputs of max(0, p - e^loss q).
template <typename P, typename Q>
double Summed(double loss, int64_t from, int64_t to, const P& p, const Q& q) {
  double sum = 0;
  for (int64_t x = from; x <= to; ++x) sum += std::fmax(0, p(x) - std::exp(loss) * q(x));
  return sum;
}

TEST(DeltaCurvesTest, DiscreteLaplaceIsThatOfDirectSums) {
  for (const int64_t scale : {1, 2, 7}) {
    for (const int64_t most : {1, 2, 5, 10}) {
      const double rate = 1.0 / static_cast<double>(scale);
      const auto p = [&](int64_t x) {
        return std::tanh(rate / 2) * std::exp(-rate * static_cast<double>(std::abs(x)));
      };
      const auto q = [&](int64_t x) { return p(x - most); };
      const DeltaCurve curve = DiscreteLaplaceCurve({scale, 0}, most);
      for (double loss = -3; loss <= 3; loss += 0.13) {
        ExpectAround(curve, loss, Summed(loss, -400, 400, p, q), 1e-13);
      }
      ExpectAround(curve, rate * static_cast<double>(most), 0, 1e-13);
    }
  }
}

TEST(DeltaCurvesTest, LaplaceIsTheLimitOfDiscreteLaplace) {
  const DeltaCurve coarse = DiscreteLaplaceCurve({int64_t{1} << 40, 0}, int64_t{1} << 41);
  const DeltaCurve curve = LaplaceCurve(Eps("2"));
  for (double loss = -4; loss <= 3; loss += 0.17) {
    EXPECT_NEAR(curve(loss, Side::kAbove), coarse(loss, Side::kAbove), 1e-11) << loss;
  }
  ExpectAround(curve, 1, -std::expm1(-0.5), 1e-14);
  ExpectAround(curve, -5, -std::expm1(-5), 1e-14);
  ExpectAround(curve, 2.5, 0, 1e-300);
}

TEST(DeltaCurvesTest, ApproximateIsLeakyRandomisedResponse) {
  const DeltaCurve curve = ApproximateCurve(Eps("1"), Del("0.1"));
  const double up = 0.9 * std::exp(1) / (1 + std::exp(1));
  const double down = 0.9 / (1 + std::exp(1));
  for (const double loss : {-2.0, -1.0, -0.3, 0.0, 0.7, 1.0, 4.0}) {
    const double e = std::exp(loss);
    const double exact = 0.1 + std::fmax(0, up - e * down) + std::fmax(0, down - e * up);
    ExpectAround(curve, loss, std::fmax(exact, 1 - e), 1e-14);
  }
}

TEST(DeltaCurvesTest, GaussianAtNegativeLossIsMirrored) {
  for (const double mu : {0.01, 0.25, 3.0}) {
    const DeltaCurve curve = GaussianCurve(mu);
    for (const double loss : {0.001, 0.1, 1.0, 5.0}) {
      const Epsilon epsilon = Epsilon::FromPico(std::llround(loss * 1e12));
      EXPECT_NEAR(curve(loss, Side::kAbove), GaussianDeltaUpper(epsilon, mu), 1e-12);
      // Phi(x) - e^loss Phi(x - mu) with what it says directly.
      const double x = mu / 2 + loss / mu;
      const double direct = std::erfc(-x / std::numbers::sqrt2) / 2 -
                            std::exp(-loss) * std::erfc((mu - x) / std::numbers::sqrt2) / 2;
      EXPECT_NEAR(curve(-loss, Side::kBelow), direct, 1e-11);
      EXPECT_NEAR(curve(-loss, Side::kAbove), direct, 1e-11);
    }
  }
}

// By the trapezium rule over z in units of sigma.
double Integrated(double loss, double q, double sigma, bool swapped) {
  const double step = 1e-4 * sigma;
  double sum = 0;
  for (double z = -12 * sigma; z <= 12 * sigma + 1; z += step) {
    const double alone = std::exp(-z * z / (2 * sigma * sigma));
    const double mixed = alone * (1 - q + q * std::exp((2 * z - 1) / (2 * sigma * sigma)));
    sum += std::fmax(0, (swapped ? alone : mixed) - std::exp(loss) * (swapped ? mixed : alone));
  }
  return sum * step / (sigma * std::sqrt(2 * std::numbers::pi));
}

TEST(DeltaCurvesTest, BatchesInBothDirections) {
  for (const double q : {0.01, 0.3, 0.9}) {
    for (const double sigma : {0.6, 1.0, 4.0}) {
      const DeltaCurve removed = SubsampledGaussianCurve(q, sigma, Direction::kRemove);
      const DeltaCurve added = SubsampledGaussianCurve(q, sigma, Direction::kAdd);
      for (const double loss : {-2.0, -0.2, -0.005, 0.0, 0.003, 0.1, 1.0, 2.0}) {
        for (const Side side : {Side::kBelow, Side::kAbove}) {
          EXPECT_NEAR(removed(loss, side), Integrated(loss, q, sigma, false), 1e-7);
          EXPECT_NEAR(added(loss, side), Integrated(loss, q, sigma, true), 1e-7);
        }
        const auto dual = [&](Side side) {
          return -std::expm1(loss) + std::exp(loss) * added(-loss, side);
        };
        EXPECT_LE(removed(loss, Side::kBelow), dual(Side::kAbove) + 1e-15);
        EXPECT_GE(removed(loss, Side::kAbove), dual(Side::kBelow) - 1e-15);
        EXPECT_NEAR(removed(loss, Side::kAbove), dual(Side::kBelow), 5e-12);
      }
    }
  }
}

TEST(DeltaCurvesTest, FallWithLossAndStayWithinBounds) {
  const std::vector<DeltaCurve> curves = {
      GaussianCurve(0.001),
      GaussianCurve(40),
      LaplaceCurve(Eps("0.000001")),
      DiscreteLaplaceCurve({int64_t{1} << 61, 3}, int64_t{1} << 50),
      ApproximateCurve(Eps("9000000"), Del("0.5")),
      SubsampledGaussianCurve(1e-9, 0.3, Direction::kRemove),
      SubsampledGaussianCurve(1e-9, 0.3, Direction::kAdd),
      SubsampledGaussianCurve(1 - 0x1p-53, 1, Direction::kRemove),
      SubsampledGaussianCurve(1 - 0x1p-53, 1, Direction::kAdd),
      SubsampledGaussianCurve(1, 100, Direction::kAdd)};
  for (size_t i = 0; i < curves.size(); ++i) {
    double before = 1;
    for (double loss = -5000; loss <= 5000; loss += loss < -2 || loss > 2 ? 0.7 : 0.01) {
      const double below = curves[i](loss, Side::kBelow);
      const double above = curves[i](loss, Side::kAbove);
      EXPECT_TRUE(0 <= below && below <= above && above <= 1) << i << " " << loss;
      EXPECT_LE(below, before) << i << " " << loss;
      before = above;
    }
  }
}

TEST(DeltaCurvesTest, WhatIsOutOfRangeIsEmpty) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const double bad : {nan, 0.0, -1.0, std::numeric_limits<double>::infinity()}) {
    EXPECT_FALSE(GaussianCurve(bad));
    EXPECT_FALSE(SubsampledGaussianCurve(0.1, bad, Direction::kAdd));
    EXPECT_FALSE(SubsampledGaussianCurve(bad, 1, Direction::kRemove));
  }
  EXPECT_FALSE(SubsampledGaussianCurve(1.5, 1, Direction::kRemove));
  EXPECT_FALSE(DiscreteLaplaceCurve({0, 0}, 1));
  EXPECT_FALSE(DiscreteLaplaceCurve({1, 0}, 0));
  EXPECT_FALSE(DiscreteLaplaceCurve({1, 0}, int64_t{1} << 51));
}

}  // namespace
}  // namespace tacit
