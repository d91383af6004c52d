#include "accountant/accountant.h"

#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "accountant/accountant_state.h"
#include "accountant/budgets/budget_view.h"
#include "accountant/budgets/curate.h"
#include "accountant/budgets/forecast.h"
#include "accountant/check.h"
#include "accountant/ledger/anchor.h"
#include "accountant/ledger/replay.h"
#include "accountant/ledger/writer.h"
#include "accountant/reading/log_entry.h"
#include "accountant/refusal.h"
#include "accountant/spend.h"
#include "accountant/status_macros.h"
#include "accountant/terms.h"

namespace tacit {
namespace {

using ledger::Dataset;
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
  return ledger::CreateAnchor(paths.anchor, ledger::Chain().head());
}

absl::StatusOr<std::unique_ptr<Accountant>> Accountant::Open(const LedgerPaths& paths) {
  TACIT_ASSIGN_OR_RETURN(const std::string directory,
                         ledger::ResolvePrivateDirectory(paths.directory));
  TACIT_RETURN_IF_ERROR(ledger::CheckOutside(paths.anchor, directory));
  ledger::OpenLedger open;
  open.anchor = std::filesystem::absolute(paths.anchor).string();  // wherever we stand later
  TACIT_ASSIGN_OR_RETURN(open.store, ledger::Store::Open(directory, ledger::Access::kAppend));
  TACIT_ASSIGN_OR_RETURN(const ledger::Anchor anchor, ledger::ReadAnchor(paths.anchor));
  const auto apply = [&](const ledger::StoredRow& stored, const Row& row) {
    return open.state.Apply(stored.sequence, row);
  };
  TACIT_ASSIGN_OR_RETURN(open.chain, ledger::Replay(*open.store, anchor, apply));
  // Brings up an anchor one group behind, the one repair: a crash came between commit and anchor,
  // and nothing had been read or sent yet. And writes anew what a process before may not have made
  // durable: the next group must not be while a power cut could still take this anchor back.
  TACIT_RETURN_IF_ERROR(ledger::WriteAnchor(paths.anchor, open.chain.head()));
  open.state.MarkOpened(open.chain.head().sequence);
  return std::unique_ptr<Accountant>(new Accountant(std::make_unique<State>(std::move(open))));
}

absl::Status Accountant::Declare(
    absl::FunctionRef<absl::StatusOr<Row>(const Lineages&)> decide_row) {
  const auto decide = [&](const ledger::State& state, int64_t,
                          std::vector<Row>& rows) -> absl::Status {
    TACIT_ASSIGN_OR_RETURN(Row row, decide_row(state.lineages()));
    rows.push_back(std::move(row));
    return absl::OkStatus();
  };
  return state_->writer.Run({decide, nullptr});
}

absl::StatusOr<PolicyVersion> Accountant::AddPolicy(const LineageTerms& terms,
                                                    const std::string& policy,
                                                    const std::string& author) {
  TACIT_RETURN_IF_ERROR(CheckSize("the policy", policy));
  PolicyVersion version;
  TACIT_RETURN_IF_ERROR(Declare([&](const Lineages& lineages) -> absl::StatusOr<Row> {
    TACIT_ASSIGN_OR_RETURN(Row row, DecidePolicy(lineages, terms));
    PolicyRecord& record = std::get<ledger::PolicyRow>(row.body).record;
    version = record.version;
    record.policy = policy;
    row.actor = author;
    return row;
  }));
  return version;
}

absl::Status Accountant::CheckPolicy(const LineageTerms& terms) const {
  absl::Status status;
  state_->writer.Read(
      [&](const Lineages& lineages) { status = DecidePolicy(lineages, terms).status(); });
  return status;
}

absl::StatusOr<DataVersion> Accountant::Publish(const DatasetId& dataset,
                                                const std::string& author) {
  DataVersion version;
  TACIT_RETURN_IF_ERROR(Declare([&](const Lineages& lineages) -> absl::StatusOr<Row> {
    TACIT_ASSIGN_OR_RETURN(Row row, DecidePublish(lineages, dataset));
    version = std::get<ledger::PublishRow>(row.body).version;
    row.actor = author;
    return row;
  }));
  return version;
}

absl::Status Accountant::GrantAnalyst(const DatasetId& dataset, const AnalystTerms& terms,
                                      const CuratorNote& note) {
  return Declare(
      [&](const Lineages& lineages) { return DecideGrant(lineages, dataset, terms, note); });
}

absl::Status Accountant::ChangeLimit(const DatasetId& dataset, const std::string& scope,
                                     const Limit& limit, const CuratorNote& note) {
  return Declare(
      [&](const Lineages& lineages) { return DecideLimit(lineages, dataset, scope, limit, note); });
}

absl::Status Accountant::SetStatus(const DatasetId& dataset, DatasetStatus status,
                                   const CuratorNote& note) {
  return Declare(
      [&](const Lineages& lineages) { return DecideStatus(lineages, dataset, status, note); });
}

absl::StatusOr<SpendResult> Accountant::Spend(const Charge& charge) {
  SpendDecision decision;
  StoredOutcome stored;
  const auto decide = [&](const ledger::State& state, int64_t clock,
                          std::vector<Row>& rows) -> absl::Status {
    TACIT_ASSIGN_OR_RETURN(decision, DecideSpend(state, charge, clock, rows));
    TACIT_CHECK(decision.outcome_sequence != 0 || rows.size() == 1);
    return absl::OkStatus();
  };
  const auto finish = [&](const ledger::Store& store) {
    return ReadStored(store, decision, stored);
  };
  TACIT_RETURN_IF_ERROR(state_->writer.Run({decide, finish}));
  if (decision.outcome_sequence != 0) return SpendResult(std::move(stored));
  // Durable in ledger and anchor from here on; see accountant/ledger/ledger.proof.md.
  return SpendResult(SpendReceipt(charge.certificate, charge.data_version, charge.request));
}

absl::StatusOr<PastRequest> Accountant::FindRequest(const DatasetId& dataset,
                                                    const AnalystId& analyst,
                                                    const RequestId& request,
                                                    const std::optional<Digest>& digest) const {
  PastDecision found;
  const auto decide = [&](const ledger::State& state, int64_t, std::vector<Row>&) -> absl::Status {
    TACIT_ASSIGN_OR_RETURN(found, DecidePast(state, dataset, analyst, request, digest));
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
  PriceAhead(charge);
  Quote quote;
  const auto decide = [&](const ledger::State& state, int64_t clock,
                          std::vector<Row>&) -> absl::Status {
    std::vector<Row> unwritten;
    TACIT_ASSIGN_OR_RETURN(const SpendDecision decision,
                           DecideNewSpend(state, charge, clock, unwritten));
    quote = {decision.dataset_charged, decision.analyst_charged, decision.reused};
    return absl::OkStatus();
  };
  TACIT_RETURN_IF_ERROR(state_->writer.Run({decide, nullptr}));
  return quote;
}

absl::StatusOr<Forecast> Accountant::Foresee(const Charge& charge) const {
  PriceAhead(charge);
  Forecast forecast;
  const auto decide = [&](const ledger::State& state, int64_t clock,
                          std::vector<Row>&) -> absl::Status {
    TACIT_ASSIGN_OR_RETURN(forecast, ForecastOf(state.lineages(), charge, clock));
    return absl::OkStatus();
  };
  TACIT_RETURN_IF_ERROR(state_->writer.Run({decide, nullptr}));
  return forecast;
}

absl::Status Accountant::StoreOutcome(const DatasetId& dataset, const AnalystId& analyst,
                                      const RequestId& request, OutcomeKind kind,
                                      const std::string& bytes) {
  TACIT_RETURN_IF_ERROR(CheckSize("the outcome", bytes));
  const auto decide = [&](const ledger::State& state, int64_t,
                          std::vector<Row>& rows) -> absl::Status {
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
    for (const auto& [id, dataset] : lineages.all()) policies.push_back(dataset.policy);
  });
  return policies;
}

DataVersion Accountant::LatestDataVersion(const DatasetId& dataset) const {
  DataVersion version;
  state_->writer.Read([&](const Lineages& lineages) {
    if (const Dataset* found = lineages.Find(dataset)) version = found->data_version;
  });
  return version;
}

std::optional<AnalystTerms> Accountant::Grant(const DatasetId& dataset,
                                              const AnalystId& analyst) const {
  std::optional<AnalystTerms> granted;
  state_->writer.Read([&](const Lineages& lineages) {
    const Dataset* found = lineages.Find(dataset);
    if (found != nullptr) granted = found->Grant(analyst);
  });
  return granted;
}

absl::StatusOr<DatasetStatus> Accountant::Status(const DatasetId& dataset) const {
  absl::StatusOr<DatasetStatus> status = NoDataset(dataset);
  state_->writer.Read([&](const Lineages& lineages) {
    if (const Dataset* found = lineages.Find(dataset)) status = found->status;
  });
  return status;
}

absl::StatusOr<std::vector<BudgetView>> Accountant::Budgets(const DatasetId& dataset,
                                                            const AnalystId& analyst) const {
  absl::StatusOr<std::vector<BudgetView>> views = NoDataset(dataset);
  const int64_t clock = absl::ToUnixSeconds(absl::Now());
  state_->writer.Read([&](const Lineages& lineages) {
    const Dataset* found = lineages.Find(dataset);
    if (found == nullptr) return;
    views = ViewsOf(lineages.Of(*found), *found, analyst, ledger::TimeOf(lineages, clock));
  });
  return views;
}

absl::StatusOr<BudgetView> Accountant::DatasetBudget(const DatasetId& dataset) const {
  TACIT_ASSIGN_OR_RETURN(std::vector<BudgetView> views, Budgets(dataset, AnalystId()));
  return std::move(views.front());
}

absl::StatusOr<BudgetView> Accountant::AnalystBudget(const DatasetId& dataset,
                                                     const AnalystId& analyst) const {
  TACIT_ASSIGN_OR_RETURN(std::vector<BudgetView> views, Budgets(dataset, analyst));
  const std::string own = absl::StrCat("analyst:", analyst.value());
  for (BudgetView& view : views) {
    if (view.scope == own) return std::move(view);
  }
  return NoDataset(dataset);
}

absl::StatusOr<std::vector<LogEntry>> Accountant::Log(const DatasetId& dataset,
                                                      int64_t after_sequence, int limit) const {
  std::vector<LogEntry> entries;
  LineageId lineage;
  const auto decide = [&](const ledger::State& state, int64_t, std::vector<Row>&) {
    const Dataset* found = state.lineages().Find(dataset);
    if (found == nullptr) return NoDataset(dataset);
    lineage = found->lineage;
    return absl::OkStatus();
  };
  const auto finish = [&](const ledger::Store& store) {
    const ledger::Range range{lineage.value(), after_sequence, std::max(limit, 0)};
    return store.Scan(range, [&](const ledger::StoredRow& stored) -> absl::Status {
      TACIT_ASSIGN_OR_RETURN(const Row row, ledger::Decode(stored));
      entries.push_back(EntryOf(stored, row));
      return absl::OkStatus();
    });
  };
  TACIT_RETURN_IF_ERROR(state_->writer.Run({decide, finish}));
  return entries;
}

absl::Status ReadStored(const ledger::Store& store, const SpendDecision& decision,
                        StoredOutcome& stored) {
  if (decision.outcome_sequence == 0) return absl::OkStatus();
  TACIT_ASSIGN_OR_RETURN(stored.bytes, ReadOutcome(store, decision.outcome_sequence));
  stored.reused = decision.reused;
  stored.dataset_charged = decision.dataset_charged;
  stored.analyst_charged = decision.analyst_charged;
  return absl::OkStatus();
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

}  // namespace tacit
