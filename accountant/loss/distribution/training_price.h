// What a training job costs when it is committed to as a whole. Proof:
// privacy_loss_distribution.proof.md; of Renyi divergences the one of accountant/loss/renyi.h.
#ifndef TACIT_ACCOUNTANT_LOSS_DISTRIBUTION_TRAINING_PRICE_H_
#define TACIT_ACCOUNTANT_LOSS_DISTRIBUTION_TRAINING_PRICE_H_

#include <cstdint>
#include <optional>

#include "accountant/loss/mechanism_loss.h"
#include "accountant/loss/search.h"
#include "accountant/loss/units.h"

namespace tacit {

inline constexpr int64_t kStepsMax = int64_t{1} << 24;

// Rounded towards a larger price. nullopt: out of range.
std::optional<SamplingRate> RateAtLeast(double rate);
std::optional<NoiseMultiplier> NoiseAtMost(double sigma);

// The claimed pair, if it is proved. Takes tens of milliseconds for a job that was not asked about
// lately, else next to nothing. Thread-safe.
std::optional<Amount> Price(const SubsampledGaussianLoss& loss);

// All steps together, whose divergences add up. Infinity where nothing is proved.
double SubsampledGaussianRenyiUpper(const SubsampledGaussianLoss& loss, int64_t order);
// The same of rho, as if every batch were full: at large orders sampling helps nothing.
double SubsampledGaussianRhoUpper(const SubsampledGaussianLoss& loss);

// The job with the least epsilon at `delta` that is proved. nullopt: none.
std::optional<SubsampledGaussianLoss> TrainingLossFor(SamplingRate rate, NoiseMultiplier sigma,
                                                      int64_t steps, const Delta& delta);

// The most steps of the same kind, each count with its least epsilon, whose loss `fits`. What is
// returned has itself been tested.
template <typename Fits>
int64_t StepsThatFit(SamplingRate rate, NoiseMultiplier sigma, const Delta& delta,
                     const Fits& fits) {
  const auto too_many = [&](int64_t steps) {
    const auto loss = TrainingLossFor(rate, sigma, steps, delta);
    return !loss.has_value() || !fits(*loss);
  };
  int64_t enough = 0;
  int64_t beyond = 1;
  while (beyond <= kStepsMax && !too_many(beyond)) {
    enough = beyond;
    beyond *= 2;
  }
  while (beyond - enough > 1) {
    const int64_t middle = enough + (beyond - enough) / 2;
    (too_many(middle) ? beyond : enough) = middle;
  }
  return enough;
}

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_LOSS_DISTRIBUTION_TRAINING_PRICE_H_
