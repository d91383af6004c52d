// What the rows add up to. The same Apply runs at start-up and for every row admitted later, so a
// restart cannot know anything else than the process before it.
#ifndef TACIT_ACCOUNTANT_BUDGETS_STATE_H_
#define TACIT_ACCOUNTANT_BUDGETS_STATE_H_

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "accountant/accountant.h"
#include "accountant/budgets/budget.h"
#include "accountant/ledger/row.h"

namespace tacit::ledger {

// One dataset's terms in force.
struct Dataset {
  LineageId lineage;
  PolicyRecord policy;  // the latest
  DataVersion data_version;
  DatasetStatus status = DatasetStatus::kActive;
  std::vector<Budget> budgets;  // the dataset's total first
  // By Budget::Name; null: none.
  const Budget* FindBudget(const std::string& name) const;
  // His own total's terms, else those of "*", else nullopt.
  std::optional<AnalystTerms> Grant(const AnalystId& analyst) const;
};

// What never changes of the same people's datasets, and what their budgets have borne together.
struct Lineage {
  LineageTerms terms;  // the first ones; only what is immutable counts
  std::vector<Track> tracks;
  absl::flat_hash_map<AccountKey, Account> accounts;
  // Empty while it has borne nothing.
  const Account& AccountFor(const AccountKey& key) const;
};

// The part that callers may read at any time.
class Lineages {
 public:
  // kLedgerRefused when the row contradicts what came before. The object is of no more use then.
  absl::Status Apply(const Row& row);
  const Dataset* Find(const DatasetId& dataset) const;  // null: none
  const Lineage& Of(const Dataset& dataset) const;
  const Lineage* FindLineage(const LineageId& lineage) const;  // null: none
  const std::map<DatasetId, Dataset>& all() const { return datasets_; }
  // Of the last row; no later row is earlier.
  int64_t time_seconds() const { return time_seconds_; }

 private:
  absl::Status ApplyBody(const Row& row, Dataset& dataset, const PolicyRow& policy);
  absl::Status ApplyBody(const Row& row, Dataset& dataset, const PublishRow& publish);
  absl::Status ApplyBody(const Row& row, Dataset& dataset, const GrantRow& grant);
  absl::Status ApplyBody(const Row& row, Dataset& dataset, const LimitRow& limit);
  absl::Status ApplyBody(const Row& row, Dataset& dataset, const StatusRow& status);
  absl::Status ApplyBody(const Row& row, Dataset& dataset, const DebitRow& debit);
  absl::Status ApplyBody(const Row& row, Dataset& dataset, const ReuseRow& reuse);
  // A rerun and an outcome cost nothing: their debit has been paid.
  absl::Status ApplyBody(const Row&, Dataset&, const RerunRow&) { return absl::OkStatus(); }
  absl::Status ApplyBody(const Row&, Dataset&, const OutcomeRow&) { return absl::OkStatus(); }
  absl::Status ApplyBody(const Row& row, Dataset& dataset, const LeaseRow& lease);
  absl::Status Pay(const Row& row, const Dataset& dataset, const DebitRow& debit);
  // Counts a cost in every account that holds the row's actor, or in those of analysts and roles.
  void Count(const Row& row, const Dataset& dataset, const std::vector<int64_t>& cells,
             const TrackAmounts& cost, bool of_dataset);

  std::map<DatasetId, Dataset> datasets_;
  std::map<LineageId, Lineage> lineages_;
  int64_t time_seconds_ = 0;
};

// The time of the next row: the clock's, or the last row's where that is later.
int64_t TimeOf(const Lineages& lineages, int64_t clock);

// A debit as later requests need it. Sequence numbers of rows; 0 means there is no such row yet.
struct Debit {
  int64_t sequence = 0;
  Digest certificate;
  Digest release_key;
  DataVersion data_version;
  PolicyVersion policy_version;
  Amount charged;
  bool leased = false;  // of training steps: never runs again, and its outcome answers nothing else
  int64_t rerun_sequence = 0;
  int64_t outcome_sequence = 0;
};

// What became of a request id.
struct Request {
  Digest request_digest;
  int64_t debit_sequence = 0;
  Amount dataset_charged;
  Amount analyst_charged;
  bool reused = false;
};

// A stored answer, never a failure; `debit` is null when there is none.
struct Release {
  const Debit* debit = nullptr;
  bool paid = false;  // the asking analyst made it or paid for it before
};

// Everything: lineages, requests and releases. Cost of Apply and of every look-up: independent of
// the number of rows. Belongs to the ledger thread.
class State {
 public:
  // kLedgerRefused as for Lineages.
  absl::Status Apply(int64_t sequence, const Row& row);
  // Rows after this point were written by this process.
  void MarkOpened(int64_t sequence) { opened_at_ = sequence; }

  const Lineages& lineages() const { return lineages_; }
  const Request* FindRequest(const DatasetId& dataset, const AnalystId& analyst,
                             const RequestId& request) const;
  const Debit& DebitAt(int64_t sequence) const;  // CHECKs that it exists
  // A debit with a stored answer under this key: the latest that `analyst` paid for, else the
  // latest.
  Release FindRelease(const DatasetId& dataset, const Digest& release_key,
                      const AnalystId& analyst) const;
  // True when a receipt for this debit was minted by this process and no outcome is stored yet.
  bool IsRunning(const Debit& debit) const;

 private:
  // What one analyst has asked of one dataset.
  struct Asked {
    absl::flat_hash_map<RequestId, Request> requests;
    absl::flat_hash_map<Digest, int64_t> paid;  // by release key: the latest answer he paid for
  };
  using Asker = std::pair<DatasetId, AnalystId>;

  absl::Status ApplyRequest(int64_t sequence, const Row& row, const DebitRow& debit);
  absl::Status ApplyRequest(int64_t sequence, const Row& row, const ReuseRow& reuse);
  absl::Status ApplyRequest(int64_t sequence, const Row& row, const RerunRow& rerun);
  absl::Status ApplyRequest(int64_t sequence, const Row& row, const OutcomeRow& outcome);
  absl::Status ApplyRequest(int64_t sequence, const Row& row, const LeaseRow& lease);
  // The debit that `request` of the row's actor made, or null.
  Debit* OwnDebit(const Row& row, const RequestId& request, int64_t debit_sequence);

  Lineages lineages_;
  absl::flat_hash_map<Asker, Asked> asked_;
  std::deque<Debit> debits_;  // by sequence, which only ascends
  // By dataset and release key: the latest debit with an answer.
  absl::flat_hash_map<DatasetId, absl::flat_hash_map<Digest, int64_t>> releases_;
  int64_t opened_at_ = 0;
};

}  // namespace tacit::ledger

#endif  // TACIT_ACCOUNTANT_BUDGETS_STATE_H_
