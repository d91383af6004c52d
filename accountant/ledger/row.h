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

// The terms and the text of a policy. Encoded without terms.dataset, which is the row's lineage.
struct PolicyRow {
  PolicyRecord record;
};

struct PublishRow {
  DataVersion version;
};

// One admitted spend. `charged` is the sum of the prices of `losses`; VerifyLedger recomputes it.
struct DebitRow {
  RequestId request;
  Digest request_digest;
  Digest certificate;
  Digest release_key;
  DataVersion data_version;
  PolicyVersion policy_version;
  std::vector<MechanismLoss> losses;
  Amount charged;
};

// A stored release handed to another request; `charged` to that analyst's own budget alone.
struct ReuseRow {
  RequestId request;
  Digest request_digest;
  int64_t debit_sequence = 0;
  Amount charged;
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

using RowBody = std::variant<PolicyRow, PublishRow, DebitRow, ReuseRow, RerunRow, OutcomeRow>;

struct Row {
  DatasetId lineage;
  int64_t time_seconds = 0;  // UTC, since 1970; shown, never used to decide
  std::string actor;         // the analyst of DEBIT, REUSE, RERUN and OUTCOME; else the curator
  RowBody body;
};

// A row as the store keeps it. Groups and sequences count from 1 over the whole ledger.
struct StoredRow {
  int64_t sequence = 0;
  int64_t group = 0;  // rows committed together share it
  std::string lineage;
  std::string kind;  // POLICY, PUBLISH, DEBIT, REUSE, RERUN, OUTCOME
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
