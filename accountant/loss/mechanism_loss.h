// What one mechanism may reveal, as data: the unit of account of the ledger. Totals can be
// recomputed from these by an independent program. A new mechanism adds one struct, one variant
// entry and its price on every track; what a track cannot price costs infinity there, never a
// guess.
#ifndef TACIT_ACCOUNTANT_LOSS_MECHANISM_LOSS_H_
#define TACIT_ACCOUNTANT_LOSS_MECHANISM_LOSS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "absl/status/statusor.h"
#include "accountant/loss/units.h"

namespace tacit {

// The parameter of discrete Laplace noise: numerator / 2^denominator_log2, in grid units.
// P(X = x) is proportional to exp(-|x| / scale). Invariant: 0 < numerator < 2^62, shift in [0, 62].
struct LaplaceScale {
  int64_t numerator = 0;
  int denominator_log2 = 0;
  friend bool operator==(const LaplaceScale&, const LaplaceScale&) = default;
};

// Discrete Laplace noise on an integer vector. Loss: l1_sensitivity / scale (Ghosh, Roughgarden,
// Sundararajan 2009, Thm 2.1 for sensitivity 1; triangle inequality for the rest).
struct DiscreteLaplaceLoss {
  int64_t l1_sensitivity = 0;  // grid units, > 0
  LaplaceScale scale;
  friend bool operator==(const DiscreteLaplaceLoss&, const DiscreteLaplaceLoss&) = default;
};

// Any mechanism known only to be epsilon-differentially private.
struct PureLoss {
  Epsilon epsilon;
  friend bool operator==(const PureLoss&, const PureLoss&) = default;
};

using MechanismLoss = std::variant<DiscreteLaplaceLoss, PureLoss>;

// The mechanism's (epsilon, delta), epsilon rounded up to whole pico-nats. nullopt: cannot be
// priced (a non-positive parameter or a value beyond the largest amount), which no filter admits.
std::optional<Amount> PriceRoundUp(const MechanismLoss& loss);

// One line of canonical text, e.g. "DiscreteLaplace{l1=3,scale=5/2^0}"; Parse inverts it exactly.
std::string ToText(const MechanismLoss& loss);
absl::StatusOr<MechanismLoss> ParseMechanismLoss(std::string_view text);

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_LOSS_MECHANISM_LOSS_H_
