#include "accountant/audit/training/audit_training.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <complex>
#include <numbers>
#include <utility>
#include <vector>

namespace tacit::ledger {
namespace {

using Real = long double;

constexpr double kReach = 40;  // standard deviations beyond which nothing is left

// Of the claim: the noise is told only by cells of this part of a standard deviation, and not at
// all beyond so many of them; losses go down to a grid of at most so many points.
constexpr Real kCellsPerSigma = 256;
constexpr Real kCellReach = 12;
constexpr double kPointsMax = 0x1p19;
constexpr double kSlack = 0.01;       // of epsilon, that rounding down may take if the grid allows
constexpr double kImprobable = 1e-3;  // of delta, that it may take more
constexpr double kOutside = 23;       // e^-23 of the tilted losses may lie outside the grid

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

// What a step may show, and its privacy loss.
struct Outcome {
  double mass = 0;  // under the neighbour that the loss is of
  double log_mass = 0;
  double loss = 0;
};

// The mass of standard normal noise in [low, high], without losing what cancels in a tail.
Real Between(Real low, Real high) {
  if (low > 0) return Between(-high, -low);
  const Real root = std::sqrt(2.0L);
  return (std::erfc(-high / root) - std::erfc(-low / root)) / 2;
}

// A step of which only the cell that its noise fell in is told, from the largest loss down.
std::vector<Outcome> Outcomes(Real rate, Real sigma, bool remove) {
  const auto count = static_cast<int64_t>(kCellsPerSigma * (2 * kCellReach + 1 / sigma));
  std::vector<Outcome> outcomes;
  for (int64_t i = 0; i < count; ++i) {
    const Real cell = static_cast<Real>(remove ? count - 1 - i : i) - kCellReach * kCellsPerSigma;
    const Real low = cell / kCellsPerSigma;
    const Real high = (cell + 1) / kCellsPerSigma;
    const Real without = Between(low, high);
    const Real with = Between(low - 1 / sigma, high - 1 / sigma);
    const Real mixed = without + rate * (with - without);
    const auto mass = static_cast<double>(remove ? mixed : without);
    if (!(mass > 0)) continue;
    const Real ratio =
        std::log1p(rate * (with / without - 1));  // infinity where nothing is without
    outcomes.push_back({mass, std::log(mass), static_cast<double>(remove ? ratio : -ratio)});
  }
  return outcomes;
}

// Losses that are too rare to matter go down to the largest that is not, lest a tilt make them
// common; so do those that are too large to.
void CutTop(std::vector<Outcome>& outcomes, double loss_most, double mass_most) {
  double above = 0;
  for (const Outcome& one : outcomes) {
    above += one.mass;
    if (above <= mass_most) continue;
    loss_most = std::min(loss_most, one.loss);
    break;
  }
  for (Outcome& one : outcomes) one.loss = std::min(one.loss, loss_most);
}

// Every loss goes down to a multiple of `step`. Returns what that takes from a loss on average.
double RoundDown(std::vector<Outcome>& outcomes, double step) {
  double taken = 0;
  for (Outcome& outcome : outcomes) {
    const double below = std::floor(outcome.loss / step) * step;
    taken += outcome.mass * std::max(0.0, outcome.loss - below);
    outcome.loss = below;
  }
  return taken;
}

// ln E[exp(tilt loss)].
double LogMoment(const std::vector<Outcome>& outcomes, double tilt) {
  double peak = -HUGE_VAL;
  for (const Outcome& one : outcomes) peak = std::max(peak, one.log_mass + tilt * one.loss);
  double sum = 0;
  for (const Outcome& one : outcomes) sum += std::exp(one.log_mass + tilt * one.loss - peak);
  return peak + std::log(sum);
}

// All steps, their losses weighted by exp(tilt loss) so that sums about a `total` are common.
struct Tilted {
  double tilt = 0;
  double log_moment = 0;  // of one step
  double low = 0;         // outside of which lie e^-kOutside of the sums on either side (Chernoff)
  double high = 0;
};

Tilted TiltTo(const std::vector<Outcome>& outcomes, double steps, double total) {
  Tilted best;
  double least = HUGE_VAL;
  for (double tilt = 0x1p-20; tilt < 0x1p40; tilt *= 1.25) {
    const double log_moment = LogMoment(outcomes, tilt);
    const double exponent = steps * log_moment - tilt * total;
    if (exponent > least) break;
    least = exponent;
    best = {tilt, log_moment, -HUGE_VAL, HUGE_VAL};
  }
  for (double more = 0x1p-12; more < 0x1p40; more *= 2) {
    const auto reach = [&](double tilt) {
      return (steps * (LogMoment(outcomes, tilt) - best.log_moment) + kOutside) / more;
    };
    best.high = std::min(best.high, reach(best.tilt + more));
    best.low = std::max(best.low, -reach(best.tilt - more));
  }
  return best;
}

// The discrete Fourier transform in place; the size is a power of two.
void Transform(std::vector<std::complex<double>>& points) {
  const size_t size = points.size();
  for (size_t i = 1, j = 0; i < size; ++i) {
    size_t bit = size / 2;
    for (; (j & bit) != 0; bit /= 2) j ^= bit;
    j ^= bit;
    if (i < j) std::swap(points[i], points[j]);
  }
  std::vector<std::complex<double>> roots(size / 2);
  for (size_t i = 0; i < roots.size(); ++i) {
    roots[i] =
        std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(size));
  }
  for (size_t half = 1; half < size; half *= 2) {
    for (size_t start = 0; start < size; start += 2 * half) {
      for (size_t i = 0; i < half; ++i) {
        std::complex<double>& even = points[start + i];
        std::complex<double>& odd = points[start + half + i];
        const std::complex<double> root = roots[i * (size / 2 / half)];
        const std::complex<double> turned(odd.real() * root.real() - odd.imag() * root.imag(),
                                          odd.real() * root.imag() + odd.imag() * root.real());
        odd = even - turned;
        even += turned;
      }
    }
  }
}

// How often all steps together lose each multiple of `step`, modulo `size` of them, when tilted.
std::vector<double> Sums(const std::vector<Outcome>& outcomes, const Tilted& tilted, double steps,
                         double step, int64_t size) {
  std::vector<std::complex<double>> points(size);
  for (const Outcome& one : outcomes) {
    const auto at = static_cast<int64_t>(std::round(one.loss / step)) % size;
    points[at < 0 ? at + size : at] +=
        std::exp(one.log_mass + tilted.tilt * one.loss - tilted.log_moment);
  }
  Transform(points);
  for (std::complex<double>& point : points) {
    // Conjugate, so that transforming again inverts.
    point =
        point == 0.0 ? 0.0 : std::polar(std::pow(std::abs(point), steps), -steps * std::arg(point));
  }
  Transform(points);
  std::vector<double> sums;
  for (const std::complex<double>& point : points) {
    sums.push_back(point.real() / static_cast<double>(size));
  }
  return sums;
}

// At most E[max(0, 1 - exp(nats - L))], L the sum of the losses of all steps.
//
// Losses go down to the grid, and what that took is given back but for the improbable: the parts
// taken are independent and below `step` each, so by Hoeffding their sum is below its mean less
// step sqrt(steps ln(1 / p) / 2) with a probability of at most p.
double DeltaLower(const std::vector<Outcome>& exact, double steps, double nats, double mass) {
  const double doubt = std::sqrt(-steps * std::log(kImprobable * mass) / 2);
  double step = kSlack * nats / doubt;
  double points = HUGE_VAL;
  double from = 0;
  std::vector<Outcome> outcomes;
  Tilted tilted;
  while (points > kPointsMax) {
    outcomes = exact;
    const double taken = RoundDown(outcomes, step);
    from = nats - std::max(0.0, steps * taken - doubt * step);
    tilted = TiltTo(outcomes, steps, from);
    points = (tilted.high - tilted.low) / step + 2;
    if (points > kPointsMax) step *= 1.25 * points / kPointsMax;
  }
  const auto size = static_cast<int64_t>(std::bit_ceil(static_cast<uint64_t>(points)));
  const std::vector<double> sums = Sums(outcomes, tilted, steps, step, size);
  const auto first = static_cast<int64_t>(std::floor(tilted.low / step));
  double above = 0;
  for (int64_t i = first; i < first + size; ++i) {
    const double excess = static_cast<double>(i) * step - from;
    if (!(excess > 0)) continue;
    above +=
        sums[(i % size + size) % size] * std::exp(-tilted.tilt * excess) * -std::expm1(-excess);
  }
  // Nothing counts for more than it would at `from`: what lies outside, and what rounding adds.
  const auto entries = static_cast<double>(size);
  const double rounding = 0x1p-50 * std::log2(entries) * (steps + std::sqrt(entries));
  const double height = std::exp(steps * tilted.log_moment - tilted.tilt * from);
  return height * (above - 2 * std::exp(-kOutside) - rounding) - kImprobable * mass;
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

double TrainingDeltaLower(const SubsampledGaussianLoss& loss) {
  if (!IsJob(loss) || loss.epsilon == Epsilon() || loss.delta == Delta()) return 1;
  const auto steps = static_cast<double>(loss.steps);
  const double nats = static_cast<double>(loss.epsilon.pico()) * 1e-12;
  const double mass = static_cast<double>(loss.delta.atto()) * 1e-18;
  double most = 0;
  for (const bool remove : {true, false}) {
    std::vector<Outcome> outcomes = Outcomes(ValueOf(loss.rate), ValueOf(loss.sigma), remove);
    CutTop(outcomes, 2 * nats + 8, kImprobable * mass / steps);
    most = std::max(most, DeltaLower(outcomes, steps, nats, mass));
  }
  return most;
}

}  // namespace tacit::ledger
