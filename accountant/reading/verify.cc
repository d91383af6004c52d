// Reading a ledger that nobody writes: verification and export.
#include <memory>

#include "accountant/accountant.h"
#include "accountant/audit/audit.h"
#include "accountant/ledger/anchor.h"
#include "accountant/ledger/replay.h"
#include "accountant/ledger/store.h"
#include "accountant/private_file.h"
#include "accountant/reading/log_entry.h"
#include "accountant/status_macros.h"

namespace tacit {
namespace {

// Reads a whole ledger, audits it and hands out what was found right.
absl::StatusOr<ledger::Head> ReadWhole(
    const LedgerPaths& paths,
    absl::FunctionRef<void(const ledger::StoredRow&, const ledger::Row&)> take) {
  TACIT_ASSIGN_OR_RETURN(const std::string directory,
                         ledger::ResolvePrivateDirectory(paths.directory));
  TACIT_RETURN_IF_ERROR(ledger::CheckOutside(paths.anchor, directory));
  TACIT_ASSIGN_OR_RETURN(const std::unique_ptr<ledger::Store> store,
                         ledger::Store::Open(directory, ledger::Access::kReadOnly));
  TACIT_ASSIGN_OR_RETURN(const ledger::Anchor anchor, ledger::ReadAnchor(paths.anchor));
  ledger::Auditor auditor;
  const auto visit = [&](const ledger::StoredRow& stored, const ledger::Row& row) {
    const absl::Status right = auditor.Visit(stored.sequence, row);
    if (right.ok()) take(stored, row);
    return right;
  };
  TACIT_ASSIGN_OR_RETURN(const ledger::Chain chain, ledger::Replay(*store, anchor, visit));
  return chain.head();
}

}  // namespace

absl::StatusOr<int64_t> VerifyLedger(const LedgerPaths& paths) {
  TACIT_ASSIGN_OR_RETURN(const ledger::Head head,
                         ReadWhole(paths, [](const ledger::StoredRow&, const ledger::Row&) {}));
  return head.sequence;
}

absl::StatusOr<LedgerEnd> ExportLedger(const LedgerPaths& paths,
                                       absl::FunctionRef<void(const ExportedRow&)> take) {
  const auto hand_out = [&](const ledger::StoredRow& stored, const ledger::Row& row) {
    take({.entry = EntryOf(stored, row),
          .group = stored.group,
          .lineage = stored.lineage,
          .payload = stored.payload,
          .previous_hash = stored.previous_hash});
  };
  TACIT_ASSIGN_OR_RETURN(const ledger::Head head, ReadWhole(paths, hand_out));
  return LedgerEnd{head.sequence, head.group, head.digest};
}

}  // namespace tacit
