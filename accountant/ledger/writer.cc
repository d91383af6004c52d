#include "accountant/ledger/writer.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "accountant/check.h"
#include "accountant/ledger/anchor.h"

namespace tacit::ledger {
namespace {

constexpr int kExitLedgerFailed = 74;  // EX_IOERR of sysexits.h

// After a failed write or fsync nobody knows what is on disk, and the kernel may report the next
// fsync as fine although pages were lost. Ending here keeps every promise: nothing unpaid has been
// read, and the next start sees what is really there. No destructors run, so nothing tries again.
[[noreturn]] void FailStop(const absl::Status& status) {
  std::fprintf(stderr, "tacit: stopping, the ledger could not be made durable: %s\n",
               std::string(status.message()).c_str());
  std::_Exit(kExitLedgerFailed);
}

void RequireDurable(const absl::Status& status) {
  if (!status.ok()) FailStop(status);
}

}  // namespace

struct Writer::Item {
  Work work;
  absl::Status status;
  bool done = false;
  std::condition_variable done_changed;
};

Writer::Writer(OpenLedger ledger)
    : ledger_(std::move(ledger)), visible_(ledger_.state.lineages()), thread_([this] { Loop(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(queue_mutex_);
    stopping_ = true;
  }
  queue_changed_.notify_one();
  thread_.join();
}

absl::Status Writer::Run(Work work) {
  Item item;
  item.work = std::move(work);
  std::unique_lock lock(queue_mutex_);
  TACIT_CHECK(!stopping_);
  queue_.push_back(&item);
  queue_changed_.notify_one();
  item.done_changed.wait(lock, [&] { return item.done; });
  return item.status;
}

void Writer::Read(absl::FunctionRef<void(const Lineages&)> read) const {
  const std::shared_lock lock(visible_mutex_);
  read(visible_);
}

void Writer::Loop() {
  while (true) {
    std::vector<Item*> group;
    {
      std::unique_lock lock(queue_mutex_);
      queue_changed_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
      group.swap(queue_);
    }
    if (group.empty()) return;  // stopping, and everything queued was done
    CommitGroup(group);
  }
}

void Writer::CommitGroup(const std::vector<Item*>& group) {
  std::vector<StoredRow> stored;
  for (Item* item : group) {
    std::vector<Row> rows;
    const int64_t clock = absl::ToUnixSeconds(absl::Now());
    item->status = item->work.decide(ledger_.state, clock, rows);
    if (item->status.ok()) Admit(std::move(rows), clock, stored);
  }
  if (!stored.empty()) {
    TACIT_CHECK(stored.back().sequence == ledger_.chain.head().sequence);
    RequireDurable(ledger_.store->Append(stored));
    RequireDurable(WriteAnchor(ledger_.anchor, ledger_.chain.head()));
    const std::lock_guard lock(visible_mutex_);
    for (const Row& row : admitted_) {
      const absl::Status applied = visible_.Apply(row);
      TACIT_CHECK(applied.ok());
    }
    admitted_.clear();
  }
  // Refusals wait too: they may rest on rows of this group, which only now are certain.
  for (Item* item : group) {
    if (item->status.ok() && item->work.finish) item->status = item->work.finish(*ledger_.store);
    const std::lock_guard lock(queue_mutex_);
    item->done = true;
    item->done_changed.notify_one();  // the caller frees the item once the lock is let go
  }
}

// Applies before the commit so that the next decision of the group counts these rows. There is no
// way back to undo: if the commit fails, the process ends.
void Writer::Admit(std::vector<Row> rows, int64_t clock, std::vector<StoredRow>& stored) {
  const Head& head = ledger_.chain.head();
  for (Row& row : rows) {
    row.time_seconds = TimeOf(ledger_.state.lineages(), clock);
    StoredRow sealed = Encode(row);
    ledger_.chain.Seal(sealed, stored.empty() ? head.group + 1 : head.group);
    const absl::Status applied = ledger_.state.Apply(sealed.sequence, row);
    TACIT_CHECK(applied.ok());
    stored.push_back(std::move(sealed));
    admitted_.push_back(std::move(row));
  }
}

}  // namespace tacit::ledger
