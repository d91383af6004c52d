// A thin way to ask: typed calls with a deadline, and repeats of what is safe to repeat.
#ifndef TACIT_CLIENT_CLIENT_H_
#define TACIT_CLIENT_CLIENT_H_

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "client/failure.h"
#include "tacit/v1/budget.grpc.pb.h"
#include "tacit/v1/dataset.grpc.pb.h"
#include "tacit/v1/query.grpc.pb.h"

namespace tacit::client {

struct ConnectOptions {
  std::string address;  // HOST:PORT
  // The caller's name under the server's development flag; the server decides what it may do. Empty
  // sends none.
  std::string user;
  // For a whole call with its repeats. Publish has no deadline: reading takes as long as it takes.
  std::chrono::milliseconds deadline{60000};
  int attempts_max = 5;
  // The wait before the second attempt; it doubles with each, and a random half of it is left out
  // so that many callers do not come back together.
  std::chrono::milliseconds backoff_first{100};
};

// Thread-safe. Every call blocks until it is answered, refused, or out of time.
//
// UNAVAILABLE and ABORTED are repeated for reads, for validation, and for Execute with a request
// id: the server answers a known id with the same bytes and charges nothing. ApplyPolicy and
// Publish each make a new version, so they are sent once.
class Client {
 public:
  // Names the server; the connection itself is made by the first call. Errors: LOCAL for an address
  // or a user that cannot be sent.
  static Result<std::unique_ptr<Client>> Connect(const ConnectOptions& options);

  Result<v1::ExecuteResponse> Execute(const v1::ExecuteRequest& request);
  Result<v1::EstimateResponse> Estimate(const v1::EstimateRequest& request);
  Result<v1::GetBudgetResponse> GetBudget(const v1::GetBudgetRequest& request);
  // Each writes a row, so they are sent once.
  Result<v1::GrantAnalystResponse> GrantAnalyst(const v1::GrantAnalystRequest& request);
  Result<v1::ChangeLimitResponse> ChangeLimit(const v1::ChangeLimitRequest& request);
  Result<v1::SetDatasetStatusResponse> SetDatasetStatus(const v1::SetDatasetStatusRequest& request);
  Result<v1::Dataset> GetDataset(const v1::GetDatasetRequest& request);
  // All pages.
  Result<std::vector<v1::Dataset>> ListDatasets();
  // The newest `count_max` entries, oldest first; all pages are read, as the ledger lists the
  // oldest first.
  Result<std::vector<v1::LedgerEntry>> ListLedgerEntries(std::string_view dataset,
                                                         size_t count_max);
  Result<v1::ApplyPolicyResponse> ApplyPolicy(const v1::ApplyPolicyRequest& request);
  // Calls `on_progress` for every message; returns the last one, which has `done`.
  Result<v1::PublishResponse> Publish(
      const v1::PublishRequest& request,
      const std::function<void(const v1::PublishResponse&)>& on_progress);

 private:
  enum class Repeatable { kNo, kYes };

  explicit Client(const ConnectOptions& options);

  template <typename Response, typename Call>
  Result<Response> Invoke(Repeatable repeatable, const Call& call);
  void Prepare(grpc::ClientContext& context) const;
  Failure Failed(const grpc::Status& status) const;

  ConnectOptions options_;
  std::unique_ptr<v1::QueryService::Stub> queries_;
  std::unique_ptr<v1::DatasetService::Stub> datasets_;
  std::unique_ptr<v1::BudgetService::Stub> budgets_;
};

// "fair" and "datasets/fair" both give "datasets/fair".
std::string DatasetResource(std::string_view dataset);

}  // namespace tacit::client

#endif  // TACIT_CLIENT_CLIENT_H_
