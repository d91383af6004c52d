#include "accountant/ledger/replay.h"

#include <future>
#include <limits>
#include <utility>
#include <vector>

#include "accountant/ledger/anchor.h"
#include "accountant/status_macros.h"

namespace tacit::ledger {
namespace {

// How far reading is ahead of what is visited.
constexpr int64_t kBatchRows = 1024;
constexpr int64_t kBatchBytes = int64_t{4} << 20;

struct Batch {
  std::vector<std::pair<StoredRow, Row>> rows;
  absl::Status status;  // why none follow these
};

// Reads rows, follows their chain and decodes them, on whatever thread asks for the next batch.
class Reader {
 public:
  Reader(const Store& store, const Anchor& anchor) : store_(store) {
    seen_.anchor = anchor;
    Watch();
  }
  // Empty at the end. Takes what is done with, so that memory is freed where it was taken: freeing
  // it on another thread contends for the allocator with every row that is read.
  Batch Next(Batch batch) {
    batch.rows.clear();
    batch.status = store_.Scan(range_, [&](StoredRow stored) -> absl::Status {
      TACIT_RETURN_IF_ERROR(chain_.Check(stored));
      Watch();
      TACIT_ASSIGN_OR_RETURN(Row row, Decode(stored));
      range_.after_sequence = stored.sequence;
      batch.rows.emplace_back(std::move(stored), std::move(row));
      return absl::OkStatus();
    });
    return batch;
  }
  absl::StatusOr<Chain> End() && {
    seen_.ledger = chain_.head();
    TACIT_RETURN_IF_ERROR(CheckAnchored(seen_));
    return std::move(chain_);
  }

 private:
  void Watch() {
    if (chain_.head().sequence == seen_.anchor.head.sequence) seen_.at_anchor = chain_.head();
  }

  const Store& store_;
  Range range_{.after_sequence = std::numeric_limits<int64_t>::min(),
               .count_max = kBatchRows,
               .bytes_max = kBatchBytes};
  Chain chain_;
  Comparison seen_;
};

}  // namespace

// While this thread visits a batch, another reads the next one. Store and reader are the other's
// until its batch is taken.
absl::StatusOr<Chain> Replay(const Store& store, const Anchor& anchor, ReplayVisit visit) {
  Reader reader(store, anchor);
  const auto read = [&](Batch visited) {
    const auto work = [&reader](Batch batch) { return reader.Next(std::move(batch)); };
    return std::async(std::launch::async, work, std::move(visited));
  };
  Batch batch;
  auto next = read({});
  while (true) {
    Batch visited = std::exchange(batch, next.get());
    const bool last = batch.rows.empty() || !batch.status.ok();
    if (!last) next = read(std::move(visited));
    for (const auto& [stored, row] : batch.rows) TACIT_RETURN_IF_ERROR(visit(stored, row));
    TACIT_RETURN_IF_ERROR(batch.status);
    if (last) break;
  }
  return std::move(reader).End();
}

}  // namespace tacit::ledger
