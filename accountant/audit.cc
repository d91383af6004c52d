#include "accountant/audit.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"

namespace tacit::ledger {
namespace {

__extension__ using Wide = unsigned __int128;

absl::Status Wrong(int64_t sequence, const std::string& what) {
  return Refuse(Reason::kLedgerRefused, absl::StrCat("ledger row ", sequence, " ", what),
                {.fix = "keep the files as they are and find out what wrote this row"});
}

// Adds in 128 bits and insists on the limit, rather than saturating.
absl::Status Add(int64_t sequence, const Amount& cost, const Amount& limit, Amount& total) {
  const Wide epsilon = Wide{static_cast<uint64_t>(total.epsilon.pico())} +
                       static_cast<uint64_t>(cost.epsilon.pico());
  const Wide delta =
      Wide{static_cast<uint64_t>(total.delta.atto())} + static_cast<uint64_t>(cost.delta.atto());
  if (epsilon > static_cast<uint64_t>(limit.epsilon.pico()) ||
      delta > static_cast<uint64_t>(limit.delta.atto())) {
    return Wrong(sequence, "spends more than the limit that stood then");
  }
  total = {Epsilon::FromPico(static_cast<int64_t>(epsilon)),
           Delta::FromAtto(static_cast<int64_t>(delta))};
  return absl::OkStatus();
}

std::optional<Amount> LimitOf(const LineageTerms& terms, const std::string& analyst) {
  std::optional<Amount> limit;
  for (const AnalystTerms& granted : terms.analysts) {
    if (granted.analyst.value() == analyst) return granted.limit;
    if (granted.analyst.value() == "*") limit = granted.limit;
  }
  return limit;
}

}  // namespace

absl::Status Auditor::Visit(int64_t sequence, const Row& row) {
  const bool known = totals_.count(row.lineage.value()) != 0;
  if (!known && !std::holds_alternative<PolicyRow>(row.body)) {
    return Wrong(sequence, "belongs to a dataset without policy");
  }
  return std::visit([&](const auto& body) { return Audit(sequence, row, body); }, row.body);
}

absl::Status Auditor::Audit(int64_t sequence, const Row& row, const PolicyRow& policy) {
  const auto [found, added] = totals_.try_emplace(row.lineage.value());
  Totals& totals = found->second;
  const LineageTerms& terms = policy.record.terms;
  if (!added &&
      (terms.filter != totals.terms.filter || terms.privacy_unit != totals.terms.privacy_unit)) {
    return Wrong(sequence, "changes the unit or the filter of its dataset");
  }
  totals.terms = terms;
  return absl::OkStatus();
}

absl::Status Auditor::Audit(int64_t, const Row&, const PublishRow&) { return absl::OkStatus(); }

absl::Status Auditor::Audit(int64_t sequence, const Row& row, const DebitRow& debit) {
  Wide epsilon = 0;
  Wide delta = 0;
  for (const MechanismLoss& loss : debit.losses) {
    const std::optional<Amount> price = PriceRoundUp(loss);
    if (!price.has_value()) return Wrong(sequence, "lists a loss that has no price");
    epsilon += static_cast<uint64_t>(price->epsilon.pico());
    delta += static_cast<uint64_t>(price->delta.atto());
  }
  if (epsilon == 0 || epsilon != static_cast<uint64_t>(debit.charged.epsilon.pico()) ||
      delta != static_cast<uint64_t>(debit.charged.delta.atto())) {
    return Wrong(sequence, "charges something else than its losses cost");
  }
  const std::string& dataset = row.lineage.value();
  if (!requests_.emplace(dataset, row.actor, debit.request.value()).second) {
    return Wrong(sequence, "pays a request id twice");
  }
  Totals& totals = totals_[dataset];
  const std::optional<Amount> limit = LimitOf(totals.terms, row.actor);
  if (!limit.has_value()) return Wrong(sequence, "spends for an analyst without grant");
  TACIT_RETURN_IF_ERROR(Add(sequence, debit.charged, *limit, totals.spent_by_analyst[row.actor]));
  TACIT_RETURN_IF_ERROR(Add(sequence, debit.charged, totals.terms.limit, totals.spent));
  debits_[sequence] = Paid{dataset, row.actor, debit.request.value(), debit.charged};
  return absl::OkStatus();
}

absl::Status Auditor::Audit(int64_t sequence, const Row& row, const ReuseRow& reuse) {
  const auto found = debits_.find(reuse.debit_sequence);
  if (found == debits_.end() || !found->second.outcome ||
      found->second.lineage != row.lineage.value()) {
    return Wrong(sequence, "reuses a release that was never stored");
  }
  if (reuse.charged != Amount() && reuse.charged != found->second.charged) {
    return Wrong(sequence, "charges something else than the release cost");
  }
  if (!requests_.emplace(row.lineage.value(), row.actor, reuse.request.value()).second) {
    return Wrong(sequence, "pays a request id twice");
  }
  Totals& totals = totals_[row.lineage.value()];
  const std::optional<Amount> limit = LimitOf(totals.terms, row.actor);
  if (!limit.has_value()) return Wrong(sequence, "spends for an analyst without grant");
  if (reuse.charged == Amount()) return absl::OkStatus();  // also true above a limit that was cut
  return Add(sequence, reuse.charged, *limit, totals.spent_by_analyst[row.actor]);
}

absl::Status Auditor::Audit(int64_t sequence, const Row& row, const RerunRow& rerun) {
  const auto found = debits_.find(rerun.debit_sequence);
  if (found == debits_.end() || found->second.lineage != row.lineage.value() ||
      found->second.analyst != row.actor || found->second.request != rerun.request.value() ||
      found->second.rerun || found->second.outcome) {
    return Wrong(sequence, "runs a debit again that may not run again");
  }
  found->second.rerun = true;
  return absl::OkStatus();
}

absl::Status Auditor::Audit(int64_t sequence, const Row& row, const OutcomeRow& outcome) {
  const auto found = debits_.find(outcome.debit_sequence);
  if (found == debits_.end() || found->second.lineage != row.lineage.value() ||
      found->second.analyst != row.actor || found->second.request != outcome.request.value() ||
      found->second.outcome) {
    return Wrong(sequence, "stores an outcome without a debit, or a second one");
  }
  found->second.outcome = true;
  return absl::OkStatus();
}

}  // namespace tacit::ledger
