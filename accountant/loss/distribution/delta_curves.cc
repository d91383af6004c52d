#include "accountant/loss/distribution/delta_curves.h"

#include <algorithm>
#include <cmath>

#include "accountant/loss/gaussian.h"
#include "accountant/loss/laplace_price.h"

namespace tacit {
namespace {

constexpr double kMargin = 0x1p-48;  // of a few operations and functions
constexpr double kSlack = 0x1p-49;   // of a sum of logarithms, over the sum of their magnitudes
constexpr double kLossMax = 600;     // e^600 is a double
constexpr int64_t kMoveMax = int64_t{1} << 50;  // where a half is still a double

// At least 1 - e^loss, since S may be everything; at most 1.
double Bounded(double gain, double loss, Side side) {
  return std::min(1.0, Widen(std::max({gain, -std::expm1(loss), 0.0}), side, kMargin));
}

}  // namespace

DeltaCurve GaussianCurve(double mu) {
  if (!(mu > 0 && mu < 1e150)) return nullptr;
  return [mu](double loss, Side side) { return GaussianDelta(loss, mu, side); };
}

DeltaCurve LaplaceCurve(const Epsilon& epsilon) {
  return [epsilon](double loss, Side side) {
    const double e = side == Side::kAbove ? UpperOf(epsilon) : LowerOf(epsilon);
    return Bounded(loss > -e ? -std::expm1((loss - e) / 2) : 0, loss, side);
  };
}

// The best event is X <= m for the largest m whose loss t (D - 2 m) is above the given one.
DeltaCurve DiscreteLaplaceCurve(const LaplaceScale& scale, int64_t most) {
  if (!IsValid(scale) || most <= 0 || most > kMoveMax) return nullptr;
  const double rate = std::ldexp(1 / static_cast<double>(scale.numerator), scale.denominator_log2);
  return [rate, d = static_cast<double>(most)](double loss, Side side) {
    const double t = Widen(rate, side, kSlack);
    if (!(std::fabs(loss) < t * d)) return Bounded(0, loss, side);
    const double m = std::clamp(std::ceil((d - loss / t) / 2) - 1, 0.0, d - 1);
    const double missed = std::exp(-t * (m + 1)) + std::exp(loss - t * (d - m));
    const double gain = 1 - missed / (1 + std::exp(-t));
    return Bounded(gain + static_cast<int>(side) * kMargin * (1 + t * d), loss, side);
  };
}

// Leaks with probability delta, else randomised response.
DeltaCurve ApproximateCurve(const Epsilon& epsilon, const Delta& delta) {
  return [epsilon, delta](double loss, Side side) {
    const bool above = side == Side::kAbove;
    const double e = above ? UpperOf(epsilon) : LowerOf(epsilon);
    const double leak = above ? std::min(1.0, UpperOf(delta)) : LowerOf(delta);
    const double response = std::fabs(loss) < e ? -std::expm1(loss - e) / (1 + std::exp(-e))
                                                : std::max(0.0, -std::expm1(loss));
    return Bounded(leak + (1 - leak) * response, loss, side);
  };
}

// Remove: q delta_G(ln(1 + expm1(loss) / q)). Add: c delta_G(loss + ln(q / c)), c = 1 - (1-q)
// e^loss.
DeltaCurve SubsampledGaussianCurve(double q, double sigma, Direction direction) {
  if (!(q > 0 && q <= 1 && sigma > 0 && sigma < 1e150)) return nullptr;
  const double mu = Up(1 / sigma);
  if (q == 1) return GaussianCurve(mu);
  if (direction == Direction::kRemove) {
    return [q, mu](double loss, Side side) {
      if (loss > kLossMax && side == Side::kBelow) return 0.0;
      loss = std::min(loss, kLossMax);
      if (loss <= std::log1p(-q)) return Bounded(0, loss, side);
      const double w = std::expm1(loss) / q;
      if (!(w > -1)) return Bounded(side == Side::kAbove ? q : 0, loss, side);
      const double inner = std::log1p(w);
      const double slack = kSlack * (1 + std::fabs(w) / (1 + w) + std::fabs(inner));
      const double gain = GaussianDelta(inner - static_cast<int>(side) * slack, mu, side);
      return Bounded(q * gain, loss, side);
    };
  }
  return [q, mu](double loss, Side side) {
    const double log_out = std::log1p(-q);
    const double exact = -std::expm1(loss + log_out);
    const double size = std::fabs(loss) + std::fabs(log_out) + std::fabs(exact);
    const double c = exact + static_cast<int>(side) * kSlack * size;
    if (!(c > 0)) return Bounded(0, loss, side);
    const double inner = loss + std::log(q) - std::log(c);
    const double slack = kSlack * (size + std::fabs(std::log(q)) + std::fabs(std::log(c)));
    const double gain = GaussianDelta(inner - static_cast<int>(side) * slack, mu, side);
    return Bounded(c * gain, loss, side);
  };
}

}  // namespace tacit
