#include "accountant/reading/log_entry.h"

#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"

namespace tacit {
namespace {

std::string Text(const Amount& amount) {
  return absl::StrCat("epsilon ", amount.epsilon.ToDecimal(), " delta ", amount.delta.ToDecimal());
}

// Divergence and delta, the latter where there is one.
std::string Text(const TrackAmount& amount) {
  if (!Within(amount, Unbounded())) return "without bound";
  return absl::StrCat(amount.divergence.ToDecimal(), amount.delta == Delta() ? "" : " delta ",
                      amount.delta == Delta() ? "" : amount.delta.ToDecimal());
}

std::string Versions(int64_t data_version, int64_t policy_version) {
  return absl::StrCat("data version ", data_version, ", policy version ", policy_version);
}

// Which cells of the people it is charged to; nothing for all.
std::string Cells(const std::vector<int64_t>& cells) {
  return cells.empty() ? "" : absl::StrCat(", cells ", absl::StrJoin(cells, " "));
}

// Fills what only this kind of row has.
void Describe(const ledger::PolicyRow& row, LogEntry& entry) {
  const LineageTerms& terms = row.record.terms;
  entry.detail = absl::StrCat("policy version ", row.record.version.value(), ", unit ",
                              terms.privacy_unit, ", limit ", ToText(terms.filter, terms.limit));
  if (terms.partition.cells > 1) {
    absl::StrAppend(&entry.detail, ", ", terms.partition.cells, " cells");
  }
  if (row.tracks.size() > 1) absl::StrAppend(&entry.detail, ", tracks");
  for (size_t i = 0; row.tracks.size() > 1 && i < row.tracks.size(); ++i) {
    absl::StrAppend(&entry.detail, " ", ToText(row.tracks[i]), " at most ", Text(row.limits[0][i]));
  }
}

void Describe(const ledger::PublishRow& row, LogEntry& entry) {
  entry.detail = absl::StrCat("data version ", row.version.value());
}

void Describe(const ledger::GrantRow& row, LogEntry& entry) {
  entry.detail = absl::StrCat("analyst ", row.analyst.analyst.value(), " may spend ",
                              Text(row.analyst.limit.amount), ", ", row.reason);
}

void Describe(const ledger::LimitRow& row, LogEntry& entry) {
  entry.detail = absl::StrCat(row.scope, " may spend");
  for (const TrackAmount& amount : row.limit) absl::StrAppend(&entry.detail, " ", Text(amount));
  absl::StrAppend(&entry.detail, ", ", row.reason);
}

void Describe(const ledger::StatusRow& row, LogEntry& entry) {
  const char* status = row.status == DatasetStatus::kActive   ? "active"
                       : row.status == DatasetStatus::kFrozen ? "frozen"
                                                              : "retired";
  entry.detail = absl::StrCat(status, ", ", row.reason);
}

void Describe(const ledger::DebitRow& row, LogEntry& entry) {
  entry.request = row.request.value();
  entry.charged = row.charged;
  const auto append = [](std::string* out, const MechanismLoss& loss) {
    out->append(ToText(loss));
  };
  entry.detail = absl::StrCat(absl::StrJoin(row.losses, " ", append), ", ",
                              Versions(row.data_version.value(), row.policy_version.value()));
  if (row.by_track.size() > 1) absl::StrAppend(&entry.detail, ", by track");
  for (size_t i = 0; row.by_track.size() > 1 && i < row.by_track.size(); ++i) {
    absl::StrAppend(&entry.detail, i == 0 ? " " : " and ", Text(row.by_track[i]));
  }
  absl::StrAppend(&entry.detail, Cells(row.cells));
}

void Describe(const ledger::ReuseRow& row, LogEntry& entry) {
  entry.request = row.request.value();
  entry.detail = absl::StrCat("release of row ", row.debit_sequence, ", analyst charged epsilon ",
                              row.charged.epsilon.ToDecimal(), Cells(row.cells));
}

void Describe(const ledger::RerunRow& row, LogEntry& entry) {
  entry.request = row.request.value();
  entry.detail = absl::StrCat("debit of row ", row.debit_sequence, " runs again after a restart");
}

void Describe(const ledger::OutcomeRow& row, LogEntry& entry) {
  entry.request = row.request.value();
  entry.detail =
      absl::StrCat("answer to row ", row.debit_sequence, ", ", row.bytes.size(), " bytes");
}

void Describe(const ledger::LeaseRow& row, LogEntry& entry) {
  Describe(row.debit, entry);
  entry.detail = absl::StrCat(row.steps, " steps of job ", row.job.value(), ", ", entry.detail);
}

}  // namespace

LogEntry EntryOf(const ledger::StoredRow& stored, const ledger::Row& row) {
  LogEntry entry;
  entry.sequence = stored.sequence;
  entry.time = absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(row.time_seconds),
                                absl::UTCTimeZone());
  entry.kind = stored.kind;
  entry.dataset = row.dataset;
  entry.actor = row.actor;
  entry.hash = stored.hash;
  std::visit([&](const auto& body) { Describe(body, entry); }, row.body);
  return entry;
}

}  // namespace tacit
