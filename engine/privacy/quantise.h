// Features -> integers on a certified sum's grid, clipped: what may enter the sum.
#ifndef TACIT_ENGINE_PRIVACY_QUANTISE_H_
#define TACIT_ENGINE_PRIVACY_QUANTISE_H_

#include <cstdint>

#include "absl/types/span.h"
#include "engine/privacy/certificate.h"
#include "engine/privacy/owned_batch.h"

namespace tacit {

// Claim:  under kRows entries[row] lies in [lower - centre, upper - centre]; under kUnitTotal in
//         [-2^62, 2^62]. A NULL is 0. Each entry depends on its own row alone.
// Needs:  arrays of `feature`, where set, as long as `entries`. Errors: none; NaN becomes the lower
// end. Proof:  bound.proof.md, step 4.
void Quantise(const CertifiedSum& sum, const FeatureArray& feature, absl::Span<int64_t> entries);

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_QUANTISE_H_
