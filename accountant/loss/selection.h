// Which groups may be named: tails of the noise that decides it, as upper bounds, and the least
// thresholds that keep a tail below a delta. Proofs: selection.proof.md.
//
// Prices and inverses compare the same upper bound with the same number, so a calibrated threshold
// always has a price.
#ifndef TACIT_ACCOUNTANT_LOSS_SELECTION_H_
#define TACIT_ACCOUNTANT_LOSS_SELECTION_H_

#include <cstdint>
#include <optional>

#include "accountant/loss/mechanism_loss.h"
#include "accountant/loss/units.h"

namespace tacit {

// At least P[Z >= t] for discrete Laplace Z and t >= 1. 1 where it cannot tell.
double LaplaceTailUpper(const LaplaceScale& scale, int64_t t);
// At least P[Z >= t] for discrete Gaussian Z and t >= 1. 1 where it cannot tell.
double GaussianTailUpper(const GaussianSigma& sigma, int64_t t);
// At least P[X = bound] for discrete Laplace X given |X| <= bound. 1 where it cannot tell.
double TruncatedEdgeUpper(const LaplaceScale& scale, int64_t bound);

// What each of `groups` groups may use of delta, rounded down. 0: nothing.
double DeltaPerGroup(Delta delta, int64_t groups);

// The least positive integer whose upper bound above is at most `delta_per_group`. nullopt: none
// below 2^62, or `delta_per_group` is not positive.
std::optional<int64_t> LaplaceGapFor(const LaplaceScale& scale, double delta_per_group);
std::optional<int64_t> GaussianGapFor(const GaussianSigma& sigma, double delta_per_group);
std::optional<int64_t> TruncationFor(const LaplaceScale& scale, double delta_per_group);

// P[units + X > bound], for people and tests; no price rests on it.
double KeepProbability(const TruncatedGeometricLoss& loss, int64_t units);

std::optional<Amount> Price(const TruncatedGeometricLoss& loss);
std::optional<Amount> Price(const ThresholdLoss& loss);

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_LOSS_SELECTION_H_
