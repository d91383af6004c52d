#include "accountant/loss/renyi.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "accountant/loss/laplace_price.h"
#include "accountant/loss/rounding.h"

namespace tacit {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kArgumentMargin = 0x1p-49;
constexpr double kMargin = 0x1p-47;      // of a few operations and functions
constexpr double kSinhMargin = 0x1p-40;  // of sinh and cosh up to kExponentMax
constexpr double kExponentMax = 700;     // e^700 is a double
constexpr double kLeastRate = 1e-300;
constexpr size_t kPartsMax = 1024;

// At least ln(1 + e^x).
double SoftPlusUpper(double x) {
  return (x > kExponentMax ? x : std::log1p(std::exp(std::max(x, -kExponentMax)))) * (1 + kMargin);
}

// ln(e^x - 1) for x > 0, at least.
double LogExpm1Upper(double x) { return x > 40 ? x : std::log(std::expm1(x)); }

}  // namespace

// e^((a-1) R) - 1 = 2 sinh(a e/2) sinh((a-1) e/2) / cosh(e/2).
double PureRenyiUpper(const Epsilon& epsilon, int64_t order) {
  if (!IsOrder(order)) return kInfinity;
  const double e = UpperOf(epsilon);
  const auto a = static_cast<double>(order);
  double upper = 0;
  if (a * e > kExponentMax) {
    upper = e - std::log1p(std::exp(-e)) / (a - 1);
  } else {
    const double excess = 2 * std::sinh(a * e / 2) * std::sinh((a - 1) * e / 2) / std::cosh(e / 2);
    upper = std::log1p(excess) / (a - 1);
  }
  return std::min(upper * (1 + kSinhMargin), e);
}

double PureRhoUpper(const Epsilon& epsilon) {
  const double e = UpperOf(epsilon);
  return e * std::tanh(e / 2) * (1 + kMargin);
}

// The worst two-point ratio has its lower point at (a-1) G / (a (G - 1)), G = expm1(a e) /
// expm1(e).
double BoundedRangeRenyiUpper(const Epsilon& epsilon, int64_t order) {
  if (!IsOrder(order)) return kInfinity;
  const double e = UpperOf(epsilon);
  const auto a = static_cast<double>(order);
  const double least = std::min(e, a * e * e / 8 * (1 + kMargin));
  if (!(a * e < kExponentMax && e > 0)) return least;
  const double growth = std::expm1(a * e) / std::expm1(e);
  if (!(growth > 1)) return least;
  const double lower = std::log((a - 1) / a * (growth / (growth - 1)));
  const double tight = lower + std::log(growth / a) / (a - 1);
  return std::min(least, tight + kSinhMargin);
}

// M = A e^((a-1) t D) + B e^(-a t D) with A + B = 1 and B / A = sinh((a-1) t) / sinh(a t).
double DiscreteLaplaceRenyiUpper(const LaplaceScale& scale, int64_t l1, int64_t order) {
  if (!IsOrder(order) || !IsValid(scale) || l1 <= 0) return kInfinity;
  const auto a = static_cast<double>(order);
  const double rate = std::ldexp(1 / static_cast<double>(scale.numerator), scale.denominator_log2) *
                      (1 + kArgumentMargin);
  const double pure = rate * static_cast<double>(l1) * (1 + kArgumentMargin);
  const double ratio =
      std::exp(-rate) * std::expm1(-2 * (a - 1) * rate) / std::expm1(-2 * a * rate);
  const double up = 1 / (1 + ratio) * (1 + kMargin);
  const double down = ratio / (1 + ratio) * (1 - kMargin);
  const double rises = (a - 1) * pure * (1 + kArgumentMargin);
  if (rises > kExponentMax) {
    return std::min(pure, (rises + std::log(up)) / (a - 1) * (1 + kMargin));
  }
  const double falls = a * rate * static_cast<double>(l1) * (1 - kArgumentMargin);
  const double excess = up * std::expm1(rises) * (1 + kMargin) +  //
                        down * std::expm1(-falls) * (1 - kMargin);
  return std::min(pure, std::log1p(std::max(excess, 0.0)) / (a - 1) * (1 + kMargin));
}

double GaussianRhoUpper(const std::vector<GaussianPart>& parts) {
  if (parts.empty() || parts.size() > kPartsMax) return kInfinity;
  double sum = 0;
  for (const GaussianPart& part : parts) {
    if (part.groups <= 0 || part.linf <= 0 || part.sigma <= 0) return kInfinity;
    const double shift = static_cast<double>(part.linf) / static_cast<double>(part.sigma);
    sum += static_cast<double>(part.groups) * shift * shift / 2;
  }
  return sum * (1 + 0x1p-40);
}

// e^((a-1) R) - 1 = sum over k of P[Bin(a, q) = k] expm1(k (k-1) / (2 sigma^2)), all terms
// positive.
double SubsampledGaussianRenyiUpper(double q, double sigma, int64_t order) {
  if (!IsOrder(order) || !(q >= 0 && q <= 1) || !(sigma > 0 && sigma < kInfinity)) return kInfinity;
  if (q == 0) return 0;
  const auto a = static_cast<double>(order);
  const double rate = std::max(1 / sigma / sigma / 2 * (1 + kArgumentMargin), kLeastRate);
  const double unsampled = a * rate * (1 + kMargin);
  if (q == 1 || !(a * unsampled < 1e300)) return unsampled;
  const double log_in = std::log(q);
  const double log_out = std::log1p(-q);
  double log_choose = std::log(a);  // of 1 out of a
  double peak = -kInfinity;
  double sum = 0;  // of the terms over e^peak
  for (double k = 2; k <= a; ++k) {
    log_choose += std::log((a - k + 1) / k);
    const double term =
        log_choose + k * log_in + (a - k) * log_out + LogExpm1Upper(k * (k - 1) * rate);
    sum = term > peak ? sum * std::exp(peak - term) + 1 : sum + std::exp(term - peak);
    peak = std::max(peak, term);
  }
  const double size = a * a + a * (std::fabs(log_in) + std::fabs(log_out)) + a * a * rate +
                      std::fabs(std::log(rate)) + 1;
  const double log_excess = peak + std::log(sum) + 0x1p-48 * size;
  return std::min(unsampled, SoftPlusUpper(log_excess) / (a - 1) * (1 + kMargin));
}

}  // namespace tacit
