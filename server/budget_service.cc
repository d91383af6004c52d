#include "server/budget_service.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "server/budget_reader.h"
#include "server/no_such_dataset.h"
#include "server/policy_reader.h"
#include "server/wire.h"

namespace tacit {
namespace {

constexpr int kPageSizeMax = 1000;
constexpr int kPageSizeDefault = 100;

v1::DatasetStatus WriteStatus(DatasetStatus status) {
  switch (status) {
    case DatasetStatus::kActive:
      return v1::DATASET_STATUS_ACTIVE;
    case DatasetStatus::kFrozen:
      return v1::DATASET_STATUS_FROZEN;
    case DatasetStatus::kRetired:
      return v1::DATASET_STATUS_RETIRED;
  }
  return v1::DATASET_STATUS_UNSPECIFIED;
}

}  // namespace

absl::Status BudgetService::DoGetBudget(const Principal& who, const v1::GetBudgetRequest& request,
                                        v1::GetBudgetResponse& response) const {
  TACIT_ASSIGN_OR_RETURN(const DatasetId id, ParseDatasetName(request.dataset()));
  const bool curator = who.role == Role::kCurator;
  if (!curator && !request.analyst().empty() && request.analyst() != who.name) {
    return Refuse(Reason::kPermissionDenied, "only curators see other people's budgets",
                  {.fix = "leave the analyst out to see your own"});
  }
  const AnalystId analyst(curator ? request.analyst() : who.name);
  const auto grant = accountant_.Grant(id, analyst);
  if (!analyst.value().empty() && !grant.has_value()) return NoSuchDataset();
  const absl::StatusOr<std::vector<BudgetView>> views = accountant_.Budgets(id, analyst);
  if (!views.ok()) return NoSuchDataset();
  const std::string own = absl::StrCat("analyst:", analyst.value());
  for (const BudgetView& view : *views) {
    // What others have spent is the curator's to know.
    if (!curator && !absl::StartsWith(view.scope, "analyst:")) continue;
    *response.add_budgets() = WriteBudget(view);
    if (view.scope == own) *response.mutable_analyst() = WriteBudget(view);
    if (view.scope == "dataset") *response.mutable_dataset() = WriteBudget(view);
  }
  if (grant.has_value()) response.set_max_epsilon_per_query(grant->per_query_max.ToDecimal());
  TACIT_ASSIGN_OR_RETURN(const DatasetStatus status, accountant_.Status(id));
  response.set_status(WriteStatus(status));
  return absl::OkStatus();
}

absl::StatusOr<BudgetService::Change> BudgetService::ReadChange(const Principal& who,
                                                                const std::string& dataset,
                                                                const std::string& reason) const {
  if (who.role != Role::kCurator) {
    return Refuse(Reason::kPermissionDenied, "only curators change budgets",
                  {.fix = "ask a curator of this server"});
  }
  Change change{.note = {.author = who.name, .reason = reason}};
  TACIT_ASSIGN_OR_RETURN(change.dataset, ParseDatasetName(dataset));
  const absl::StatusOr<BudgetView> view = accountant_.DatasetBudget(change.dataset);
  if (!view.ok()) return NoSuchDataset();
  change.filter = view->filter;
  return change;
}

absl::Status BudgetService::DoGrant(const Principal& who, const v1::GrantAnalystRequest& request) {
  TACIT_ASSIGN_OR_RETURN(const Change change, ReadChange(who, request.dataset(), request.reason()));
  TACIT_ASSIGN_OR_RETURN(const AnalystTerms terms,
                         ReadAnalyst(request.budget(), change.filter, "budget"));
  return accountant_.GrantAnalyst(change.dataset, terms, change.note);
}

absl::Status BudgetService::DoChangeLimit(const Principal& who,
                                          const v1::ChangeLimitRequest& request) {
  TACIT_ASSIGN_OR_RETURN(const Change change, ReadChange(who, request.dataset(), request.reason()));
  TACIT_ASSIGN_OR_RETURN(const Limit limit, ReadLimit(request.budget(), change.filter, "budget"));
  const int days = request.budget().period_days();
  const std::string scope = days == 0 ? request.budget().scope()
                                      : absl::StrCat(request.budget().scope(), " per ", days,
                                                     days == 1 ? " day" : " days");
  return accountant_.ChangeLimit(change.dataset, scope, limit, change.note);
}

absl::Status BudgetService::DoSetStatus(const Principal& who,
                                        const v1::SetDatasetStatusRequest& request) {
  TACIT_ASSIGN_OR_RETURN(const Change change, ReadChange(who, request.dataset(), request.reason()));
  switch (request.status()) {
    case v1::DATASET_STATUS_ACTIVE:
      return accountant_.SetStatus(change.dataset, DatasetStatus::kActive, change.note);
    case v1::DATASET_STATUS_FROZEN:
      return accountant_.SetStatus(change.dataset, DatasetStatus::kFrozen, change.note);
    case v1::DATASET_STATUS_RETIRED:
      return accountant_.SetStatus(change.dataset, DatasetStatus::kRetired, change.note);
    default:
      break;
  }
  return Refuse(Reason::kRequest, "the status is missing",
                {.fix = "say active, frozen or retired", .field = "status"});
}

absl::Status BudgetService::DoList(const Principal& who,
                                   const v1::ListLedgerEntriesRequest& request,
                                   v1::ListLedgerEntriesResponse& response) const {
  if (who.role != Role::kCurator) {
    return Refuse(Reason::kPermissionDenied, "only curators read the ledger",
                  {.fix = "ask a curator of this server"});
  }
  TACIT_ASSIGN_OR_RETURN(const DatasetId id, ParseDatasetName(request.dataset()));
  if (!accountant_.DatasetBudget(id).ok()) return NoSuchDataset();
  int64_t after = 0;
  const bool token_read = request.page_token().empty() ||
                          (absl::SimpleAtoi(request.page_token(), &after) && after >= 0);
  if (request.page_size() < 0 || !token_read) {
    return Refuse(Reason::kRequest, "page_size is negative or page_token is not one we gave",
                  {.field = token_read ? "page_size" : "page_token"});
  }
  const int page_size = request.page_size() == 0 ? kPageSizeDefault
                                                 : std::min<int>(request.page_size(), kPageSizeMax);
  TACIT_ASSIGN_OR_RETURN(const std::vector<LogEntry> entries,
                         accountant_.Log(id, after, page_size));
  for (const LogEntry& entry : entries) {
    *response.add_entries() = WriteEntry(entry);
    after = entry.sequence;
  }
  if (response.entries_size() == page_size) response.set_next_page_token(absl::StrCat(after));
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* BudgetService::GetBudget(grpc::CallbackServerContext* context,
                                                   const v1::GetBudgetRequest* request,
                                                   v1::GetBudgetResponse* response) {
  return RunUnary(calls_, context, [=, this](const Principal& who) {
    return DoGetBudget(who, *request, *response);
  });
}

grpc::ServerUnaryReactor* BudgetService::GrantAnalyst(grpc::CallbackServerContext* context,
                                                      const v1::GrantAnalystRequest* request,
                                                      v1::GrantAnalystResponse*) {
  return RunUnary(calls_, context,
                  [=, this](const Principal& who) { return DoGrant(who, *request); });
}

grpc::ServerUnaryReactor* BudgetService::ChangeLimit(grpc::CallbackServerContext* context,
                                                     const v1::ChangeLimitRequest* request,
                                                     v1::ChangeLimitResponse*) {
  return RunUnary(calls_, context,
                  [=, this](const Principal& who) { return DoChangeLimit(who, *request); });
}

grpc::ServerUnaryReactor* BudgetService::SetDatasetStatus(
    grpc::CallbackServerContext* context, const v1::SetDatasetStatusRequest* request,
    v1::SetDatasetStatusResponse*) {
  return RunUnary(calls_, context,
                  [=, this](const Principal& who) { return DoSetStatus(who, *request); });
}

grpc::ServerUnaryReactor* BudgetService::ListLedgerEntries(
    grpc::CallbackServerContext* context, const v1::ListLedgerEntriesRequest* request,
    v1::ListLedgerEntriesResponse* response) {
  return RunUnary(calls_, context,
                  [=, this](const Principal& who) { return DoList(who, *request, *response); });
}

}  // namespace tacit
