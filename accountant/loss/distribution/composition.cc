#include "accountant/loss/distribution/composition.h"

#include <algorithm>
#include <cmath>
#include <complex>

#include "accountant/loss/distribution/fourier.h"

namespace tacit {
namespace {

using Complex = std::complex<double>;

constexpr double kMargin = 0x1p-50;       // of one operation or function, several times over
constexpr double kExponentMax = 128;      // of tilted masses, below their top
constexpr double kAliasedExponent = -21;  // what wraps around from below has e^-21 of tilted mass
constexpr double kErrorGap = 0x1p18;      // errors of untilted survivals are far below times / 2^38
constexpr double kSlackMax = 0.1;
constexpr double kStepsMax = 0x1p52;
constexpr int kSizeLog2Max = 22;
constexpr int kSingleLog2 = 13;  // losses of a mechanism that stands alone
constexpr int kCoarseOctaveLog2 = 4;
constexpr int kOctaveLog2 = 9;     // losses an octave of a mechanism in a sum
constexpr int kFinestLog2 = 24;    // steps of the widest mechanism
constexpr int kWindowLog2 = 17;    // of the sum
constexpr double kTail = 0x1p-22;  // of the target that cutting off may take, in all
constexpr double kSigmaMax = 1e6;

Complex Power(Complex base, int64_t exponent) {
  Complex power = 1;
  for (; exponent > 0; exponent /= 2) {
    if (exponent % 2 == 1) power *= base;
    base *= base;
  }
  return power;
}

// ln of the mean of e^(tilt loss), and the mean loss under that tilt.
struct Cumulant {
  double value = 0;
  double slope = 0;
};

struct Summand {
  struct Mass {
    double loss = 0;  // in steps
    double mass = 0;
  };
  std::vector<Mass> masses;
  double times = 0;

  double First() const { return masses.front().loss; }
  double Last() const { return masses.back().loss; }

  Cumulant At(double tilt, double step) const {
    const double top = tilt > 0 ? Last() : First();
    double sum = 0;
    double moment = 0;
    for (const Mass& one : masses) {
      const double share = one.mass * std::exp(tilt * step * (one.loss - top));
      sum += share;
      moment += share * one.loss;
    }
    return {tilt * top * step + std::log(sum), moment / sum * step};
  }

  // The transform of the masses under the tilt, wrapped around.
  std::vector<Complex> Transform(double tilt, double step, const Fourier& fourier,
                                 size_t size) const {
    const double log_mean = At(tilt, step).value;
    const double largest = tilt * step * (Last() - First()) + std::fabs(log_mean) + 8;
    std::vector<Complex> values(size);
    for (const Mass& one : masses) {
      const double tilted = one.mass * std::exp(tilt * one.loss * step - log_mean);
      const auto place = static_cast<size_t>(one.loss - First()) % size;
      values[place] += tilted * (1 + kMargin * largest);
    }
    fourier.Forward(values);
    return values;
  }
};

// The distribution of a sum of independent losses with one common step.
class Sum {
 public:
  Sum(int step_log2, double target, double tail)
      : step_log2_(step_log2), step_(std::ldexp(1, step_log2)), target_(target), tail_(tail) {}

  void Add(const PrivacyLossDistribution& one, double times) {
    Summand summand{{}, times};
    for (size_t k = 0; k < one.atoms().size(); ++k) {
      summand.masses.push_back({one.atoms()[k].loss, one.MassOf(k)});
    }
    times_ += times;
    bottom_ += times * summand.First();
    top_ += times * summand.Last();
    widest_ = std::max(widest_, summand.Last() - summand.First());
    atoms_ = std::max(atoms_, static_cast<double>(summand.masses.size()));
    log_finite_ += times * std::log1p(-one.infinite());
    summands_.push_back(std::move(summand));
  }

  // The tilt is where Chernoff's bound at the tilted mean is the target. Above the window is at
  // most the tail, by Chernoff's bound; below it little of the tilted mass.
  void ChooseTiltAndWindow() {
    const double wanted = std::min(0.0, std::log(target_ * kErrorGap / times_));
    const double least = 1 / ((top_ - bottom_) * step_);
    double low = least * 0x1p-10;
    double high = kExponentMax / (widest_ * step_);
    for (int i = 0; i < 20; ++i) {
      tilt_ = std::sqrt(low * high);
      const Cumulant total = Total(tilt_);
      (total.value - tilt_ * total.slope > wanted ? low : high) = tilt_;
    }
    log_mean_ = Total(tilt_).value;
    first_ = bottom_;
    last_ = top_;
    for (double more = least; more * widest_ * step_ < kExponentMax; more *= 2) {
      const double above = (Total(tilt_ + more).value - std::log(tail_ / 2)) / (tilt_ + more);
      const double below = (log_mean_ - Total(tilt_ - more).value + kAliasedExponent) / more;
      last_ = std::min(last_, std::ceil(above / step_));
      first_ = std::max(first_, std::floor(below / step_));
    }
    first_ = std::min(first_, last_);
  }

  double Width() const { return (last_ - first_ + 1) * step_; }

  std::optional<PrivacyLossDistribution> Distribution() const {
    const double slack = times_ * (atoms_ + 8192) * kMargin;  // of all that grows with times
    if (!(slack < kSlackMax && top_ - bottom_ < kStepsMax)) return std::nullopt;
    const int size_log2 = std::ilogb(last_ - first_ + 1) + 1;
    if (size_log2 > kSizeLog2Max) return std::nullopt;
    const Fourier fourier(size_log2);
    std::vector<Complex> product(size_t{1} << size_log2, 1.0);
    for (const Summand& summand : summands_) {
      const std::vector<Complex> one = summand.Transform(tilt_, step_, fourier, product.size());
      const double least = std::exp2(-140 / summand.times);  // below it, the power is below 2^-70
      const auto times = static_cast<int64_t>(summand.times);
      for (size_t j = 0; j < one.size(); ++j) {
        product[j] = std::norm(one[j]) < least ? 0 : product[j] * Power(one[j], times);
      }
    }
    double square = 0;
    for (const Complex& value : product) square += std::norm(value);
    const double entry = std::sqrt(square / static_cast<double>(product.size()));
    const double error = 1.1 * fourier.RelativeErrorUpper() *
                         ((2 * times_ + std::sqrt(product.size())) * entry + summands_.size());
    fourier.Inverse(product);
    return Untilted(product, error);
  }

 private:
  Cumulant Total(double tilt) const {
    Cumulant total;
    for (const Summand& summand : summands_) {
      const Cumulant one = summand.At(tilt, step_);
      total.value += summand.times * one.value;
      total.slope += summand.times * one.slope;
    }
    return total;
  }

  // From the top down, until everything has been seen. `error` bounds the root of the sum of
  // squares of all errors of the tilted masses.
  PrivacyLossDistribution Untilted(const std::vector<Complex>& masses, double error) const {
    const auto size = static_cast<double>(masses.size());
    const double spread = std::sqrt(std::min(size, -1 / std::expm1(-2 * tilt_ * step_)));
    const double exponents = 2 * tilt_ * (top_ - bottom_) * step_ + std::fabs(log_finite_) + 8;
    const double infinite = std::min(1.0, -std::expm1(log_finite_) * (1 + 4 * kMargin) + tail_);
    std::vector<PrivacyLossDistribution::Atom> atoms;
    double reached = 0;
    for (double at = last_; at >= first_ && (atoms.empty() || atoms.back().survival < 1); --at) {
      const double untilt = std::exp(log_mean_ - tilt_ * at * step_);
      const auto place = static_cast<size_t>(at - bottom_) % masses.size();
      reached += std::max(masses[place].real(), 0.0) * untilt;
      const double upper = (reached + error * spread * untilt) * (1 + kMargin * (exponents + size));
      atoms.push_back({at, std::min(1.0, upper + infinite)});
    }
    atoms.back().survival = 1;
    std::reverse(atoms.begin(), atoms.end());
    return PrivacyLossDistribution(step_log2_, std::move(atoms), infinite);
  }

  int step_log2_;
  double step_;
  double target_;
  double tail_;
  std::vector<Summand> summands_;
  double times_ = 0;
  double bottom_ = 0;  // sums of the ends of all summands, in steps
  double top_ = 0;
  double widest_ = 0;  // summand, in steps
  double atoms_ = 0;   // of the summand of most
  double log_finite_ = 0;
  double tilt_ = 0;
  double log_mean_ = 0;  // of e^(tilt loss)
  double first_ = 0;     // the window, in steps
  double last_ = 0;
};

}  // namespace

// First coarsely, to learn how wide the sum is; then as finely as that allows.
std::optional<PrivacyLossDistribution> Compose(const std::vector<Repeated>& parts,
                                               const Delta& target) {
  int64_t times = 0;
  for (const Repeated& part : parts) {
    if (part.times <= 0 || !part.curve || __builtin_add_overflow(times, part.times, &times)) {
      return std::nullopt;
    }
  }
  if (parts.empty() || !IsClaimable(target)) return std::nullopt;
  const double tail = LowerOf(target) * kTail;
  const double cut = tail / static_cast<double>(times);
  double widest = 0;
  for (const Repeated& part : parts) {
    widest = std::max(widest, PrivacyLossDistribution::WidthOf(part.curve, cut));
  }
  const int widest_log2 = std::ilogb(widest) + 1;
  if (times == 1) {
    const int step_log2 = widest_log2 - kSingleLog2;
    return PrivacyLossDistribution::Of(parts[0].curve, step_log2, kSingleLog2, cut);
  }
  const auto sum_with = [&](int step_log2, int octave_log2) -> std::optional<Sum> {
    Sum sum(step_log2, LowerOf(target), tail);
    for (const Repeated& part : parts) {
      const auto one = PrivacyLossDistribution::Of(part.curve, step_log2, octave_log2, cut);
      if (!one.has_value()) return std::nullopt;
      sum.Add(*one, static_cast<double>(part.times));
    }
    sum.ChooseTiltAndWindow();
    return sum;
  };
  const int finest_log2 = widest_log2 - kFinestLog2;
  const std::optional<Sum> coarse = sum_with(finest_log2, kCoarseOctaveLog2);
  if (!coarse.has_value()) return std::nullopt;
  const int width_log2 = std::ilogb(coarse->Width()) + 1;
  const auto fine = sum_with(std::max(finest_log2, width_log2 - kWindowLog2), kOctaveLog2);
  if (!fine.has_value()) return std::nullopt;
  return fine->Distribution();
}

std::optional<Epsilon> SubsampledGaussianEpsilonUpper(double q, double sigma, int64_t steps,
                                                      const Delta& delta) {
  if (q == 0 && sigma > 0 && steps > 0 && IsClaimable(delta)) return Epsilon();
  Epsilon most;
  for (const Direction direction : {Direction::kRemove, Direction::kAdd}) {
    const auto sum = Compose({{SubsampledGaussianCurve(q, sigma, direction), steps}}, delta);
    if (!sum.has_value()) return std::nullopt;
    const std::optional<Epsilon> epsilon = sum->EpsilonUpper(delta);
    if (!epsilon.has_value()) return std::nullopt;
    most = std::max(most, *epsilon);
  }
  return most;
}

double SubsampledGaussianDeltaUpper(double q, double sigma, int64_t steps, const Epsilon& epsilon,
                                    const Delta& target) {
  double most = 0;
  for (const Direction direction : {Direction::kRemove, Direction::kAdd}) {
    const auto sum = Compose({{SubsampledGaussianCurve(q, sigma, direction), steps}}, target);
    most = std::max(most, sum.has_value() ? sum->DeltaUpper(epsilon) : 1.0);
  }
  return most;
}

std::optional<double> SubsampledGaussianSigmaFor(double q, int64_t steps, const Epsilon& epsilon,
                                                 const Delta& delta) {
  const auto fits = [&](double sigma) {
    const auto needed = SubsampledGaussianEpsilonUpper(q, sigma, steps, delta);
    return needed.has_value() && *needed <= epsilon;
  };
  double enough = 0x1p-4;
  while (!fits(enough)) {
    enough *= 2;
    if (enough > kSigmaMax) return std::nullopt;
  }
  double below = enough / 2;
  while (enough - below > 1e-4 * enough) {
    const double middle = (below + enough) / 2;
    (fits(middle) ? enough : below) = middle;
  }
  return enough;
}

}  // namespace tacit
