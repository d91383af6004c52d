#include "engine/privacy/quantile.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tacit {

std::vector<__int128> QuantilePenalties(const CertifiedStatistic& statistic,
                                        absl::Span<const __int128> counts) {
  const __int128 p = statistic.quantile.numerator;
  const __int128 rest = statistic.quantile.denominator - p;
  const __int128 total = std::accumulate(counts.begin(), counts.end(), __int128{0});
  std::vector<__int128> penalties;
  __int128 below = 0;
  for (const __int128 equal : counts) {
    const __int128 above = total - below - equal;
    const __int128 too_low = p * above - rest * (below + equal);
    const __int128 too_high = rest * below - p * (equal + above);
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
