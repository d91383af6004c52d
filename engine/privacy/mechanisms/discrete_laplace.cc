#include "engine/privacy/mechanisms/discrete_laplace.h"

#include <cmath>

#include "accountant/check.h"
#include "accountant/refusal.h"
#include "engine/privacy/random/exact.h"

namespace tacit {
namespace {

using Wide = unsigned __int128;

constexpr int64_t kPicoPerNat = 1'000'000'000'000;
// Within what DrawGeometric takes.
constexpr int64_t kNumeratorMax = int64_t{1} << 61;
constexpr int kDenominatorLog2Max = 62;
constexpr int64_t kSensitivityMax = int64_t{1} << 62;

Wide DivideRoundUp(Wide a, Wide b) { return (a + b - 1) / b; }

bool Owns(const NoiseScale& noise) { return std::holds_alternative<LaplaceScale>(noise); }

void Sample(const NoiseScale& noise, RandomBits& random, absl::Span<__int128> draws) {
  SampleDiscreteLaplace(std::get<LaplaceScale>(noise), random, draws);
}

double Scale(const NoiseScale& noise) {
  const auto& scale = std::get<LaplaceScale>(noise);
  return std::ldexp(static_cast<double>(scale.numerator), -scale.denominator_log2);
}

__int128 Draw(const LaplaceScale& scale, RandomBits& random) {
  for (;;) {
    const auto magnitude = static_cast<__int128>(DrawGeometric(scale, random));
    const bool negative = (random.Next() & 1) != 0;
    if (negative && magnitude == 0) continue;  // zero would otherwise count twice
    return negative ? -magnitude : magnitude;
  }
}

// P(|X| > h) = 2 q^(h+1) / (1 + q) with q = exp(-1/scale).
double HalfWidth(const NoiseScale& noise, double confidence) {
  const double scale = Scale(noise);
  const double q = std::exp(-1 / scale);
  const double h = scale * std::log(2 / ((1 - confidence) * (1 + q))) - 1;
  return std::fmax(0, std::ceil(h));
}

}  // namespace

const Mechanism kDiscreteLaplace = {"discrete_laplace", Owns, Sample, Scale, HalfWidth};

absl::StatusOr<LaplaceScale> CalibrateLaplace(__int128 l1_sensitivity, Epsilon epsilon) {
  if (l1_sensitivity <= 0) {
    return Refuse(Reason::kMissingBounds, "a sensitivity is not positive");
  }
  if (epsilon.pico() <= 0) {
    return Refuse(Reason::kPrivacyParameter, "a share of epsilon is zero",
                  {.fix = "ask with a larger epsilon"});
  }
  const auto too_wide = [] {
    return Refuse(
        Reason::kLimit, "the noise would be wider than exact integers hold",
        {.fix = "ask with a larger epsilon, or narrow the bounds", .limit = "noise_scale"});
  };
  if (l1_sensitivity > kSensitivityMax) return too_wide();
  // scale = sensitivity / epsilon, rounded up on the finest grid 2^-k that keeps the numerator in
  // range.
  const Wide product = static_cast<Wide>(l1_sensitivity) * kPicoPerNat;
  const auto pico = static_cast<Wide>(epsilon.pico());
  Wide numerator = DivideRoundUp(product, pico);
  if (numerator >= static_cast<Wide>(kNumeratorMax)) {
    return too_wide();
  }
  int shift = 0;
  while (shift < kDenominatorLog2Max && (product << (shift + 1)) >> (shift + 1) == product) {
    const Wide finer = DivideRoundUp(product << (shift + 1), pico);
    if (finer >= static_cast<Wide>(kNumeratorMax)) break;
    numerator = finer;
    ++shift;
  }
  while (shift > 0 && (numerator & 1) == 0) {
    numerator >>= 1;
    --shift;
  }
  TACIT_CHECK(numerator > 0);
  return LaplaceScale{static_cast<int64_t>(numerator), shift};
}

void SampleGeometric(const LaplaceScale& scale, RandomBits& random, absl::Span<__int128> noise) {
  FillInBatches(noise, [&] { return static_cast<__int128>(DrawGeometric(scale, random)); });
}

void SampleDiscreteLaplace(const LaplaceScale& scale, RandomBits& random,
                           absl::Span<__int128> noise) {
  FillInBatches(noise, [&] { return Draw(scale, random); });
}

void SampleTruncatedLaplace(const LaplaceScale& scale, int64_t bound, RandomBits& random,
                            absl::Span<int64_t> noise) {
  TACIT_CHECK(bound >= 0);
  TACIT_CHECK((static_cast<Wide>(bound) + 1) << scale.denominator_log2 >=
              static_cast<Wide>(scale.numerator));
  FillInBatches(noise, [&] {
    for (;;) {
      const __int128 draw = Draw(scale, random);
      if (-bound <= draw && draw <= bound) return static_cast<int64_t>(draw);
    }
  });
}

}  // namespace tacit
