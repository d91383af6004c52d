#include "accountant/loss/gaussian.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "accountant/loss/laplace_price.h"
#include "accountant/loss/rounding.h"
#include "accountant/loss/search.h"

namespace tacit {
namespace {

constexpr double kSqrtHalf = std::numbers::sqrt2 / 2;
constexpr double kErfcxMargin = 0x1p-47;   // of each of the two terms that are subtracted
constexpr double kCommonMargin = 0x1p-40;  // of what both have in common, and of short sums
// Below this, both the probability that the loss exceeds epsilon and delta are under kTiny.
constexpr double kLowest = -37;
constexpr double kTiny = 1e-299;
constexpr double kMuMax = 1e4;
constexpr double kFractionFrom = 2;  // where the continued fraction takes over
constexpr int kFractionDepth = 120;  // at most, and so deep at kFractionFrom
constexpr size_t kPartsMax = 1024;

}  // namespace

double Erfcx(double t) {
  if (!(t >= kFractionFrom)) return std::exp(t * t) * std::erfc(t);
  // 1 / (sqrt(pi) (t + (1/2) / (t + (2/2) / (t + ...)))): all terms positive, nothing cancels.
  const int depth = std::min(kFractionDepth, 8 + static_cast<int>(800 / (t * t)));
  double fraction = t;
  for (int k = depth; k >= 1; --k) fraction = t + 0.5 * k / fraction;
  return std::numbers::inv_sqrtpi / fraction;
}

// With x = mu/2 - loss/mu, delta = Phi(x) - e^loss Phi(x - mu); both have the factor exp(-x^2/2).
// For fixed mu delta grows with x, so x is rounded to its side.
double GaussianDelta(double loss, double mu, Side side) {
  const bool above = side == Side::kAbove;
  if (!(mu > 0 && mu < 1e150)) return above ? 1 : 0;
  if (loss < 0) {
    const double mirrored = std::exp(loss) * GaussianDelta(-loss, mu, side);
    return std::min(1.0, Widen(mirrored - std::expm1(loss), side, kErfcxMargin));
  }
  const double x = above ? Up(mu / 2 - Down(loss / mu)) : Down(mu / 2 - Up(loss / mu));
  if (x < kLowest) return above ? kTiny : 0;
  const double common = std::exp(-x * x / 2) / 2;
  const Side other = above ? Side::kBelow : Side::kAbove;
  const double far = Widen(common * Erfcx((mu - x) * kSqrtHalf), other, kErfcxMargin);
  const double near = x < 0 ? common * Erfcx(-x * kSqrtHalf) : std::erfc(-x * kSqrtHalf) / 2;
  const double gain = std::max(Widen(near, side, kErfcxMargin) - far, 0.0);
  if (!above) return std::max(gain * (1 - kCommonMargin) - kTiny, 0.0);
  const double upper = gain * (1 + kCommonMargin) + kTiny;
  return upper < 1 ? upper : 1;  // NaN, if it could arise, would be 1
}

double GaussianDeltaUpper(Epsilon epsilon, double mu) {
  return GaussianDelta(LowerOf(epsilon), mu, Side::kAbove);
}

double GaussianMuLower(Epsilon epsilon, Delta delta) {
  const double target = LowerOf(delta);
  if (!(target > 0)) return 0;
  return LargestFitting(kMuMax,
                        [&](double mu) { return GaussianDeltaUpper(epsilon, mu) <= target; });
}

std::optional<Epsilon> GaussianEpsilonUpper(double mu, Delta delta) {
  const double target = LowerOf(delta);
  if (!(target > 0)) return std::nullopt;
  return LeastEpsilon([&](Epsilon epsilon) { return GaussianDeltaUpper(epsilon, mu) <= target; });
}

double DiscreteGaussianDeltaUpper(const std::vector<GaussianPart>& parts, Epsilon epsilon) {
  if (parts.empty() || parts.size() > kPartsMax) return 1;
  double mu_squared = 0;
  double distance = 0;  // in total variation, between discrete and rounded continuous noise
  for (const GaussianPart& part : parts) {
    if (part.groups <= 0 || part.linf <= 0 || part.sigma <= 0) return 1;
    const auto groups = static_cast<double>(part.groups);
    const auto sigma = static_cast<double>(part.sigma);
    const double shift = static_cast<double>(part.linf) / sigma;
    mu_squared += groups * shift * shift;
    distance += groups / 24 / sigma / sigma;
  }
  const double mu = std::sqrt(mu_squared) * (1 + kCommonMargin);
  const double swapped = (1 + std::exp(UpperOf(epsilon))) * distance;
  const double upper = (GaussianDeltaUpper(epsilon, mu) + swapped) * (1 + kCommonMargin);
  return upper < 1 ? upper : 1;
}

std::optional<Amount> Price(const DiscreteGaussianLoss& loss) {
  if (!IsPriceable(loss.epsilon) || !IsClaimable(loss.delta)) return std::nullopt;
  if (!(DiscreteGaussianDeltaUpper(loss.parts, loss.epsilon) <= LowerOf(loss.delta))) {
    return std::nullopt;
  }
  return Amount{loss.epsilon, loss.delta};
}

}  // namespace tacit
