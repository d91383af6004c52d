// Discrete Laplace (two-sided geometric) noise on integers, exact.
// Source: Ghosh, Roughgarden, Sundararajan 2009; sampler of Canonne, Kamath, Steinke 2020,
// Algorithm 2.
#ifndef TACIT_ENGINE_PRIVACY_MECHANISMS_DISCRETE_LAPLACE_H_
#define TACIT_ENGINE_PRIVACY_MECHANISMS_DISCRETE_LAPLACE_H_

#include "engine/privacy/mechanisms/mechanism.h"

namespace tacit {

// Claim:  adding an independent draw to each entry of an integer vector of L1 sensitivity D costs
//         epsilon = D / scale, and calibrate(D, epsilon) picks a scale for which that is at most
//         epsilon.
// Needs:  integer sums; D from declared bounds.
// Errors: of calibrate alone, from public numbers.        Proof: discrete_laplace.proof.md.
extern const Mechanism kDiscreteLaplace;

// One draw: P(x) is proportional to exp(-|x| * 2^denominator_log2 / numerator).
__int128 SampleDiscreteLaplace(const LaplaceScale& scale, RandomBits& random);

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_MECHANISMS_DISCRETE_LAPLACE_H_
