// Gaussian noise, continuous and discrete: upper bounds of delta. Proof: gaussian.proof.md.
#ifndef TACIT_ACCOUNTANT_LOSS_GAUSSIAN_H_
#define TACIT_ACCOUNTANT_LOSS_GAUSSIAN_H_

#include <optional>
#include <vector>

#include "accountant/loss/mechanism_loss.h"
#include "accountant/loss/rounding.h"
#include "accountant/loss/units.h"

namespace tacit {

// exp(t^2) erfc(t) for t >= 0, to within a relative 2^-48.
double Erfcx(double t);

// A bound of the delta of the Gaussian mechanism at any privacy loss, also a negative one, where
// delta is that of the mirrored pair: 1 - e^loss + e^loss delta(-loss). 0 and 1 where it cannot
// tell.
double GaussianDelta(double loss, double mu, Side side);

// At least the delta of the Gaussian mechanism with mu = l2 sensitivity / sigma at this epsilon
// (Balle and Wang 2018, Thm 8). For mu up to 1000 it exceeds it by at most a relative 1e-10, a
// 2^-45th part of the probability that the privacy loss exceeds epsilon, and 1e-299. 1 where it
// cannot tell.
double GaussianDeltaUpper(Epsilon epsilon, double mu);

// The largest mu with GaussianDeltaUpper(epsilon, mu) <= delta. 0: none.
double GaussianMuLower(Epsilon epsilon, Delta delta);

// The least epsilon with GaussianDeltaUpper(epsilon, mu) <= delta. nullopt: none up to 10000.
std::optional<Epsilon> GaussianEpsilonUpper(double mu, Delta delta);

// At least the delta of the discrete Gaussian mechanism on all parts together at this epsilon.
// 1 where it cannot tell. Calibrate by searching this very function, so that no price can differ.
double DiscreteGaussianDeltaUpper(const std::vector<GaussianPart>& parts, Epsilon epsilon);

std::optional<Amount> Price(const DiscreteGaussianLoss& loss);

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_LOSS_GAUSSIAN_H_
