// What every additive mechanism offers the core. Adding one is a file pair, its proof, its test
// twin, a loss in the accountant and one line in registry.cc.
#ifndef TACIT_ENGINE_PRIVACY_MECHANISMS_MECHANISM_H_
#define TACIT_ENGINE_PRIVACY_MECHANISMS_MECHANISM_H_

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "accountant/loss/mechanism_loss.h"
#include "engine/privacy/random/random_bits.h"

namespace tacit {

// Plain functions: a mechanism has no state. Noise and scales are in grid units.
struct Mechanism {
  std::string_view name;
  // True for this mechanism's own parameters.
  bool (*owns)(const MechanismLoss& loss);
  // The least noise whose loss is at most `epsilon`. Errors: kMissingBounds for a sensitivity that
  // is not positive, kPrivacyParameter for an epsilon of zero, kLimit when the scale leaves exact
  // integers.
  absl::StatusOr<MechanismLoss> (*calibrate)(int64_t l1_sensitivity, Epsilon epsilon);
  // Fills `noise` with independent draws.
  void (*sample)(const MechanismLoss& loss, RandomBits& random, absl::Span<__int128> noise);
  // For people: the scale, and the least h with P(|noise| > h) <= 1 - confidence.
  double (*scale)(const MechanismLoss& loss);
  double (*half_width)(const MechanismLoss& loss, double confidence);
};

// The mechanism that `loss` is a parameter of. CHECKs that there is one: Certify made the loss.
const Mechanism& MechanismOf(const MechanismLoss& loss);

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_MECHANISMS_MECHANISM_H_
