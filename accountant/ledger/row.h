// The rows of the ledger as types, and their one canonical encoding.
#ifndef TACIT_ACCOUNTANT_LEDGER_ROW_H_
#define TACIT_ACCOUNTANT_LEDGER_ROW_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "accountant/accountant.h"

namespace tacit::ledger {

// The terms and the text of a policy, and what its limits come to on the lineage's tracks, so that
// no later program has to compute it again. Encoded without terms.dataset and terms.lineage, which
// are the row's own.
struct PolicyRow {
  PolicyRecord record;
  std::vector<Track> tracks;
  std::vector<TrackAmounts> limits;  // as BudgetsOf(record.terms)
};

struct PublishRow {
  DataVersion version;
};

// A new total of an analyst by name.
struct GrantRow {
  AnalystTerms analyst;
  TrackAmounts limit;
  PolicyVersion policy_version;
  std::string reason;
};

// Another limit of a budget that exists.
struct LimitRow {
  std::string scope;  // as Budget::Name
  Limit declared;
  TrackAmounts limit;
  PolicyVersion policy_version;
  std::string reason;
};

struct StatusRow {
  DatasetStatus status = DatasetStatus::kActive;
  PolicyVersion policy_version;
  std::string reason;
};

// One admitted spend. `charged` is the sum of the prices of `losses`, `by_track` that on each track
// of the lineage; VerifyLedger recomputes both.
struct DebitRow {
  RequestId request;
  Digest request_digest;
  Digest certificate;
  Digest release_key;
  DataVersion data_version;
  PolicyVersion policy_version;
  std::vector<MechanismLoss> losses;
  std::vector<int64_t> cells;  // empty: all
  Amount charged;
  TrackAmounts by_track;
};

// A stored release handed to another request; charged to that analyst's own budgets and roles
// alone.
struct ReuseRow {
  RequestId request;
  Digest request_digest;
  int64_t debit_sequence = 0;
  std::vector<int64_t> cells;
  Amount charged;         // nothing, or what the debit charged
  TrackAmounts by_track;  // nothing, or as the debit
};

// A debit that a crash left without outcome may run once more.
struct RerunRow {
  RequestId request;
  int64_t debit_sequence = 0;
};

// What was sent for a debit, byte for byte.
struct OutcomeRow {
  RequestId request;
  int64_t debit_sequence = 0;
  OutcomeKind kind = OutcomeKind::kAnswer;
  std::string bytes;
};

// Steps of a training job, paid before any of them runs: the one loss of `debit`.
struct LeaseRow {
  DebitRow debit;
  JobId job;
  int64_t steps = 0;
};

using RowBody = std::variant<PolicyRow, PublishRow, GrantRow, LimitRow, StatusRow, DebitRow,
                             ReuseRow, RerunRow, OutcomeRow, LeaseRow>;

struct Row {
  LineageId lineage;
  DatasetId dataset;
  int64_t time_seconds =
      0;              // UTC, since 1970, never decreasing; decides which period a debit is of
  std::string actor;  // the analyst of DEBIT, REUSE, RERUN, OUTCOME and LEASE; else the curator
  RowBody body;
};

// A row as the store keeps it. Groups and sequences count from 1 over the whole ledger.
struct StoredRow {
  int64_t sequence = 0;
  int64_t group = 0;  // rows committed together share it
  std::string lineage;
  std::string kind;  // POLICY, PUBLISH, GRANT, LIMIT, STATUS, DEBIT, REUSE, RERUN, OUTCOME, LEASE
  std::string payload;
  Digest previous_hash;  // of the row before it in the same lineage
  Digest hash;
};

// Fills lineage, kind and payload.
StoredRow Encode(const Row& row);

// Inverts Encode. Errors: kLedgerRefused for anything Encode would not have written, byte for byte.
absl::StatusOr<Row> Decode(const StoredRow& stored);

}  // namespace tacit::ledger

#endif  // TACIT_ACCOUNTANT_LEDGER_ROW_H_
