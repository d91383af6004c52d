// A whole server in this process: ledger, snapshots, gRPC on loopback, over a small SQLite file.
#ifndef TACIT_TESTS_SERVER_RUNNING_SERVER_H_
#define TACIT_TESTS_SERVER_RUNNING_SERVER_H_

#include <grpcpp/grpcpp.h>

#include <map>
#include <memory>
#include <string>

#include "server/server.h"
#include "tacit/v1/budget.grpc.pb.h"
#include "tacit/v1/dataset.grpc.pb.h"
#include "tacit/v1/query.grpc.pb.h"

namespace tacit {

// What a failing call said.
struct Failure {
  grpc::StatusCode code = grpc::StatusCode::OK;
  std::string message;
  std::string reason;  // of ErrorInfo
  std::map<std::string, std::string> metadata;
  std::string field;  // of BadRequest
};
Failure ReadFailure(const grpc::Status& status);

class RunningServer {
 public:
  // A fresh directory named after the running test.
  RunningServer();
  ~RunningServer();

  absl::Status Start();
  void Stop() { server_.reset(); }
  // Applies the standard policy as carol and publishes; EXPECTs both to work.
  void ApplyAndPublish();

  // datasets/clinic: people(pid), a row each, and visits(subject), with several rows a person.
  v1::Policy StandardPolicy() const;

  grpc::Status Ask(const v1::ExecuteRequest& request, v1::ExecuteResponse* response,
                   const std::string& user = "alice");
  grpc::Status EstimateCost(const v1::EstimateRequest& request, v1::EstimateResponse* response);
  grpc::Status Apply(const v1::Policy& policy, const std::string& user = "carol");
  grpc::Status Publish(v1::PublishResponse* last, const std::string& user = "carol");
  // Epsilon spent by alice, and by everyone, as decimal text.
  std::string SpentBy(const std::string& analyst);
  std::string SpentByAll();
  std::vector<v1::LedgerEntry> Ledger();

  // A request with a new id.
  v1::ExecuteRequest Question(const std::string& sql, const std::string& epsilon = "0.5");

  void RunSql(const std::string& sql);  // on the source file
  std::shared_ptr<grpc::Channel> Connect() const;
  const std::string& root() const { return root_; }
  const ServerOptions& options() const { return options_; }

 private:
  std::string root_;
  ServerOptions options_;
  std::unique_ptr<Server> server_;
  int requests_ = 0;
};

// Metadata that names a caller under the development flag, and a deadline.
void SetCaller(grpc::ClientContext& context, const std::string& user);

}  // namespace tacit

#endif  // TACIT_TESTS_SERVER_RUNNING_SERVER_H_
