#include "accountant/loss/selection.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "accountant/loss/laplace_price.h"
#include "accountant/loss/rounding.h"
#include "accountant/loss/search.h"

namespace tacit {
namespace {

constexpr double kSqrtHalf = std::numbers::sqrt2 / 2;
constexpr double kResultMargin = 0x1p-46;
constexpr double kArgumentMargin = 0x1p-49;  // more than the six roundings of any argument below
constexpr double kExponentMax = 700;         // exp(-700) < kTiny
constexpr double kDeviationsMax = 37;        // P[N >= 37] < kTiny
constexpr double kTiny = 1e-299;
constexpr int64_t kEnd = int64_t{1} << 62;

// 1 / scale.
double RateOf(const LaplaceScale& scale) {
  return std::ldexp(1 / static_cast<double>(scale.numerator), scale.denominator_log2);
}

// At most t / scale.
double ExponentLower(const LaplaceScale& scale, int64_t t) {
  return static_cast<double>(t) * RateOf(scale) * (1 - kArgumentMargin);
}

double AtMostOne(double upper) { return upper < 1 ? upper : 1; }

// The least t in [1, 2^62) with upper(t) <= target. `upper` decreases; where it does not, by a
// rounding, what is returned still passes the test, and that is all that a price rests on.
template <typename Upper>
std::optional<int64_t> LeastBelow(double target, const Upper& upper) {
  const auto fits = [&](int64_t t) { return upper(t) <= target; };
  if (!(target > 0) || !fits(kEnd - 1)) return std::nullopt;
  return LeastFitting(0, kEnd - 1, fits);
}

}  // namespace

// e^(-t/s) / (1 + e^(-1/s)).
double LaplaceTailUpper(const LaplaceScale& scale, int64_t t) {
  if (!IsValid(scale) || t <= 0) return 1;
  const double exponent = ExponentLower(scale, t);
  if (exponent > kExponentMax) return kTiny;
  return AtMostOne(std::exp(-exponent) / (1 + std::exp(-RateOf(scale))) * (1 + kResultMargin));
}

// P[N >= t - 1/2] / (1 - 1/(24 sigma^2)), N continuous of the same sigma.
double GaussianTailUpper(const GaussianSigma& sigma, int64_t t) {
  if (sigma.sigma <= 0 || t <= 0) return 1;
  const auto width = static_cast<double>(sigma.sigma);
  const double z = (static_cast<double>(t) - 0.5) / width * (1 - kArgumentMargin);
  if (z > kDeviationsMax) return 2 * kTiny;
  const double rounded = std::erfc(z * kSqrtHalf) / 2;
  return AtMostOne(rounded / (1 - 1 / (24 * width * width)) * (1 + kResultMargin));
}

// With q = e^(-1/s): q^b / (1 + 2 q (1 - q^b) / (1 - q)), where nothing cancels.
double TruncatedEdgeUpper(const LaplaceScale& scale, int64_t bound) {
  if (!IsValid(scale) || bound <= 0) return 1;
  const double exponent = ExponentLower(scale, bound);
  if (exponent > kExponentMax) return kTiny;
  const double rate = RateOf(scale);
  const double above = std::exp(-rate) * (std::expm1(-exponent) / std::expm1(-rate));
  return AtMostOne(std::exp(-exponent) / (1 + 2 * above) * (1 + kResultMargin));
}

double DeltaPerGroup(Delta delta, int64_t groups) {
  if (!IsClaimable(delta) || groups <= 0) return 0;
  return Down(LowerOf(delta) / Up(static_cast<double>(groups)));
}

std::optional<int64_t> LaplaceGapFor(const LaplaceScale& scale, double delta_per_group) {
  return LeastBelow(delta_per_group, [&](int64_t t) { return LaplaceTailUpper(scale, t); });
}

std::optional<int64_t> GaussianGapFor(const GaussianSigma& sigma, double delta_per_group) {
  return LeastBelow(delta_per_group, [&](int64_t t) { return GaussianTailUpper(sigma, t); });
}

std::optional<int64_t> TruncationFor(const LaplaceScale& scale, double delta_per_group) {
  return LeastBelow(delta_per_group, [&](int64_t t) { return TruncatedEdgeUpper(scale, t); });
}

double KeepProbability(const TruncatedGeometricLoss& loss, int64_t units) {
  if (!IsValid(loss.scale) || loss.bound <= 0 || units <= 0) return 0;
  const double n = static_cast<double>(units);
  const double b = static_cast<double>(loss.bound);
  if (n > 2 * b) return 1;
  const double rate = RateOf(loss.scale);
  // P[X >= j] for 1 <= j <= bound, a geometric sum over the total of the truncated weights.
  const auto tail = [&](double j) {
    const double total = 1 + 2 * std::exp(-rate) * std::expm1(-b * rate) / std::expm1(-rate);
    return std::exp(-j * rate) * (std::expm1(-(b - j + 1) * rate) / std::expm1(-rate)) / total;
  };
  return n <= b ? tail(b - n + 1) : 1 - tail(n - b);
}

std::optional<Amount> Price(const TruncatedGeometricLoss& loss) {
  const double per_group = DeltaPerGroup(loss.delta, loss.groups);
  if (!(per_group > 0 && TruncatedEdgeUpper(loss.scale, loss.bound) <= per_group)) {
    return std::nullopt;
  }
  const std::optional<Epsilon> epsilon = RatioRoundUp({loss.groups}, loss.scale);
  if (!epsilon.has_value()) return std::nullopt;
  return Amount{*epsilon, loss.delta};
}

std::optional<Amount> Price(const ThresholdLoss& loss) {
  const double per_group = DeltaPerGroup(loss.delta, loss.groups);
  const double tail = std::holds_alternative<LaplaceScale>(loss.noise)
                          ? LaplaceTailUpper(std::get<LaplaceScale>(loss.noise), loss.gap)
                          : GaussianTailUpper(std::get<GaussianSigma>(loss.noise), loss.gap);
  if (!(per_group > 0 && tail <= per_group)) return std::nullopt;
  return Amount{Epsilon(), loss.delta};
}

}  // namespace tacit
