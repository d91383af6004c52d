// A ledger as text for programs that are not ours, read while no server holds it open.
#ifndef TACIT_SERVER_LEDGER_EXPORT_H_
#define TACIT_SERVER_LEDGER_EXPORT_H_

#include <cstdio>

#include "absl/status/status.h"
#include "accountant/accountant.h"

namespace tacit {

// A JSON object a line, each an ExportedLedgerRow; the last holds the end, and an export without it
// is not whole. The ledger is verified on the way. Errors: kLedgerRefused; kInternal when `out`
// takes no more.
absl::Status WriteLedger(const LedgerPaths& paths, std::FILE* out);

// Verifies, and writes where the ledger ends: one such line, to be kept out of the operator's
// reach.
absl::Status WriteLedgerEnd(const LedgerPaths& paths, std::FILE* out);

}  // namespace tacit

#endif  // TACIT_SERVER_LEDGER_EXPORT_H_
