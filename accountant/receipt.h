// Proof of payment. Only the accountant makes one, Perturb takes it away, and it fits one
// certificate.
#ifndef TACIT_ACCOUNTANT_RECEIPT_H_
#define TACIT_ACCOUNTANT_RECEIPT_H_

#include <utility>

#include "accountant/ids.h"

namespace tacit {

// Claim:  a valid SpendReceipt exists only after its debit is durable in ledger and anchor.
// Needs:  nothing of the holder; it can only be moved, and moving voids the source.
// Errors: none.
// Proof:  private constructor, sole friend Accountant; tests/accountant/receipt_test.cc pins that
//         it cannot be made, copied or defaulted, and ledger/ledger.proof.md that one is made once.
class SpendReceipt {
 public:
  SpendReceipt(SpendReceipt&& other) noexcept
      : certificate_(other.certificate_),
        data_version_(other.data_version_),
        request_(std::move(other.request_)),
        valid_(std::exchange(other.valid_, false)) {}
  SpendReceipt& operator=(SpendReceipt&&) = delete;
  SpendReceipt(const SpendReceipt&) = delete;
  SpendReceipt& operator=(const SpendReceipt&) = delete;

  const Digest& certificate() const { return certificate_; }
  DataVersion data_version() const { return data_version_; }
  const RequestId& request() const { return request_; }
  bool valid() const { return valid_; }  // false once moved away

 private:
  friend class Accountant;
  SpendReceipt(Digest certificate, DataVersion data_version, RequestId request)
      : certificate_(certificate),
        data_version_(data_version),
        request_(std::move(request)),
        valid_(true) {}

  Digest certificate_;
  DataVersion data_version_;
  RequestId request_;
  bool valid_;
};

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_RECEIPT_H_
