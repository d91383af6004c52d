#include "accountant/lease/lease.h"

#include <memory>
#include <variant>
#include <vector>

#include "accountant/accountant_state.h"
#include "accountant/check.h"
#include "accountant/status_macros.h"

namespace tacit {

absl::StatusOr<LeaseResult> Accountant::Lease(const LeaseCharge& lease) {
  const Charge& charge = lease.charge;
  // Nobody without a grant makes the server work it out.
  if (Grant(charge.dataset, charge.analyst).has_value()) PriceAhead(charge);
  const auto held = std::make_shared<const bool>(true);
  SpendDecision decision;
  StoredOutcome stored;
  const auto decide = [&](const ledger::State& state, int64_t clock,
                          std::vector<ledger::Row>& rows) -> absl::Status {
    TACIT_ASSIGN_OR_RETURN(decision, DecideLease(state, lease, state_->leases, clock, rows));
    if (decision.outcome_sequence != 0) return absl::OkStatus();
    TACIT_CHECK(rows.size() == 1);
    state_->leases.Add(charge, held);  // before any other request can be told of the row
    return absl::OkStatus();
  };
  const auto finish = [&](const ledger::Store& store) {
    return ReadStored(store, decision, stored);
  };
  TACIT_RETURN_IF_ERROR(state_->writer.Run({decide, finish}));
  if (decision.outcome_sequence != 0) return LeaseResult(std::move(stored));
  // Durable in ledger and anchor from here on, and made once: DecideLease knew no such request.
  const int64_t steps = std::get<SubsampledGaussianLoss>(charge.losses.front()).steps;
  return LeaseResult(
      StepLease(charge.certificate, charge.data_version, charge.request, steps, held));
}

std::optional<StepReceipt> StepLease::Next() {
  if (taken_ >= steps_) return std::nullopt;
  ++taken_;
  return StepReceipt(certificate_, data_version_, request_, taken_);
}

}  // namespace tacit
