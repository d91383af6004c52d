// A second opinion on a ledger: prices, totals and limits worked out again without the code that
// admits spends.
#ifndef TACIT_ACCOUNTANT_AUDIT_AUDIT_H_
#define TACIT_ACCOUNTANT_AUDIT_AUDIT_H_

#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "absl/container/node_hash_set.h"
#include "absl/status/status.h"
#include "accountant/ledger/row.h"

namespace tacit::ledger {

// Takes every row in order. Errors: kLedgerRefused, naming the row, when a debit does not cover
// what its losses cost, a claim is not true, a total passes the limits that stood at the time, a
// limit promises more than was declared, a request id was paid twice, or a row names a debit that
// it may not name.
class Auditor {
 public:
  absl::Status Visit(int64_t sequence, const Row& row);

 private:
  // Dataset, analyst and request id.
  using Asked = std::tuple<std::string, std::string, std::string>;
  struct Paid {
    const Asked* asked = nullptr;
    Amount charged;
    TrackAmounts by_track;
    std::vector<int64_t> cells;
    bool leased = false;
    bool rerun = false;
    bool outcome = false;
  };
  // One budget in force: who is held by it, and the most of each track.
  struct Cap {
    std::string kind;  // "dataset", "role" or "analyst"
    std::string name;
    int64_t days = 0;
    std::vector<std::string> members;
    TrackAmounts limit;
  };
  struct Terms {
    std::string lineage;
    std::vector<Cap> caps;
    DatasetStatus status = DatasetStatus::kActive;
  };
  struct People {
    Filter filter = Filter::kPure;
    std::string privacy_unit;
    std::string partition;
    int64_t cells = 1;
    std::vector<Track> tracks;
    // By budget, period and cell, each track's divergence and delta.
    std::map<std::tuple<std::string, int64_t, int64_t>, std::vector<__int128>> spent;
  };

  absl::Status Audit(int64_t sequence, const Row& row, const PolicyRow& policy);
  absl::Status Audit(int64_t sequence, const Row& row, const PublishRow& publish);
  absl::Status Audit(int64_t sequence, const Row& row, const GrantRow& grant);
  absl::Status Audit(int64_t sequence, const Row& row, const LimitRow& limit);
  absl::Status Audit(int64_t sequence, const Row& row, const StatusRow& status);
  absl::Status Audit(int64_t sequence, const Row& row, const DebitRow& debit);
  absl::Status Audit(int64_t sequence, const Row& row, const ReuseRow& reuse);
  absl::Status Audit(int64_t sequence, const Row& row, const RerunRow& rerun);
  absl::Status Audit(int64_t sequence, const Row& row, const OutcomeRow& outcome);
  absl::Status Audit(int64_t sequence, const Row& row, const LeaseRow& lease);
  // ClaimHolds, which for training takes half a second, once for all leases of equal blocks.
  bool Believes(const MechanismLoss& loss);
  // Holds a debit against its price and counts it.
  absl::Status Pay(int64_t sequence, const Row& row, const DebitRow& debit);
  // Adds a cost to every budget that holds the row's actor, and insists on their limits.
  absl::Status Add(int64_t sequence, const Row& row, const std::vector<int64_t>& cells,
                   const TrackAmounts& cost, bool of_dataset);

  std::map<std::string, Terms> datasets_;
  std::map<std::string, People> people_;  // by lineage
  std::map<int64_t, Paid> debits_;        // by sequence
  absl::node_hash_set<Asked> requests_;
  std::map<std::string, bool> believed_;  // by the loss's text
};

}  // namespace tacit::ledger

#endif  // TACIT_ACCOUNTANT_AUDIT_AUDIT_H_
