// Prices that are a ratio of integers, computed in integers.
#ifndef TACIT_ACCOUNTANT_LOSS_LAPLACE_PRICE_H_
#define TACIT_ACCOUNTANT_LOSS_LAPLACE_PRICE_H_

#include <cstdint>
#include <initializer_list>
#include <optional>

#include "accountant/loss/mechanism_loss.h"

namespace tacit {

bool IsValid(const LaplaceScale& scale);
// Above 0 and at most what text can name.
bool IsPriceable(const Epsilon& epsilon);

// The product of `factors` divided by `scale`, rounded up to whole pico-nats. nullopt when a factor
// is not positive, the scale is not valid or the ratio is not priceable.
std::optional<Epsilon> RatioRoundUp(std::initializer_list<int64_t> factors,
                                    const LaplaceScale& scale);

std::optional<Amount> Price(const DiscreteLaplaceLoss& loss);
std::optional<Amount> Price(const NoisyMaxLoss& loss);
std::optional<Amount> Price(const PureLoss& loss);

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_LOSS_LAPLACE_PRICE_H_
