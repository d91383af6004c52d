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
#include "engine/privacy/random/random_bits.h"
#include "engine/privacy/sealed.h"

namespace tacit {

// Public numbers: noised sums in natural units, each a multiple of its statistic's granularity.
class Release {
 public:
  Release(Release&&) = default;
  Release& operator=(Release&&) = default;
  Release(const Release&) = delete;
  Release& operator=(const Release&) = delete;

  int64_t group_count() const { return group_count_; }
  int statistic_count() const { return statistic_count_; }
  double Value(int64_t group, int statistic) const {
    return values_[static_cast<size_t>(group * statistic_count_ + statistic)];
  }

 private:
  friend class Perturber;
  Release() = default;
  int64_t group_count_ = 0;
  int statistic_count_ = 0;
  std::vector<double> values_;
};

// Claim:  the result is a draw of the certificate's mechanisms on the sealed sums, and each
// certificate's
//         receipt buys exactly one such draw.
// Needs:  sums bounded under this certificate; a receipt for its digest and data version.
// Errors: kInternal when sums, certificate and receipt do not belong together; independent of the
// data. Proof:  perturb.proof.md.
absl::StatusOr<Release> Perturb(Sealed<PartialSums> sums, const Certificate& certificate,
                                SpendReceipt receipt, RandomBits& random);

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_PERTURB_H_
