#include "accountant/budgets/state.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "accountant/budgets/admit.h"
#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "accountant/terms.h"

namespace tacit::ledger {
namespace {

absl::Status Contradiction(const Row& row, const std::string& what) {
  return Refuse(Reason::kLedgerRefused,
                absl::StrCat("a ledger row of dataset ", row.dataset.value(), " ", what),
                {.fix = "restore ledger and anchor together from a trusted copy"});
}

const Budget* FindIn(const std::vector<Budget>& budgets, const std::string& name) {
  for (const Budget& budget : budgets) {
    if (budget.Name() == name) return &budget;
  }
  return nullptr;
}

// Ascending cells of the lineage, and one amount a track.
bool IsCharge(const Lineage& lineage, const std::vector<int64_t>& cells, const TrackAmounts& cost) {
  int64_t before = -1;
  for (const int64_t cell : cells) {
    if (cell <= before || cell >= lineage.terms.partition.cells) return false;
    before = cell;
  }
  return cost.size() == lineage.tracks.size();
}

// Null: none. `debits` by sequence.
template <typename Debits>
auto* DebitIn(Debits& debits, int64_t sequence) {
  const auto found = std::ranges::lower_bound(debits, sequence, {}, &Debit::sequence);
  return found == debits.end() || found->sequence != sequence ? nullptr : &*found;
}

}  // namespace

const Budget* Dataset::FindBudget(const std::string& name) const { return FindIn(budgets, name); }

std::optional<AnalystTerms> Dataset::Grant(const AnalystId& analyst) const {
  if (BudgetsHolding(budgets, analyst).empty()) return std::nullopt;
  const Budget* own = FindBudget(absl::StrCat("analyst:", analyst.value()));
  if (own == nullptr) own = FindBudget("analyst:*");
  TACIT_CHECK(own != nullptr);
  return AnalystTerms{AnalystId(own->scope.substr(std::string("analyst:").size())), own->declared,
                      own->per_query_max};
}

const Account& Lineage::AccountFor(const AccountKey& key) const {
  static const Account kNothing;
  const auto found = accounts.find(key);
  return found == accounts.end() ? kNothing : found->second;
}

absl::Status Lineages::Apply(const Row& row) {
  auto found = datasets_.find(row.dataset);
  if (found == datasets_.end()) {
    if (!std::holds_alternative<PolicyRow>(row.body)) {
      return Contradiction(row, "comes before the dataset's first policy");
    }
    found = datasets_.emplace(row.dataset, Dataset{.lineage = row.lineage}).first;
  }
  if (found->second.lineage != row.lineage) return Contradiction(row, "changes its lineage");
  if (row.time_seconds < time_seconds_) return Contradiction(row, "is earlier than the row before");
  time_seconds_ = row.time_seconds;
  return std::visit([&](const auto& body) { return ApplyBody(row, found->second, body); },
                    row.body);
}

absl::Status Lineages::ApplyBody(const Row& row, Dataset& dataset, const PolicyRow& policy) {
  if (policy.record.version.value() != dataset.policy.version.value() + 1) {
    return Contradiction(row, "skips a policy version");
  }
  Lineage& lineage = lineages_[row.lineage];
  if (lineage.tracks.empty()) {
    lineage.terms = policy.record.terms;
    lineage.tracks = policy.tracks;
  }
  const bool same = CheckImmutables(lineage.terms, policy.record.terms).ok() &&
                    lineage.tracks == policy.tracks && !policy.tracks.empty();
  dataset.policy = policy.record;
  dataset.budgets = BudgetsOf(policy.record.terms);
  if (!same || dataset.budgets.size() != policy.limits.size()) {
    return Contradiction(row, "changes what its lineage may never change");
  }
  for (size_t i = 0; i < policy.limits.size(); ++i) dataset.budgets[i].limit = policy.limits[i];
  return absl::OkStatus();
}

absl::Status Lineages::ApplyBody(const Row& row, Dataset& dataset, const PublishRow& publish) {
  if (publish.version.value() != dataset.data_version.value() + 1) {
    return Contradiction(row, "skips a data version");
  }
  dataset.data_version = publish.version;
  return absl::OkStatus();
}

absl::Status Lineages::ApplyBody(const Row& row, Dataset& dataset, const GrantRow& grant) {
  Budget budget{.scope = absl::StrCat("analyst:", grant.analyst.analyst.value()),
                .declared = grant.analyst.limit,
                .limit = grant.limit,
                .per_query_max = grant.analyst.per_query_max};
  if (grant.policy_version != dataset.policy.version || dataset.FindBudget(budget.Name())) {
    return Contradiction(row, "grants what was granted, or under another policy");
  }
  dataset.budgets.push_back(std::move(budget));
  return absl::OkStatus();
}

absl::Status Lineages::ApplyBody(const Row& row, Dataset& dataset, const LimitRow& limit) {
  for (Budget& budget : dataset.budgets) {
    if (budget.Name() != limit.scope || limit.policy_version != dataset.policy.version) continue;
    budget.declared = limit.declared;
    budget.limit = limit.limit;
    return absl::OkStatus();
  }
  return Contradiction(row, "changes a limit that is not there");
}

absl::Status Lineages::ApplyBody(const Row& row, Dataset& dataset, const StatusRow& status) {
  if (dataset.status == DatasetStatus::kRetired || status.status == dataset.status) {
    return Contradiction(row, "changes a status that cannot change so");
  }
  dataset.status = status.status;
  return absl::OkStatus();
}

absl::Status Lineages::ApplyBody(const Row& row, Dataset& dataset, const DebitRow& debit) {
  if (HoldsTraining(debit.losses)) return Contradiction(row, "pays for an answer with steps");
  return Pay(row, dataset, debit);
}

absl::Status Lineages::ApplyBody(const Row& row, Dataset& dataset, const LeaseRow& lease) {
  const std::vector<MechanismLoss>& losses = lease.debit.losses;
  const auto* job = losses.size() == 1 ? std::get_if<SubsampledGaussianLoss>(&losses[0]) : nullptr;
  if (job == nullptr || job->steps != lease.steps || lease.job == JobId()) {
    return Contradiction(row, "leases something else than it pays for");
  }
  return Pay(row, dataset, lease.debit);
}

absl::Status Lineages::Pay(const Row& row, const Dataset& dataset, const DebitRow& debit) {
  if (debit.data_version.value() < 1 || debit.data_version > dataset.data_version) {
    return Contradiction(row, "debits a data version that was never published");
  }
  const Lineage& lineage = Of(dataset);
  if (!IsCharge(lineage, debit.cells, debit.by_track)) {
    return Contradiction(row, "charges cells or tracks that its lineage does not have");
  }
  Count(row, dataset, debit.cells, debit.by_track, /*of_dataset=*/true);
  return absl::OkStatus();
}

absl::Status Lineages::ApplyBody(const Row& row, Dataset& dataset, const ReuseRow& reuse) {
  if (reuse.by_track.empty()) return absl::OkStatus();
  if (!IsCharge(Of(dataset), reuse.cells, reuse.by_track)) {
    return Contradiction(row, "charges cells or tracks that its lineage does not have");
  }
  Count(row, dataset, reuse.cells, reuse.by_track, /*of_dataset=*/false);
  return absl::OkStatus();
}

void Lineages::Count(const Row& row, const Dataset& dataset, const std::vector<int64_t>& cells,
                     const TrackAmounts& cost, bool of_dataset) {
  Lineage& lineage = lineages_.at(dataset.lineage);
  const AnalystId analyst(row.actor);
  for (const size_t i : BudgetsHolding(dataset.budgets, analyst)) {
    const Budget& budget = dataset.budgets[i];
    if (budget.IsOfDataset() && !of_dataset) continue;
    lineage.accounts[AccountOf(budget, analyst, row.time_seconds)].Add(
        cells, lineage.terms.partition.cells, cost);
  }
}

const Dataset* Lineages::Find(const DatasetId& dataset) const {
  const auto found = datasets_.find(dataset);
  return found == datasets_.end() ? nullptr : &found->second;
}

const Lineage& Lineages::Of(const Dataset& dataset) const { return lineages_.at(dataset.lineage); }

const Lineage* Lineages::FindLineage(const LineageId& lineage) const {
  const auto found = lineages_.find(lineage);
  return found == lineages_.end() ? nullptr : &found->second;
}

int64_t TimeOf(const Lineages& lineages, int64_t clock) {
  return std::max(clock, lineages.time_seconds());
}

absl::Status State::Apply(int64_t sequence, const Row& row) {
  TACIT_CHECK(sequence > 0);
  TACIT_RETURN_IF_ERROR(std::visit(
      [&](const auto& body) -> absl::Status {
        using Body = std::decay_t<decltype(body)>;
        if constexpr (std::is_same_v<Body, DebitRow> || std::is_same_v<Body, ReuseRow> ||
                      std::is_same_v<Body, RerunRow> || std::is_same_v<Body, OutcomeRow> ||
                      std::is_same_v<Body, LeaseRow>) {
          return ApplyRequest(sequence, row, body);
        } else {
          return absl::OkStatus();
        }
      },
      row.body));
  return lineages_.Apply(row);
}

absl::Status State::ApplyRequest(int64_t sequence, const Row& row, const DebitRow& debit) {
  const Request request{debit.request_digest, sequence, debit.charged, debit.charged, false};
  Asked& asked = asked_[Asker(row.dataset, AnalystId(row.actor))];
  if (!asked.requests.try_emplace(debit.request, request).second) {
    return Contradiction(row, "uses a request id twice");
  }
  TACIT_CHECK(debits_.empty() || debits_.back().sequence < sequence);
  Debit& made = debits_.emplace_back();
  made.sequence = sequence;
  made.certificate = debit.certificate;
  made.release_key = debit.release_key;
  made.data_version = debit.data_version;
  made.policy_version = debit.policy_version;
  made.charged = debit.charged;
  return absl::OkStatus();
}

absl::Status State::ApplyRequest(int64_t, const Row& row, const ReuseRow& reuse) {
  const Debit* debit = DebitIn(debits_, reuse.debit_sequence);
  if (debit == nullptr || debit->outcome_sequence == 0 || debit->leased) {
    return Contradiction(row, "reuses a release that was never stored");
  }
  const Request request{reuse.request_digest, reuse.debit_sequence, Amount(), reuse.charged, true};
  Asked& asked = asked_[Asker(row.dataset, AnalystId(row.actor))];
  if (!asked.requests.try_emplace(reuse.request, request).second) {
    return Contradiction(row, "uses a request id twice");
  }
  asked.paid[debit->release_key] = reuse.debit_sequence;
  return absl::OkStatus();
}

absl::Status State::ApplyRequest(int64_t sequence, const Row& row, const RerunRow& rerun) {
  Debit* debit = OwnDebit(row, rerun.request, rerun.debit_sequence);
  if (debit == nullptr || debit->outcome_sequence != 0 || debit->rerun_sequence != 0 ||
      debit->leased) {
    return Contradiction(row, "runs a debit again that may not run again");
  }
  debit->rerun_sequence = sequence;
  return absl::OkStatus();
}

absl::Status State::ApplyRequest(int64_t sequence, const Row& row, const OutcomeRow& outcome) {
  Debit* debit = OwnDebit(row, outcome.request, outcome.debit_sequence);
  if (debit == nullptr || debit->outcome_sequence != 0) {
    return Contradiction(row, "stores an outcome without a debit, or a second one");
  }
  debit->outcome_sequence = sequence;
  if (outcome.kind == OutcomeKind::kFailure || debit->leased) return absl::OkStatus();
  releases_[row.dataset][debit->release_key] = debit->sequence;
  asked_[Asker(row.dataset, AnalystId(row.actor))].paid[debit->release_key] = debit->sequence;
  return absl::OkStatus();
}

absl::Status State::ApplyRequest(int64_t sequence, const Row& row, const LeaseRow& lease) {
  TACIT_RETURN_IF_ERROR(ApplyRequest(sequence, row, lease.debit));
  debits_.back().leased = true;
  return absl::OkStatus();
}

Debit* State::OwnDebit(const Row& row, const RequestId& request, int64_t debit_sequence) {
  const Request* found = FindRequest(row.dataset, AnalystId(row.actor), request);
  if (found == nullptr || found->reused || found->debit_sequence != debit_sequence) return nullptr;
  Debit* debit = DebitIn(debits_, debit_sequence);
  TACIT_CHECK(debit != nullptr);
  return debit;
}

const Request* State::FindRequest(const DatasetId& dataset, const AnalystId& analyst,
                                  const RequestId& request) const {
  const auto asked = asked_.find(Asker(dataset, analyst));
  if (asked == asked_.end()) return nullptr;
  const auto found = asked->second.requests.find(request);
  return found == asked->second.requests.end() ? nullptr : &found->second;
}

const Debit& State::DebitAt(int64_t sequence) const {
  const Debit* found = DebitIn(debits_, sequence);
  TACIT_CHECK(found != nullptr);
  return *found;
}

Release State::FindRelease(const DatasetId& dataset, const Digest& release_key,
                           const AnalystId& analyst) const {
  const auto find = [&](const absl::flat_hash_map<Digest, int64_t>& by_key) {
    const auto found = by_key.find(release_key);
    return found == by_key.end() ? nullptr : &DebitAt(found->second);
  };
  const auto asked = asked_.find(Asker(dataset, analyst));
  const Debit* own = asked == asked_.end() ? nullptr : find(asked->second.paid);
  if (own != nullptr) return {own, true};
  const auto latest = releases_.find(dataset);
  return {latest == releases_.end() ? nullptr : find(latest->second), false};
}

bool State::IsRunning(const Debit& debit) const {
  return debit.outcome_sequence == 0 &&
         (debit.sequence > opened_at_ || debit.rerun_sequence > opened_at_);
}

}  // namespace tacit::ledger
