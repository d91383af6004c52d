// A hash chain per lineage and one head over the whole ledger.
#ifndef TACIT_ACCOUNTANT_LEDGER_CHAIN_H_
#define TACIT_ACCOUNTANT_LEDGER_CHAIN_H_

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "accountant/ids.h"
#include "accountant/ledger/row.h"

namespace tacit::ledger {

// Where a ledger ends. `digest` covers every row up to `sequence`, in order, so that two ledgers
// with equal heads hold equal rows (or SHA-256 has been broken).
struct Head {
  int64_t sequence = 0;
  int64_t group = 0;
  Digest digest;
  friend bool operator==(const Head&, const Head&) = default;
};

// Follows a ledger row by row. Seal writes what Check reads; both advance the head.
class Chain {
 public:
  Chain();
  // Gives a new row its sequence, group and hashes. `group` is the current one or the next.
  void Seal(StoredRow& row, int64_t group);
  // Accepts the next row as read. Errors: kLedgerRefused when sequence, group or a hash is not what
  // must follow.
  absl::Status Check(const StoredRow& row);

  const Head& head() const { return head_; }

 private:
  bool MayFollow(int64_t group) const;
  void Advance(const StoredRow& row);

  Head head_;
  absl::flat_hash_map<std::string, Digest> last_hash_;  // by lineage
};

}  // namespace tacit::ledger

#endif  // TACIT_ACCOUNTANT_LEDGER_CHAIN_H_
