// Chooses one of many candidates, the better the likelier: report-noisy-max with one-sided
// geometric noise and ties decided at random, which is permute-and-flip. Its expected error is
// never larger than the exponential mechanism's at the same epsilon, and, unlike that one's, its
// draws are exact and their number does not depend on the scores.
//
// Source: McKenna, Sheldon 2020 (Theorem 2 for the error); as noisy max with exponential noise
// Ding, Kifer, Sayed E., Steinke, Wang, Xiao, Zhang 2021.
#ifndef TACIT_ENGINE_PRIVACY_MECHANISMS_PERMUTE_AND_FLIP_H_
#define TACIT_ENGINE_PRIVACY_MECHANISMS_PERMUTE_AND_FLIP_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "accountant/loss/mechanism_loss.h"
#include "engine/privacy/random/random_bits.h"

namespace tacit {

// The least scale at which choosing once in each of `groups` groups costs at most `epsilon`, when a
// unit changes every score by at most `score_sensitivity`. Errors: as CalibrateLaplace.
absl::StatusOr<LaplaceScale> CalibratePermuteAndFlip(int64_t groups, int64_t score_sensitivity,
                                                     Epsilon epsilon);

// The least penalty, rounded up, that a choice among so many of which one has none exceeds with
// probability at most 5%. Proof: permute_and_flip.proof.md, step 7.
int64_t LikelyPenalty(int64_t candidates, const LaplaceScale& scale);

// Claim:  the choice is (2 * s / scale)-differentially private when a unit changes every penalty by
//         at most s.
// Needs:  at least one penalty, each below 2^120 in magnitude. One draw and one word a candidate,
// always. Errors: none. Proof: permute_and_flip.proof.md.
size_t PermuteAndFlip(absl::Span<const __int128> penalties, const LaplaceScale& scale,
                      RandomBits& random);

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_MECHANISMS_PERMUTE_AND_FLIP_H_
