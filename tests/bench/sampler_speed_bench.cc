// Draws of noise a second, from the kernel-keyed stream, beside the textbook floating-point
// samplers on the same stream. Those are unsafe as noise, since which values they can reach depends
// on what they are added to (Mironov 2012); they are here as the price of exactness.
#include <cmath>
#include <functional>
#include <numbers>
#include <string>
#include <vector>

#include "engine/privacy/mechanisms/discrete_gaussian.h"
#include "engine/privacy/mechanisms/discrete_laplace.h"
#include "tests/bench/report.h"

namespace tacit {
namespace {

constexpr size_t kDraws = 1 << 20;
constexpr int kRuns = 7;

using Noise = absl::Span<__int128>;

// Uniform on (0, 1].
double Unit(RandomBits& random) { return static_cast<double>((random.Next() >> 11) + 1) * 0x1p-53; }

void SampleUnsafeLaplace(double scale, RandomBits& random, Noise noise) {
  for (__int128& entry : noise) {
    const double magnitude = -scale * std::log(Unit(random));
    entry = std::llrint((random.Next() & 1) != 0 ? -magnitude : magnitude);
  }
}

// Box and Muller 1958: two draws at a time.
void SampleUnsafeGaussian(double sigma, RandomBits& random, Noise noise) {
  for (size_t i = 0; i + 1 < noise.size(); i += 2) {
    const double radius = sigma * std::sqrt(-2 * std::log(Unit(random)));
    const double angle = 2 * std::numbers::pi * Unit(random);
    noise[i] = std::llrint(radius * std::cos(angle));
    noise[i + 1] = std::llrint(radius * std::sin(angle));
  }
}

double DrawsPerSecond(const std::function<void(RandomBits&, Noise)>& sample) {
  RandomBits random = RandomBits::Open();
  std::vector<__int128> noise(kDraws);
  const auto run = [&] { sample(random, absl::MakeSpan(noise)); };
  return kDraws * 1e3 / Quantile(RepeatMilliseconds(kRuns, run), 0.5);
}

void MeasureScale(const std::string& suffix, int64_t scale) {
  const auto width = static_cast<double>(scale);
  const double laplace = DrawsPerSecond([&](RandomBits& random, Noise noise) {
    SampleDiscreteLaplace({scale, 0}, random, noise);
  });
  const double unsafe_laplace = DrawsPerSecond(
      [&](RandomBits& random, Noise noise) { SampleUnsafeLaplace(width, random, noise); });
  Print({"draws_discrete_laplace_" + suffix, "draws/s", laplace, unsafe_laplace,
         "UNSAFE floating-point inverse CDF"});
  const double gaussian = DrawsPerSecond(
      [&](RandomBits& random, Noise noise) { SampleDiscreteGaussian(scale, random, noise); });
  const double unsafe_gaussian = DrawsPerSecond(
      [&](RandomBits& random, Noise noise) { SampleUnsafeGaussian(width, random, noise); });
  Print({"draws_discrete_gaussian_" + suffix, "draws/s", gaussian, unsafe_gaussian,
         "UNSAFE floating-point Box-Muller"});
}

// Calibrated scales are not whole: their numerators use up to 61 bits.
void MeasureLongFraction() {
  const LaplaceScale scale{(int64_t{1} << 61) / 3, 50};
  const double laplace = DrawsPerSecond(
      [&](RandomBits& random, Noise noise) { SampleDiscreteLaplace(scale, random, noise); });
  const double width = std::ldexp(static_cast<double>(scale.numerator), -scale.denominator_log2);
  const double unsafe = DrawsPerSecond(
      [&](RandomBits& random, Noise noise) { SampleUnsafeLaplace(width, random, noise); });
  Print({"draws_discrete_laplace_long_fraction", "draws/s", laplace, unsafe,
         "UNSAFE floating-point inverse CDF"});
}

}  // namespace
}  // namespace tacit

int main() {
  tacit::MeasureScale("10", 10);
  tacit::MeasureScale("1e3", 1000);
  tacit::MeasureScale("1e6", 1000000);
  tacit::MeasureScale("2to40", int64_t{1} << 40);
  tacit::MeasureLongFraction();
  return 0;
}
