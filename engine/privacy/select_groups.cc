#include "engine/privacy/select_groups.h"

#include <numeric>

#include "accountant/check.h"
#include "engine/privacy/mechanisms/thresholded_count.h"
#include "engine/privacy/mechanisms/truncated_geometric.h"

namespace tacit {

std::vector<uint32_t> SelectGroups(const Certificate& certificate, const PartialSums& sums,
                                   absl::Span<const __int128> noised, RandomBits& random) {
  const size_t stride = certificate.slots();
  const size_t groups = sums.group_count(stride);
  const auto& selection = certificate.selection();
  if (!selection.has_value()) {
    // Public groups are all shown, empty or not; without this count they would not be public.
    TACIT_CHECK(static_cast<int64_t>(groups) == certificate.group_count());
    std::vector<uint32_t> all(groups);
    std::iota(all.begin(), all.end(), 0);
    return all;
  }
  std::vector<int64_t> units(groups);
  for (uint32_t group = 0; group < groups; ++group) {
    units[group] = static_cast<int64_t>(sums.At(group, stride, stride - 1));
  }
  std::vector<uint8_t> keep(groups);
  if (selection->count >= 0) {
    KeepByThreshold(units, noised, selection->threshold, absl::MakeSpan(keep));
  } else {
    KeepByTruncatedGeometric(units, std::get<LaplaceScale>(selection->noise), selection->bound,
                             random, absl::MakeSpan(keep));
  }
  std::vector<uint32_t> shown;
  for (uint32_t group = 0; group < groups; ++group) {
    if (static_cast<int64_t>(shown.size()) == certificate.groups_released_max()) break;
    if (keep[group] != 0) shown.push_back(group);
  }
  return shown;
}

}  // namespace tacit
