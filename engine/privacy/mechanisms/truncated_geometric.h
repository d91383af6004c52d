// Partition selection: shows a group of n units with the largest probability that (epsilon, delta)
// allows, nearly.
//
// Source: Desfontaines, Voss, Gipson, Mandayam 2020, section 4 (truncated geometric).
#ifndef TACIT_ENGINE_PRIVACY_MECHANISMS_TRUNCATED_GEOMETRIC_H_
#define TACIT_ENGINE_PRIVACY_MECHANISMS_TRUNCATED_GEOMETRIC_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "accountant/loss/mechanism_loss.h"
#include "engine/privacy/random/random_bits.h"

namespace tacit {

// The least noise for `groups` groups a unit, with epsilon and delta over all of them. Errors: as
// CalibrateLaplace; kLimit when the bound leaves exact integers.
absl::StatusOr<TruncatedGeometricLoss> CalibrateTruncatedGeometric(int64_t groups, Epsilon epsilon,
                                                                   Delta delta);

// Claim:  keep[i] = units[i] + X_i > bound, X_i discrete Laplace on [-bound, bound], is
//         (1/scale, P[X = bound])-differentially private for each group whose units change by one.
// Needs:  `keep` as long as `units`. A group without a unit is never kept. One draw a group.
// Errors: none. Proof: accountant/loss/selection.proof.md and truncated_geometric.proof.md.
void KeepByTruncatedGeometric(absl::Span<const int64_t> units, const LaplaceScale& scale,
                              int64_t bound, RandomBits& random, absl::Span<uint8_t> keep);

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_MECHANISMS_TRUNCATED_GEOMETRIC_H_
