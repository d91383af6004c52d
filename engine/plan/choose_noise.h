// Which noise, and how the offer is split: for the smallest stated error.
#ifndef TACIT_ENGINE_PLAN_CHOOSE_NOISE_H_
#define TACIT_ENGINE_PLAN_CHOOSE_NOISE_H_

#include "absl/status/status.h"
#include "engine/plan/nodes/query_plan.h"

namespace tacit {

// What a query may cost. Without delta: Laplace noise and public groups alone.
struct Offer {
  Amount amount;
  bool gaussian_only = false;  // the asker named rho, or tops up Gaussian noise
  bool laplace_only = false;   // he tops up Laplace noise
};

// Fills noise, noise_delta, selection and the statistics' shares of `measure`, from public things
// alone. The shares add up to at most the offer; Certify checks that.
//
// Error: the product over all answers of their expected interval widths at 1,000 rows, times the
// number of units at which a group is likely shown. Where it is least, each statistic's share is
// proportional to the part of the error it causes (the stationarity condition of a convex program
// in the logarithms of the shares), which is found by iteration. Laplace and Gaussian noise are
// both tried. A count of units among the statistics decides which groups are shown and is not paid
// twice.
//
// Errors: kPrivacyParameter (epsilon too small to split, a delta that is missing).
absl::Status ChooseNoise(const Offer& offer, const PresentNode& present, MeasureNode& measure);

}  // namespace tacit

#endif  // TACIT_ENGINE_PLAN_CHOOSE_NOISE_H_
