#include "accountant/ledger/replay.h"

#include <limits>

#include "accountant/ledger/anchor.h"
#include "accountant/status_macros.h"

namespace tacit::ledger {

absl::StatusOr<Replayed> Replay(const Store& store, const Head& anchored, ReplayVisit visit) {
  Replayed replayed;
  Comparison seen;
  seen.anchored = anchored;
  const auto watch = [&](const Head& head) {
    if (head.sequence == anchored.sequence) seen.at_anchor = head;
  };
  watch(replayed.chain.head());
  const Range all{.lineage = "",
                  .after_sequence = std::numeric_limits<int64_t>::min(),
                  .count_max = std::numeric_limits<int64_t>::max()};
  TACIT_RETURN_IF_ERROR(store.Scan(all, [&](const StoredRow& stored) -> absl::Status {
    TACIT_RETURN_IF_ERROR(replayed.chain.Check(stored));
    watch(replayed.chain.head());
    TACIT_ASSIGN_OR_RETURN(const Row row, Decode(stored));
    return visit(stored, row);
  }));
  seen.ledger = replayed.chain.head();
  TACIT_ASSIGN_OR_RETURN(replayed.anchor_is_late, IsOneGroupAhead(seen));
  return replayed;
}

}  // namespace tacit::ledger
