// A server in this process whose answers a test sets, and a way to run the command line against it.
#ifndef TACIT_TESTS_CLIENT_FAKE_SERVER_H_
#define TACIT_TESTS_CLIENT_FAKE_SERVER_H_

#include <grpcpp/grpcpp.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tacit/v1/budget.grpc.pb.h"
#include "tacit/v1/dataset.grpc.pb.h"
#include "tacit/v1/query.grpc.pb.h"

namespace tacit::client {

template <typename Request, typename Response>
using Answer = std::function<grpc::Status(const Request&, Response&)>;

// Set an answer before the call that needs it. Calls are counted by their method's name.
struct FakeAnswers {
  Answer<v1::ExecuteRequest, v1::ExecuteResponse> execute;
  Answer<v1::EstimateRequest, v1::EstimateResponse> estimate;
  Answer<v1::GetBudgetRequest, v1::GetBudgetResponse> get_budget;
  Answer<v1::GrantAnalystRequest, v1::GrantAnalystResponse> grant_analyst;
  Answer<v1::ChangeLimitRequest, v1::ChangeLimitResponse> change_limit;
  Answer<v1::SetDatasetStatusRequest, v1::SetDatasetStatusResponse> set_dataset_status;
  Answer<v1::ListLedgerEntriesRequest, v1::ListLedgerEntriesResponse> list_ledger_entries;
  Answer<v1::ApplyPolicyRequest, v1::ApplyPolicyResponse> apply_policy;
  Answer<v1::PublishRequest, std::vector<v1::PublishResponse>> publish;
  Answer<v1::GetDatasetRequest, v1::Dataset> get_dataset;
  Answer<v1::ListDatasetsRequest, v1::ListDatasetsResponse> list_datasets;
  std::map<std::string, int> calls;
  // What the last call carried as tacit-dev-user; "-" for none.
  std::string user;
};

class FakeServer {
 public:
  FakeServer();
  ~FakeServer();

  FakeAnswers& answers();
  std::string address() const;

 private:
  struct Services;
  std::unique_ptr<Services> services_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

// A refusal as the real server sends it.
struct FakeRefusal {
  grpc::StatusCode code = grpc::StatusCode::INVALID_ARGUMENT;
  std::string reason;
  std::string message;
  std::map<std::string, std::string> metadata = {};
  std::vector<std::pair<std::string, std::string>> violations = {};
};
grpc::Status RefusalStatus(const FakeRefusal& refusal);

struct RunResult {
  int exit_code = 0;
  std::string out;
  std::string err;
};
// Runs `tacit` with these words, and --server of `server` where there is one.
RunResult RunTacit(const std::vector<std::string>& words, const FakeServer* server = nullptr);

// A fresh folder below the test's temporary one.
std::string FreshFolder(const std::string& name);
void WriteFile(const std::string& path, const std::string& bytes);

}  // namespace tacit::client

#endif  // TACIT_TESTS_CLIENT_FAKE_SERVER_H_
