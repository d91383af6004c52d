// Mechanisms that are committed to together, as one. Proof: privacy_loss_distribution.proof.md.
#ifndef TACIT_ACCOUNTANT_LOSS_DISTRIBUTION_COMPOSITION_H_
#define TACIT_ACCOUNTANT_LOSS_DISTRIBUTION_COMPOSITION_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "accountant/loss/distribution/delta_curves.h"
#include "accountant/loss/distribution/privacy_loss_distribution.h"
#include "accountant/loss/units.h"

namespace tacit {

struct Repeated {
  DeltaCurve curve;
  int64_t times = 0;
};

// All of them, independent and in the same direction. Tight for deltas near `target`, sound for
// all. nullopt: no part, a curve or count that is none, or a sum too wide to tell.
std::optional<PrivacyLossDistribution> Compose(const std::vector<Repeated>& parts,
                                               const Delta& target);

// The epsilon of `steps` steps of DP-SGD at delta, the larger of both directions.
std::optional<Epsilon> SubsampledGaussianEpsilonUpper(double q, double sigma, int64_t steps,
                                                      const Delta& delta);
// At least the delta of them at `epsilon`, the larger of both directions; tight near `target`. 1
// where it cannot tell.
double SubsampledGaussianDeltaUpper(double q, double sigma, int64_t steps, const Epsilon& epsilon,
                                    const Delta& target);
// A sigma whose epsilon fits, within a relative 1e-4 of the least. nullopt: none up to a million.
std::optional<double> SubsampledGaussianSigmaFor(double q, int64_t steps, const Epsilon& epsilon,
                                                 const Delta& delta);

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_LOSS_DISTRIBUTION_COMPOSITION_H_
