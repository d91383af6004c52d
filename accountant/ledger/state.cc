#include "accountant/ledger/state.h"

#include <type_traits>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"

namespace tacit::ledger {
namespace {

absl::Status Contradiction(const Row& row, const std::string& what) {
  return Refuse(Reason::kLedgerRefused,
                absl::StrCat("a ledger row of dataset ", row.lineage.value(), " ", what),
                {.fix = "restore ledger and anchor together from a trusted copy"});
}

void Charge(Lineage& lineage, const Row& row, const Amount& amount) {
  Amount& spent = lineage.spent_by_analyst[AnalystId(row.actor)];
  spent = AddSaturating(spent, amount);
}

absl::Status ApplyBody(Lineage& lineage, const Row& row, const PolicyRow& policy) {
  if (policy.record.version.value() != lineage.policy.version.value() + 1) {
    return Contradiction(row, "skips a policy version");
  }
  lineage.policy = policy.record;
  return absl::OkStatus();
}

absl::Status ApplyBody(Lineage& lineage, const Row& row, const PublishRow& publish) {
  if (publish.version.value() != lineage.data_version.value() + 1) {
    return Contradiction(row, "skips a data version");
  }
  lineage.data_version = publish.version;
  return absl::OkStatus();
}

absl::Status ApplyBody(Lineage& lineage, const Row& row, const DebitRow& debit) {
  if (debit.data_version.value() < 1 || debit.data_version > lineage.data_version) {
    return Contradiction(row, "debits a data version that was never published");
  }
  lineage.spent = AddSaturating(lineage.spent, debit.charged);
  Charge(lineage, row, debit.charged);
  return absl::OkStatus();
}

absl::Status ApplyBody(Lineage& lineage, const Row& row, const ReuseRow& reuse) {
  Charge(lineage, row, reuse.charged);
  return absl::OkStatus();
}

// A rerun and an outcome cost nothing: their debit has been paid.
absl::Status ApplyBody(Lineage&, const Row&, const RerunRow&) { return absl::OkStatus(); }
absl::Status ApplyBody(Lineage&, const Row&, const OutcomeRow&) { return absl::OkStatus(); }

}  // namespace

Amount Lineage::SpentBy(const AnalystId& analyst) const {
  const auto found = spent_by_analyst.find(analyst);
  return found == spent_by_analyst.end() ? Amount() : found->second;
}

const AnalystTerms* Lineage::Grant(const AnalystId& analyst) const {
  const AnalystTerms* anyone = nullptr;
  if (analyst.value().empty() || analyst.value() == "*") return nullptr;
  for (const AnalystTerms& terms : policy.terms.analysts) {
    if (terms.analyst == analyst) return &terms;
    if (terms.analyst.value() == "*") anyone = &terms;
  }
  return anyone;
}

absl::Status Lineages::Apply(const Row& row) {
  auto found = lineages_.find(row.lineage);
  if (found == lineages_.end()) {
    if (!std::holds_alternative<PolicyRow>(row.body)) {
      return Contradiction(row, "comes before the dataset's first policy");
    }
    found = lineages_.emplace(row.lineage, Lineage()).first;
  }
  Lineage& lineage = found->second;
  return std::visit([&](const auto& body) { return ApplyBody(lineage, row, body); }, row.body);
}

const Lineage* Lineages::Find(const DatasetId& dataset) const {
  const auto found = lineages_.find(dataset);
  return found == lineages_.end() ? nullptr : &found->second;
}

absl::Status State::Apply(int64_t sequence, const Row& row) {
  TACIT_CHECK(sequence > 0);
  TACIT_RETURN_IF_ERROR(std::visit(
      [&](const auto& body) -> absl::Status {
        using Body = std::decay_t<decltype(body)>;
        if constexpr (std::is_same_v<Body, PolicyRow> || std::is_same_v<Body, PublishRow>) {
          return absl::OkStatus();
        } else {
          return ApplyRequest(sequence, row, body);
        }
      },
      row.body));
  return lineages_.Apply(row);
}

absl::Status State::ApplyRequest(int64_t sequence, const Row& row, const DebitRow& debit) {
  const RequestKey key(row.lineage, AnalystId(row.actor), debit.request);
  const Request request{debit.request_digest, sequence, debit.charged, debit.charged, false};
  if (!requests_.try_emplace(key, request).second) {
    return Contradiction(row, "uses a request id twice");
  }
  Debit& made = debits_[sequence];
  made.sequence = sequence;
  made.certificate = debit.certificate;
  made.release_key = debit.release_key;
  made.data_version = debit.data_version;
  made.policy_version = debit.policy_version;
  made.charged = debit.charged;
  return absl::OkStatus();
}

absl::Status State::ApplyRequest(int64_t, const Row& row, const ReuseRow& reuse) {
  const auto found = debits_.find(reuse.debit_sequence);
  if (found == debits_.end() || found->second.outcome_sequence == 0) {
    return Contradiction(row, "reuses a release that was never stored");
  }
  const AnalystId analyst(row.actor);
  const RequestKey key(row.lineage, analyst, reuse.request);
  const Request request{reuse.request_digest, reuse.debit_sequence, Amount(), reuse.charged, true};
  if (!requests_.try_emplace(key, request).second) {
    return Contradiction(row, "uses a request id twice");
  }
  paid_[PaidKey(row.lineage, found->second.release_key, analyst)] = reuse.debit_sequence;
  return absl::OkStatus();
}

absl::Status State::ApplyRequest(int64_t sequence, const Row& row, const RerunRow& rerun) {
  Debit* debit = OwnDebit(row, rerun.request, rerun.debit_sequence);
  if (debit == nullptr || debit->outcome_sequence != 0 || debit->rerun_sequence != 0) {
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
  if (outcome.kind == OutcomeKind::kFailure) return absl::OkStatus();
  releases_[ReleaseKey(row.lineage, debit->release_key)] = debit->sequence;
  paid_[PaidKey(row.lineage, debit->release_key, AnalystId(row.actor))] = debit->sequence;
  return absl::OkStatus();
}

Debit* State::OwnDebit(const Row& row, const RequestId& request, int64_t debit_sequence) {
  const Request* found = FindRequest(row.lineage, AnalystId(row.actor), request);
  if (found == nullptr || found->reused || found->debit_sequence != debit_sequence) return nullptr;
  const auto debit = debits_.find(debit_sequence);
  TACIT_CHECK(debit != debits_.end());
  return &debit->second;
}

const Request* State::FindRequest(const DatasetId& dataset, const AnalystId& analyst,
                                  const RequestId& request) const {
  const auto found = requests_.find(RequestKey(dataset, analyst, request));
  return found == requests_.end() ? nullptr : &found->second;
}

const Debit& State::DebitAt(int64_t sequence) const {
  const auto found = debits_.find(sequence);
  TACIT_CHECK(found != debits_.end());
  return found->second;
}

Release State::FindRelease(const DatasetId& dataset, const Digest& release_key,
                           const AnalystId& analyst) const {
  const auto own = paid_.find(PaidKey(dataset, release_key, analyst));
  if (own != paid_.end()) return {&DebitAt(own->second), true};
  const auto latest = releases_.find(ReleaseKey(dataset, release_key));
  if (latest != releases_.end()) return {&DebitAt(latest->second), false};
  return {};
}

bool State::IsRunning(const Debit& debit) const {
  return debit.outcome_sequence == 0 &&
         (debit.sequence > opened_at_ || debit.rerun_sequence > opened_at_);
}

}  // namespace tacit::ledger
