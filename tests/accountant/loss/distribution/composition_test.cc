#include "accountant/loss/distribution/composition.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "accountant/loss/conversions.h"
#include "accountant/loss/gaussian.h"
#include "accountant/loss/renyi.h"

namespace tacit {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Epsilon Eps(double value) { return Epsilon::FromPico(std::llround(value * 1e12)); }
Delta Del(const std::string& text) { return Delta::Parse(text, Rounding::kLimit).value(); }
double Nats(const std::optional<Epsilon>& epsilon) {
  return epsilon.has_value() ? static_cast<double>(epsilon->pico()) * 1e-12 : kInfinity;
}

// Randomised response n times: binomial.
double ResponseDelta(double e, int n, double at) {
  double sum = 0;
  for (int k = 0; k <= n; ++k) {
    const double choose = std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
    const double loss = e * (2 * k - n);
    const double mass = std::exp(choose + k * e - n * std::log1p(std::exp(e)));
    if (loss > at) sum += mass * -std::expm1(at - loss);
  }
  return sum;
}

TEST(CompositionTest, RandomisedResponseIsBinomial) {
  for (const int n : {2, 7, 40, 1000}) {
    const auto sum = Compose({{DiscreteLaplaceCurve({8, 0}, 1), n}}, Del("0.00001"));
    ASSERT_TRUE(sum.has_value()) << n;
    for (const double at : {0.125, 0.25, 1.0, 2.5}) {
      const double exact = ResponseDelta(0.125, n, at);
      EXPECT_GE(sum->DeltaUpper(Eps(at)), exact * (1 - 1e-12)) << n << " " << at;
      EXPECT_LE(sum->DeltaUpper(Eps(at)), exact * (n < 100 ? 1 + 1e-6 : 1 + 1e-4) + 1e-11);
    }
  }
}

TEST(CompositionTest, GaussiansAddInSquares) {
  for (const int n : {2, 40, 1000}) {
    for (const char* delta : {"0.01", "0.000001", "0.000000000001"}) {
      const double mu = 0.25 * std::sqrt(n);
      const double exact = Nats(GaussianEpsilonUpper(mu, Del(delta)));
      const auto sum = Compose({{GaussianCurve(0.25), n}}, Del(delta));
      ASSERT_TRUE(sum.has_value()) << n << " " << delta;
      const double epsilon = Nats(sum->EpsilonUpper(Del(delta)));
      EXPECT_GE(epsilon, exact) << n << " " << delta;
      EXPECT_LE(epsilon, exact * (1 + 1e-5)) << n << " " << delta;
      EXPECT_LE(epsilon, Nats(EpsilonFromRhoUpper(mu * mu / 2 * (1 + 1e-12), Del(delta))));
    }
  }
}

// The same curves on a coarser, uniform grid, convolved directly: the more pessimistic ones.
TEST(CompositionTest, DifferentMechanismsAgainstDirectConvolution) {
  const std::vector<Repeated> parts = {{GaussianCurve(0.3), 1},
                                       {LaplaceCurve(Eps(0.5)), 2},
                                       {ApproximateCurve(Eps(0.25), Del("0.0001")), 1},
                                       {SubsampledGaussianCurve(0.1, 1, Direction::kAdd), 1}};
  std::vector<double> masses = {1};
  double first = 0;
  double finite = 1;
  for (const Repeated& part : parts) {
    for (int64_t time = 0; time < part.times; ++time) {
      const auto one = PrivacyLossDistribution::Of(part.curve, -7, 20, 1e-14);
      ASSERT_TRUE(one.has_value());
      std::vector<double> sum(masses.size() + one->atoms().size() - 1);
      for (size_t i = 0; i < masses.size(); ++i) {
        for (size_t k = 0; k < one->atoms().size(); ++k) sum[i + k] += masses[i] * one->MassOf(k);
      }
      masses = sum;
      first += one->atoms().front().loss;
      finite *= 1 - one->infinite();
    }
  }
  const auto composed = Compose(parts, Del("0.001"));
  ASSERT_TRUE(composed.has_value());
  for (const double at : {0.2, 0.7, 1.2, 2.0}) {
    double direct = 1 - finite;
    for (size_t k = 0; k < masses.size(); ++k) {
      const double loss = (first + static_cast<double>(k)) / 128;
      if (loss > at) direct += masses[k] * -std::expm1(at - loss);
    }
    EXPECT_LE(composed->DeltaUpper(Eps(at)), direct + 1e-9) << at;
    EXPECT_GE(composed->DeltaUpper(Eps(at)), direct * 0.98) << at;
  }
  EXPECT_GE(composed->infinite(), 0.0001 - 1e-12);
}

// Given the first outcome, what is left of epsilon is the second's: the mean of its curve.
TEST(CompositionTest, TwoBatchesAgainstQuadrature) {
  const double q = 0.1;
  const double sigma = 0.8;
  for (const Direction direction : {Direction::kRemove, Direction::kAdd}) {
    const double side = direction == Direction::kRemove ? 1 : -1;
    const DeltaCurve curve = SubsampledGaussianCurve(q, sigma, direction);
    const auto sum = Compose({{curve, 2}}, Del("0.0001"));
    ASSERT_TRUE(sum.has_value());
    for (const double at : {0.0, 0.1, 0.5, 2.0}) {
      double mean = 0;
      double mass = 0;
      for (double z = -10 * sigma; z <= 10 * sigma + 1; z += 1e-3 * sigma) {
        const double ratio = 1 - q + q * std::exp((2 * z - 1) / (2 * sigma * sigma));
        const double bell = std::exp(-z * z / (2 * sigma * sigma)) * (side > 0 ? ratio : 1);
        mean += bell * curve(at - side * std::log(ratio), Side::kAbove);
        mass += bell;
      }
      EXPECT_GE(sum->DeltaUpper(Eps(at)), mean / mass * (1 - 1e-6)) << at;
      EXPECT_LE(sum->DeltaUpper(Eps(at)), mean / mass * (1 + 1e-3) + 1e-10) << at;
    }
  }
}

TEST(CompositionTest, LeaksAddExactly) {
  const auto sum = Compose(
      {{ApproximateCurve(Eps(1), Del("0.1")), 1}, {ApproximateCurve(Eps(2), Del("0.2")), 1}},
      Del("0.3"));
  ASSERT_TRUE(sum.has_value());
  EXPECT_NEAR(sum->DeltaUpper(Eps(3)), 0.28, 1e-6);
  EXPECT_GE(sum->DeltaUpper(Eps(3)), 0.28);
  EXPECT_EQ(sum->EpsilonUpper(Del("0.27")), std::nullopt);
}

TEST(CompositionTest, DpSgdIsTightAndBelowItsRenyiCurve) {
  const auto epsilon = SubsampledGaussianEpsilonUpper(0.01, 4, 10000, Del("0.00001"));
  EXPECT_GT(Nats(epsilon), 0.946866);  // the limit of fine steps is 0.9468667
  EXPECT_LT(Nats(epsilon), 0.94689);
  const double renyi = 10000 * SubsampledGaussianRenyiUpper(0.01, 4, 17);
  EXPECT_LT(*epsilon, *EpsilonFromRenyiUpper(renyi, 17, Del("0.00001")));
  // Without batches it is 10,000 Gaussians.
  const auto whole = SubsampledGaussianEpsilonUpper(1, 40, 10000, Del("0.00001"));
  EXPECT_NEAR(Nats(whole), Nats(GaussianEpsilonUpper(2.5, Del("0.00001"))), 1e-3);
  EXPECT_GE(*whole, *GaussianEpsilonUpper(2.5, Del("0.00001")));
}

TEST(CompositionTest, GrowsWithStepsAndSamplingAndFallsWithNoiseAndDelta) {
  const auto of = [](double q, double sigma, int64_t steps, const char* delta) {
    return Nats(SubsampledGaussianEpsilonUpper(q, sigma, steps, Del(delta)));
  };
  const double middle = of(0.02, 2, 100, "0.000001");
  EXPECT_GT(of(0.02, 2, 120, "0.000001"), middle);
  EXPECT_GT(of(0.025, 2, 100, "0.000001"), middle);
  EXPECT_LT(of(0.02, 2.2, 100, "0.000001"), middle);
  EXPECT_LT(of(0.02, 2, 100, "0.00001"), middle);
  EXPECT_EQ(of(0, 2, 100, "0.000001"), 0);
}

TEST(CompositionTest, DeltaOfEpsilonOfDelta) {
  const DeltaCurve curve = SubsampledGaussianCurve(0.05, 1.2, Direction::kRemove);
  for (const char* text : {"0.01", "0.00001", "0.0000000001"}) {
    const auto sum = Compose({{curve, 300}}, Del(text));
    ASSERT_TRUE(sum.has_value());
    const auto epsilon = sum->EpsilonUpper(Del(text));
    ASSERT_TRUE(epsilon.has_value());
    EXPECT_NEAR(sum->DeltaUpper(*epsilon) / std::stod(text), 1, 1e-9);
  }
}

TEST(CompositionTest, ExtremeArguments) {
  const auto of = [](double q, double sigma, int64_t steps, const char* delta) {
    return Nats(SubsampledGaussianEpsilonUpper(q, sigma, steps, Del(delta)));
  };
  // mu = q sqrt(T (e^(1/sigma^2) - 1)) = 2.54 by the central limit theorem.
  EXPECT_NEAR(of(0.01, 4, 1'000'000, "0.0000000001"), 18.9, 0.1);
  // One step: the curve's own epsilon.
  for (const double q : {1e-6, 0.01, 0.5, 1.0}) {
    for (const double sigma : {0.3, 1.0, 10.0}) {
      const double one = of(q, sigma, 1, "0.0000000001");
      const DeltaCurve curve = SubsampledGaussianCurve(q, sigma, Direction::kRemove);
      EXPECT_LE(curve(one, Side::kBelow), 1e-10) << q << " " << sigma;
      EXPECT_GT(curve(one * 0.999 - 1e-9, Side::kAbove), 1e-10 * 0.99) << q << " " << sigma;
    }
  }
  EXPECT_LT(of(1e-6, 10, 1'000'000, "0.0000000001"), 0.01);
  EXPECT_LT(of(0.01, 0.3, 100, "0.000001"), 100);
  EXPECT_GT(of(0.01, 0.3, 100, "0.000001"), 10);
  EXPECT_LT(of(0.001, 1000, 10, "0.0000000001"), 1e-4);
  EXPECT_LT(of(0.01, 4, 10000, "0.000000000000001"), 2);
  EXPECT_EQ(of(0.01, 4, 10000, "0.6"), 0);
}

TEST(CompositionTest, WhatCannotBeToldHasNone) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const Delta delta = Del("0.00001");
  EXPECT_EQ(Compose({}, delta), std::nullopt);
  EXPECT_EQ(Compose({{nullptr, 1}}, delta), std::nullopt);
  EXPECT_EQ(Compose({{GaussianCurve(1), 0}}, delta), std::nullopt);
  EXPECT_EQ(Compose({{GaussianCurve(1), 1}}, Delta()), std::nullopt);
  const int64_t most = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(Compose({{GaussianCurve(1), most}, {GaussianCurve(1), most}}, delta), std::nullopt);
  EXPECT_EQ(Compose({{GaussianCurve(1e-3), most}}, delta), std::nullopt);
  for (const double bad : {nan, -1.0, 0.0, kInfinity}) {
    EXPECT_EQ(SubsampledGaussianEpsilonUpper(0.1, bad, 10, delta), std::nullopt);
  }
  EXPECT_EQ(SubsampledGaussianEpsilonUpper(1.1, 1, 10, delta), std::nullopt);
  EXPECT_EQ(SubsampledGaussianEpsilonUpper(0.1, 1, 0, delta), std::nullopt);
  EXPECT_EQ(SubsampledGaussianEpsilonUpper(0.1, 1, 10, Delta()), std::nullopt);
  EXPECT_EQ(SubsampledGaussianSigmaFor(0.1, 10, Eps(1), Delta()), std::nullopt);
}

// Why the statistics of one query are charged by their sum: where their joint distribution would
// allow less Laplace noise, Gaussian noise, which is priced as one mechanism, is less still.
TEST(CompositionTest, LaplaceStatisticsTogetherNeverBeatTheirSumAndGaussianNoise) {
  for (const char* text : {"1e-6", "1e-9"}) {
    const Delta delta = Delta::Parse(text, Rounding::kLimit).value();
    for (const double target : {0.3, 1.0, 3.0}) {
      const Epsilon epsilon = Epsilon::FromPico(std::llround(target * 1e12));
      const double mu = GaussianMuLower(epsilon, delta);
      for (const int64_t count : {2, 4, 8, 16, 32, 64}) {
        const auto n = static_cast<double>(count);
        // Standard deviations, of statistics that a unit moves by 1 each.
        const double least = std::min(std::sqrt(2) * n / target, std::sqrt(n) / mu);
        // Laplace noise of 0.999 of that: do `count` of them together cost more than the target?
        const Epsilon each = Epsilon::FromPico(std::llround(1e12 * std::sqrt(2) / (0.999 * least)));
        const auto joint = Compose({{LaplaceCurve(each), count}}, delta);
        ASSERT_TRUE(joint.has_value());
        EXPECT_GT(joint->EpsilonUpper(delta).value(), epsilon) << text << " " << target << " " << n;
      }
    }
  }
}

TEST(CompositionTest, SigmaFits) {
  const auto sigma = SubsampledGaussianSigmaFor(0.02, 500, Eps(1), Del("0.000001"));
  ASSERT_TRUE(sigma.has_value());
  const auto of = [&](double value) {
    return Nats(SubsampledGaussianEpsilonUpper(0.02, value, 500, Del("0.000001")));
  };
  EXPECT_LE(of(*sigma), 1);
  EXPECT_GT(of(*sigma * (1 - 2e-4)), 1);
}

}  // namespace
}  // namespace tacit
