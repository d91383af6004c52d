#include "accountant/spend.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "accountant/budgets/admit.h"
#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"

namespace tacit {
namespace {

using ledger::Dataset;
using ledger::Debit;
using ledger::Lineage;
using ledger::Request;
using ledger::Row;

constexpr size_t kRequestBytesMax = 255;

Row RowOf(const Dataset& dataset, const Charge& charge, ledger::RowBody body) {
  Row row;
  row.lineage = dataset.lineage;
  row.dataset = charge.dataset;
  row.actor = charge.analyst.value();
  row.body = std::move(body);
  return row;
}

absl::Status IdReused(const RequestId& request) {
  return Refuse(
      Reason::kRequestIdReused,
      absl::StrCat("request id ", request.value(), " was already used for another request"),
      {.fix = "use a new request id for a new request"});
}

// The same request id again: the stored answer, one rerun after a crash, or a refusal.
absl::StatusOr<SpendDecision> DecideRetry(const ledger::State& state, const Charge& charge,
                                          const PastDecision& found, std::vector<Row>& rows) {
  const Dataset* dataset = state.lineages().Find(charge.dataset);
  TACIT_CHECK(dataset != nullptr);
  const Request& request = *state.FindRequest(charge.dataset, charge.analyst, charge.request);
  const Debit& debit = state.DebitAt(request.debit_sequence);
  if (debit.leased) return IdReused(charge.request);  // steps, which Lease alone hands out
  const SpendDecision again{found.outcome_sequence, request.reused, request.dataset_charged,
                            request.analyst_charged};
  switch (found.past.state) {
    case PastRequest::State::kStored:
      return again;
    case PastRequest::State::kInFlight:
      return Refuse(Reason::kRequestInFlight,
                    absl::StrCat("request ", charge.request.value(), " is still running"),
                    {.fix = "ask again with the same request id in a moment"});
    case PastRequest::State::kOrphaned:
      if (debit.certificate != charge.certificate || debit.data_version != charge.data_version) {
        break;
      }
      TACIT_CHECK(debit.rerun_sequence == 0 && debit.outcome_sequence == 0);
      rows.push_back(RowOf(*dataset, charge, ledger::RerunRow{charge.request, debit.sequence}));
      return again;
    case PastRequest::State::kLost:
    case PastRequest::State::kUnknown:
      break;
  }
  return Refuse(Reason::kInternal,
                absl::StrCat("request ", charge.request.value(),
                             " was paid for, and its answer was lost in a restart"),
                {.fix = "ask again with a new request id"});
}

// Whether the clock can be trusted to say which period it is: it may not fall behind what it said
// before by more than a step of time synchronisation.
constexpr int64_t kClockStepMax = 120;

absl::Status CheckClock(const ledger::Lineages& lineages, const Dataset& dataset, int64_t clock) {
  const bool behind = clock < lineages.time_seconds() - kClockStepMax;
  for (const Budget& budget : dataset.budgets) {
    if (budget.days == 0 || !behind) continue;
    return Refuse(Reason::kLedgerUnavailable, "the clock is behind the ledger's last row",
                  {.fix = "set the clock; budgets for a period need it"});
  }
  return absl::OkStatus();
}

absl::Status CheckOpen(const Charge& charge, const Dataset& dataset) {
  if (dataset.status == DatasetStatus::kActive) return absl::OkStatus();
  const bool frozen = dataset.status == DatasetStatus::kFrozen;
  return Refuse(Reason::kDatasetClosed,
                absl::StrCat("dataset ", charge.dataset.value(), " is ",
                             frozen ? "frozen" : "retired", " and answers nothing new"),
                {.fix = frozen ? "ask again when its curator thaws it" : "ask another dataset"});
}

absl::Status CheckVersion(const Charge& charge, const Dataset& dataset) {
  if (dataset.data_version == DataVersion()) {
    return Refuse(Reason::kNotPublished,
                  absl::StrCat("dataset ", charge.dataset.value(), " has no published data"),
                  {.fix = "wait until the curator publishes it"});
  }
  if (charge.data_version.value() >= 1 && charge.data_version <= dataset.data_version) {
    return absl::OkStatus();
  }
  return Refuse(Reason::kNotPublished,
                absl::StrCat("data version ", charge.data_version.value(), " of dataset ",
                             charge.dataset.value(), " is not published; the latest is ",
                             dataset.data_version.value()),
                {.fix = "ask for a published version"});
}

// A stored release of the same query, data and price. nullopt: there is none, so draw a new one.
std::optional<ledger::Release> FindReusable(const ledger::State& state, const Charge& charge,
                                            const Amount& cost) {
  if (charge.fresh || HoldsTraining(charge.losses)) return std::nullopt;
  const ledger::Release release =
      state.FindRelease(charge.dataset, charge.release_key, charge.analyst);
  // Equal keys imply both; that a cheaper or newer-looking twin gets nothing does not rest on the
  // key.
  if (release.debit == nullptr || release.debit->charged != cost ||
      release.debit->data_version != charge.data_version) {
    return std::nullopt;
  }
  return release;
}

absl::Status CheckRequestId(const RequestId& request) {
  const size_t size = request.value().size();
  if (size > 0 && size <= kRequestBytesMax) return absl::OkStatus();
  return Refuse(Reason::kRequest, "the request id is empty or longer than 255 bytes",
                {.fix = "send a UUID", .field = "request_id"});
}

}  // namespace

absl::StatusOr<SpendDecision> DecideSpend(const ledger::State& state, const Charge& charge,
                                          int64_t clock, std::vector<Row>& rows) {
  TACIT_ASSIGN_OR_RETURN(const PastDecision past, DecideKnown(state, charge));
  if (past.past.state != PastRequest::State::kUnknown) {
    return DecideRetry(state, charge, past, rows);
  }
  // A receipt is of one answer, and steps cost more than one.
  if (HoldsTraining(charge.losses)) {
    return Refuse(Reason::kPrivacyParameter, "a training job is not paid for as a question is",
                  {.fix = "lease its steps"});
  }
  return DecideNewSpend(state, charge, clock, rows);
}

absl::StatusOr<PastDecision> DecideKnown(const ledger::State& state, const Charge& charge) {
  TACIT_RETURN_IF_ERROR(FindAsker(state.lineages(), charge).status());
  TACIT_RETURN_IF_ERROR(CheckRequestId(charge.request));
  return DecidePast(state, charge.dataset, charge.analyst, charge.request, charge.request_digest);
}

absl::StatusOr<SpendDecision> DecideNewSpend(const ledger::State& state, const Charge& charge,
                                             int64_t clock, std::vector<Row>& rows) {
  TACIT_ASSIGN_OR_RETURN(const Asker asker, FindAsker(state.lineages(), charge));
  TACIT_RETURN_IF_ERROR(CheckVersion(charge, asker.dataset));
  TACIT_RETURN_IF_ERROR(CheckOpen(charge, asker.dataset));
  TACIT_RETURN_IF_ERROR(CheckClock(state.lineages(), asker.dataset, clock));
  TACIT_ASSIGN_OR_RETURN(const Cost cost, CostOf(asker.lineage, charge, asker.terms.per_query_max));
  const Bearing bearing{asker.lineage,  asker.dataset,
                        charge.analyst, ledger::TimeOf(state.lineages(), clock),
                        charge.cells,   cost.by_track};

  const std::optional<ledger::Release> release = FindReusable(state, charge, cost.basic);
  if (release.has_value()) {
    ledger::ReuseRow reuse{.request = charge.request,
                           .request_digest = charge.request_digest,
                           .debit_sequence = release->debit->sequence};
    if (!release->paid) {
      TACIT_RETURN_IF_ERROR(CheckBudgets(bearing, /*of_dataset=*/false));
      reuse.cells = charge.cells;
      reuse.charged = cost.basic;
      reuse.by_track = cost.by_track;
    }
    const Amount charged = reuse.charged;
    rows.push_back(RowOf(asker.dataset, charge, std::move(reuse)));
    return SpendDecision{release->debit->outcome_sequence, true, Amount(), charged};
  }

  TACIT_RETURN_IF_ERROR(CheckBudgets(bearing, /*of_dataset=*/true));
  ledger::DebitRow debit{charge.request,     charge.request_digest, charge.certificate,
                         charge.release_key, charge.data_version,   charge.policy_version,
                         charge.losses,      charge.cells,          cost.basic,
                         cost.by_track};
  rows.push_back(RowOf(asker.dataset, charge, std::move(debit)));
  return SpendDecision{0, false, cost.basic, cost.basic};
}

absl::StatusOr<PastDecision> DecidePast(const ledger::State& state, const DatasetId& dataset,
                                        const AnalystId& analyst, const RequestId& request,
                                        const std::optional<Digest>& request_digest) {
  PastDecision found;
  PastRequest& past = found.past;
  const Request* known = state.FindRequest(dataset, analyst, request);
  if (known == nullptr) return found;
  if (request_digest.has_value() && known->request_digest != *request_digest) {
    return IdReused(request);
  }
  const Debit& debit = state.DebitAt(known->debit_sequence);
  past.data_version = debit.data_version;
  past.policy_version = debit.policy_version;
  found.outcome_sequence = debit.outcome_sequence;
  if (debit.outcome_sequence != 0) {
    past.state = PastRequest::State::kStored;
    past.outcome = {"", known->reused, known->dataset_charged, known->analyst_charged};
    return found;
  }
  TACIT_CHECK(!known->reused);  // only a release with an outcome is ever reused
  if (state.IsRunning(debit)) {
    past.state = PastRequest::State::kInFlight;
  } else {
    // Steps of a lease may have been seen, and nothing can draw their noise again.
    const bool may_rerun = debit.rerun_sequence == 0 && !debit.leased;
    past.state = may_rerun ? PastRequest::State::kOrphaned : PastRequest::State::kLost;
  }
  return found;
}

absl::StatusOr<Row> DecideOutcome(const ledger::State& state, const DatasetId& dataset,
                                  const AnalystId& analyst, const RequestId& request) {
  const Request* found = state.FindRequest(dataset, analyst, request);
  if (found == nullptr || found->reused || !state.IsRunning(state.DebitAt(found->debit_sequence))) {
    return Refuse(Reason::kInternal,
                  absl::StrCat("request ", request.value(), " is not waiting for an outcome"),
                  {.fix = "store one outcome for each receipt"});
  }
  const Dataset* in = state.lineages().Find(dataset);
  TACIT_CHECK(in != nullptr);
  Row row;
  row.lineage = in->lineage;
  row.dataset = dataset;
  row.actor = analyst.value();
  row.body = ledger::OutcomeRow{request, found->debit_sequence, OutcomeKind::kFailure, ""};
  return row;
}

}  // namespace tacit
