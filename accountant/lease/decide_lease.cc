#include "accountant/lease/decide_lease.h"

#include <string>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "accountant/budgets/admit.h"
#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"

namespace tacit {
namespace {

constexpr size_t kJobBytesMax = 255;

absl::Status CheckJob(const LeaseCharge& lease) {
  const size_t size = lease.job.value().size();
  if (size == 0 || size > kJobBytesMax) {
    return Refuse(Reason::kRequest, "the job's name is empty or longer than 255 bytes",
                  {.fix = "name the job", .field = "job"});
  }
  if (HoldsTraining(lease.charge.losses)) return absl::OkStatus();
  return Refuse(Reason::kPrivacyParameter, "a lease is of the steps of a training job",
                {.fix = "ask for anything else in a request of its own"});
}

// The same request id again: its stored outcome or a refusal, never more steps.
absl::StatusOr<SpendDecision> DecideAgain(const ledger::State& state, const Charge& charge,
                                          const PastDecision& found, bool is_held) {
  const ledger::Request& request =
      *state.FindRequest(charge.dataset, charge.analyst, charge.request);
  if (!state.DebitAt(request.debit_sequence).leased || request.reused) {
    return Refuse(Reason::kRequestIdReused,
                  absl::StrCat("request id ", charge.request.value(), " was used for a question"),
                  {.fix = "use a new request id for a lease"});
  }
  if (found.past.state == PastRequest::State::kStored) {
    return SpendDecision{found.outcome_sequence, false, request.dataset_charged,
                         request.analyst_charged};
  }
  if (found.past.state == PastRequest::State::kInFlight && is_held) {
    return Refuse(Reason::kRequestInFlight,
                  absl::StrCat("the steps of request ", charge.request.value(), " still run"),
                  {.fix = "ask again with the same request id in a moment"});
  }
  return Refuse(Reason::kLeaseEnded,
                absl::StrCat("the lease of request ", charge.request.value(),
                             " ended before its outcome was stored, and all of it stays paid"),
                {.fix = "lease the later steps anew, under a new request id"});
}

}  // namespace

void HeldLeases::Add(const Charge& charge, const std::weak_ptr<const bool>& held) {
  absl::erase_if(held_, [](const auto& entry) { return entry.second.expired(); });
  held_[KeyOf(charge)] = held;
}

bool HeldLeases::IsHeld(const Charge& charge) const {
  const auto found = held_.find(KeyOf(charge));
  return found != held_.end() && !found->second.expired();
}

void PriceAhead(const Charge& charge) {
  if (HoldsTraining(charge.losses)) (void)PriceRoundUp(charge.losses.front());
}

absl::StatusOr<SpendDecision> DecideLease(const ledger::State& state, const LeaseCharge& lease,
                                          const HeldLeases& held, int64_t clock,
                                          std::vector<ledger::Row>& rows) {
  const Charge& charge = lease.charge;
  TACIT_ASSIGN_OR_RETURN(const PastDecision past, DecideKnown(state, charge));
  if (past.past.state != PastRequest::State::kUnknown) {
    return DecideAgain(state, charge, past, held.IsHeld(charge));
  }
  TACIT_RETURN_IF_ERROR(CheckJob(lease));
  std::vector<ledger::Row> decided;
  TACIT_ASSIGN_OR_RETURN(const SpendDecision decision,
                         DecideNewSpend(state, charge, clock, decided));
  TACIT_CHECK(decision.outcome_sequence == 0 && decided.size() == 1);
  ledger::Row& row = decided.front();
  auto* debit = std::get_if<ledger::DebitRow>(&row.body);
  TACIT_CHECK(debit != nullptr);
  const int64_t steps = std::get<SubsampledGaussianLoss>(charge.losses.front()).steps;
  ledger::LeaseRow leased{std::move(*debit), lease.job, steps};
  row.body = std::move(leased);
  rows.push_back(std::move(row));
  return decision;
}

}  // namespace tacit
