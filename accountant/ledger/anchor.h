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

// What an anchor says. `torn`: the group after this one was being written when a crash came, so the
// ledger, committed before, is one group ahead.
struct Anchor {
  Head head;
  bool torn = false;
  friend bool operator==(const Anchor&, const Anchor&) = default;
};

// Makes the anchor of a new ledger. kLedgerRefused when anything of that name exists.
absl::Status CreateAnchor(const std::string& path, const Head& head);

// Makes durable where the ledger ends. There are two slots, for even and for odd groups: what names
// the group before stays whole while the next is written over the one before that, which costs one
// write and one fdatasync and no change of any directory. After an error the old head or the new
// one stands, and which is unknown, so the caller must stop.
// Needs: groups that follow one another; the same group again writes the same bytes.
absl::Status WriteAnchor(const std::string& path, const Head& head);

// Errors: kLedgerRefused when missing, not private, or not as the two above can have left it.
absl::StatusOr<Anchor> ReadAnchor(const std::string& path);

// kLedgerRefused unless the anchor's path, links resolved, lies outside `directory` (resolved).
absl::Status CheckOutside(const std::string& anchor, const std::string& directory);

// Where a ledger was seen to end and what was seen where the anchor points (nullopt: no such row).
struct Comparison {
  Anchor anchor;
  Head ledger;
  std::optional<Head> at_anchor;
};

// kLedgerRefused unless they agree, or the ledger is one commit group ahead, as a crash between
// commit and anchor leaves it: behind, beside (another history), further ahead, or not ahead of a
// torn anchor.
absl::Status CheckAnchored(const Comparison& seen);

}  // namespace tacit::ledger

#endif  // TACIT_ACCOUNTANT_LEDGER_ANCHOR_H_
