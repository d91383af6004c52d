#include "accountant/loss/conversions.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "accountant/loss/renyi.h"
#include "accountant/loss/rounding.h"
#include "accountant/loss/search.h"

namespace tacit {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kMargin = 0x1p-45;
constexpr double kExponentLeast = -690;   // e^-690 is a normal double, and far below any delta
constexpr double kRealOrderLeast = 1.01;  // closer to 1, log1p(-1/a) loses its digits
constexpr double kRhoMax = 1e7;
constexpr double kMuMax = 80;
constexpr double kPureMax = 600.5;  // its mu is below kMuMax
constexpr int64_t kPicoPerNat = 1'000'000'000'000;
constexpr int64_t kPicoMax = 9'000'000'000'000'000'000;

// exp((a-1) (R - epsilon + log1p(-1/a))) / a.
double DeltaAtOrder(double divergence, double a, Epsilon epsilon) {
  if (!(divergence >= 0 && divergence < kInfinity)) return 1;
  const double excess = Up(divergence - LowerOf(epsilon));
  const double gap = Up(excess + std::log1p(-1 / a) * (1 - kMargin));
  const double exponent = Up(gap * (gap > 0 ? Up(a - 1) : Down(a - 1)));
  const double upper = std::exp(std::max(exponent, kExponentLeast)) / a * (1 + kMargin);
  return upper < 1 ? upper : 1;
}

// The order where the exponent above is stationary: (2a-1) rho + log1p(-1/a) = epsilon. Any order
// gives an upper bound, so its rounding needs no margin.
double OrderFor(double rho_upper, double epsilon_near) {
  double below = kRealOrderLeast;
  double above = std::min((epsilon_near + 1) / (2 * rho_upper) + 2, 1e15);
  for (int i = 0; i < 64; ++i) {
    const double a = below + (above - below) / 2;
    ((2 * a - 1) * rho_upper + std::log1p(-1 / a) < epsilon_near ? below : above) = a;
  }
  return below;
}

}  // namespace

double DeltaFromRenyiUpper(double divergence, int64_t order, Epsilon epsilon) {
  return IsOrder(order) ? DeltaAtOrder(divergence, static_cast<double>(order), epsilon) : 1;
}

std::optional<Epsilon> EpsilonFromRenyiUpper(double divergence, int64_t order, Delta delta) {
  const double target = LowerOf(delta);
  if (!(target > 0)) return std::nullopt;
  return LeastEpsilon(
      [&](Epsilon epsilon) { return DeltaFromRenyiUpper(divergence, order, epsilon) <= target; });
}

double DeltaFromRhoUpper(double rho_upper, Epsilon epsilon) {
  if (rho_upper == 0) return 0;
  if (!(rho_upper > 0 && rho_upper < kInfinity)) return 1;
  const double a = OrderFor(rho_upper, LowerOf(epsilon));
  return DeltaAtOrder(Up(a * rho_upper), a, epsilon);
}

std::optional<Epsilon> EpsilonFromRhoUpper(double rho_upper, Delta delta) {
  const double target = LowerOf(delta);
  if (!(target > 0)) return std::nullopt;
  return LeastEpsilon(
      [&](Epsilon epsilon) { return DeltaFromRhoUpper(rho_upper, epsilon) <= target; });
}

double RhoLower(Epsilon epsilon, Delta delta) {
  const double target = LowerOf(delta);
  if (!(target > 0)) return 0;
  return LargestFitting(
      kRhoMax, [&](double candidate) { return DeltaFromRhoUpper(candidate, epsilon) <= target; });
}

int64_t RenyiLimitPicoLower(Epsilon epsilon, Delta delta, int64_t order) {
  const double target = LowerOf(delta);
  if (!(target > 0)) return 0;
  // B(a) <= epsilon + ln 2 + ln(a) / (a-1), which is below epsilon + 2.
  const int64_t end = std::min(epsilon.pico(), kPicoMax) + 2 * kPicoPerNat;
  const auto exceeds = [&](int64_t pico) {
    return !(DeltaFromRenyiUpper(UpperOf(Epsilon::FromPico(pico)), order, epsilon) <= target);
  };
  return LeastFitting(0, end, exceeds) - 1;
}

std::optional<int64_t> BestOrder(Epsilon epsilon, Delta delta, int64_t order_max) {
  const double target = LowerOf(delta);
  if (!(target > 0)) return std::nullopt;
  int64_t best = 0;
  double most = 0;
  for (int64_t order = 2; order <= std::min(order_max, kOrderMax); ++order) {
    const auto a = static_cast<double>(order);
    const double limit = LowerOf(epsilon) - std::log1p(-1 / a) + std::log(target * a) / (a - 1);
    if (limit / a <= most) continue;
    best = order;
    most = limit / a;
  }
  if (best == 0 || RenyiLimitPicoLower(epsilon, delta, best) == 0) return std::nullopt;
  return best;
}

// The least mu with Phi(-mu/2) <= 1 / (1 + e^epsilon), that is erf(mu / sqrt 8) >= tanh(epsilon/2).
double MuOfPure(Epsilon epsilon) {
  const double e = UpperOf(epsilon);
  if (e > kPureMax) return kInfinity;
  const auto falls_short = [&](double mu) {
    const double z = mu * (std::numbers::sqrt2 / 4) * (1 - kMargin);
    if (e < 1) return !(std::erf(z) * (1 - kMargin) >= std::tanh(e / 2) * (1 + kMargin));
    return !(std::erfc(z) * (1 + kMargin) <= 2 / (1 + std::exp(e)) * (1 - kMargin));
  };
  return Up(LargestFitting(kMuMax, falls_short));
}

}  // namespace tacit
