#include "engine/privacy/perturb.h"

#include <cmath>

#include "accountant/check.h"
#include "accountant/refusal.h"
#include "engine/privacy/mechanisms/mechanism.h"

namespace tacit {

// Opens seals; the only class that can.
class Perturber {
 public:
  static absl::StatusOr<Release> Run(Sealed<PartialSums> sealed, const Certificate& certificate,
                                     SpendReceipt receipt, RandomBits& random) {
    const PartialSums sums = std::move(sealed.content_);
    const bool paid = receipt.valid() && receipt.certificate() == certificate.digest() &&
                      receipt.data_version() == certificate.data_version();
    if (!paid || sums.certificate != certificate.digest()) {
      return Refuse(Reason::kInternal, "sums, certificate and receipt do not belong together");
    }
    Release release;
    release.group_count_ = certificate.group_count();
    release.statistic_count_ = static_cast<int>(certificate.sums().size());
    release.values_.resize(sums.sums.size());
    TACIT_CHECK(static_cast<int64_t>(sums.sums.size()) ==
                release.group_count_ * release.statistic_count_);
    std::vector<__int128> noise(static_cast<size_t>(release.group_count_));
    // One statistic after the other, its groups in key order: the number, kind and order of draws
    // are those of the certificate, whatever the data.
    for (int statistic = 0; statistic < release.statistic_count_; ++statistic) {
      const CertifiedSum& sum = certificate.sums()[statistic];
      MechanismOf(sum.loss).sample(sum.loss, random, absl::MakeSpan(noise));
      for (int64_t group = 0; group < release.group_count_; ++group) {
        const auto at = static_cast<size_t>(group * release.statistic_count_ + statistic);
        const __int128 units = sums.sums[at] + noise[static_cast<size_t>(group)];
        release.values_[at] = std::ldexp(static_cast<double>(units), sum.granularity_log2);
      }
    }
    return release;
  }
};

absl::StatusOr<Release> Perturb(Sealed<PartialSums> sums, const Certificate& certificate,
                                SpendReceipt receipt, RandomBits& random) {
  return Perturber::Run(std::move(sums), certificate, std::move(receipt), random);
}

}  // namespace tacit
