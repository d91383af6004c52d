// From Renyi curves and rho to (epsilon, delta) and back. Proof: conversions.proof.md.
//
// Claim: a mechanism whose Renyi divergence of the order is at most `divergence` in both directions
// (for rho: at most order times rho at every real order above 1) is (epsilon, delta)-differentially
// private for what a function here returns of the two, given the other.
// Errors: 1 for a delta, nullopt for an epsilon, 0 for a limit where nothing is proved.
#ifndef TACIT_ACCOUNTANT_LOSS_CONVERSIONS_H_
#define TACIT_ACCOUNTANT_LOSS_CONVERSIONS_H_

#include <cstdint>
#include <optional>

#include "accountant/loss/units.h"

namespace tacit {

// Canonne, Kamath, Steinke 2020, Prop. 12.
double DeltaFromRenyiUpper(double divergence, int64_t order, Epsilon epsilon);
std::optional<Epsilon> EpsilonFromRenyiUpper(double divergence, int64_t order, Delta delta);

// The same at the best order of all.
double DeltaFromRhoUpper(double rho_upper, Epsilon epsilon);
std::optional<Epsilon> EpsilonFromRhoUpper(double rho_upper, Delta delta);

// The largest rho whose epsilon at delta fits.
double RhoLower(Epsilon epsilon, Delta delta);

// The largest divergence of this order whose epsilon at delta fits, in pico-nats.
int64_t RenyiLimitPicoLower(Epsilon epsilon, Delta delta, int64_t order);

// The order in [2, order_max] that affords the most Gaussian noise: the largest limit per order.
// nullopt: no order has a limit above 0. Any order is sound; this is a choice.
std::optional<int64_t> BestOrder(Epsilon epsilon, Delta delta, int64_t order_max);

// At least the mu for which every mechanism of this pure epsilon is mu-Gaussian differentially
// private. Infinity above 600.
double MuOfPure(Epsilon epsilon);

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_LOSS_CONVERSIONS_H_
