// The gRPC server: services, pool, limits, shutdown.
#ifndef TACIT_SERVER_SERVER_H_
#define TACIT_SERVER_SERVER_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/budget_service.h"
#include "server/dataset_service.h"
#include "server/query_service.h"

namespace tacit {

struct ServerOptions {
  std::string state_directory;  // holds ledger/ and snapshots/
  std::string anchor_file;      // outside state_directory/ledger
  std::string data_directory;   // where policies' sources lie
  std::string listen_address;   // host:port, port 0 picks a free one; loopback unless TLS comes
  int threads = 2;              // parts that one query's rows are split into
};

// Everything a running server owns, in the order it must be taken down.
class Server {
 public:
  // Opens ledger and snapshots, binds and serves. Errors: kLedgerRefused, kRequest (address not
  // usable).
  static absl::StatusOr<std::unique_ptr<Server>> Start(
      const ServerOptions& options, std::unique_ptr<Authenticator> authenticator);
  // Stops accepting, lets calls that were debited finish, closes the ledger.
  ~Server();

  int port() const { return port_; }

 private:
  Server(std::unique_ptr<Authenticator> authenticator, std::unique_ptr<Accountant> accountant,
         std::unique_ptr<DatasetStore> store, const ServerOptions& options);
  absl::Status Bind(const std::string& address);

  std::unique_ptr<Authenticator> authenticator_;
  std::unique_ptr<Accountant> accountant_;
  std::unique_ptr<DatasetStore> store_;
  ServedDatasets datasets_;
  boost::asio::thread_pool pool_;
  CallContext calls_;
  QueryService query_service_;
  DatasetService dataset_service_;
  BudgetService budget_service_;
  std::unique_ptr<grpc::Server> grpc_;
  int port_ = 0;
};

// host:port with a loopback host and a port of 0 to 65535: all that an insecure server may have.
bool IsLoopbackAddress(const std::string& address);

}  // namespace tacit

#endif  // TACIT_SERVER_SERVER_H_
