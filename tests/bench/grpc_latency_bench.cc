// One small query over gRPC on loopback, from request to answer: parsed, certified, debited
// durably, run, noised, stored durably. Each call is a fresh draw that pays. One caller at a time.
#include <grpcpp/grpcpp.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "tacit/v1/dataset.grpc.pb.h"
#include "tacit/v1/query.grpc.pb.h"
#include "tests/bench/report.h"
#include "tests/bench/scratch_folder.h"
#include "tests/bench/sqlite_peer.h"
#include "tests/bench/synthetic_events.h"
#include "tests/support/tacitd_process.h"

namespace tacit {
namespace {

constexpr int64_t kRows = 1000;
constexpr int kCallsWarm = 20;
constexpr int kCalls = 400;
constexpr int kLedgerRowBytes = 400;
constexpr char kCurator[] = "carol";
constexpr char kAnalyst[] = "alice";

void Must(const grpc::Status& status, const char* what) {
  if (status.ok()) return;
  std::cerr << what << ": " << status.error_message() << "\n";
  std::exit(1);
}

void SetCaller(grpc::ClientContext& context, const char* user) {
  context.AddMetadata("tacit-dev-user", user);
}

v1::Policy EventsPolicy() {
  v1::Policy policy;
  policy.set_dataset("bench");
  policy.set_source("events.db");
  policy.set_filter(v1::Policy::FILTER_PURE);
  v1::Table& table = *policy.add_tables();
  table.set_name("events");
  table.set_unit_is_row(true);
  table.set_invalid_rows(v1::Table::INVALID_ROWS_REFUSE);
  v1::Column& hour = *table.add_columns();
  hour.set_name("hour");
  hour.set_type(v1::Column::TYPE_INTEGER);
  v1::Column& amount = *table.add_columns();
  amount.set_name("amount");
  amount.set_type(v1::Column::TYPE_REAL);
  amount.mutable_bounds()->set_lower(0);
  amount.mutable_bounds()->set_upper(kEventAmountMax);
  for (const char* scope : {"dataset", "analyst:*"}) {
    v1::Budget& budget = *policy.add_budgets();
    budget.set_scope(scope);
    budget.set_epsilon("1000");
    budget.set_delta("0");
  }
  policy.mutable_budgets(1)->set_max_epsilon_per_query("1");
  return policy;
}

void PublishEvents(const std::shared_ptr<grpc::Channel>& channel) {
  const auto datasets = v1::DatasetService::NewStub(channel);
  grpc::ClientContext apply;
  SetCaller(apply, kCurator);
  v1::ApplyPolicyRequest policy;
  *policy.mutable_policy() = EventsPolicy();
  v1::ApplyPolicyResponse applied;
  Must(datasets->ApplyPolicy(&apply, policy, &applied), "apply policy");
  grpc::ClientContext publish;
  SetCaller(publish, kCurator);
  v1::PublishRequest request;
  request.set_dataset("datasets/bench");
  const auto progress = datasets->Publish(&publish, request);
  v1::PublishResponse step;
  while (progress->Read(&step)) {
  }
  Must(progress->Finish(), "publish");
}

std::vector<double> CallLatencies(const std::shared_ptr<grpc::Channel>& channel) {
  const auto queries = v1::QueryService::NewStub(channel);
  v1::ExecuteRequest request;
  request.set_dataset("datasets/bench");
  request.set_sql("SELECT COUNT(*), SUM(amount) FROM events WHERE hour < 50");
  request.set_epsilon("0.01");
  request.set_reuse(v1::ExecuteRequest::REUSE_FRESH);
  std::vector<double> milliseconds;
  for (int call = 0; call < kCallsWarm + kCalls; ++call) {
    char request_id[64];
    std::snprintf(request_id, sizeof(request_id), "00000000-0000-4000-8000-%012d", call);
    request.set_request_id(request_id);
    grpc::ClientContext context;
    SetCaller(context, kAnalyst);
    v1::ExecuteResponse response;
    const double taken =
        MillisecondsOf([&] { Must(queries->Execute(&context, request, &response), "execute"); });
    if (response.reused()) Must(grpc::Status(grpc::UNKNOWN, "not a fresh draw"), "execute");
    if (call >= kCallsWarm) milliseconds.push_back(taken);
  }
  return milliseconds;
}

// What durability alone costs: the debit and the outcome of a call are two commits.
std::vector<double> CommitLatencies(const ScratchFolder& scratch) {
  SqlitePeer database(scratch.File("peer.db"));
  database.Execute("PRAGMA journal_mode = DELETE");
  database.Execute("PRAGMA synchronous = EXTRA");
  database.Execute("PRAGMA locking_mode = EXCLUSIVE");
  database.Execute("CREATE TABLE ledger(sequence INTEGER PRIMARY KEY, payload TEXT NOT NULL)");
  SqlitePeer::Statement insert = database.Prepare("INSERT INTO ledger(payload) VALUES(?)");
  insert.BindText(1, std::string(kLedgerRowBytes, 'x'));
  std::vector<double> milliseconds;
  for (int call = 0; call < kCallsWarm + kCalls; ++call) {
    const double taken = MillisecondsOf([&] {
      insert.RunToEnd();
      insert.RunToEnd();
    });
    if (call >= kCallsWarm) milliseconds.push_back(taken);
  }
  return milliseconds;
}

int Main(const std::string& tacitd) {
  const ScratchFolder scratch;
  WriteEvents(scratch.File("events.db"), kRows, kRows);
  const TacitdProcess server(tacitd, kCurator, scratch.path());
  const auto channel = grpc::CreateChannel(server.address(), grpc::InsecureChannelCredentials());
  PublishEvents(channel);
  const std::vector<double> ours = CallLatencies(channel);
  const std::vector<double> peer = CommitLatencies(scratch);
  const std::string peer_name = "two durable sqlite3 INSERT transactions";
  Print({"grpc_latency_p50", "ms", Quantile(ours, 0.5), Quantile(peer, 0.5), peer_name});
  Print({"grpc_latency_p99", "ms", Quantile(ours, 0.99), Quantile(peer, 0.99), peer_name});
  return 0;
}

}  // namespace
}  // namespace tacit

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: grpc_latency_bench TACITD\n");
    return 2;
  }
  return tacit::Main(argv[1]);
}
