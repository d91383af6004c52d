#include "tests/server/running_server.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <chrono>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "accountant/check.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace tacit {
namespace {

constexpr char kSource[] = R"sql(
CREATE TABLE people(pid INTEGER, age INTEGER, sex TEXT, income REAL, diagnosis TEXT);
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 399)
INSERT INTO people SELECT i, 20 + i % 60,
  CASE i % 2 WHEN 0 THEN 'F' ELSE 'M' END, 1000.0 * (i % 50),
  CASE i % 10 WHEN 0 THEN NULL WHEN 1 THEN 'flu' ELSE 'cold' END FROM n;
CREATE TABLE visits(subject INTEGER NOT NULL, day INTEGER, cost REAL);
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999)
INSERT INTO visits SELECT i % 100, i % 7, i % 90 FROM n;
)sql";

v1::Column* AddColumn(v1::Table* table, const std::string& name, v1::Column::Type type) {
  v1::Column* column = table->add_columns();
  column->set_name(name);
  column->set_type(type);
  return column;
}

void SetBounds(v1::Column* column, double lower, double upper) {
  column->mutable_bounds()->set_lower(lower);
  column->mutable_bounds()->set_upper(upper);
}

}  // namespace

void SetCaller(grpc::ClientContext& context, const std::string& user) {
  if (!user.empty()) context.AddMetadata("tacit-dev-user", user);
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
}

Failure ReadFailure(const grpc::Status& status) {
  Failure failure{.code = status.error_code(), .message = status.error_message()};
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return failure;
  for (const auto& detail : details.details()) {
    google::rpc::ErrorInfo info;
    if (detail.UnpackTo(&info)) {
      failure.reason = info.reason();
      failure.metadata = {info.metadata().begin(), info.metadata().end()};
    }
    google::rpc::BadRequest request;
    if (detail.UnpackTo(&request)) failure.field = request.field_violations(0).field();
  }
  return failure;
}

RunningServer::RunningServer() {
  const testing::TestInfo* test = testing::UnitTest::GetInstance()->current_test_info();
  root_ = absl::StrCat(testing::TempDir(), "/tacit_", test->test_suite_name(), "_", test->name());
  std::filesystem::remove_all(root_);
  std::filesystem::create_directories(root_ + "/data");
  std::filesystem::create_directories(root_ + "/state");
  options_ = {.state_directory = root_ + "/state",
              .anchor_file = root_ + "/anchor",
              .data_directory = root_ + "/data",
              .listen_address = "127.0.0.1:0"};
  RunSql(kSource);
  TACIT_CHECK(Accountant::Init({root_ + "/state/ledger", root_ + "/anchor"}).ok());
}

RunningServer::~RunningServer() {
  Stop();
  std::filesystem::remove_all(root_);
}

void RunningServer::RunSql(const std::string& sql) {
  sqlite3* database = nullptr;
  TACIT_CHECK(sqlite3_open((root_ + "/data/clinic.db").c_str(), &database) == SQLITE_OK);
  TACIT_CHECK(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(database);
}

absl::Status RunningServer::Start() {
  auto authenticator = std::make_unique<DevelopmentAuthenticator>(std::set<std::string>{"carol"});
  absl::StatusOr<std::unique_ptr<Server>> server =
      Server::Start(options_, std::move(authenticator));
  if (!server.ok()) return server.status();
  server_ = *std::move(server);
  return absl::OkStatus();
}

v1::Policy RunningServer::StandardPolicy() const {
  v1::Policy policy;
  policy.set_dataset("clinic");
  policy.set_source("clinic.db");
  policy.set_filter(v1::Policy::FILTER_PURE);
  v1::Table* people = policy.add_tables();
  people->set_name("people");
  people->set_unit_column("pid");
  people->set_max_groups_per_unit(1);
  people->set_max_rows_per_group(1);
  people->set_invalid_rows(v1::Table::INVALID_ROWS_REFUSE);
  AddColumn(people, "pid", v1::Column::TYPE_INTEGER);
  SetBounds(AddColumn(people, "age", v1::Column::TYPE_INTEGER), 0, 120);
  v1::Column* sex = AddColumn(people, "sex", v1::Column::TYPE_TEXT);
  sex->add_values()->set_text("F");
  sex->add_values()->set_text("M");
  SetBounds(AddColumn(people, "income", v1::Column::TYPE_REAL), 0, 50000);
  v1::Column* diagnosis = AddColumn(people, "diagnosis", v1::Column::TYPE_TEXT);
  diagnosis->set_nullable(true);
  v1::Table* visits = policy.add_tables();
  visits->set_name("visits");
  visits->set_unit_column("subject");
  visits->set_max_groups_per_unit(3);
  visits->set_max_rows_per_group(2);
  visits->set_invalid_rows(v1::Table::INVALID_ROWS_REFUSE);
  AddColumn(visits, "subject", v1::Column::TYPE_INTEGER);
  v1::Column* day = AddColumn(visits, "day", v1::Column::TYPE_INTEGER);
  for (int value = 0; value < 7; ++value) day->add_values()->set_integer(value);
  SetBounds(AddColumn(visits, "cost", v1::Column::TYPE_REAL), 0, 100);
  v1::Budget* all = policy.add_budgets();
  all->set_scope("dataset");
  all->set_epsilon("3");
  v1::Budget* each = policy.add_budgets();
  each->set_scope("analyst:*");
  each->set_epsilon("2");
  each->set_max_epsilon_per_query("1");
  return policy;
}

void RunningServer::ApplyAndPublish() {
  const grpc::Status applied = Apply(StandardPolicy());
  ASSERT_TRUE(applied.ok()) << applied.error_message();
  v1::PublishResponse last;
  const grpc::Status published = Publish(&last);
  ASSERT_TRUE(published.ok()) << published.error_message();
}

std::shared_ptr<grpc::Channel> RunningServer::Connect() const {
  return grpc::CreateChannel(absl::StrCat("127.0.0.1:", server_->port()),
                             grpc::InsecureChannelCredentials());
}

grpc::Status RunningServer::Ask(const v1::ExecuteRequest& request, v1::ExecuteResponse* response,
                                const std::string& user) {
  grpc::ClientContext context;
  SetCaller(context, user);
  return v1::QueryService::NewStub(Connect())->Execute(&context, request, response);
}

grpc::Status RunningServer::EstimateCost(const v1::EstimateRequest& request,
                                         v1::EstimateResponse* response) {
  grpc::ClientContext context;
  SetCaller(context, "alice");
  return v1::QueryService::NewStub(Connect())->Estimate(&context, request, response);
}

grpc::Status RunningServer::Apply(const v1::Policy& policy, const std::string& user) {
  grpc::ClientContext context;
  SetCaller(context, user);
  v1::ApplyPolicyRequest request;
  *request.mutable_policy() = policy;
  v1::ApplyPolicyResponse response;
  return v1::DatasetService::NewStub(Connect())->ApplyPolicy(&context, request, &response);
}

grpc::Status RunningServer::Publish(v1::PublishResponse* last, const std::string& user) {
  grpc::ClientContext context;
  SetCaller(context, user);
  v1::PublishRequest request;
  request.set_dataset("datasets/clinic");
  const auto stub = v1::DatasetService::NewStub(Connect());
  const auto reader = stub->Publish(&context, request);
  while (reader->Read(last)) {
  }
  return reader->Finish();
}

std::string RunningServer::SpentBy(const std::string& analyst) {
  grpc::ClientContext context;
  SetCaller(context, analyst);
  v1::GetBudgetRequest request;
  request.set_dataset("datasets/clinic");
  v1::GetBudgetResponse response;
  const grpc::Status status =
      v1::BudgetService::NewStub(Connect())->GetBudget(&context, request, &response);
  return status.ok() ? response.analyst().epsilon_spent() : status.error_message();
}

std::string RunningServer::SpentByAll() {
  grpc::ClientContext context;
  SetCaller(context, "carol");
  v1::GetBudgetRequest request;
  request.set_dataset("datasets/clinic");
  v1::GetBudgetResponse response;
  const grpc::Status status =
      v1::BudgetService::NewStub(Connect())->GetBudget(&context, request, &response);
  return status.ok() ? response.dataset().epsilon_spent() : status.error_message();
}

std::vector<v1::LedgerEntry> RunningServer::Ledger() {
  grpc::ClientContext context;
  SetCaller(context, "carol");
  v1::ListLedgerEntriesRequest request;
  request.set_dataset("datasets/clinic");
  request.set_page_size(1000);
  v1::ListLedgerEntriesResponse response;
  const grpc::Status status =
      v1::BudgetService::NewStub(Connect())->ListLedgerEntries(&context, request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return {response.entries().begin(), response.entries().end()};
}

v1::ExecuteRequest RunningServer::Question(const std::string& sql, const std::string& epsilon) {
  v1::ExecuteRequest request;
  request.set_dataset("datasets/clinic");
  request.set_sql(sql);
  request.set_epsilon(epsilon);
  request.set_request_id(absl::StrFormat("00000000-0000-4000-8000-%012d", ++requests_));
  return request;
}

}  // namespace tacit
