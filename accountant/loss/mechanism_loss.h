// What one mechanism may reveal, as data: the unit of account of the ledger. Totals can be
// recomputed from these by an independent program. A new mechanism adds one struct, one variant
// entry and its price; what cannot be priced has no price, never a guess.
//
// Some mechanisms are (epsilon, delta)-private for many pairs at once. Their loss claims the pair
// that the query was certified for, and is priced only if the claim is true.
#ifndef TACIT_ACCOUNTANT_LOSS_MECHANISM_LOSS_H_
#define TACIT_ACCOUNTANT_LOSS_MECHANISM_LOSS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "accountant/loss/units.h"

namespace tacit {

// The parameter of discrete Laplace noise: numerator / 2^denominator_log2, in grid units.
// P(X = x) is proportional to exp(-|x| / scale). Invariant: 0 < numerator < 2^62, shift in [0, 62].
struct LaplaceScale {
  int64_t numerator = 0;
  int denominator_log2 = 0;
  friend bool operator==(const LaplaceScale&, const LaplaceScale&) = default;
};

// The parameter of discrete Gaussian noise, in grid units: P(X = x) is proportional to
// exp(-x^2 / (2 sigma^2)). Invariant: sigma >= 1.
struct GaussianSigma {
  int64_t sigma = 0;
  friend bool operator==(const GaussianSigma&, const GaussianSigma&) = default;
};

// Discrete Laplace noise on an integer vector. Loss: l1_sensitivity / scale (Ghosh, Roughgarden,
// Sundararajan 2009, Thm 2.1 for sensitivity 1; triangle inequality for the rest).
struct DiscreteLaplaceLoss {
  int64_t l1_sensitivity = 0;  // grid units, > 0
  LaplaceScale scale;
  friend bool operator==(const DiscreteLaplaceLoss&, const DiscreteLaplaceLoss&) = default;
};

// Any mechanism known only to be epsilon-differentially private.
struct PureLoss {
  Epsilon epsilon;
  friend bool operator==(const PureLoss&, const PureLoss&) = default;
};

// One integer vector with discrete Gaussian noise on each entry. A unit moves at most `groups`
// entries, each by at most `linf`.
struct GaussianPart {
  int64_t groups = 0;
  int64_t linf = 0;   // grid units of this vector
  int64_t sigma = 0;  // grid units of this vector, >= 1
  friend bool operator==(const GaussianPart&, const GaussianPart&) = default;
};

// Discrete Gaussian noise on several vectors as one mechanism. Priced as the claimed pair if
// DiscreteGaussianDeltaUpper(parts, epsilon) <= delta (gaussian.proof.md).
struct DiscreteGaussianLoss {
  std::vector<GaussianPart> parts;
  Epsilon epsilon;
  Delta delta;
  friend bool operator==(const DiscreteGaussianLoss&, const DiscreteGaussianLoss&) = default;
};

// Report-noisy-max with one-sided geometric noise, or permute-and-flip, once in each of the
// `groups` groups that a unit touches. Loss: 2 groups score_sensitivity / scale
// (selection.proof.md).
struct NoisyMaxLoss {
  int64_t groups = 0;
  int64_t score_sensitivity = 0;  // the most a unit moves any score, in score units, > 0
  LaplaceScale scale;
  friend bool operator==(const NoisyMaxLoss&, const NoisyMaxLoss&) = default;
};

// Partition selection: a group of n units is kept if and only if n + X > bound, X discrete Laplace
// conditioned on |X| <= bound. Loss: (groups / scale, delta), if groups P[X = bound] <= delta
// (selection.proof.md).
struct TruncatedGeometricLoss {
  int64_t groups = 0;  // the most groups a unit is counted in
  LaplaceScale scale;
  int64_t bound = 0;
  Delta delta;
  friend bool operator==(const TruncatedGeometricLoss&, const TruncatedGeometricLoss&) = default;
};

using ThresholdNoise = std::variant<LaplaceScale, GaussianSigma>;

// What it adds to noisy counts Z that a group's key and count are released only where the noisy
// count reaches a threshold `gap` above the most that one unit can add to a count. Loss:
// (0, delta), if groups P[Z >= gap] <= delta; the noise itself is a loss of its own
// (selection.proof.md).
struct ThresholdLoss {
  int64_t groups = 0;
  int64_t gap = 0;  // grid units of the count, > 0
  ThresholdNoise noise;
  Delta delta;
  friend bool operator==(const ThresholdLoss&, const ThresholdLoss&) = default;
};

// numerator / 2^denominator_log2, exactly a double. Invariant: numerator in [1, 2^53], the other in
// [0, 62]. `Tag` keeps a rate from being passed as a noise.
template <typename Tag>
struct Dyadic {
  int64_t numerator = 0;
  int denominator_log2 = 0;
  friend bool operator==(const Dyadic&, const Dyadic&) = default;
};
using SamplingRate = Dyadic<struct SamplingRateTag>;        // in (0, 1]
using NoiseMultiplier = Dyadic<struct NoiseMultiplierTag>;  // in [2^-10, 2^20]

// A training job committed to before its first step: `steps` times Gaussian noise of `sigma` times
// the clipping norm on a sum over a batch that each unit enters independently with probability
// `rate`; with a rate of 1, steps of full batches. Priced as the claimed pair if its privacy loss
// distribution proves it (distribution/privacy_loss_distribution.proof.md).
struct SubsampledGaussianLoss {
  SamplingRate rate;
  NoiseMultiplier sigma;
  int64_t steps = 0;
  Epsilon epsilon;
  Delta delta;
  friend bool operator==(const SubsampledGaussianLoss&, const SubsampledGaussianLoss&) = default;
};

using MechanismLoss =
    std::variant<DiscreteLaplaceLoss, PureLoss, DiscreteGaussianLoss, NoisyMaxLoss,
                 TruncatedGeometricLoss, ThresholdLoss, SubsampledGaussianLoss>;

// The mechanism's (epsilon, delta), epsilon rounded up to whole pico-nats; never (0, 0). nullopt:
// cannot be priced (a non-positive parameter, a value beyond the largest amount, a delta of 1 or
// more, a claim that is not proved true), which no filter admits.
std::optional<Amount> PriceRoundUp(const MechanismLoss& loss);

// One line of canonical text, e.g. "DiscreteLaplace{l1=3,scale=5/2^0}"; Parse inverts it exactly.
std::string ToText(const MechanismLoss& loss);
absl::StatusOr<MechanismLoss> ParseMechanismLoss(std::string_view text);

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_LOSS_MECHANISM_LOSS_H_
