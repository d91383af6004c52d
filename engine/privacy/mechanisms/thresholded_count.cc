#include "engine/privacy/mechanisms/thresholded_count.h"

#include <optional>

#include "accountant/check.h"
#include "accountant/loss/selection.h"
#include "accountant/refusal.h"

namespace tacit {
namespace {

// Keeps threshold + count inside 64 bits.
constexpr int64_t kGapMax = int64_t{1} << 61;

}  // namespace

absl::StatusOr<ThresholdLoss> CalibrateThreshold(int64_t groups, const NoiseScale& noise,
                                                 Delta delta) {
  const double delta_per_group = DeltaPerGroup(delta, groups);
  const auto* gaussian = std::get_if<GaussianSigma>(&noise);
  const std::optional<int64_t> gap =
      gaussian != nullptr ? GaussianGapFor(*gaussian, delta_per_group)
                          : LaplaceGapFor(std::get<LaplaceScale>(noise), delta_per_group);
  if (!gap.has_value() || *gap > kGapMax) {
    return Refuse(Reason::kLimit, "no group could ever be shown at this epsilon and delta",
                  {.fix = "ask with a larger epsilon or delta", .limit = "noise_scale"});
  }
  return ThresholdLoss{groups, *gap, noise, delta};
}

int64_t ThresholdOf(int64_t linf, const ThresholdLoss& loss) { return linf + loss.gap; }

void KeepByThreshold(absl::Span<const int64_t> units, absl::Span<const __int128> noised,
                     int64_t threshold, absl::Span<uint8_t> keep) {
  TACIT_CHECK(units.size() == keep.size() && noised.size() == keep.size());
  for (size_t i = 0; i < units.size(); ++i) {
    keep[i] = static_cast<uint8_t>(units[i] > 0 && noised[i] >= threshold);
  }
}

}  // namespace tacit
