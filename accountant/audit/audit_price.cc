#include "accountant/audit/audit_price.h"

#include <cmath>
#include <variant>

#include "accountant/audit/training/audit_training.h"

namespace tacit::ledger {
namespace {

using Real = long double;

constexpr Real kInfinity = HUGE_VALL;

Real Nats(const Epsilon& epsilon) { return static_cast<Real>(epsilon.pico()) * 1e-12L; }
Real Mass(const Delta& delta) { return static_cast<Real>(delta.atto()) * 1e-18L; }
Real Width(const LaplaceScale& scale) {
  const bool valid = scale.numerator > 0 && scale.denominator_log2 >= 0;
  return valid ? std::ldexp(static_cast<Real>(scale.numerator), -scale.denominator_log2) : 0;
}

Real LogCosh(Real x) {
  x = std::fabs(x);
  if (x < 1) return std::log1p(2 * std::sinh(x / 2) * std::sinh(x / 2));
  return x + std::log1p(std::exp(-2 * x)) - std::log(2.0L);
}

// ln cosh((a - 1/2) e) - ln cosh(e / 2), over a - 1: randomised response. rho: e tanh(e / 2).
Real PureOn(const Track& track, Real nats) {
  if (!(nats > 0) || !std::isfinite(nats)) return kInfinity;
  const Real a = track.order;
  switch (track.kind) {
    case TrackKind::kBasic:
      return nats;
    case TrackKind::kRenyi:
      return (LogCosh((a - 0.5L) * nats) - LogCosh(nats / 2)) / (a - 1);
    case TrackKind::kZeroConcentrated:
      return nats * std::tanh(nats / 2);
  }
  return kInfinity;
}

// By its moment A exp((a-1) e) + B exp(-a e), with 1/scale = t and e = l1 t:
// A = sinh(a t) / (2 sinh((a - 1/2) t) cosh(t / 2)), B = 1 - A.
Real LaplaceRenyi(Real scale, Real l1, Real a) {
  const Real t = 1 / scale;
  const Real e = l1 * t;
  const Real log_sinh_at = a * t + std::log(-std::expm1(-2 * a * t));
  const Real half = (a - 0.5L) * t;
  const Real log_below = half + std::log(-std::expm1(-2 * half)) + t / 2 + std::log1p(std::exp(-t));
  const Real log_a = log_sinh_at - log_below;
  const Real b = -std::expm1(log_a);
  // Near 1 the moment's first-order terms cancel, which sums of differences keep exact.
  if (a * e < 1) {
    return std::log1p(std::exp(log_a) * std::expm1((a - 1) * e) + b * std::expm1(-a * e)) / (a - 1);
  }
  const Real high = (a - 1) * e + log_a;
  return (high + std::log1p(b * std::exp(-a * e - high))) / (a - 1);
}

Real Rho(const std::vector<GaussianPart>& parts) {
  Real rho = 0;
  for (const GaussianPart& part : parts) {
    const Real shift = static_cast<Real>(part.linf) / static_cast<Real>(part.sigma);
    rho += static_cast<Real>(part.groups) * shift * shift / 2;
  }
  return rho;
}

AuditedPrice Price(const Track& track, const DiscreteLaplaceLoss& loss) {
  const Real width = Width(loss.scale);
  const Real l1 = static_cast<Real>(loss.l1_sensitivity);
  if (!(width > 0) || !(l1 > 0)) return {kInfinity, {}};
  if (track.kind != TrackKind::kRenyi) return {PureOn(track, l1 / width), {}};
  return {LaplaceRenyi(width, l1, static_cast<Real>(track.order)), {}};
}

AuditedPrice Price(const Track& track, const PureLoss& loss) {
  return {PureOn(track, Nats(loss.epsilon)), {}};
}

AuditedPrice Price(const Track& track, const DiscreteGaussianLoss& loss) {
  if (track.kind == TrackKind::kBasic) return {Nats(loss.epsilon), loss.delta};
  const Real rho = Rho(loss.parts);
  return {track.kind == TrackKind::kRenyi ? rho * static_cast<Real>(track.order) : rho, {}};
}

AuditedPrice Price(const Track& track, const NoisyMaxLoss& loss) {
  const Real once = 2 * static_cast<Real>(loss.score_sensitivity) / Width(loss.scale);
  return {static_cast<Real>(loss.groups) * PureOn(track, once), {}};
}

AuditedPrice Price(const Track& track, const TruncatedGeometricLoss& loss) {
  return {static_cast<Real>(loss.groups) * PureOn(track, 1 / Width(loss.scale)), loss.delta};
}

AuditedPrice Price(const Track&, const ThresholdLoss& loss) { return {0, loss.delta}; }

AuditedPrice Price(const Track& track, const SubsampledGaussianLoss& loss) {
  switch (track.kind) {
    case TrackKind::kBasic:
      return {Nats(loss.epsilon), loss.delta};
    case TrackKind::kRenyi:
      return {TrainingRenyi(loss, track.order), {}};
    case TrackKind::kZeroConcentrated:
      return {TrainingRho(loss), {}};
  }
  return {kInfinity, {}};
}

// Phi(x) for the upper tail: half of erfc.
Real Below(Real x) { return std::erfc(-x / std::sqrt(2.0L)) / 2; }

constexpr Real kSlack = 1e-6L;

bool Holds(const DiscreteLaplaceLoss&) { return true; }
bool Holds(const PureLoss&) { return true; }
bool Holds(const NoisyMaxLoss&) { return true; }

// Balle and Wang 2018, Theorem 8, for the continuous noise; the discrete one differs by less than
// the slack on any grid that has a price.
bool Holds(const DiscreteGaussianLoss& loss) {
  const Real mu = std::sqrt(2 * Rho(loss.parts));
  const Real e = Nats(loss.epsilon);
  const Real delta = Below(mu / 2 - e / mu) - std::exp(e) * Below(-mu / 2 - e / mu);
  return delta <= Mass(loss.delta) * (1 + kSlack);
}

bool Holds(const TruncatedGeometricLoss& loss) {
  const Real t = 1 / Width(loss.scale);
  const Real bound = static_cast<Real>(loss.bound);
  // 1 / sum over x in [-bound, bound] of exp((bound - |x|) t), the mass of an end.
  const Real all = std::exp(bound * t) + 2 * std::expm1(bound * t) / std::expm1(t);
  return static_cast<Real>(loss.groups) / all <= Mass(loss.delta) * (1 + kSlack);
}

bool Holds(const ThresholdLoss& loss) {
  const Real gap = static_cast<Real>(loss.gap);
  Real tail = 0;
  if (const auto* laplace = std::get_if<LaplaceScale>(&loss.noise)) {
    const Real t = 1 / Width(*laplace);
    tail = std::exp(-gap * t) / (1 + std::exp(-t));
  } else {
    const Real sigma = static_cast<Real>(std::get<GaussianSigma>(loss.noise).sigma);
    tail = Below(-(gap - 0.5L) / sigma);
  }
  return static_cast<Real>(loss.groups) * tail <= Mass(loss.delta) * (1 + kSlack);
}

// Not refuted: a claim that passes may still be false by about 1% of epsilon.
bool Holds(const SubsampledGaussianLoss& loss) {
  return TrainingDeltaLower(loss) <= static_cast<double>(Mass(loss.delta) * (1 + kSlack));
}

}  // namespace

AuditedPrice AuditPrice(const Track& track, const MechanismLoss& loss) {
  return std::visit([&](const auto& one) { return Price(track, one); }, loss);
}

bool ClaimHolds(const MechanismLoss& loss) {
  return std::visit([](const auto& one) { return Holds(one); }, loss);
}

bool Covers(const TrackAmount& charged, const AuditedPrice& audited, size_t losses) {
  if (charged.delta != audited.delta) return false;
  const Real pico = static_cast<Real>(charged.divergence.pico());
  const Real exact = audited.divergence * 1e12L;
  if (!Within(charged, Unbounded())) return true;  // dearer than anything
  return pico >= exact * (1 - 1e-9L) && pico <= exact * (1 + kSlack) + 4 * losses;
}

}  // namespace tacit::ledger
