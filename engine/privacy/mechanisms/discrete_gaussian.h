// Discrete Gaussian noise on integers, exact.
// Source: Canonne, Kamath, Steinke 2020, Algorithm 3.
#ifndef TACIT_ENGINE_PRIVACY_MECHANISMS_DISCRETE_GAUSSIAN_H_
#define TACIT_ENGINE_PRIVACY_MECHANISMS_DISCRETE_GAUSSIAN_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "engine/privacy/mechanisms/mechanism.h"
#include "engine/privacy/random/random_bits.h"

namespace tacit {

// Claim:  adding an independent draw to each entry of several integer vectors costs what
//         DiscreteGaussianLoss says. Needs: integer sums. Errors: none.
//         Proof: accountant/loss/gaussian.proof.md.
extern const Mechanism kDiscreteGaussian;

// The mu = l2 / sigma that all sums together may have at this price, rounded down: Balle and Wang's
// analytic calibration, never the classical formula. Error: kPrivacyParameter.
absl::StatusOr<double> GaussianMuFor(Epsilon epsilon, Delta delta);

// The least integer sigma >= sqrt(groups) * linf / mu, rounded up. Errors: kMissingBounds for a
// sensitivity that is not positive, kLimit when sigma leaves exact integers.
absl::StatusOr<GaussianSigma> CalibrateGaussian(int64_t groups, int64_t linf, double mu);

// Claim:  independent draws, P(x) proportional to exp(-x^2 / (2 sigma^2)) on all integers. Time
//         shows at most a sum over kDrawsPerBatch draws.
// Needs:  1 <= sigma <= 2^56. Errors: none. Proof: discrete_gaussian.proof.md.
void SampleDiscreteGaussian(int64_t sigma, RandomBits& random, absl::Span<__int128> noise);

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_MECHANISMS_DISCRETE_GAUSSIAN_H_
