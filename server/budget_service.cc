#include "server/budget_service.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "server/no_such_dataset.h"
#include "server/policy_reader.h"
#include "server/wire.h"

namespace tacit {
namespace {

constexpr int kPageSizeMax = 1000;
constexpr int kPageSizeDefault = 100;

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
  if (!analyst.value().empty()) {
    const auto grant = accountant_.Grant(id, analyst);
    if (!grant.has_value()) return NoSuchDataset();
    TACIT_ASSIGN_OR_RETURN(const BudgetView budget, accountant_.AnalystBudget(id, analyst));
    *response.mutable_analyst() = WriteBudget(absl::StrCat("analyst:", analyst.value()), budget);
    response.set_max_epsilon_per_query(grant->per_query_max.ToDecimal());
  }
  if (!curator) return absl::OkStatus();
  const absl::StatusOr<BudgetView> dataset = accountant_.DatasetBudget(id);
  if (!dataset.ok()) return NoSuchDataset();
  *response.mutable_dataset() = WriteBudget("dataset", *dataset);
  return absl::OkStatus();
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
  for (const LogEntry& entry : accountant_.Log(id, after, page_size)) {
    v1::LedgerEntry* row = response.add_entries();
    row->set_sequence(entry.sequence);
    row->set_time(entry.time);
    row->set_kind(entry.kind);
    row->set_actor(entry.actor);
    row->set_request_id(entry.request);
    row->set_epsilon(entry.charged.epsilon.ToDecimal());
    row->set_delta(entry.charged.delta.ToDecimal());
    row->set_detail(entry.detail);
    row->set_hash(entry.hash.Hex());
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

grpc::ServerUnaryReactor* BudgetService::ListLedgerEntries(
    grpc::CallbackServerContext* context, const v1::ListLedgerEntriesRequest* request,
    v1::ListLedgerEntriesResponse* response) {
  return RunUnary(calls_, context,
                  [=, this](const Principal& who) { return DoList(who, *request, *response); });
}

}  // namespace tacit
