// Which groups may be shown.
#ifndef TACIT_ENGINE_PRIVACY_SELECT_GROUPS_H_
#define TACIT_ENGINE_PRIVACY_SELECT_GROUPS_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "engine/privacy/bound_unit.h"
#include "engine/privacy/certificate.h"
#include "engine/privacy/random/random_bits.h"

namespace tacit {

// The positions of the groups to show, ascending: all public ones, or those that the certified
// selection keeps, the first groups_released_max of them. `noised` holds, by group, the noised
// units of the statistic that decides, where one does.
// Claim:  of groups with a private key, one that no unit was kept in is never shown; what is shown
//         reveals at most the selection's loss. As many draws as there are groups, or none.
// Needs:  exact unit counts in the last slot (bound.proof.md). Errors: none.
// Proof:  certify.proof.md, step 6.
std::vector<uint32_t> SelectGroups(const Certificate& certificate, const PartialSums& sums,
                                   absl::Span<const __int128> noised, RandomBits& random);

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_SELECT_GROUPS_H_
