#include "engine/privacy/mechanisms/truncated_geometric.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "accountant/check.h"
#include "accountant/loss/selection.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/privacy/mechanisms/discrete_laplace.h"

namespace tacit {
namespace {

// Keeps units + noise inside 64 bits.
constexpr int64_t kBoundMax = int64_t{1} << 61;

}  // namespace

absl::StatusOr<TruncatedGeometricLoss> CalibrateTruncatedGeometric(int64_t groups, Epsilon epsilon,
                                                                   Delta delta) {
  TACIT_ASSIGN_OR_RETURN(const LaplaceScale scale, CalibrateLaplace(groups, epsilon));
  const std::optional<int64_t> bound = TruncationFor(scale, DeltaPerGroup(delta, groups));
  if (!bound.has_value() || *bound > kBoundMax) {
    return Refuse(Reason::kLimit, "no group could ever be shown at this epsilon and delta",
                  {.fix = "ask with a larger epsilon or delta", .limit = "noise_scale"});
  }
  // A wider bound has a lighter edge. No narrower than the scale, or the sampler would try for
  // long.
  const int64_t wide = (scale.numerator >> scale.denominator_log2) + 1;
  return TruncatedGeometricLoss{groups, scale, std::max(*bound, wide), delta};
}

void KeepByTruncatedGeometric(absl::Span<const int64_t> units, const LaplaceScale& scale,
                              int64_t bound, RandomBits& random, absl::Span<uint8_t> keep) {
  TACIT_CHECK(units.size() == keep.size());
  std::vector<int64_t> noise(units.size());
  SampleTruncatedLaplace(scale, bound, random, absl::MakeSpan(noise));
  for (size_t i = 0; i < units.size(); ++i) {
    keep[i] = static_cast<uint8_t>(units[i] > 0 && units[i] + noise[i] > bound);
  }
}

}  // namespace tacit
