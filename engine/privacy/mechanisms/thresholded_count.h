// Partition selection by a noisy count that is shown with its key when it reaches a threshold.
// Source: Korolova, Kenthapadi, Mishra, Ntoulas 2009; integer noise as in Wilson et al. 2020.
#ifndef TACIT_ENGINE_PRIVACY_MECHANISMS_THRESHOLDED_COUNT_H_
#define TACIT_ENGINE_PRIVACY_MECHANISMS_THRESHOLDED_COUNT_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "accountant/loss/mechanism_loss.h"
#include "engine/privacy/mechanisms/mechanism.h"

namespace tacit {

// The least gap above what one unit can add. Errors: kLimit when it leaves exact integers.
absl::StatusOr<ThresholdLoss> CalibrateThreshold(int64_t groups, const NoiseScale& noise,
                                                 Delta delta);

// The least noised count that is shown, when one unit adds at most `linf` to a group.
int64_t ThresholdOf(int64_t linf, const ThresholdLoss& loss);

// Claim:  keep[i] = noised[i] >= threshold reveals nothing beyond the noised counts but, with
//         probability at most delta, that a group has a single unit.
// Needs:  `units` the exact number of units a group: a group without any is never kept, since one
//         unit may have left any number of empty groups behind. All spans of one length.
// Errors: none. Proof: thresholded_count.proof.md.
void KeepByThreshold(absl::Span<const int64_t> units, absl::Span<const __int128> noised,
                     int64_t threshold, absl::Span<uint8_t> keep);

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_MECHANISMS_THRESHOLDED_COUNT_H_
