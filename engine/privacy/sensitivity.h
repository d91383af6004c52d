// How far one unit moves one group's number: the grid, the clip and linf of a statistic.
#ifndef TACIT_ENGINE_PRIVACY_SENSITIVITY_H_
#define TACIT_ENGINE_PRIVACY_SENSITIVITY_H_

#include "absl/status/statusor.h"
#include "engine/plan/nodes/measure.h"
#include "engine/privacy/certificate.h"

namespace tacit {

// Claim:  under the result's grid, clip and cells, and the measure's limits (both >= 1),
//         `UnitBounder` changes the number of one group (kQuantile: every candidate's score) by at
//         most `linf` when a unit with all its rows comes or goes; with blocks, when a block's
//         answer comes or goes. `linf` > 0. Noise, share and slot are left unset.
// Errors: kMissingBounds (no, non-finite or contradictory bounds; nothing that could move),
//         kLimit (bounds or limits beyond exact integers), kUnsupported (a malformed statistic).
// Proof:  certify.proof.md, steps 2 and 3.
absl::StatusOr<CertifiedStatistic> FixSensitivity(const Statistic& statistic,
                                                  const ContributionLimits& limits,
                                                  NoiseKind noise);

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_SENSITIVITY_H_
