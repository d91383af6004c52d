// Rows on Gaussian noise, continuous and discrete.
#include <gtest/gtest.h>

#include <cmath>

#include "accountant/loss/conversions.h"
#include "accountant/loss/gaussian.h"
#include "accountant/loss/renyi.h"
#include "tests/accountant/loss/accounting_vectors.h"

namespace tacit {
namespace {

double MuOf(const Vector& v) {
  if (v.Find("mu").has_value()) return *v.Find("mu");
  const double l2 = v.Get("sens", 1) * v.Get("linf", 1) * std::sqrt(v.Get("l0", 1));
  return l2 * std::sqrt(v.Get("count", 1)) / v.Get("sigma");
}

void DeltaOf(const Vector& v) {
  const double upper = GaussianDeltaUpper(Eps(v.Get("eps", -1)), MuOf(v));
  EXPECT_GE(upper, v.expected * (1 - 4e-12));
  EXPECT_LE(upper, v.expected * (1 + 1e-9));
}

void EpsilonOf(const Vector& v) {
  const Delta delta = Del(v.Get("delta"));
  const double value = Nats(GaussianEpsilonUpper(MuOf(v), delta));
  EXPECT_LE(value, v.expected + v.tolerance);
  if (!v.Says("cks_")) {
    EXPECT_GE(value, v.expected - 1e-10);
    return;
  }
  // Rows of this name went through Renyi divergences, which can only give more.
  const double converted = Nats(EpsilonFromRhoUpper(MuOf(v) * MuOf(v) / 2, delta));
  EXPECT_GE(converted, value);
  ExpectNear(v, converted, 1e-3);  // theirs was the best of a grid of orders
}

void SigmaOf(const Vector& v) {
  const double sigma = v.Get("l2", 1) / GaussianMuLower(Eps(v.Get("eps", -1)), Del(v.Get("delta")));
  EXPECT_GE(sigma, v.expected * (1 - 1e-10));
  EXPECT_LE(sigma, v.expected + v.tolerance);
}

// By summation, for any sigma.
double DiscreteDelta(double sigma, double shift, double epsilon) {
  double mass = 0;
  double sum = 0;
  for (int x = -2000; x <= 2000; ++x) {
    const double p = std::exp(-x * x / (2 * sigma * sigma));
    const double q = std::exp(-(x - shift) * (x - shift) / (2 * sigma * sigma));
    mass += p;
    sum += std::fmax(0, p - std::exp(epsilon) * q);
  }
  return sum / mass;
}

void DiscreteDeltaOf(const Vector& v) {
  const double sigma = v.Get("sigma");
  ExpectNear(v, DiscreteDelta(sigma, v.Get("sens", 1), v.Get("eps")));
  if (sigma != std::floor(sigma)) return;  // noise of a tacit sum has integer sigma
  const GaussianPart part{1, std::llround(v.Get("sens", 1)), std::llround(sigma)};
  const double distance = (1 + std::exp(v.Get("eps"))) / (24 * sigma * sigma);
  const double upper = DiscreteGaussianDeltaUpper({part}, Eps(v.Get("eps", -1)));
  EXPECT_GE(upper, v.expected);
  EXPECT_LE(upper, v.expected + 2 * distance);
}

// Fractional sigmas are not ours: the sum alone.
void DiscreteSigmaOf(const Vector& v) {
  const auto delta_at = [&](double sigma) {
    return DiscreteDelta(sigma, v.Get("sens", 1), v.Get("eps"));
  };
  EXPECT_LE(delta_at(v.expected + v.tolerance), v.Get("delta"));
  EXPECT_GE(delta_at(v.expected - v.tolerance), v.Get("delta"));
}

// A trap: discrete noise of sigma is not Gaussian differentially private with mu = 1 / sigma.
void LeastMuOf(const Vector& v) {
  double most = 0;
  for (double epsilon = 0; epsilon <= 12; epsilon += 0.25) {
    const double exact = DiscreteDelta(v.Get("sigma"), v.Get("sens"), epsilon);
    double below = 0;
    double enough = 10;
    while (enough - below > 1e-9) {
      const double mu = (below + enough) / 2;
      (GaussianDelta(epsilon, mu, Side::kBelow) >= exact ? enough : below) = mu;
    }
    most = std::fmax(most, enough);
  }
  ExpectNear(v, most);
  EXPECT_GT(most, 1 / v.Get("sigma"));
}

}  // namespace

std::vector<Handler> GaussianHandlers() {
  return {{"gaussian", "delta", DeltaOf},
          {"gaussian_composition", "delta", DeltaOf},
          {"gaussian", "epsilon", EpsilonOf},
          {"gaussian", "sigma", SigmaOf},
          {"discrete_gaussian", "delta", DiscreteDeltaOf},
          {"discrete_gaussian", "sigma", DiscreteSigmaOf},
          {"discrete_gaussian", "min_mu_gdp_on_grid", LeastMuOf}};
}

}  // namespace tacit
