// Features -> integers on a certified grid, clipped: what may enter a group's numbers.
#ifndef TACIT_ENGINE_PRIVACY_QUANTISE_H_
#define TACIT_ENGINE_PRIVACY_QUANTISE_H_

#include <cstdint>

#include "absl/types/span.h"
#include "engine/privacy/bound_unit.h"
#include "engine/privacy/certificate.h"
#include "engine/privacy/owned_batch.h"

namespace tacit {

// Claim:  entries[row] is, by kind: of a kSum by kRows in [lower - centre, upper - centre], a NULL
//         being 0; by kUnitTotal in [-2^62, 2^62]; of a kQuantile a cell in [0, cells), of a
//         kDistinct the value itself, both kNoEntry for NULL. Each depends on its own row alone.
// Needs:  arrays of `feature`, where set, as long as `entries`.
// Errors: none; NaN becomes the lower end. Proof: bound.proof.md, step 4.
void Quantise(const CertifiedStatistic& statistic, const FeatureArray& feature,
              absl::Span<int64_t> entries);

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_QUANTISE_H_
