// Sealed sums + certificate + receipt -> Release. The only place where noise is drawn, and where a
// private number becomes a public one.
#ifndef TACIT_ENGINE_PRIVACY_PERTURB_H_
#define TACIT_ENGINE_PRIVACY_PERTURB_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "accountant/receipt.h"
#include "engine/privacy/bound.h"
#include "engine/privacy/certificate.h"
#include "engine/privacy/owned_batch.h"
#include "engine/privacy/random/random_bits.h"
#include "engine/privacy/sealed.h"

namespace tacit {

// Public: the groups shown, in the order of their keys, and one number a statistic in natural
// units, each a multiple of its statistic's granularity.
class Release {
 public:
  Release(Release&&) = default;
  Release& operator=(Release&&) = default;
  Release(const Release&) = delete;
  Release& operator=(const Release&) = delete;

  int64_t group_count() const { return static_cast<int64_t>(keys_.size()); }
  const std::vector<Value>& Keys(int64_t group) const { return keys_[static_cast<size_t>(group)]; }
  double Number(int64_t group, int statistic) const {
    return values_[static_cast<size_t>(group * statistic_count_ + statistic)];
  }

 private:
  friend class Perturber;
  friend struct SealBreakerForTest;  // defined in the test tree alone: a release without noise
  Release() = default;
  int64_t statistic_count_ = 0;
  std::vector<std::vector<Value>> keys_;
  std::vector<double> values_;
};

// Claim:  the result is a draw of the certificate's mechanisms on the sealed sums, and each
//         certificate's receipt buys exactly one such draw.
// Needs:  sums bounded under this certificate over `groups`; a receipt for its digest and data
//         version.
// Errors: kInternal when sums, certificate and receipt do not belong together, whatever the data.
// Proof:  perturb.proof.md.
absl::StatusOr<Release> Perturb(Sealed<PartialSums> sums, const Certificate& certificate,
                                const GroupNames& groups, SpendReceipt receipt, RandomBits& random);

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_PERTURB_H_
