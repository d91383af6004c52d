#include "accountant/ledger/writer.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "accountant/check.h"
#include "accountant/ledger/anchor.h"

namespace tacit::ledger {
namespace {

constexpr int kExitLedgerFailed = 74;  // EX_IOERR of sysexits.h
// How long, and how often at most, a group waits for the next caller to join it.
constexpr std::chrono::microseconds kGatherPause{200};
constexpr int kGatherPausesMax = 10;

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
};

// What is decided and committed together.
struct Writer::Group {
  std::vector<Item*> items;
  // Wakes all its callers at once: one by one, each would take the processor, or the queue, from
  // the ledger thread before it has woken the next.
  std::promise<void> told;
  std::shared_future<void> done = told.get_future().share();
};

Writer::Writer(OpenLedger ledger)
    : ledger_(std::move(ledger)),
      visible_(ledger_.state.lineages()),
      open_(std::make_shared<Group>()),
      thread_([this] { Loop(); }) {}

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
  std::shared_ptr<Group> group;
  bool tell = false;
  {
    const std::lock_guard lock(queue_mutex_);
    TACIT_CHECK(!stopping_);
    group = open_;
    group->items.push_back(&item);
    tell = group->items.size() == wanted_;
  }
  if (tell) queue_changed_.notify_one();
  group->done.wait();
  return item.status;
}

void Writer::Read(absl::FunctionRef<void(const Lineages&)> read) const {
  const std::shared_lock lock(visible_mutex_);
  read(visible_);
}

void Writer::Loop() {
  while (const std::shared_ptr<Group> group = NextGroup()) {
    CommitGroup(*group);
    {
      const std::lock_guard lock(queue_mutex_);
      callers_ = group->items.size() + open_->items.size();
    }
    group->told.set_value();
  }
}

// A commit costs about the same for one caller as for all, and whoever was just answered often asks
// again at once: with an outcome for his debit, or with a next request. So a group waits for them
// while any of them arrive. A lone caller never waits, for he is all that were there.
std::shared_ptr<Writer::Group> Writer::NextGroup() {
  std::unique_lock lock(queue_mutex_);
  const auto has_wanted = [&] { return stopping_ || open_->items.size() >= wanted_; };
  wanted_ = 1;
  queue_changed_.wait(lock, has_wanted);
  wanted_ = callers_;
  size_t before = 0;
  for (int pause = 0; pause < kGatherPausesMax && open_->items.size() > before; ++pause) {
    before = open_->items.size();
    if (queue_changed_.wait_for(lock, kGatherPause, has_wanted)) break;
  }
  if (open_->items.empty()) return nullptr;
  return std::exchange(open_, std::make_shared<Group>());
}

void Writer::CommitGroup(const Group& group) {
  std::vector<StoredRow> stored;
  for (Item* item : group.items) {
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
  for (Item* item : group.items) {
    if (item->status.ok() && item->work.finish) item->status = item->work.finish(*ledger_.store);
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
