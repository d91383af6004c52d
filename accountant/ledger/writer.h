// The one thread that decides, commits and reads the ledger, in groups.
#ifndef TACIT_ACCOUNTANT_LEDGER_WRITER_H_
#define TACIT_ACCOUNTANT_LEDGER_WRITER_H_

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "accountant/budgets/state.h"
#include "accountant/ledger/chain.h"
#include "accountant/ledger/store.h"

namespace tacit::ledger {

// What one caller wants of the ledger. Both run on the ledger thread while the caller waits.
struct Work {
  // Refuses, or appends the rows it wants written (none for a read). Sees all rows admitted so far,
  // those of its own group included, and must not touch the store. `clock` is the system's, in
  // seconds since 1970; rows get it too, or the last row's time where that is later.
  std::function<absl::Status(const State&, int64_t clock, std::vector<Row>&)> decide;
  // Runs once the whole group is durable, if `decide` did not refuse. May be empty.
  std::function<absl::Status(const Store&)> finish;
};

// A verified ledger, ready to be written.
struct OpenLedger {
  std::unique_ptr<Store> store;
  Chain chain;  // at the last row
  State state;  // of all rows
  std::string anchor;
};

// Claim:  when Run returns, every row that its decision rests on, its own included, is durable in
//         ledger and anchor. Needs: the only writer of this ledger. Errors: those of the work; a
//         failed commit or anchor ends the process. Proof: accountant/ledger/ledger.proof.md.
class Writer {
 public:
  explicit Writer(OpenLedger ledger);
  ~Writer();  // finishes what was queued

  absl::Status Run(Work work);
  // Shows the durable state to `read`, which must not call back.
  void Read(absl::FunctionRef<void(const Lineages&)> read) const;

 private:
  struct Item;
  struct Group;
  void Loop();
  std::shared_ptr<Group> NextGroup();  // null: stopping, and everything queued was done
  void CommitGroup(const Group& group);
  void Admit(std::vector<Row> rows, int64_t clock, std::vector<StoredRow>& stored);

  OpenLedger ledger_;          // of the ledger thread alone
  std::vector<Row> admitted_;  // rows of the group at hand, not yet durable

  // Standard mutexes, because the thread sanitizer sees through them and not through a packaged
  // Abseil.
  mutable std::shared_mutex visible_mutex_;
  Lineages visible_;  // durable rows only; guarded by visible_mutex_

  size_t callers_ = 0;  // who may soon be in the queue again; of the ledger thread alone

  std::mutex queue_mutex_;  // guards all below
  std::condition_variable queue_changed_;
  std::shared_ptr<Group> open_;  // takes what is asked now
  size_t wanted_ = 1;            // the ledger thread wakes when open_ has this size
  bool stopping_ = false;

  std::thread thread_;  // last, so that it starts when all else is made
};

}  // namespace tacit::ledger

#endif  // TACIT_ACCOUNTANT_LEDGER_WRITER_H_
