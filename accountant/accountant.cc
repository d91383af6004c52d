#include "accountant/accountant.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "accountant/audit.h"
#include "accountant/check.h"
#include "accountant/ledger/anchor.h"
#include "accountant/ledger/writer.h"
#include "accountant/refusal.h"
#include "accountant/replay.h"
#include "accountant/spend.h"
#include "accountant/status_macros.h"
#include "accountant/terms.h"

namespace tacit {
namespace {

using ledger::Lineage;
using ledger::Lineages;
using ledger::Row;

// Far above any policy or answer, far below what SQLite can hold in one value.
constexpr size_t kTextBytesMax = size_t{256} << 20;

absl::Status CheckSize(const std::string& name, const std::string& text) {
  if (text.size() <= kTextBytesMax) return absl::OkStatus();
  return Refuse(Reason::kLimit, absl::StrCat(name, " is larger than 256 MiB"),
                {.fix = "make it smaller", .limit = "ledger_text_bytes"});
}

absl::Status NoDataset(const DatasetId& dataset) {
  return Refuse(Reason::kNotFound, absl::StrCat("there is no dataset ", dataset.value()),
                {.fix = "check the name"});
}

BudgetView ViewOf(const Amount& limit, const Amount& spent) {
  return {limit, spent, Remaining(limit, spent)};
}

std::string Versions(int64_t data_version, int64_t policy_version) {
  return absl::StrCat("data version ", data_version, ", policy version ", policy_version);
}

// Fills what only this kind of row has.
void Describe(const ledger::PolicyRow& row, LogEntry& entry) {
  const Amount& limit = row.record.terms.limit;
  entry.detail = absl::StrCat("policy version ", row.record.version.value(), ", unit ",
                              row.record.terms.privacy_unit, ", limit epsilon ",
                              limit.epsilon.ToDecimal(), " delta ", limit.delta.ToDecimal());
}

void Describe(const ledger::PublishRow& row, LogEntry& entry) {
  entry.detail = absl::StrCat("data version ", row.version.value());
}

void Describe(const ledger::DebitRow& row, LogEntry& entry) {
  entry.request = row.request.value();
  entry.charged = row.charged;
  const auto append = [](std::string* out, const MechanismLoss& loss) {
    out->append(ToText(loss));
  };
  entry.detail = absl::StrCat(absl::StrJoin(row.losses, " ", append), ", ",
                              Versions(row.data_version.value(), row.policy_version.value()));
}

void Describe(const ledger::ReuseRow& row, LogEntry& entry) {
  entry.request = row.request.value();
  entry.detail = absl::StrCat("release of row ", row.debit_sequence, ", analyst charged epsilon ",
                              row.charged.epsilon.ToDecimal());
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

LogEntry EntryOf(const ledger::StoredRow& stored, const Row& row) {
  LogEntry entry;
  entry.sequence = stored.sequence;
  entry.time = absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(row.time_seconds),
                                absl::UTCTimeZone());
  entry.kind = stored.kind;
  entry.dataset = row.lineage;
  entry.actor = row.actor;
  entry.hash = stored.hash;
  std::visit([&](const auto& body) { Describe(body, entry); }, row.body);
  return entry;
}

absl::StatusOr<std::string> ReadOutcome(const ledger::Store& store, int64_t sequence) {
  TACIT_ASSIGN_OR_RETURN(const ledger::StoredRow stored, store.Read(sequence));
  TACIT_ASSIGN_OR_RETURN(Row row, ledger::Decode(stored));
  auto* outcome = std::get_if<ledger::OutcomeRow>(&row.body);
  TACIT_CHECK(outcome != nullptr);
  return std::move(outcome->bytes);
}

bool Exists(const std::string& path) {
  struct stat found {};
  return lstat(path.c_str(), &found) == 0;
}

}  // namespace

class Accountant::State {
 public:
  explicit State(ledger::OpenLedger open) : writer(std::move(open)) {}
  ledger::Writer writer;
};

Accountant::Accountant(std::unique_ptr<State> state) : state_(std::move(state)) {}
Accountant::~Accountant() = default;

absl::Status Accountant::Init(const LedgerPaths& paths) {
  for (const std::string& path : {paths.directory, paths.anchor}) {
    if (path.empty() || Exists(path)) {
      return Refuse(Reason::kLedgerRefused,
                    absl::StrCat("\"", path, "\" is empty or exists already"),
                    {.fix = "name new paths; an existing ledger is never overwritten"});
    }
  }
  std::error_code error;
  std::filesystem::path directory =
      std::filesystem::weakly_canonical(std::filesystem::absolute(paths.directory), error);
  if (!directory.has_filename()) directory = directory.parent_path();  // "ledger/" names "ledger"
  if (error) {
    return Refuse(Reason::kLedgerRefused, absl::StrCat("cannot resolve ", paths.directory),
                  {.fix = "check the path and its permissions"});
  }
  TACIT_RETURN_IF_ERROR(ledger::CheckOutside(paths.anchor, directory.string()));
  TACIT_RETURN_IF_ERROR(ledger::Store::Create(directory.string()));
  return ledger::WriteAnchor(paths.anchor, ledger::Chain().head());
}

absl::StatusOr<std::unique_ptr<Accountant>> Accountant::Open(const LedgerPaths& paths) {
  TACIT_ASSIGN_OR_RETURN(const std::string directory,
                         ledger::ResolvePrivateDirectory(paths.directory));
  TACIT_RETURN_IF_ERROR(ledger::CheckOutside(paths.anchor, directory));
  ledger::OpenLedger open;
  open.anchor = std::filesystem::absolute(paths.anchor).string();  // wherever we stand later
  TACIT_ASSIGN_OR_RETURN(open.store, ledger::Store::Open(directory, ledger::Access::kAppend));
  TACIT_ASSIGN_OR_RETURN(const ledger::Head anchored, ledger::ReadAnchor(paths.anchor));
  const auto apply = [&](int64_t sequence, const Row& row) {
    return open.state.Apply(sequence, row);
  };
  TACIT_ASSIGN_OR_RETURN(ledger::Replayed replayed, ledger::Replay(*open.store, anchored, apply));
  open.chain = std::move(replayed.chain);
  // The one repair: a crash came between commit and anchor, and nothing had been read or sent yet.
  if (replayed.anchor_is_late) {
    TACIT_RETURN_IF_ERROR(ledger::WriteAnchor(paths.anchor, open.chain.head()));
  }
  open.state.MarkOpened(open.chain.head().sequence);
  return std::unique_ptr<Accountant>(new Accountant(std::make_unique<State>(std::move(open))));
}

absl::StatusOr<PolicyVersion> Accountant::AddPolicy(const LineageTerms& terms,
                                                    const std::string& policy,
                                                    const std::string& author) {
  TACIT_RETURN_IF_ERROR(CheckPolicy(terms));
  TACIT_RETURN_IF_ERROR(CheckSize("the policy", policy));
  PolicyVersion version;
  const auto decide = [&](const ledger::State& state, std::vector<Row>& rows) {
    const Lineage* lineage = state.lineages().Find(terms.dataset);
    if (lineage != nullptr) {
      TACIT_RETURN_IF_ERROR(CheckImmutables(lineage->policy.terms, terms));
    }
    version = PolicyVersion(lineage == nullptr ? 1 : lineage->policy.version.value() + 1);
    rows.push_back(Row{terms.dataset, 0, author, ledger::PolicyRow{{version, terms, policy}}});
    return absl::OkStatus();
  };
  TACIT_RETURN_IF_ERROR(state_->writer.Run({decide, nullptr}));
  return version;
}

absl::Status Accountant::CheckPolicy(const LineageTerms& terms) const {
  absl::Status status = ValidateTerms(terms);
  state_->writer.Read([&](const Lineages& lineages) {
    const Lineage* lineage = lineages.Find(terms.dataset);
    if (lineage != nullptr) status.Update(CheckImmutables(lineage->policy.terms, terms));
  });
  return status;
}

absl::StatusOr<DataVersion> Accountant::Publish(const DatasetId& dataset,
                                                const std::string& author) {
  DataVersion version;
  const auto decide = [&](const ledger::State& state, std::vector<Row>& rows) {
    const Lineage* lineage = state.lineages().Find(dataset);
    if (lineage == nullptr) return NoDataset(dataset);
    version = DataVersion(lineage->data_version.value() + 1);
    rows.push_back(Row{dataset, 0, author, ledger::PublishRow{version}});
    return absl::OkStatus();
  };
  TACIT_RETURN_IF_ERROR(state_->writer.Run({decide, nullptr}));
  return version;
}

absl::StatusOr<SpendResult> Accountant::Spend(const Charge& charge) {
  SpendDecision decision;
  StoredOutcome stored;
  const auto decide = [&](const ledger::State& state, std::vector<Row>& rows) -> absl::Status {
    TACIT_ASSIGN_OR_RETURN(decision, DecideSpend(state, charge, rows));
    TACIT_CHECK(decision.outcome_sequence != 0 || rows.size() == 1);
    return absl::OkStatus();
  };
  const auto finish = [&](const ledger::Store& store) -> absl::Status {
    if (decision.outcome_sequence == 0) return absl::OkStatus();
    TACIT_ASSIGN_OR_RETURN(stored.bytes, ReadOutcome(store, decision.outcome_sequence));
    stored.reused = decision.reused;
    stored.dataset_charged = decision.dataset_charged;
    stored.analyst_charged = decision.analyst_charged;
    return absl::OkStatus();
  };
  TACIT_RETURN_IF_ERROR(state_->writer.Run({decide, finish}));
  if (decision.outcome_sequence != 0) return SpendResult(std::move(stored));
  // Durable in ledger and anchor from here on; see accountant/ledger/ledger.proof.md.
  return SpendResult(SpendReceipt(charge.certificate, charge.data_version, charge.request));
}

absl::StatusOr<PastRequest> Accountant::FindRequest(const DatasetId& dataset,
                                                    const AnalystId& analyst,
                                                    const RequestId& request,
                                                    const Digest& request_digest) const {
  PastDecision found;
  const auto decide = [&](const ledger::State& state, std::vector<Row>&) -> absl::Status {
    TACIT_ASSIGN_OR_RETURN(found, DecidePast(state, dataset, analyst, request, request_digest));
    return absl::OkStatus();
  };
  const auto finish = [&](const ledger::Store& store) -> absl::Status {
    if (found.outcome_sequence == 0) return absl::OkStatus();
    TACIT_ASSIGN_OR_RETURN(found.past.outcome.bytes, ReadOutcome(store, found.outcome_sequence));
    return absl::OkStatus();
  };
  TACIT_RETURN_IF_ERROR(state_->writer.Run({decide, finish}));
  return std::move(found.past);
}

absl::StatusOr<Quote> Accountant::Check(const Charge& charge) const {
  Quote quote;
  const auto decide = [&](const ledger::State& state, std::vector<Row>&) -> absl::Status {
    std::vector<Row> unwritten;
    TACIT_ASSIGN_OR_RETURN(const SpendDecision decision, DecideNewSpend(state, charge, unwritten));
    quote = {decision.dataset_charged, decision.analyst_charged, decision.reused};
    return absl::OkStatus();
  };
  TACIT_RETURN_IF_ERROR(state_->writer.Run({decide, nullptr}));
  return quote;
}

absl::Status Accountant::StoreOutcome(const DatasetId& dataset, const AnalystId& analyst,
                                      const RequestId& request, OutcomeKind kind,
                                      const std::string& bytes) {
  TACIT_RETURN_IF_ERROR(CheckSize("the outcome", bytes));
  const auto decide = [&](const ledger::State& state, std::vector<Row>& rows) -> absl::Status {
    TACIT_ASSIGN_OR_RETURN(Row row, DecideOutcome(state, dataset, analyst, request));
    auto& outcome = std::get<ledger::OutcomeRow>(row.body);
    outcome.kind = kind;
    outcome.bytes = bytes;
    rows.push_back(std::move(row));
    return absl::OkStatus();
  };
  return state_->writer.Run({decide, nullptr});
}

std::vector<PolicyRecord> Accountant::Policies() const {
  std::vector<PolicyRecord> policies;
  state_->writer.Read([&](const Lineages& lineages) {
    for (const auto& [dataset, lineage] : lineages.all()) policies.push_back(lineage.policy);
  });
  return policies;
}

DataVersion Accountant::LatestDataVersion(const DatasetId& dataset) const {
  DataVersion version;
  state_->writer.Read([&](const Lineages& lineages) {
    if (const Lineage* lineage = lineages.Find(dataset)) version = lineage->data_version;
  });
  return version;
}

std::optional<AnalystTerms> Accountant::Grant(const DatasetId& dataset,
                                              const AnalystId& analyst) const {
  std::optional<AnalystTerms> granted;
  state_->writer.Read([&](const Lineages& lineages) {
    const Lineage* lineage = lineages.Find(dataset);
    const AnalystTerms* terms = lineage == nullptr ? nullptr : lineage->Grant(analyst);
    if (terms != nullptr) granted = *terms;
  });
  return granted;
}

absl::StatusOr<BudgetView> Accountant::DatasetBudget(const DatasetId& dataset) const {
  absl::StatusOr<BudgetView> view = NoDataset(dataset);
  state_->writer.Read([&](const Lineages& lineages) {
    const Lineage* lineage = lineages.Find(dataset);
    if (lineage != nullptr) view = ViewOf(lineage->policy.terms.limit, lineage->spent);
  });
  return view;
}

absl::StatusOr<BudgetView> Accountant::AnalystBudget(const DatasetId& dataset,
                                                     const AnalystId& analyst) const {
  absl::StatusOr<BudgetView> view = NoDataset(dataset);
  state_->writer.Read([&](const Lineages& lineages) {
    const Lineage* lineage = lineages.Find(dataset);
    const AnalystTerms* terms = lineage == nullptr ? nullptr : lineage->Grant(analyst);
    if (terms != nullptr) view = ViewOf(terms->limit, lineage->SpentBy(analyst));
  });
  return view;
}

std::vector<LogEntry> Accountant::Log(const DatasetId& dataset, int64_t after_sequence,
                                      int limit) const {
  std::vector<LogEntry> entries;
  const auto decide = [&](const ledger::State& state, std::vector<Row>&) {
    return state.lineages().Find(dataset) == nullptr ? NoDataset(dataset) : absl::OkStatus();
  };
  const auto finish = [&](const ledger::Store& store) {
    const ledger::Range range{dataset.value(), after_sequence, std::max(limit, 0)};
    return store.Scan(range, [&](const ledger::StoredRow& stored) -> absl::Status {
      TACIT_ASSIGN_OR_RETURN(const Row row, ledger::Decode(stored));
      entries.push_back(EntryOf(stored, row));
      return absl::OkStatus();
    });
  };
  // An unknown dataset has an empty log; a row that cannot be read ends the page before it.
  state_->writer.Run({decide, finish}).IgnoreError();
  return entries;
}

Amount TotalPrice(const std::vector<MechanismLoss>& losses) {
  Amount total;
  for (const MechanismLoss& loss : losses) {
    const std::optional<Amount> price = PriceRoundUp(loss);
    TACIT_CHECK(price.has_value());
    total = AddSaturating(total, *price);
  }
  return total;
}

absl::StatusOr<int64_t> VerifyLedger(const LedgerPaths& paths) {
  TACIT_ASSIGN_OR_RETURN(const std::string directory,
                         ledger::ResolvePrivateDirectory(paths.directory));
  TACIT_RETURN_IF_ERROR(ledger::CheckOutside(paths.anchor, directory));
  TACIT_ASSIGN_OR_RETURN(const std::unique_ptr<ledger::Store> store,
                         ledger::Store::Open(directory, ledger::Access::kReadOnly));
  TACIT_ASSIGN_OR_RETURN(const ledger::Head anchored, ledger::ReadAnchor(paths.anchor));
  ledger::Auditor auditor;
  const auto visit = [&](int64_t sequence, const Row& row) { return auditor.Visit(sequence, row); };
  TACIT_ASSIGN_OR_RETURN(const ledger::Replayed replayed, ledger::Replay(*store, anchored, visit));
  return replayed.chain.head().sequence;
}

}  // namespace tacit
