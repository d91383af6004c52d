// Discrete Laplace (two-sided geometric) noise on integers, exact.
// Source: Ghosh, Roughgarden, Sundararajan 2009; sampler after von Neumann 1951.
#ifndef TACIT_ENGINE_PRIVACY_MECHANISMS_DISCRETE_LAPLACE_H_
#define TACIT_ENGINE_PRIVACY_MECHANISMS_DISCRETE_LAPLACE_H_

#include "absl/status/statusor.h"
#include "engine/privacy/mechanisms/mechanism.h"

namespace tacit {

// Claim:  adding an independent draw to each entry of an integer vector of L1 sensitivity D costs
//         epsilon = D / scale. Needs: integer sums. Errors: none. Proof: discrete_laplace.proof.md.
extern const Mechanism kDiscreteLaplace;

// Claim:  l1_sensitivity / result <= epsilon, and no less by a billionth.
// Needs:  nothing. Errors: kMissingBounds for a sensitivity that is not positive, kPrivacyParameter
//         for an epsilon of zero, kLimit when the scale leaves exact integers.
absl::StatusOr<LaplaceScale> CalibrateLaplace(__int128 l1_sensitivity, Epsilon epsilon);

// Three samplers of one family. Time shows at most a sum over kDrawsPerBatch draws.
// Claim:  independent draws. With b = numerator / 2^denominator_log2:
//         SampleGeometric: P(X >= g) = exp(-g / b) for integers g >= 0.
//         SampleDiscreteLaplace: P(x) proportional to exp(-|x| / b) on all integers.
//         SampleTruncatedLaplace: the same on the integers of [-bound, bound] alone.
// Needs:  a scale that keeps its invariant; b <= bound + 1, so that a draw is kept with probability
//         above 0.4. Errors: none. Proof: discrete_laplace.proof.md.
void SampleGeometric(const LaplaceScale& scale, RandomBits& random, absl::Span<__int128> noise);
void SampleDiscreteLaplace(const LaplaceScale& scale, RandomBits& random,
                           absl::Span<__int128> noise);
void SampleTruncatedLaplace(const LaplaceScale& scale, int64_t bound, RandomBits& random,
                            absl::Span<int64_t> noise);

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_MECHANISMS_DISCRETE_LAPLACE_H_
