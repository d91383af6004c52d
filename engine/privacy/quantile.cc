#include "engine/privacy/quantile.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/privacy/mechanisms/permute_and_flip.h"

namespace tacit {
namespace {

// The rank asked for, in 1/d of a row. It grows by 0 to d with each row.
__int128 RankOf(const CertifiedStatistic& statistic, __int128 rows) {
  const __int128 p = statistic.quantile.numerator;
  const __int128 d = statistic.quantile.denominator;
  if (!IsOuter(statistic.quantile)) return p * rows;
  const __int128 inside = std::min<__int128>(RankErrorOf(statistic), d * rows / 2);
  return 2 * p < d ? std::max(p * rows, inside) : std::min(p * rows, d * rows - inside);
}

}  // namespace

bool IsOuter(const Quantile& quantile) {
  return 10 * quantile.numerator < quantile.denominator ||
         10 * quantile.numerator > 9 * quantile.denominator;
}

int64_t RankErrorOf(const CertifiedStatistic& statistic) {
  return LikelyPenalty(statistic.cells, std::get<LaplaceScale>(statistic.noise));
}

std::vector<__int128> QuantilePenalties(const CertifiedStatistic& statistic,
                                        absl::Span<const __int128> counts) {
  const __int128 d = statistic.quantile.denominator;
  const __int128 rank =
      RankOf(statistic, std::accumulate(counts.begin(), counts.end(), __int128{0}));
  std::vector<__int128> penalties;
  __int128 below = 0;
  for (const __int128 equal : counts) {
    const __int128 too_low = rank - d * (below + equal);
    const __int128 too_high = d * below - rank;
    penalties.push_back(std::max({__int128{0}, too_low, too_high}));
    below += equal;
  }
  return penalties;
}

double ValueOfCell(const CertifiedStatistic& statistic, int64_t cell) {
  const int64_t first = statistic.lower + cell * statistic.cell_width;
  const int64_t last = std::min(first + statistic.cell_width - 1, statistic.upper);
  const int64_t middle = first + (last - first) / 2;
  return std::ldexp(static_cast<double>(middle), statistic.granularity_log2);
}

}  // namespace tacit
