// A group's histogram -> how badly each cell divides its rows.
#ifndef TACIT_ENGINE_PRIVACY_QUANTILE_H_
#define TACIT_ENGINE_PRIVACY_QUANTILE_H_

#include <vector>

#include "absl/types/span.h"
#include "engine/privacy/certificate.h"

namespace tacit {

// Below a tenth or above nine tenths, 0 and 1 among them. Cells beyond all rows would often win
// there, so the rank asked for is kept inside the rows, as far as noise may lead away from it.
bool IsOuter(const Quantile& quantile);

// How far noise leads at most with probability 95%, in 1/denominator of a row.
// Needs:  a calibrated kQuantile statistic. Proof: mechanisms/permute_and_flip.proof.md, 7.
int64_t RankErrorOf(const CertifiedStatistic& statistic);

// penalty[i], for the quantile p/d of n rows, of which `below` are in lower cells and `equal` in
// cell i: max(0, rank - d * (below + equal), d * below - rank). The rank is p * n; of an outer
// quantile it lies at least min(RankErrorOf, d * n / 2) from both 0 and d * n. So 0 exactly where
// cell i holds the rank, and some cell does.
// Claim:  one row more or less changes every penalty by at most max(p, d - p), of an outer quantile
//         by at most d.
// Needs:  a kQuantile statistic, calibrated; counts of its cells. Errors: none. Proof:
// certify.proof.md, 3.
std::vector<__int128> QuantilePenalties(const CertifiedStatistic& statistic,
                                        absl::Span<const __int128> counts);

// The value that stands for a cell, in natural units: its middle.
double ValueOfCell(const CertifiedStatistic& statistic, int64_t cell);

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_QUANTILE_H_
