#include "engine/privacy/mechanisms/permute_and_flip.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "accountant/check.h"
#include "engine/privacy/mechanisms/discrete_laplace.h"

namespace tacit {

absl::StatusOr<LaplaceScale> CalibratePermuteAndFlip(int64_t groups, int64_t score_sensitivity,
                                                     Epsilon epsilon) {
  return CalibrateLaplace(static_cast<__int128>(groups) * score_sensitivity * 2, epsilon);
}

int64_t LikelyPenalty(int64_t candidates, const LaplaceScale& scale) {
  // Each other one wins with its penalty by half of exp(-penalty / scale).
  const double ratio = static_cast<double>(candidates) / 2 / 0.05;
  const double width = std::ldexp(static_cast<double>(scale.numerator), -scale.denominator_log2);
  return static_cast<int64_t>(std::min(std::ceil(width * std::log(ratio)), 0x1p62));
}

size_t PermuteAndFlip(absl::Span<const __int128> penalties, const LaplaceScale& scale,
                      RandomBits& random) {
  TACIT_CHECK(!penalties.empty());
  std::vector<__int128> noise(penalties.size());
  SampleGeometric(scale, random, absl::MakeSpan(noise));
  // Geometric noise is the whole part of exponential noise, and the parts behind the point, equally
  // distributed and independent of it, are what would decide ties.
  std::vector<uint64_t> rank(penalties.size());
  for (uint64_t& word : rank) word = random.Next();
  size_t best = 0;
  for (size_t i = 1; i < penalties.size(); ++i) {
    const __int128 lead = (noise[i] - penalties[i]) - (noise[best] - penalties[best]);
    if (lead > 0 || (lead == 0 && rank[i] > rank[best])) best = i;
  }
  return best;
}

}  // namespace tacit
