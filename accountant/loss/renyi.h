// Renyi curves: how the privacy loss of one mechanism grows with the order. Proof: renyi.proof.md.
//
// Claim: each function is at least the Renyi divergence of its order, in nats, between the outputs
// on any two neighbours, in either direction; rho is at least that divergence over the order, at
// every real order above 1. At one order fixed in advance divergences add up under adaptive choice.
// Needs: sensitivities that hold; exact samplers; for batches, units drawn independently.
// Errors: infinity where nothing is proved, also for an order that is not in [2, kOrderMax].
#ifndef TACIT_ACCOUNTANT_LOSS_RENYI_H_
#define TACIT_ACCOUNTANT_LOSS_RENYI_H_

#include <cstdint>
#include <vector>

#include "accountant/loss/mechanism_loss.h"
#include "accountant/loss/units.h"

namespace tacit {

inline constexpr int64_t kOrderMax = int64_t{1} << 20;
inline bool IsOrder(int64_t order) { return order >= 2 && order <= kOrderMax; }

// Any mechanism of this pure epsilon: that of randomised response, and at most epsilon.
double PureRenyiUpper(const Epsilon& epsilon, int64_t order);
double PureRhoUpper(const Epsilon& epsilon);

// An exponential mechanism whose log ratios lie in an interval of this length.
double BoundedRangeRenyiUpper(const Epsilon& epsilon, int64_t order);

// Discrete Laplace noise on an integer vector of this L1 sensitivity, in grid units.
double DiscreteLaplaceRenyiUpper(const LaplaceScale& scale, int64_t l1, int64_t order);

// Gaussian noise, continuous or discrete, on all parts together: order times this.
double GaussianRhoUpper(const std::vector<GaussianPart>& parts);

// Gaussian noise of sigma times the clipping norm on a sum over a batch that each unit enters
// independently with probability q.
double SubsampledGaussianRenyiUpper(double q, double sigma, int64_t order);

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_LOSS_RENYI_H_
