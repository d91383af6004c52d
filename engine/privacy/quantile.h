// A group's histogram -> how badly each cell divides its rows.
#ifndef TACIT_ENGINE_PRIVACY_QUANTILE_H_
#define TACIT_ENGINE_PRIVACY_QUANTILE_H_

#include <vector>

#include "absl/types/span.h"
#include "engine/privacy/certificate.h"

namespace tacit {

// penalty[i], for the quantile p/d and `below`, `equal`, `above` rows in lower, the same and higher
// cells: max(0, p * above - (d - p) * (below + equal), (d - p) * below - p * (equal + above)); 0
// exactly where cell i holds the quantile.
// Claim:  one row more or less changes every penalty by at most max(p, d - p).
// Needs:  a kQuantile statistic; counts of its cells. Errors: none. Proof: certify.proof.md, 3.
std::vector<__int128> QuantilePenalties(const CertifiedStatistic& statistic,
                                        absl::Span<const __int128> counts);

// The value that stands for a cell, in natural units: its middle.
double ValueOfCell(const CertifiedStatistic& statistic, int64_t cell);

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_QUANTILE_H_
