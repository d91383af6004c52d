#include "engine/privacy/perturb.h"

#include <cmath>

#include "accountant/check.h"
#include "accountant/refusal.h"
#include "engine/privacy/mechanisms/mechanism.h"
#include "engine/privacy/mechanisms/permute_and_flip.h"
#include "engine/privacy/quantile.h"
#include "engine/privacy/select_groups.h"

namespace tacit {

// Opens seals; the only class that can.
class Perturber {
 public:
  static absl::StatusOr<Release> Run(Sealed<PartialSums> sealed, const Certificate& certificate,
                                     const GroupNames& names, SpendReceipt receipt,
                                     RandomBits& random) {
    const PartialSums sums = std::move(sealed.content_);
    const bool paid = receipt.valid() && receipt.certificate() == certificate.digest() &&
                      receipt.data_version() == certificate.data_version();
    if (!paid || sums.certificate != certificate.digest()) {
      return Refuse(Reason::kInternal, "sums, certificate and receipt do not belong together");
    }
    const size_t stride = certificate.slots();
    TACIT_CHECK(sums.group_count(stride) == names.size());
    TACIT_CHECK(sums.values.empty());  // they were counted
    // One statistic after the other, all groups in key order, shown or not: number, kind and order
    // of draws are those of the certificate and the groups, whatever they hold.
    const size_t statistics = certificate.statistics().size();
    std::vector<double> values(sums.numbers.size() / stride * statistics);  // by place
    std::vector<__int128> deciding;
    for (size_t i = 0; i < statistics; ++i) {
      const CertifiedStatistic& statistic = certificate.statistics()[i];
      const bool decides = certificate.selection().has_value() &&
                           certificate.selection()->count == static_cast<int>(i);
      const Target target{values.data() + i, statistics, decides ? &deciding : nullptr};
      if (statistic.kind == MeasureKind::kQuantile) {
        ChooseCells(statistic, sums.numbers, stride, random, target);
      } else {
        AddNoise(statistic, sums, stride, random, target);
      }
    }
    Release release;
    release.statistic_count_ = static_cast<int64_t>(statistics);
    for (const uint32_t group : SelectGroups(certificate, sums, deciding, random)) {
      release.keys_.push_back(names.KeysOf(group));
      const uint32_t place = sums.PlaceOf(group);
      TACIT_CHECK(place != PartialSums::kNoPlace);  // a unit is kept in it
      const auto first = values.begin() + static_cast<int64_t>(place * statistics);
      release.values_.insert(release.values_.end(), first,
                             first + static_cast<int64_t>(statistics));
    }
    return release;
  }

 private:
  // Where a statistic's noised numbers go: `values`, by place, `stride` apart, and the units
  // themselves where they decide which groups are shown.
  struct Target {
    double* values;
    size_t stride;
    std::vector<__int128>* units;
  };

  static void AddNoise(const CertifiedStatistic& statistic, const PartialSums& sums, size_t slots,
                       RandomBits& random, const Target& target) {
    std::vector<__int128> noised(sums.group_count(slots));
    MechanismOf(statistic.noise).sample(statistic.noise, random, absl::MakeSpan(noised));
    for (uint32_t group = 0; group < noised.size(); ++group) {
      const uint32_t place = sums.PlaceOf(group);
      if (place == PartialSums::kNoPlace) continue;  // drawn, and never shown
      noised[group] += sums.numbers[place * slots + statistic.slot];
      target.values[place * target.stride] =
          std::ldexp(static_cast<double>(noised[group]), statistic.granularity_log2);
    }
    if (target.units != nullptr) *target.units = std::move(noised);
  }

  static void ChooseCells(const CertifiedStatistic& statistic, const std::vector<__int128>& numbers,
                          size_t slots, RandomBits& random, const Target& target) {
    const auto& scale = std::get<LaplaceScale>(statistic.noise);
    for (size_t group = 0; group < numbers.size() / slots; ++group) {
      const absl::Span<const __int128> cells(numbers.data() + group * slots + statistic.slot,
                                             static_cast<size_t>(statistic.cells));
      const size_t cell = PermuteAndFlip(QuantilePenalties(statistic, cells), scale, random);
      target.values[group * target.stride] = ValueOfCell(statistic, static_cast<int64_t>(cell));
    }
  }
};

absl::StatusOr<Release> Perturb(Sealed<PartialSums> sums, const Certificate& certificate,
                                const GroupNames& groups, SpendReceipt receipt,
                                RandomBits& random) {
  return Perturber::Run(std::move(sums), certificate, groups, std::move(receipt), random);
}

}  // namespace tacit
