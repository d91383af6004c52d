// The file outside the ledger's directory that says where the ledger must end.
//
// Restoring an old copy of the directory leaves the anchor ahead, so the missing debits are
// noticed. Whoever can put back both files together can undo debits: a declared residual
// (PRIVACY.md).
#ifndef TACIT_ACCOUNTANT_LEDGER_ANCHOR_H_
#define TACIT_ACCOUNTANT_LEDGER_ANCHOR_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "accountant/ledger/chain.h"

namespace tacit::ledger {

// Replaces the anchor: new file, fsync, rename, fsync of its directory. After an error the old
// anchor or the new one stands, and which is unknown, so the caller must stop.
absl::Status WriteAnchor(const std::string& path, const Head& head);

// Errors: kLedgerRefused when missing, not private, or not byte for byte as WriteAnchor writes it.
absl::StatusOr<Head> ReadAnchor(const std::string& path);

// kLedgerRefused unless the anchor's path, links resolved, lies outside `directory` (resolved).
absl::Status CheckOutside(const std::string& anchor, const std::string& directory);

// Where a ledger was seen to end and what was seen where the anchor points (nullopt: no such row).
struct Comparison {
  Head anchored;
  Head ledger;
  std::optional<Head> at_anchor;
};

// OK with `true`: the ledger is one commit group ahead, as a crash between commit and anchor leaves
// it. OK with `false`: they agree. kLedgerRefused: behind, beside (another history), or further
// ahead.
absl::StatusOr<bool> IsOneGroupAhead(const Comparison& seen);

}  // namespace tacit::ledger

#endif  // TACIT_ACCOUNTANT_LEDGER_ANCHOR_H_
