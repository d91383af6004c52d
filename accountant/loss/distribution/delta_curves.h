// The delta of one mechanism at every privacy loss: all that is needed to compose it with others.
// Proof: privacy_loss_distribution.proof.md.
#ifndef TACIT_ACCOUNTANT_LOSS_DISTRIBUTION_DELTA_CURVES_H_
#define TACIT_ACCOUNTANT_LOSS_DISTRIBUTION_DELTA_CURVES_H_

#include <cstdint>
#include <functional>

#include "accountant/loss/mechanism_loss.h"
#include "accountant/loss/rounding.h"
#include "accountant/loss/units.h"

namespace tacit {

// A bound, on the given side, of delta(loss) = sup over events S of P(S) - e^loss Q(S), for one
// ordered pair P, Q of output distributions on neighbours and any real loss.
using DeltaCurve = std::function<double(double loss, Side side)>;

// Both directions of these have the same curve. Empty where a parameter is out of range.
DeltaCurve GaussianCurve(double mu);
// Laplace noise, continuous on a number that moves by at most epsilon scales, or discrete on an
// integer that moves by at most `most`. Of a vector, each entry is a mechanism of its own.
DeltaCurve LaplaceCurve(const Epsilon& epsilon);
DeltaCurve DiscreteLaplaceCurve(const LaplaceScale& scale, int64_t most);
// Any mechanism that is known only to be (epsilon, delta)-private.
DeltaCurve ApproximateCurve(const Epsilon& epsilon, const Delta& delta);

// Whether Q or P is the output without the unit.
enum class Direction { kRemove, kAdd };
// Gaussian noise of sigma times the clipping norm on a sum over a batch that each unit enters
// independently with probability q.
DeltaCurve SubsampledGaussianCurve(double q, double sigma, Direction direction);

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_LOSS_DISTRIBUTION_DELTA_CURVES_H_
