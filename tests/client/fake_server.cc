#include "tests/client/fake_server.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "client/command_line.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace tacit::client {
namespace {

template <typename Request, typename Response>
grpc::Status Give(FakeAnswers& answers, const std::string& name, const grpc::ServerContext& context,
                  const Answer<Request, Response>& answer, const Request& request,
                  Response& response) {
  ++answers.calls[name];
  const auto user = context.client_metadata().find("tacit-dev-user");
  answers.user = user == context.client_metadata().end()
                     ? "-"
                     : std::string(user->second.data(), user->second.size());
  if (answer == nullptr) return grpc::Status(grpc::StatusCode::UNIMPLEMENTED, name);
  return answer(request, response);
}

}  // namespace

struct FakeServer::Services : v1::QueryService::Service,
                              v1::DatasetService::Service,
                              v1::BudgetService::Service {
  using Context = grpc::ServerContext;
  FakeAnswers answers;

  grpc::Status Execute(Context* context, const v1::ExecuteRequest* request,
                       v1::ExecuteResponse* response) override {
    return Give(answers, "Execute", *context, answers.execute, *request, *response);
  }
  grpc::Status Estimate(Context* context, const v1::EstimateRequest* request,
                        v1::EstimateResponse* response) override {
    return Give(answers, "Estimate", *context, answers.estimate, *request, *response);
  }
  grpc::Status GetBudget(Context* context, const v1::GetBudgetRequest* request,
                         v1::GetBudgetResponse* response) override {
    return Give(answers, "GetBudget", *context, answers.get_budget, *request, *response);
  }
  grpc::Status GrantAnalyst(Context* context, const v1::GrantAnalystRequest* request,
                            v1::GrantAnalystResponse* response) override {
    return Give(answers, "GrantAnalyst", *context, answers.grant_analyst, *request, *response);
  }
  grpc::Status ChangeLimit(Context* context, const v1::ChangeLimitRequest* request,
                           v1::ChangeLimitResponse* response) override {
    return Give(answers, "ChangeLimit", *context, answers.change_limit, *request, *response);
  }
  grpc::Status SetDatasetStatus(Context* context, const v1::SetDatasetStatusRequest* request,
                                v1::SetDatasetStatusResponse* response) override {
    return Give(answers, "SetDatasetStatus", *context, answers.set_dataset_status, *request,
                *response);
  }
  grpc::Status ListLedgerEntries(Context* context, const v1::ListLedgerEntriesRequest* request,
                                 v1::ListLedgerEntriesResponse* response) override {
    return Give(answers, "ListLedgerEntries", *context, answers.list_ledger_entries, *request,
                *response);
  }
  grpc::Status ApplyPolicy(Context* context, const v1::ApplyPolicyRequest* request,
                           v1::ApplyPolicyResponse* response) override {
    return Give(answers, "ApplyPolicy", *context, answers.apply_policy, *request, *response);
  }
  grpc::Status Publish(Context* context, const v1::PublishRequest* request,
                       grpc::ServerWriter<v1::PublishResponse>* writer) override {
    std::vector<v1::PublishResponse> messages;
    const grpc::Status status =
        Give(answers, "Publish", *context, answers.publish, *request, messages);
    for (const v1::PublishResponse& message : messages) writer->Write(message);
    return status;
  }
  grpc::Status GetDataset(Context* context, const v1::GetDatasetRequest* request,
                          v1::Dataset* response) override {
    return Give(answers, "GetDataset", *context, answers.get_dataset, *request, *response);
  }
  grpc::Status ListDatasets(Context* context, const v1::ListDatasetsRequest* request,
                            v1::ListDatasetsResponse* response) override {
    return Give(answers, "ListDatasets", *context, answers.list_datasets, *request, *response);
  }
};

FakeServer::FakeServer() : services_(std::make_unique<Services>()) {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
  builder.RegisterService(static_cast<v1::QueryService::Service*>(services_.get()));
  builder.RegisterService(static_cast<v1::DatasetService::Service*>(services_.get()));
  builder.RegisterService(static_cast<v1::BudgetService::Service*>(services_.get()));
  server_ = builder.BuildAndStart();
}

FakeServer::~FakeServer() {
  server_->Shutdown();
  server_->Wait();
}

FakeAnswers& FakeServer::answers() { return services_->answers; }

std::string FakeServer::address() const { return "127.0.0.1:" + std::to_string(port_); }

grpc::Status RefusalStatus(const FakeRefusal& refusal) {
  google::rpc::Status details;
  details.set_code(static_cast<int>(refusal.code));
  details.set_message(refusal.message);
  google::rpc::ErrorInfo info;
  info.set_reason(refusal.reason);
  info.set_domain("tacit");
  for (const auto& [key, value] : refusal.metadata) (*info.mutable_metadata())[key] = value;
  details.add_details()->PackFrom(info);
  if (!refusal.violations.empty()) {
    google::rpc::BadRequest bad_request;
    for (const auto& [field, description] : refusal.violations) {
      auto* violation = bad_request.add_field_violations();
      violation->set_field(field);
      violation->set_description(description);
    }
    details.add_details()->PackFrom(bad_request);
  }
  return grpc::Status(refusal.code, refusal.message, details.SerializeAsString());
}

RunResult RunTacit(const std::vector<std::string>& words, const FakeServer* server) {
  std::vector<std::string> all = {"tacit"};
  if (server != nullptr) all.insert(all.end(), {"--server", server->address()});
  all.insert(all.end(), words.begin(), words.end());
  std::vector<const char*> arguments;
  for (const std::string& word : all) arguments.push_back(word.c_str());
  std::ostringstream out;
  std::ostringstream err;
  RunResult result;
  result.exit_code = RunCommandLine(static_cast<int>(arguments.size()), arguments.data(), out, err);
  result.out = out.str();
  result.err = err.str();
  return result;
}

std::string FreshFolder(const std::string& name) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / name;
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder.string();
}

void WriteFile(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace tacit::client
