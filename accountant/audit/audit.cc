#include "accountant/audit/audit.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <variant>

#include "absl/strings/str_cat.h"
#include "accountant/audit/audit_price.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"

namespace tacit::ledger {
namespace {

using Real = long double;

absl::Status Wrong(int64_t sequence, const std::string& what) {
  return Refuse(Reason::kLedgerRefused, absl::StrCat("ledger row ", sequence, " ", what),
                {.fix = "keep the files as they are and find out what wrote this row"});
}

bool Fits(const TrackAmount& limit, __int128 divergence, __int128 delta) {
  return divergence <= limit.divergence.pico() && delta <= limit.delta.atto();
}

// What the limits of a budget under kApproximate promise must be what was declared: the Renyi
// track's divergence at its order, its deltas and those of the basic track, turned back.
bool KeepsDeclared(const std::vector<Track>& tracks, const TrackAmounts& limit,
                   const Amount& declared) {
  const Real nats = static_cast<Real>(declared.epsilon.pico()) * 1e-12L;
  Real mass = 0;
  for (size_t i = 0; i < tracks.size(); ++i) {
    mass += static_cast<Real>(limit[i].delta.atto()) * 1e-18L;
    if (tracks[i].kind == TrackKind::kBasic) {
      if (limit[i].divergence.pico() > declared.epsilon.pico()) return false;
    } else if (limit[i].divergence.pico() > 0) {
      // Canonne, Kamath, Steinke 2020, Proposition 12.
      const Real a = tracks[i].order;
      const Real divergence = static_cast<Real>(limit[i].divergence.pico()) * 1e-12L;
      mass += std::exp((a - 1) * (divergence - nats + std::log1p(-1 / a))) / a;
    }
  }
  return mass <= static_cast<Real>(declared.delta.atto()) * 1e-18L * (1 + 1e-9L);
}

bool Keeps(Filter filter, const std::vector<Track>& tracks, const TrackAmounts& limit,
           const Limit& declared) {
  if (limit.size() != tracks.size() || tracks.empty()) return false;
  if (filter == Filter::kApproximate) return KeepsDeclared(tracks, limit, declared.amount);
  for (size_t i = 0; i < tracks.size(); ++i) {
    int64_t most = 0;
    if (filter == Filter::kPure) most = declared.amount.epsilon.pico();
    if (filter == Filter::kZeroConcentrated) most = declared.rho.pico();
    if (filter == Filter::kRenyi) {
      if (i >= declared.orders.size() || declared.orders[i].order != tracks[i].order) return false;
      most = declared.orders[i].divergence.pico();
    }
    const int64_t delta = filter == Filter::kPure ? 0 : declared.amount.delta.atto();
    if (limit[i].divergence.pico() > most || limit[i].delta.atto() > delta) return false;
  }
  return true;
}

// Of a training job; 0 for anything else.
int64_t StepsOf(const MechanismLoss& loss) {
  const auto* job = std::get_if<SubsampledGaussianLoss>(&loss);
  return job == nullptr ? 0 : job->steps;
}

}  // namespace

absl::Status Auditor::Visit(int64_t sequence, const Row& row) {
  const auto found = datasets_.find(row.dataset.value());
  if (found == datasets_.end() && !std::holds_alternative<PolicyRow>(row.body)) {
    return Wrong(sequence, "belongs to a dataset without policy");
  }
  if (found != datasets_.end() && found->second.lineage != row.lineage.value()) {
    return Wrong(sequence, "is in another lineage than its dataset");
  }
  return std::visit([&](const auto& body) { return Audit(sequence, row, body); }, row.body);
}

absl::Status Auditor::Audit(int64_t sequence, const Row& row, const PolicyRow& policy) {
  const LineageTerms& terms = policy.record.terms;
  const auto [people, is_new] = people_.try_emplace(row.lineage.value());
  if (is_new) {
    people->second = {.filter = terms.filter,
                      .privacy_unit = terms.privacy_unit,
                      .partition = terms.partition.columns,
                      .cells = terms.partition.cells,
                      .tracks = policy.tracks};
  }
  const People& before = people->second;
  if (before.filter != terms.filter || before.privacy_unit != terms.privacy_unit ||
      before.partition != terms.partition.columns || before.cells != terms.partition.cells ||
      before.tracks != policy.tracks) {
    return Wrong(sequence, "changes the unit, the filter, the tracks or the cells of its people");
  }
  Terms& now = datasets_[row.dataset.value()];
  now.lineage = row.lineage.value();
  now.caps.clear();
  size_t next = 0;
  bool all_keep = true;
  const auto cap = [&](Cap made, const Limit& declared) {
    if (next < policy.limits.size()) made.limit = policy.limits[next];
    all_keep = all_keep && Keeps(before.filter, before.tracks, made.limit, declared);
    ++next;
    now.caps.push_back(std::move(made));
  };
  cap({.kind = "dataset"}, terms.limit);
  for (const AnalystTerms& analyst : terms.analysts) {
    cap({.kind = "analyst", .name = analyst.analyst.value()}, analyst.limit);
  }
  std::map<std::string, std::vector<std::string>> members;
  for (const RoleTerms& role : terms.roles) {
    for (const AnalystId& member : role.members) members[role.name].push_back(member.value());
    cap({.kind = "role", .name = role.name, .members = members[role.name]}, role.limit);
  }
  for (const PeriodTerms& period : terms.periods) {
    const size_t colon = period.scope.find(':');
    Cap made{.kind = period.scope.substr(0, colon), .days = period.days};
    if (colon != std::string::npos) made.name = period.scope.substr(colon + 1);
    if (made.kind == "role") made.members = members[made.name];
    cap(std::move(made), period.limit);
  }
  if (!all_keep || next != policy.limits.size()) {
    return Wrong(sequence, "sets limits that promise more than was declared");
  }
  return absl::OkStatus();
}

absl::Status Auditor::Audit(int64_t, const Row&, const PublishRow&) { return absl::OkStatus(); }

absl::Status Auditor::Audit(int64_t sequence, const Row& row, const GrantRow& grant) {
  const People& people = people_[row.lineage.value()];
  if (!Keeps(people.filter, people.tracks, grant.limit, grant.analyst.limit)) {
    return Wrong(sequence, "grants more than was declared");
  }
  datasets_[row.dataset.value()].caps.push_back(
      {.kind = "analyst", .name = grant.analyst.analyst.value(), .limit = grant.limit});
  return absl::OkStatus();
}

absl::Status Auditor::Audit(int64_t sequence, const Row& row, const LimitRow& limit) {
  const People& people = people_[row.lineage.value()];
  for (Cap& cap : datasets_[row.dataset.value()].caps) {
    std::string name = cap.kind;
    if (!cap.name.empty()) absl::StrAppend(&name, ":", cap.name);
    if (cap.days > 0) absl::StrAppend(&name, " per ", cap.days, cap.days == 1 ? " day" : " days");
    if (name != limit.scope) continue;
    if (!Keeps(people.filter, people.tracks, limit.limit, limit.declared)) break;
    cap.limit = limit.limit;
    return absl::OkStatus();
  }
  return Wrong(sequence, "changes a limit that is not there, or to more than was declared");
}

absl::Status Auditor::Audit(int64_t sequence, const Row& row, const StatusRow& status) {
  Terms& terms = datasets_[row.dataset.value()];
  if (terms.status == DatasetStatus::kRetired) return Wrong(sequence, "revives a retired dataset");
  terms.status = status.status;
  return absl::OkStatus();
}

absl::Status Auditor::Audit(int64_t sequence, const Row& row, const DebitRow& debit) {
  for (const MechanismLoss& loss : debit.losses) {
    if (StepsOf(loss) != 0) return Wrong(sequence, "pays for an answer as for training steps");
  }
  return Pay(sequence, row, debit);
}

absl::Status Auditor::Audit(int64_t sequence, const Row& row, const LeaseRow& lease) {
  if (lease.debit.losses.size() != 1 || lease.steps < 1 || lease.job.value().empty() ||
      StepsOf(lease.debit.losses.front()) != lease.steps) {
    return Wrong(sequence, "leases other steps than it pays for");
  }
  TACIT_RETURN_IF_ERROR(Pay(sequence, row, lease.debit));
  debits_[sequence].leased = true;
  return absl::OkStatus();
}

bool Auditor::Believes(const MechanismLoss& loss) {
  if (StepsOf(loss) == 0) return ClaimHolds(loss);
  const auto [found, is_new] = believed_.try_emplace(ToText(loss));
  if (is_new) found->second = ClaimHolds(loss);
  return found->second;
}

absl::Status Auditor::Pay(int64_t sequence, const Row& row, const DebitRow& debit) {
  const std::string& dataset = row.dataset.value();
  const People& people = people_[row.lineage.value()];
  if (datasets_[dataset].status != DatasetStatus::kActive) {
    return Wrong(sequence, "debits a dataset that is closed");
  }
  if (debit.by_track.size() != people.tracks.size() || debit.losses.empty()) {
    return Wrong(sequence, "charges other tracks than its lineage has, or for nothing");
  }
  const auto price = [&](const Track& track) {
    AuditedPrice total;
    for (const MechanismLoss& loss : debit.losses) {
      const AuditedPrice one = AuditPrice(track, loss);
      total.divergence += one.divergence;
      total.delta = Delta::FromAtto(total.delta.atto() + one.delta.atto());
    }
    return total;
  };
  for (const MechanismLoss& loss : debit.losses) {
    if (!Believes(loss)) return Wrong(sequence, "lists a loss whose claim is not true");
  }
  for (size_t i = 0; i < people.tracks.size(); ++i) {
    if (!Covers(debit.by_track[i], price(people.tracks[i]), debit.losses.size())) {
      return Wrong(sequence, "charges something else than its losses cost");
    }
  }
  const TrackAmount basic{Divergence::FromPico(debit.charged.epsilon.pico()), debit.charged.delta};
  if (debit.charged.epsilon == Epsilon() || !Covers(basic, price(Track()), debit.losses.size())) {
    return Wrong(sequence, "shows something else than its losses cost");
  }
  const auto [asked, is_new] = requests_.emplace(dataset, row.actor, debit.request.value());
  if (!is_new) return Wrong(sequence, "pays a request id twice");
  TACIT_RETURN_IF_ERROR(Add(sequence, row, debit.cells, debit.by_track, /*of_dataset=*/true));
  debits_.emplace_hint(debits_.end(), sequence,
                       Paid{&*asked, debit.charged, debit.by_track, debit.cells});
  return absl::OkStatus();
}

absl::Status Auditor::Add(int64_t sequence, const Row& row, const std::vector<int64_t>& cells,
                          const TrackAmounts& cost, bool of_dataset) {
  People& people = people_[row.lineage.value()];
  const std::vector<Cap>& caps = datasets_[row.dataset.value()].caps;
  std::vector<int64_t> charged = cells;
  for (int64_t cell = 0; cells.empty() && cell < people.cells; ++cell) charged.push_back(cell);
  bool granted = false;
  for (const Cap& cap : caps) {
    const bool named = std::any_of(caps.begin(), caps.end(), [&](const Cap& other) {
      return other.kind == "analyst" && other.days == cap.days && other.name == row.actor;
    });
    const bool own =
        cap.kind == "analyst" && (cap.name == row.actor || (cap.name == "*" && !named));
    const bool member = std::count(cap.members.begin(), cap.members.end(), row.actor) > 0;
    if (cap.kind == "dataset" ? !of_dataset : !own && !member) continue;
    granted = granted || (own && cap.days == 0);
    const std::string holder =
        absl::StrCat(cap.kind, ":", own ? row.actor : cap.name, ":", cap.days);
    const int64_t period = cap.days == 0 ? 0 : row.time_seconds / 86400 / cap.days;
    for (const int64_t cell : charged) {
      std::vector<__int128>& spent = people.spent[{holder, period, cell}];
      spent.resize(2 * cost.size());
      size_t fitting = 0;
      for (size_t i = 0; i < cost.size(); ++i) {
        spent[2 * i] += cost[i].divergence.pico();
        spent[2 * i + 1] += cost[i].delta.atto();
        fitting += Fits(cap.limit[i], spent[2 * i], spent[2 * i + 1]) ? 1 : 0;
      }
      const size_t needed = people.filter == Filter::kApproximate ? 1 : cost.size();
      if (fitting < needed) return Wrong(sequence, "spends more than the limit that stood then");
    }
  }
  return granted ? absl::OkStatus() : Wrong(sequence, "spends for an analyst without grant");
}

absl::Status Auditor::Audit(int64_t sequence, const Row& row, const ReuseRow& reuse) {
  const auto found = debits_.find(reuse.debit_sequence);
  if (found == debits_.end() || !found->second.outcome || found->second.leased ||
      std::get<0>(*found->second.asked) != row.dataset.value()) {
    return Wrong(sequence, "reuses a release that was never stored");
  }
  const Paid& paid = found->second;
  const bool free = reuse.charged == Amount() && reuse.by_track.empty();
  const bool full =
      reuse.charged == paid.charged && reuse.by_track == paid.by_track && reuse.cells == paid.cells;
  if (!free && !full) return Wrong(sequence, "charges something else than the release cost");
  if (!requests_.emplace(row.dataset.value(), row.actor, reuse.request.value()).second) {
    return Wrong(sequence, "pays a request id twice");
  }
  if (free) return absl::OkStatus();  // also true above a limit that was cut
  return Add(sequence, row, reuse.cells, reuse.by_track, /*of_dataset=*/false);
}

absl::Status Auditor::Audit(int64_t sequence, const Row& row, const RerunRow& rerun) {
  const auto found = debits_.find(rerun.debit_sequence);
  const Asked asked(row.dataset.value(), row.actor, rerun.request.value());
  if (found == debits_.end() || *found->second.asked != asked || found->second.leased ||
      found->second.rerun || found->second.outcome) {
    return Wrong(sequence, "runs a debit again that may not run again");
  }
  found->second.rerun = true;
  return absl::OkStatus();
}

absl::Status Auditor::Audit(int64_t sequence, const Row& row, const OutcomeRow& outcome) {
  const auto found = debits_.find(outcome.debit_sequence);
  const Asked asked(row.dataset.value(), row.actor, outcome.request.value());
  if (found == debits_.end() || *found->second.asked != asked || found->second.outcome) {
    return Wrong(sequence, "stores an outcome without a debit, or a second one");
  }
  found->second.outcome = true;
  return absl::OkStatus();
}

}  // namespace tacit::ledger
