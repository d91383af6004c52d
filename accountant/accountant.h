// What has been spent, and may it be spent. The only way to a SpendReceipt.
//
// One ledger holds many lineages (a lineage: the same people, under one dataset name or several).
// All state is a fold over append-only, hash-chained rows; see ledger/README.md for the file and
// the anchor.
#ifndef TACIT_ACCOUNTANT_ACCOUNTANT_H_
#define TACIT_ACCOUNTANT_ACCOUNTANT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "accountant/filter.h"
#include "accountant/ids.h"
#include "accountant/lease/lease.h"
#include "accountant/loss/mechanism_loss.h"
#include "accountant/loss/track.h"
#include "accountant/loss/units.h"
#include "accountant/receipt.h"
#include "accountant/terms.h"

namespace tacit {

namespace ledger {
class Lineages;
struct Row;
}  // namespace ledger

struct PolicyRecord {
  PolicyVersion version;
  LineageTerms terms;  // as declared by this policy
  std::string policy;  // the whole policy, opaque here
};

// A frozen dataset admits nothing new and may be thawed; a retired one never again.
enum class DatasetStatus { kActive, kFrozen, kRetired };

// One committed or refused-before-commit spend. Everything in it is public: text, policy, versions.
struct Charge {
  DatasetId dataset;
  AnalystId analyst;
  RequestId request;
  Digest request_digest;  // of the whole request: the same id with another digest is refused
  Digest certificate;
  Digest release_key;  // equal keys may be answered with the same stored release
  DataVersion data_version;
  PolicyVersion policy_version;
  std::vector<MechanismLoss> losses;
  std::vector<int64_t> cells;  // ascending; whose people the answer depends on. Empty: all
  bool fresh = false;          // true: never answer from a stored release
};

// A stored answer, byte for byte, and what it cost when this request id first asked: a retry shows
// the same amounts and the same `reused` as the first call did. `reused` is true when the release
// was made for another request.
struct StoredOutcome {
  std::string bytes;
  bool reused = false;
  Amount dataset_charged;
  Amount analyst_charged;
};

// A failure is kept for retries of its own request alone.
enum class OutcomeKind { kAnswer, kFailure };

using SpendResult = std::variant<SpendReceipt, StoredOutcome>;

// All steps of a training job, or a block of them. Its one loss is a SubsampledGaussianLoss.
struct LeaseCharge {
  Charge charge;
  JobId job;  // 1 to 255 bytes; links the leases of one job for people, and does nothing else
};
using LeaseResult = std::variant<StepLease, StoredOutcome>;

// What a new request would cost. `stored`: a stored release would answer it, which is free to the
// dataset and to an analyst who paid for it before.
struct Quote {
  Amount dataset_charged;
  Amount analyst_charged;
  bool stored = false;
};

// What a new draw would count on each track, and how many such draws in a row each of the asker's
// own budgets would bear: what others have left is not his to know.
struct Forecast {
  struct TrackCost {
    Track track;
    TrackAmount cost;
  };
  struct Fit {
    std::string scope;  // as in BudgetView
    int64_t times = 0;
  };
  std::vector<TrackCost> tracks;
  std::vector<Fit> own;
};

// What the ledger knows of a request id of an analyst.
struct PastRequest {
  enum class State {
    kUnknown,   // never debited
    kStored,    // `outcome` holds what was answered
    kInFlight,  // debited by this process, outcome still to come
    kOrphaned,  // debited (not leased) before a restart without outcome: Spend may let it run once
                // more under these versions and the same certificate
    kLost,      // debited, and an outcome can never come
  };
  State state = State::kUnknown;
  StoredOutcome outcome;
  DataVersion data_version;
  PolicyVersion policy_version;
};

// One track of a budget. Of several cells the one that has spent most.
struct TrackView {
  Track track;
  TrackAmount limit;
  TrackAmount spent;
  TrackAmount remaining;
};

// What one budget may bear and has borne. Amounts are of the cell that has spent most, where
// `cells` of them are counted apart; 1: there are none. Under kPure and kApproximate `limit`,
// `spent` and `remaining` are those of the basic track; else their epsilon is 0.
struct BudgetView {
  std::string
      scope;  // "dataset", "role:NAME", "analyst:NAME", with " per N days" where it refreshes
  Amount limit;
  Amount spent;
  Amount remaining;
  std::vector<TrackView> tracks;
  Filter filter = Filter::kPure;
  int64_t cells = 1;
};

// One row of the log, for people.
struct LogEntry {
  int64_t sequence = 0;
  std::string time;  // UTC, RFC 3339; shown, never used to decide
  std::string kind;  // POLICY, PUBLISH, GRANT, LIMIT, STATUS, DEBIT, REUSE, RERUN, OUTCOME, LEASE
  DatasetId dataset;
  std::string actor;
  std::string request;
  Amount charged;      // to the dataset, under basic composition
  std::string detail;  // losses, tracks, versions
  Digest hash;
};

// Who changes a budget, and why.
struct CuratorNote {
  std::string author;
  std::string reason;
};

// Where a ledger lives. The anchor must lie outside `directory`, so that restoring the one does not
// restore the other.
struct LedgerPaths {
  std::string directory;  // mode 0700; holds ledger.db
  std::string anchor;     // one small file, mode 0600
};

// Thread-safe. All writes go through one ledger thread that commits queued work as one group:
// transaction commit (fsync), then anchor (fsync), then the callers wake. A failed fsync ends the
// process.
class Accountant {
 public:
  // Creates an empty ledger. Refuses if either path exists. The only creator.
  static absl::Status Init(const LedgerPaths& paths);
  // Opens and verifies. kLedgerRefused: missing, not a regular file of mode 0600, broken chain,
  // behind or beside its anchor, ahead by more than one commit group, or open in another process.
  static absl::StatusOr<std::unique_ptr<Accountant>> Open(const LedgerPaths& paths);
  ~Accountant();

  // Curator rows. A first policy creates the lineage; a later one must keep unit and filter
  // (kLineageImmutable) and may change limits, which is a raise or cut on record.
  absl::StatusOr<PolicyVersion> AddPolicy(const LineageTerms& terms, const std::string& policy,
                                          const std::string& author);
  // What AddPolicy would refuse, without writing.
  absl::Status CheckPolicy(const LineageTerms& terms) const;
  absl::StatusOr<DataVersion> Publish(const DatasetId& dataset, const std::string& author);
  // Each is a row with its author and reason, in force until the next policy says otherwise.
  // Grants an analyst a total of his own; he must have none by name.
  absl::Status GrantAnalyst(const DatasetId& dataset, const AnalystTerms& terms,
                            const CuratorNote& note);
  // Raises or cuts the limit of a budget that exists, named as in BudgetView. The promise becomes
  // that of the largest limit.
  absl::Status ChangeLimit(const DatasetId& dataset, const std::string& scope, const Limit& limit,
                           const CuratorNote& note);
  // kActive thaws. Nothing leaves kRetired.
  absl::Status SetStatus(const DatasetId& dataset, DatasetStatus status, const CuratorNote& note);

  // What became of a request id, so that a retry is answered before anything is prepared anew.
  // nullopt: whatever was asked. Error: kRequestIdReused when the id was used with another digest.
  absl::StatusOr<PastRequest> FindRequest(const DatasetId& dataset, const AnalystId& analyst,
                                          const RequestId& request,
                                          const std::optional<Digest>& request_digest) const;
  // Admits and debits dataset and analyst together, durably, before it returns a receipt; or hands
  // out what was stored. Errors: kBudgetExhausted, kRequestIdReused, kRequestInFlight,
  // kPrivacyParameter (a loss no filter of this lineage admits, or above per_query_max), kNotFound
  // (no such grant). A training job is refused: it is leased.
  absl::StatusOr<SpendResult> Spend(const Charge& charge);
  // The same for training steps, before any of them runs: the whole lease is debited or nothing.
  // Leases of one job add up as the lineage's filter adds up any two debits, so on the basic track
  // blocks cost more than one lease of all steps. A request id whose lease is still held here is
  // kRequestInFlight; one whose lease is not, and whose outcome was never stored, is kLeaseEnded
  // for good. Other errors: as of Spend. See lease/README.md.
  absl::StatusOr<LeaseResult> Lease(const LeaseCharge& lease);
  // What a new request would be charged right now, or why Spend (of a training job: Lease) would
  // refuse it; nothing is spent.
  absl::StatusOr<Quote> Check(const Charge& charge) const;
  // Says so even where a budget would refuse. Errors: as of Spend, but for those of budgets.
  absl::StatusOr<Forecast> Foresee(const Charge& charge) const;
  // Stores what will be sent, before it is sent. One outcome a debit. Only an answer is ever
  // reused.
  absl::Status StoreOutcome(const DatasetId& dataset, const AnalystId& analyst,
                            const RequestId& request, OutcomeKind kind, const std::string& bytes);

  // Reads; nothing here is written or charged.
  std::vector<PolicyRecord> Policies() const;  // the latest of each lineage, by dataset
  DataVersion LatestDataVersion(const DatasetId& dataset) const;
  // What `analyst` was granted: his own terms, else "*", else nullopt (he may not know it exists).
  std::optional<AnalystTerms> Grant(const DatasetId& dataset, const AnalystId& analyst) const;
  absl::StatusOr<BudgetView> DatasetBudget(const DatasetId& dataset) const;
  absl::StatusOr<BudgetView> AnalystBudget(const DatasetId& dataset,
                                           const AnalystId& analyst) const;
  // Every budget that a question of `analyst` is held against, the dataset's first; with an empty
  // name those of the dataset and its roles alone.
  absl::StatusOr<std::vector<BudgetView>> Budgets(const DatasetId& dataset,
                                                  const AnalystId& analyst) const;
  absl::StatusOr<DatasetStatus> Status(const DatasetId& dataset) const;
  // At most `limit` rows of the dataset's lineage after a sequence, in order. Errors: kNotFound;
  // those of a ledger that cannot be read.
  absl::StatusOr<std::vector<LogEntry>> Log(const DatasetId& dataset, int64_t after_sequence,
                                            int limit) const;

 private:
  class State;  // accountant_state.h
  // Commits the row that `decide_row` makes of the state.
  absl::Status Declare(
      absl::FunctionRef<absl::StatusOr<ledger::Row>(const ledger::Lineages&)> decide_row);
  explicit Accountant(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// The price of several losses together, each rounded up, saturating. CHECKs that each can be
// priced: losses of a certificate can.
Amount TotalPrice(const std::vector<MechanismLoss>& losses);

// Reads a whole ledger without opening it for writing, recomputes chain and totals, and compares
// the head with the anchor. Returns the number of rows.
absl::StatusOr<int64_t> VerifyLedger(const LedgerPaths& paths);

// Every column of a row, so that other programs can compute the chain: see ledger/README.md.
struct ExportedRow {
  LogEntry entry;
  int64_t group = 0;
  std::string lineage;
  std::string payload;
  Digest previous_hash;
};

// Where a ledger ends. Two ledgers with equal digests hold equal rows.
struct LedgerEnd {
  int64_t sequence = 0;
  int64_t group = 0;
  Digest digest;
};

// VerifyLedger, handing out each row once it and all before it were found right. Only an end says
// that the whole was.
absl::StatusOr<LedgerEnd> ExportLedger(const LedgerPaths& paths,
                                       absl::FunctionRef<void(const ExportedRow&)> take);

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_ACCOUNTANT_H_
