// Noise for certified statistics and the choice of groups, and what it all costs, as data.
#ifndef TACIT_ENGINE_PRIVACY_CALIBRATE_H_
#define TACIT_ENGINE_PRIVACY_CALIBRATE_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/plan/nodes/measure.h"
#include "engine/privacy/certificate.h"

namespace tacit {

// Claim:  with the noise set here on `statistics` (as many as `measure` has, from FixSensitivity),
//         for a unit that touches at most `groups` groups, the returned losses bound what all
//         statistics together reveal; each is at most what its share in `measure` offers.
//         Where a Gaussian claim cannot be proved its loss has no price; Certify refuses that.
// Errors: kPrivacyParameter (a share or delta that is zero), kLimit (noise beyond exact integers).
// Proof:  certify.proof.md, steps 4 and 5.
absl::StatusOr<std::vector<MechanismLoss>> CalibrateStatistics(
    const MeasureNode& measure, int64_t groups, std::vector<CertifiedStatistic>& statistics);

// The same for the choice of groups. The count that decides must be one of `statistics`,
// calibrated.
// Errors: also kUnsupported (the deciding statistic is no sum). Proof: certify.proof.md, step 6.
struct CalibratedSelection {
  CertifiedSelection selection;
  MechanismLoss loss;
};
absl::StatusOr<CalibratedSelection> CalibrateSelection(
    const GroupSelection& selection, int64_t groups,
    const std::vector<CertifiedStatistic>& statistics);

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_CALIBRATE_H_
