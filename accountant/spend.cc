#include "accountant/spend.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/filter.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"

namespace tacit {
namespace {

using ledger::Debit;
using ledger::Lineage;
using ledger::Request;
using ledger::Row;

constexpr size_t kRequestBytesMax = 255;

Row RowOf(const Charge& charge, ledger::RowBody body) {
  Row row;
  row.lineage = charge.dataset;
  row.actor = charge.analyst.value();
  row.body = std::move(body);
  return row;
}

// One of the two budgets that a cost is held against.
struct Budget {
  std::string scope;  // "dataset" or "analyst"
  Amount spent;
  Amount limit;
};

absl::Status Admit(Filter filter, const Amount& cost, const Budget& budget) {
  const Admission admission{
      .filter = filter, .spent = budget.spent, .cost = cost, .limit = budget.limit};
  if (Admits(admission)) return absl::OkStatus();
  const Amount remaining = Remaining(budget.limit, budget.spent);
  const bool epsilon_short = cost.epsilon > remaining.epsilon;
  const auto shown = [&](const Amount& amount) {
    return epsilon_short ? amount.epsilon.ToDecimal() : amount.delta.ToDecimal();
  };
  const std::string needs =
      absl::StrCat("the request needs ", epsilon_short ? "epsilon " : "delta ", shown(cost));
  // How much others have left is the curator's to know.
  if (budget.scope == "dataset") {
    return Refuse(Reason::kBudgetExhausted,
                  absl::StrCat(needs, ", more than remains of the dataset's budget"),
                  {.fix = "ask for less, or ask the curator for a larger budget",
                   .requested = shown(cost),
                   .scope = budget.scope});
  }
  return Refuse(Reason::kBudgetExhausted,
                absl::StrCat(needs, ", ", shown(remaining), " remains of the ", budget.scope, "'s ",
                             shown(budget.limit)),
                {.fix = "ask for less, or ask the curator for a larger budget",
                 .requested = shown(cost),
                 .remaining = shown(remaining),
                 .scope = budget.scope});
}

// Sums the prices. What cannot be priced or counted, costs nothing or passes the analyst's
// per-query maximum is refused here, before any budget is looked at.
absl::StatusOr<Amount> Cost(const Charge& charge, Filter filter, const AnalystTerms& terms) {
  const auto refused = [](const std::string& what, const std::string& fix) {
    return Refuse(Reason::kPrivacyParameter, what, {.fix = fix});
  };
  Amount cost;
  for (const MechanismLoss& loss : charge.losses) {
    const std::optional<Amount> price = PriceRoundUp(loss);
    if (!price.has_value()) {
      return refused(absl::StrCat("no filter admits the loss ", ToText(loss)),
                     "ask for an epsilon above 0 and below 9000000");
    }
    cost = AddSaturating(cost, *price);
  }
  if (cost.epsilon == Epsilon()) {
    return refused("the request would cost nothing, so it would protect nothing",
                   "ask for an epsilon above 0");
  }
  if (!CanCount(filter, cost)) {
    return refused(absl::StrCat("the request needs delta ", cost.delta.ToDecimal(),
                                ", which the pure filter of this dataset does not count"),
                   "ask for a mechanism without delta");
  }
  if (cost.epsilon > terms.per_query_max) {
    return refused(
        absl::StrCat("the request needs epsilon ", cost.epsilon.ToDecimal(), ", above the ",
                     terms.per_query_max.ToDecimal(), " that one query may cost"),
        absl::StrCat("ask for at most ", terms.per_query_max.ToDecimal()));
  }
  return cost;
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
  const Request& request = *state.FindRequest(charge.dataset, charge.analyst, charge.request);
  const Debit& debit = state.DebitAt(request.debit_sequence);
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
      rows.push_back(RowOf(charge, ledger::RerunRow{charge.request, debit.sequence}));
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

absl::Status CheckVersion(const Charge& charge, const Lineage& lineage) {
  if (lineage.data_version == DataVersion()) {
    return Refuse(Reason::kNotPublished,
                  absl::StrCat("dataset ", charge.dataset.value(), " has no published data"),
                  {.fix = "wait until the curator publishes it"});
  }
  if (charge.data_version.value() >= 1 && charge.data_version <= lineage.data_version) {
    return absl::OkStatus();
  }
  return Refuse(Reason::kNotPublished,
                absl::StrCat("data version ", charge.data_version.value(), " of dataset ",
                             charge.dataset.value(), " is not published; the latest is ",
                             lineage.data_version.value()),
                {.fix = "ask for a published version"});
}

// A stored release of the same query, data and price. nullopt: there is none, so draw a new one.
std::optional<ledger::Release> FindReusable(const ledger::State& state, const Charge& charge,
                                            const Amount& cost) {
  if (charge.fresh) return std::nullopt;
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

// Who asks whom, where both exist. Points into the state it was found in.
struct Asker {
  const Lineage& lineage;
  const AnalystTerms& terms;
};

absl::StatusOr<Asker> FindAsker(const ledger::State& state, const Charge& charge) {
  const Lineage* lineage = state.lineages().Find(charge.dataset);
  const AnalystTerms* terms = lineage == nullptr ? nullptr : lineage->Grant(charge.analyst);
  if (terms != nullptr) return Asker{*lineage, *terms};
  // One text for both, so that nobody learns which datasets exist.
  return Refuse(Reason::kNotFound,
                absl::StrCat("there is no dataset ", charge.dataset.value(), " for you"),
                {.fix = "check the name or ask the curator for a grant"});
}

absl::Status CheckRequestId(const RequestId& request) {
  const size_t size = request.value().size();
  if (size > 0 && size <= kRequestBytesMax) return absl::OkStatus();
  return Refuse(Reason::kRequest, "the request id is empty or longer than 255 bytes",
                {.fix = "send a UUID", .field = "request_id"});
}

}  // namespace

absl::StatusOr<SpendDecision> DecideSpend(const ledger::State& state, const Charge& charge,
                                          std::vector<Row>& rows) {
  TACIT_RETURN_IF_ERROR(FindAsker(state, charge).status());
  TACIT_RETURN_IF_ERROR(CheckRequestId(charge.request));
  TACIT_ASSIGN_OR_RETURN(
      const PastDecision past,
      DecidePast(state, charge.dataset, charge.analyst, charge.request, charge.request_digest));
  if (past.past.state != PastRequest::State::kUnknown) {
    return DecideRetry(state, charge, past, rows);
  }
  return DecideNewSpend(state, charge, rows);
}

absl::StatusOr<SpendDecision> DecideNewSpend(const ledger::State& state, const Charge& charge,
                                             std::vector<Row>& rows) {
  TACIT_ASSIGN_OR_RETURN(const Asker asker, FindAsker(state, charge));
  const Lineage& lineage = asker.lineage;
  TACIT_RETURN_IF_ERROR(CheckVersion(charge, lineage));
  const Filter filter = lineage.policy.terms.filter;
  TACIT_ASSIGN_OR_RETURN(const Amount cost, Cost(charge, filter, asker.terms));
  const Budget of_dataset{"dataset", lineage.spent, lineage.policy.terms.limit};
  const Budget of_analyst{"analyst", lineage.SpentBy(charge.analyst), asker.terms.limit};

  const std::optional<ledger::Release> release = FindReusable(state, charge, cost);
  if (release.has_value()) {
    const Amount charged = release->paid ? Amount() : cost;
    if (!release->paid) TACIT_RETURN_IF_ERROR(Admit(filter, charged, of_analyst));
    rows.push_back(RowOf(charge, ledger::ReuseRow{charge.request, charge.request_digest,
                                                  release->debit->sequence, charged}));
    return SpendDecision{release->debit->outcome_sequence, true, Amount(), charged};
  }

  TACIT_RETURN_IF_ERROR(Admit(filter, cost, of_dataset));
  TACIT_RETURN_IF_ERROR(Admit(filter, cost, of_analyst));
  rows.push_back(
      RowOf(charge, ledger::DebitRow{charge.request, charge.request_digest, charge.certificate,
                                     charge.release_key, charge.data_version, charge.policy_version,
                                     charge.losses, cost}));
  return SpendDecision{0, false, cost, cost};
}

absl::StatusOr<PastDecision> DecidePast(const ledger::State& state, const DatasetId& dataset,
                                        const AnalystId& analyst, const RequestId& request,
                                        const Digest& request_digest) {
  PastDecision found;
  PastRequest& past = found.past;
  const Request* known = state.FindRequest(dataset, analyst, request);
  if (known == nullptr) return found;
  if (known->request_digest != request_digest) return IdReused(request);
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
    past.state =
        debit.rerun_sequence == 0 ? PastRequest::State::kOrphaned : PastRequest::State::kLost;
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
  Row row;
  row.lineage = dataset;
  row.actor = analyst.value();
  row.body = ledger::OutcomeRow{request, found->debit_sequence, OutcomeKind::kFailure, ""};
  return row;
}

}  // namespace tacit
