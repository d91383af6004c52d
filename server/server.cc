#include "server/server.h"

#include <arpa/inet.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"

namespace tacit {
namespace {

constexpr int kRequestBytesMax = 1 << 20;  // a policy with many public values; SQL has its own cap
constexpr int kMetadataBytesMax = 8192;
constexpr int kStreamsMax = 128;
// Calls spend most of their time waiting for the ledger's disk, where those that wait together
// commit together; so the pool is wider than the processors.
constexpr int kPoolThreadsMin = 16;
constexpr auto kShutdownGrace = std::chrono::seconds(10);

void SetLimits(grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(kRequestBytesMax);
  builder.SetSyncServerOption(grpc::ServerBuilder::SyncServerOption::NUM_CQS, 1);
  // Two servers on one port would be two ledgers behind one address.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytesMax);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kStreamsMax);
  builder.AddChannelArgument(GRPC_ARG_ENABLE_CHANNELZ, 0);
  builder.AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 300000);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 2);
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS, 10000);
  for (int algorithm = 1; algorithm < GRPC_COMPRESS_ALGORITHMS_COUNT; ++algorithm) {
    builder.SetCompressionAlgorithmSupportStatus(static_cast<grpc_compression_algorithm>(algorithm),
                                                 false);
  }
}

}  // namespace

bool IsLoopbackAddress(const std::string& address) {
  const size_t colon = address.rfind(':');
  int port = -1;
  if (colon == std::string::npos || !absl::SimpleAtoi(address.substr(colon + 1), &port))
    return false;
  if (port < 0 || port > 65535) return false;
  const std::string host = address.substr(0, colon);
  in_addr four{};
  if (inet_pton(AF_INET, host.c_str(), &four) == 1) return (ntohl(four.s_addr) >> 24) == 127;
  return host == "localhost" || host == "[::1]";
}

Server::Server(std::unique_ptr<Authenticator> authenticator, std::unique_ptr<Accountant> accountant,
               std::unique_ptr<DatasetStore> store, const ServerOptions& options)
    : authenticator_(std::move(authenticator)),
      accountant_(std::move(accountant)),
      store_(std::move(store)),
      datasets_(*accountant_, *store_, options.data_directory),
      pool_(static_cast<size_t>(std::max(options.threads, kPoolThreadsMin))),
      calls_{*authenticator_, pool_},
      query_service_(calls_, *accountant_, datasets_, options.threads),
      dataset_service_(calls_, *accountant_, datasets_),
      budget_service_(calls_, *accountant_) {}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(
    const ServerOptions& options, std::unique_ptr<Authenticator> authenticator) {
  struct stat found {};
  if (stat(options.data_directory.c_str(), &found) != 0 || !S_ISDIR(found.st_mode)) {
    return Refuse(Reason::kRequest,
                  absl::StrCat("\"", options.data_directory, "\" is not a directory"),
                  {.fix = "name with --data where the policies' sources lie"});
  }
  TACIT_ASSIGN_OR_RETURN(
      std::unique_ptr<Accountant> accountant,
      Accountant::Open({absl::StrCat(options.state_directory, "/ledger"), options.anchor_file}));
  TACIT_ASSIGN_OR_RETURN(std::unique_ptr<DatasetStore> store,
                         DatasetStore::Open(absl::StrCat(options.state_directory, "/snapshots")));
  std::unique_ptr<Server> server(
      new Server(std::move(authenticator), std::move(accountant), std::move(store), options));
  TACIT_RETURN_IF_ERROR(server->datasets_.Restore());
  TACIT_RETURN_IF_ERROR(server->Bind(options.listen_address));
  return server;
}

absl::Status Server::Bind(const std::string& address) {
  // Without TLS, names in metadata prove nothing: only this machine may connect.
  if (!IsLoopbackAddress(address)) {
    return Refuse(Reason::kRequest,
                  absl::StrCat("\"", address, "\" is not a loopback address with a port"),
                  {.fix = "listen on 127.0.0.1:PORT, port 0 to 65535"});
  }
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  SetLimits(builder);
  builder.AddListeningPort(address, grpc::InsecureServerCredentials(), &port_);
  builder.RegisterService(&query_service_);
  builder.RegisterService(&dataset_service_);
  builder.RegisterService(&budget_service_);
  grpc_ = builder.BuildAndStart();
  if (grpc_ == nullptr || port_ == 0) {
    return Refuse(Reason::kRequest, absl::StrCat("cannot listen on ", address),
                  {.fix = "choose a free port of this machine"});
  }
  for (const char* service :
       {"tacit.v1.QueryService", "tacit.v1.DatasetService", "tacit.v1.BudgetService"}) {
    grpc_->GetHealthCheckService()->SetServingStatus(service, true);
  }
  return absl::OkStatus();
}

Server::~Server() {
  if (grpc_ != nullptr) grpc_->Shutdown(std::chrono::system_clock::now() + kShutdownGrace);
  pool_.join();  // work that was debited runs to its end and is stored
  if (grpc_ != nullptr) grpc_->Wait();
}

}  // namespace tacit
