#include "accountant/audit/audit_training.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace tacit::ledger {
namespace {

using Real = long double;

constexpr double kReach = 40;  // standard deviations beyond which nothing is left

template <typename Tag>
Real ValueOf(const Dyadic<Tag>& number) {
  return std::ldexp(static_cast<Real>(number.numerator), -number.denominator_log2);
}

bool IsJob(const SubsampledGaussianLoss& loss) {
  const Real rate = ValueOf(loss.rate);
  const Real sigma = ValueOf(loss.sigma);
  return rate > 0 && rate <= 1 && sigma >= 0x1p-10L && sigma <= 0x1p20L && loss.steps > 0;
}

// (1 + x)^a - 1 - a x for x > -1, without losing what cancels; its logarithm where that is large.
Real LogExcess(Real x, Real a) {
  if (std::fabs(a * x) < 0.01L) {
    Real term = a * (a - 1) / 2 * x * x;
    Real sum = term;
    for (int k = 3; k < 14; ++k) {
      term *= (a - k + 1) / k * x;
      sum += term;
    }
    return std::log(sum);
  }
  const Real power = a * std::log1p(x);
  return power > 60 ? power : std::log(std::expm1(power) - a * x);
}

}  // namespace

// E_Q[(P/Q)^a - 1 - a (P/Q - 1)], whose integrand is a sum of Gaussians at 0, 1, ..., a: points a
// quarter of their width apart miss less than e^-300 of it.
Real TrainingRenyi(const SubsampledGaussianLoss& loss, int64_t order) {
  if (!IsJob(loss) || order < 2) return HUGE_VALL;
  const Real rate = ValueOf(loss.rate);
  const Real sigma = ValueOf(loss.sigma);
  const Real a = order;
  const Real twice_variance = 2 * sigma * sigma;
  std::vector<Real> logs;
  for (Real z = -kReach * sigma; z <= a + kReach * sigma; z += sigma / 4) {
    const Real exponent = (2 * z - 1) / twice_variance;
    const Real log = exponent > 5000 ? a * (exponent + std::log(rate))
                                     : LogExcess(rate * std::expm1(exponent), a);
    if (!std::isnan(log)) logs.push_back(log - z * z / twice_variance);
  }
  const Real peak = *std::max_element(logs.begin(), logs.end());
  Real sum = 0;
  for (const Real log : logs) sum += std::exp(log - peak);
  const Real log_excess = peak + std::log(sum / 4 / std::sqrt(2 * std::numbers::pi_v<Real>));
  const Real log_moment = log_excess > 60 ? log_excess : std::log1p(std::exp(log_excess));
  return static_cast<Real>(loss.steps) * log_moment / (a - 1);
}

Real TrainingRho(const SubsampledGaussianLoss& loss) {
  if (!IsJob(loss)) return HUGE_VALL;
  const Real sigma = ValueOf(loss.sigma);
  return static_cast<Real>(loss.steps) / (2 * sigma * sigma);
}

}  // namespace tacit::ledger
