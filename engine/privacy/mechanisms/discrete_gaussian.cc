#include "engine/privacy/mechanisms/discrete_gaussian.h"

#include <cmath>

#include "accountant/check.h"
#include "accountant/loss/gaussian.h"
#include "accountant/refusal.h"
#include "engine/privacy/random/exact.h"

namespace tacit {
namespace {

using Wide = unsigned __int128;

constexpr int64_t kSigmaMax = int64_t{1} << 56;

// True with probability exp(-distance^2 / (2 sigma^2)). With distance = q sigma + r the exponent is
// q^2 / 2 + q r / sigma + r^2 / (2 sigma^2): the parts are tried apart, so that no square overflows
// however far the proposal lies.
bool Accepts(Wide distance, uint64_t sigma, RandomBits& random) {
  const Wide quotient = distance / sigma;
  const Wide rest = distance % sigma;
  for (Wide trial = 0; trial < quotient * quotient; ++trial) {
    if (!BernoulliExpMinus(1, 2, random)) return false;
  }
  for (Wide trial = 0; trial < quotient; ++trial) {
    if (!BernoulliExpMinus(rest, sigma, random)) return false;
  }
  return BernoulliExpMinus(rest * rest, 2 * Wide{sigma} * sigma, random);
}

__int128 Draw(int64_t sigma, RandomBits& random) {
  for (;;) {
    const Wide magnitude = DrawGeometric({sigma, 0}, random);
    const auto width = static_cast<uint64_t>(sigma);
    const Wide distance = magnitude < width ? width - magnitude : magnitude - width;
    if (!Accepts(distance, width, random)) continue;
    const bool negative = (random.Next() & 1) != 0;
    if (negative && magnitude == 0) continue;  // zero would otherwise count twice
    const auto value = static_cast<__int128>(magnitude);
    return negative ? -value : value;
  }
}

bool Owns(const NoiseScale& noise) { return std::holds_alternative<GaussianSigma>(noise); }

void Sample(const NoiseScale& noise, RandomBits& random, absl::Span<__int128> draws) {
  SampleDiscreteGaussian(std::get<GaussianSigma>(noise).sigma, random, draws);
}

double Scale(const NoiseScale& noise) {
  return static_cast<double>(std::get<GaussianSigma>(noise).sigma);
}

// P(|X| > h) <= 2 P(N > h / sigma) for the continuous N; solved by Newton's steps on its logarithm
// from the bound exp(-x^2 / 2).
double HalfWidth(const NoiseScale& noise, double confidence) {
  const double tail = 1 - confidence;
  double x = std::sqrt(2 * std::log(2 / tail));
  for (int step = 0; step < 60; ++step) {
    const double upper = std::erfc(x / std::sqrt(2.0));
    const double density = std::sqrt(2 / std::acos(-1.0)) * std::exp(-x * x / 2);
    x += (upper - tail) / density;
  }
  return std::ceil(x * Scale(noise));
}

}  // namespace

const Mechanism kDiscreteGaussian = {"discrete_gaussian", Owns, Sample, Scale, HalfWidth};

absl::StatusOr<double> GaussianMuFor(Epsilon epsilon, Delta delta) {
  // A thousandth of delta pays for the distance between the discrete and the continuous Gaussian.
  const Delta continuous = Delta::FromAtto(delta.atto() - delta.atto() / 1000);
  const double mu = GaussianMuLower(epsilon, continuous);
  if (mu > 0) return mu;
  return Refuse(Reason::kPrivacyParameter, "Gaussian noise needs an epsilon and a delta",
                {.fix = "ask with a larger epsilon or delta"});
}

absl::StatusOr<GaussianSigma> CalibrateGaussian(int64_t groups, int64_t linf, double mu) {
  if (groups <= 0 || linf <= 0) {
    return Refuse(Reason::kMissingBounds, "a sensitivity is not positive");
  }
  // Four roundings to nearest lose less than the billionth added.
  const double sigma = std::ceil(std::sqrt(static_cast<double>(groups)) *
                                 static_cast<double>(linf) / mu * (1 + 1e-9));
  if (!(sigma <= kSigmaMax)) {
    return Refuse(
        Reason::kLimit, "the noise would be wider than exact integers hold",
        {.fix = "ask with a larger epsilon, or narrow the bounds", .limit = "noise_scale"});
  }
  return GaussianSigma{static_cast<int64_t>(sigma)};
}

void SampleDiscreteGaussian(int64_t sigma, RandomBits& random, absl::Span<__int128> noise) {
  TACIT_CHECK(sigma >= 1 && sigma <= kSigmaMax);
  FillInBatches(noise, [&] { return Draw(sigma, random); });
}

}  // namespace tacit
