// Reads a ledger from its first row to its last, trusting nothing.
#ifndef TACIT_ACCOUNTANT_LEDGER_REPLAY_H_
#define TACIT_ACCOUNTANT_LEDGER_REPLAY_H_

#include <cstdint>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "accountant/ledger/anchor.h"
#include "accountant/ledger/chain.h"
#include "accountant/ledger/store.h"

namespace tacit::ledger {

using ReplayVisit = absl::FunctionRef<absl::Status(const StoredRow&, const Row&)>;

// Checks chain and encoding of every row, hands it to `visit` in order, and compares the end with
// the anchor. Gives the chain at the last row. Errors: kLedgerRefused, or what `visit` returned.
absl::StatusOr<Chain> Replay(const Store& store, const Anchor& anchor, ReplayVisit visit);

}  // namespace tacit::ledger

#endif  // TACIT_ACCOUNTANT_LEDGER_REPLAY_H_
