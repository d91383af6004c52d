// Discrete Gaussian noise on integers, exact.
// Source: Canonne, Kamath, Steinke 2020, Algorithm 3.
#ifndef TACIT_ENGINE_PRIVACY_MECHANISMS_DISCRETE_GAUSSIAN_H_
#define TACIT_ENGINE_PRIVACY_MECHANISMS_DISCRETE_GAUSSIAN_H_

#include <cstdint>

#include "absl/types/span.h"
#include "engine/privacy/random/random_bits.h"

namespace tacit {

// Claim:  independent draws, P(x) proportional to exp(-x^2 / (2 sigma^2)) on all integers. Time
//         shows at most a sum over kDrawsPerBatch draws.
// Needs:  1 <= sigma <= 2^56. Errors: none. Proof: discrete_gaussian.proof.md.
void SampleDiscreteGaussian(int64_t sigma, RandomBits& random, absl::Span<__int128> noise);

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_MECHANISMS_DISCRETE_GAUSSIAN_H_
