#include "client/client.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <thread>

#include "client/request_id.h"

namespace tacit::client {
namespace {

using Clock = std::chrono::system_clock;

// A release of the most groups the server allows, each with text keys, is far below this.
constexpr int kResponseBytesMax = 256 << 20;
constexpr int kPageSize = 1000;
constexpr size_t kUserBytesMax = 256;

bool IsSendable(const std::string& user) {
  return user.size() <= kUserBytesMax &&
         std::all_of(user.begin(), user.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

std::shared_ptr<grpc::Channel> OpenChannel(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kResponseBytesMax);
  // One place repeats calls: Invoke, which knows what is safe.
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 50);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

// A ledger that is refused stays so until its operator acts, so asking again is no use.
bool MayPass(const grpc::Status& status) {
  if (status.error_code() == grpc::StatusCode::ABORTED) return true;
  return status.error_code() == grpc::StatusCode::UNAVAILABLE &&
         FailureFromStatus(status).reason != "LEDGER_REFUSED";
}

std::chrono::milliseconds Jittered(std::chrono::milliseconds backoff) {
  return backoff - backoff * (KernelBytes()[0] % 128) / 256;
}

}  // namespace

Result<std::unique_ptr<Client>> Client::Connect(const ConnectOptions& options) {
  const size_t colon = options.address.rfind(':');
  const bool is_socket = options.address.starts_with("unix:");
  if (!is_socket &&
      (colon == std::string::npos || colon == 0 || colon + 1 == options.address.size())) {
    return LocalFailure("server address \"" + options.address + "\" is not HOST:PORT",
                        "pass --server HOST:PORT or set TACIT_SERVER, e.g. 127.0.0.1:7433");
  }
  if (!IsSendable(options.user)) {
    return LocalFailure("the user name holds a byte that cannot be sent, or is too long",
                        "use at most 256 printable ASCII characters without spaces");
  }
  return std::unique_ptr<Client>(new Client(options));
}

Client::Client(const ConnectOptions& options) : options_(options) {
  const std::shared_ptr<grpc::Channel> channel = OpenChannel(options.address);
  queries_ = v1::QueryService::NewStub(channel);
  datasets_ = v1::DatasetService::NewStub(channel);
  budgets_ = v1::BudgetService::NewStub(channel);
}

void Client::Prepare(grpc::ClientContext& context) const {
  if (!options_.user.empty()) context.AddMetadata("tacit-dev-user", options_.user);
}

// gRPC's own words for a server that is not there do not say which one was meant.
Failure Client::Failed(const grpc::Status& status) const {
  Failure failure = FailureFromStatus(status);
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE && failure.reason == "CONNECTION") {
    failure.message =
        "cannot reach the server at " + options_.address + " (" + failure.message + ")";
  }
  return failure;
}

template <typename Response, typename Call>
Result<Response> Client::Invoke(Repeatable repeatable, const Call& call) {
  const Clock::time_point deadline = Clock::now() + options_.deadline;
  std::chrono::milliseconds backoff = options_.backoff_first;
  for (int attempt = 1;; ++attempt) {
    grpc::ClientContext context;
    Prepare(context);
    context.set_deadline(deadline);
    Response response;
    const grpc::Status status = call(&context, &response);
    if (status.ok()) return response;
    const std::chrono::milliseconds wait = Jittered(backoff);
    const bool again = repeatable == Repeatable::kYes && attempt < options_.attempts_max &&
                       MayPass(status) && Clock::now() + wait < deadline;
    if (!again) return Failed(status);
    std::this_thread::sleep_for(wait);
    backoff *= 2;
  }
}

Result<v1::ExecuteResponse> Client::Execute(const v1::ExecuteRequest& request) {
  // Without an id of its own a repeat would be a second query, paid for twice.
  const bool safe = request.validate_only() || !request.request_id().empty();
  return Invoke<v1::ExecuteResponse>(
      safe ? Repeatable::kYes : Repeatable::kNo,
      [&](auto* context, auto* response) { return queries_->Execute(context, request, response); });
}

Result<v1::EstimateResponse> Client::Estimate(const v1::EstimateRequest& request) {
  return Invoke<v1::EstimateResponse>(Repeatable::kYes, [&](auto* context, auto* response) {
    return queries_->Estimate(context, request, response);
  });
}

Result<v1::GetBudgetResponse> Client::GetBudget(const v1::GetBudgetRequest& request) {
  return Invoke<v1::GetBudgetResponse>(Repeatable::kYes, [&](auto* context, auto* response) {
    return budgets_->GetBudget(context, request, response);
  });
}

Result<v1::GrantAnalystResponse> Client::GrantAnalyst(const v1::GrantAnalystRequest& request) {
  return Invoke<v1::GrantAnalystResponse>(Repeatable::kNo, [&](auto* context, auto* response) {
    return budgets_->GrantAnalyst(context, request, response);
  });
}

Result<v1::ChangeLimitResponse> Client::ChangeLimit(const v1::ChangeLimitRequest& request) {
  return Invoke<v1::ChangeLimitResponse>(Repeatable::kNo, [&](auto* context, auto* response) {
    return budgets_->ChangeLimit(context, request, response);
  });
}

Result<v1::SetDatasetStatusResponse> Client::SetDatasetStatus(
    const v1::SetDatasetStatusRequest& request) {
  return Invoke<v1::SetDatasetStatusResponse>(Repeatable::kNo, [&](auto* context, auto* response) {
    return budgets_->SetDatasetStatus(context, request, response);
  });
}

Result<v1::Dataset> Client::GetDataset(const v1::GetDatasetRequest& request) {
  return Invoke<v1::Dataset>(Repeatable::kYes, [&](auto* context, auto* response) {
    return datasets_->GetDataset(context, request, response);
  });
}

Result<std::vector<v1::Dataset>> Client::ListDatasets() {
  std::vector<v1::Dataset> datasets;
  v1::ListDatasetsRequest request;
  do {
    auto page =
        Invoke<v1::ListDatasetsResponse>(Repeatable::kYes, [&](auto* context, auto* response) {
          return datasets_->ListDatasets(context, request, response);
        });
    if (!page.ok()) return page.failure();
    datasets.insert(datasets.end(), page.value().datasets().begin(), page.value().datasets().end());
    request.set_page_token(page.value().next_page_token());
  } while (!request.page_token().empty());
  return datasets;
}

Result<std::vector<v1::LedgerEntry>> Client::ListLedgerEntries(std::string_view dataset,
                                                               size_t count_max) {
  std::vector<v1::LedgerEntry> entries;
  v1::ListLedgerEntriesRequest request;
  request.set_dataset(DatasetResource(dataset));
  request.set_page_size(kPageSize);
  do {
    auto page =
        Invoke<v1::ListLedgerEntriesResponse>(Repeatable::kYes, [&](auto* context, auto* response) {
          return budgets_->ListLedgerEntries(context, request, response);
        });
    if (!page.ok()) return page.failure();
    entries.insert(entries.end(), page.value().entries().begin(), page.value().entries().end());
    if (entries.size() > count_max) entries.erase(entries.begin(), entries.end() - count_max);
    request.set_page_token(page.value().next_page_token());
  } while (!request.page_token().empty());
  return entries;
}

Result<v1::ApplyPolicyResponse> Client::ApplyPolicy(const v1::ApplyPolicyRequest& request) {
  return Invoke<v1::ApplyPolicyResponse>(
      request.validate_only() ? Repeatable::kYes : Repeatable::kNo,
      [&](auto* context, auto* response) {
        return datasets_->ApplyPolicy(context, request, response);
      });
}

Result<v1::PublishResponse> Client::Publish(
    const v1::PublishRequest& request,
    const std::function<void(const v1::PublishResponse&)>& on_progress) {
  grpc::ClientContext context;
  Prepare(context);
  const auto reader = datasets_->Publish(&context, request);
  v1::PublishResponse message;
  v1::PublishResponse last;
  while (reader->Read(&message)) {
    on_progress(message);
    last = message;
  }
  const grpc::Status status = reader->Finish();
  if (!status.ok()) return Failed(status);
  if (!last.done()) {
    Failure failure = LocalFailure("the server ended the publish without saying that it is done",
                                   "look at the version by tacit dataset show");
    failure.exit_code = ExitCode::kTrouble;
    failure.reason = "CONNECTION";
    return failure;
  }
  return last;
}

std::string DatasetResource(std::string_view dataset) {
  constexpr std::string_view kPrefix = "datasets/";
  if (dataset.starts_with(kPrefix)) return std::string(dataset);
  return std::string(kPrefix) + std::string(dataset);
}

}  // namespace tacit::client
