#include "accountant/loss/distribution/privacy_loss_distribution.h"

#include <algorithm>
#include <cmath>

#include "accountant/loss/search.h"

namespace tacit {
namespace {

constexpr double kMargin = 0x1p-49;
constexpr size_t kAtomsMax = size_t{1} << 20;
constexpr double kReachMax = 4096;

// About the least x > 0 from which on `fits` holds. kReachMax where it is more.
template <typename Fits>
double Reach(const Fits& fits) {
  double enough = 0x1p-60;
  while (enough < kReachMax && !fits(enough)) enough *= 2;
  double below = enough / 2;
  for (int i = 0; i < 6; ++i) {
    const double middle = (below + enough) / 2;
    (fits(middle) ? enough : below) = middle;
  }
  return enough;
}

double ReachAbove(const DeltaCurve& curve, double tail) {
  const double never = curve(kReachMax, Side::kAbove);
  return Reach([&](double x) { return curve(x, Side::kAbove) <= never + tail; });
}

double ReachBelow(const DeltaCurve& curve) {
  const double rest = curve(0, Side::kAbove) * 0x1p-30 + 0x1p-50;
  return Reach([&](double x) { return curve(-x, Side::kAbove) + std::expm1(-x) <= rest; });
}

// Appends 0, 1, ... in steps of 1, later of an octave's 2^octave_log2-th, until `end` is reached.
// False: too many.
bool Spread(double end, int octave_log2, std::vector<double>& losses) {
  for (double at = 0;;
       at += at < 2 ? 1 : std::ldexp(1, std::max(0, std::ilogb(at) - octave_log2))) {
    losses.push_back(at);
    if (at >= end) return true;
    if (losses.size() > kAtomsMax) return false;
  }
}

}  // namespace

PrivacyLossDistribution::PrivacyLossDistribution(int step_log2, std::vector<Atom> atoms,
                                                 double infinite)
    : step_(std::ldexp(1, step_log2)),
      atoms_(std::move(atoms)),
      infinite_(infinite),
      delta_(atoms_.size(), infinite) {
  for (size_t k = atoms_.size() - 1; k > 0; --k) {
    const double rest = -std::expm1((atoms_[k - 1].loss - atoms_[k].loss) * step_);
    delta_[k - 1] = (delta_[k] + rest * (atoms_[k].survival - delta_[k])) * (1 + kMargin);
  }
}

double PrivacyLossDistribution::WidthOf(const DeltaCurve& curve, double tail) {
  return ReachBelow(curve) + ReachAbove(curve, tail);
}

// With exact numbers, the survival at b after a is delta(b) + (delta(a) - delta(b)) / (1 -
// e^(a-b)): what lies between is split so that both P and Q keep their mass.
std::optional<PrivacyLossDistribution> PrivacyLossDistribution::Of(const DeltaCurve& curve,
                                                                   int step_log2, int octave_log2,
                                                                   double tail) {
  if (!curve) return std::nullopt;
  std::vector<double> losses;
  if (!Spread(std::ldexp(ReachBelow(curve), -step_log2), octave_log2, losses)) return std::nullopt;
  std::reverse(losses.begin(), losses.end());
  for (double& loss : losses) loss = -loss;
  losses.pop_back();
  if (!Spread(std::ldexp(ReachAbove(curve, tail), -step_log2), octave_log2, losses)) {
    return std::nullopt;
  }
  std::vector<Atom> atoms;
  double before = 1;
  for (const double in_steps : losses) {
    const double loss = std::ldexp(in_steps, step_log2);
    double survival = 1;
    if (!atoms.empty()) {
      const double below = curve(loss, Side::kBelow);
      const double rest = -std::expm1(std::ldexp(atoms.back().loss - in_steps, step_log2));
      survival = (below + std::max(before - below, 0.0) / rest) * (1 + kMargin);
    }
    atoms.push_back({in_steps, survival});
    before = curve(loss, Side::kAbove);
  }
  double least = before;
  for (size_t k = atoms.size(); k-- > 0;) {
    least = std::max(least, std::min(atoms[k].survival, 1.0));
    atoms[k].survival = least;
  }
  return PrivacyLossDistribution(step_log2, std::move(atoms), before);
}

double PrivacyLossDistribution::MassOf(size_t k) const {
  const double above = k + 1 < atoms_.size() ? atoms_[k + 1].survival : infinite_;
  return (atoms_[k].survival - above) * (1 + kMargin);
}

// Between two losses delta is linear in e^epsilon.
double PrivacyLossDistribution::DeltaUpper(const Epsilon& epsilon) const {
  const double at = LowerOf(epsilon) / step_;
  const auto next = std::lower_bound(atoms_.begin(), atoms_.end(), at,
                                     [](const Atom& atom, double end) { return atom.loss < end; });
  if (next == atoms_.end()) return infinite_;
  const double gap = (at - next->loss) * step_;
  const double rest = -std::expm1(gap);
  const double here = delta_[static_cast<size_t>(next - atoms_.begin())];
  return std::min(1.0, (here + rest * (next->survival - here)) * (1 + kMargin));
}

std::optional<Epsilon> PrivacyLossDistribution::EpsilonUpper(const Delta& delta) const {
  const double target = LowerOf(delta);
  return LeastEpsilon([&](Epsilon epsilon) { return DeltaUpper(epsilon) <= target; });
}

}  // namespace tacit
