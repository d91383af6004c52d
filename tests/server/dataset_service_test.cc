// Policies and publishing as a curator sees them.
#include "server/dataset_service.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/server/running_server.h"

namespace tacit {
namespace {

class DatasetServiceTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(server_.Start().ok()); }

  Failure PublishFailure() {
    v1::PublishResponse last;
    return ReadFailure(server_.Publish(&last));
  }

  RunningServer server_;
};

TEST_F(DatasetServiceTest, PublishNamesANewVersionEachTime) {
  server_.ApplyAndPublish();
  v1::PublishResponse last;
  ASSERT_TRUE(server_.Publish(&last).ok());
  EXPECT_TRUE(last.done());
  EXPECT_EQ(last.data_version(), 2);  // although nothing changed: whether it did is data
  EXPECT_EQ(last.rows(), 400 + 1000);
  EXPECT_GT(last.snapshot_bytes(), 0);
}

TEST_F(DatasetServiceTest, OnlyCuratorsDeclareAndPublish) {
  EXPECT_EQ(server_.Apply(server_.StandardPolicy(), "alice").error_code(), grpc::PERMISSION_DENIED);
  server_.ApplyAndPublish();
  v1::PublishResponse last;
  EXPECT_EQ(server_.Publish(&last, "alice").error_code(), grpc::PERMISSION_DENIED);
  EXPECT_EQ(server_.Publish(&last, "").error_code(), grpc::UNAUTHENTICATED);
}

TEST_F(DatasetServiceTest, BadRowsLeaveTheOldVersionServing) {
  server_.ApplyAndPublish();
  server_.RunSql("INSERT INTO people VALUES (1000, 'old', 'F', 1.0, NULL)");
  const Failure failure = PublishFailure();
  EXPECT_EQ(failure.code, grpc::FAILED_PRECONDITION);
  EXPECT_EQ(failure.reason, "SOURCE_INVALID");
  EXPECT_NE(failure.message.find("age"), std::string::npos) << failure.message;
  v1::ExecuteResponse response;
  ASSERT_TRUE(server_.Ask(server_.Question("SELECT COUNT(*) FROM people"), &response).ok());
  EXPECT_EQ(response.release().data_version(), 1);
}

// A crash after the files were named and before the ledger was: the next publish takes their place.
TEST_F(DatasetServiceTest, FilesOfAVersionTheLedgerNeverNamedAreReplaced) {
  server_.ApplyAndPublish();
  std::filesystem::create_directories(server_.root() + "/state/snapshots/clinic/2");
  v1::PublishResponse last;
  const grpc::Status published = server_.Publish(&last);
  ASSERT_TRUE(published.ok()) << published.error_message();
  EXPECT_EQ(last.data_version(), 2);
  v1::ExecuteResponse response;
  EXPECT_TRUE(server_.Ask(server_.Question("SELECT COUNT(*) FROM people"), &response).ok());
}

TEST_F(DatasetServiceTest, ANullUnitIsRefusedOrDropped) {
  v1::Policy policy = server_.StandardPolicy();
  server_.RunSql(
      "DROP TABLE visits; CREATE TABLE visits(subject INTEGER, day INTEGER, cost REAL);"
      "INSERT INTO visits VALUES (1, 1, 5.0), (NULL, 2, 5.0), (2, 2, 5.0);");
  ASSERT_TRUE(server_.Apply(policy).ok());
  EXPECT_EQ(PublishFailure().reason, "SOURCE_INVALID");
  policy.mutable_tables(1)->set_invalid_rows(v1::Table::INVALID_ROWS_DROP);
  ASSERT_TRUE(server_.Apply(policy).ok());
  v1::PublishResponse last;
  ASSERT_TRUE(server_.Publish(&last).ok());
  EXPECT_EQ(last.dropped_rows(), 1);
}

TEST_F(DatasetServiceTest, AMissingOrForeignSourceIsRefused) {
  v1::Policy policy = server_.StandardPolicy();
  policy.set_source("nowhere.db");
  ASSERT_TRUE(server_.Apply(policy).ok());
  EXPECT_EQ(PublishFailure().reason, "SOURCE_INVALID");
  FILE* file = fopen((server_.root() + "/data/nowhere.db").c_str(), "w");
  ASSERT_NE(file, nullptr);
  fputs("this is not a database, but it is long enough to look like one, or so one might think",
        file);
  fclose(file);
  EXPECT_EQ(PublishFailure().reason, "SOURCE_INVALID");
  v1::ExecuteResponse response;
  const Failure failure =
      ReadFailure(server_.Ask(server_.Question("SELECT COUNT(*) FROM people"), &response));
  EXPECT_EQ(failure.reason, "NOT_PUBLISHED");
}

TEST_F(DatasetServiceTest, UnitAndFilterNeverChange) {
  server_.ApplyAndPublish();
  v1::Policy policy = server_.StandardPolicy();
  policy.set_filter(v1::Policy::FILTER_APPROXIMATE);
  for (v1::Budget& budget : *policy.mutable_budgets()) budget.set_delta("1e-6");
  EXPECT_EQ(ReadFailure(server_.Apply(policy)).reason, "LINEAGE_IMMUTABLE");
  policy = server_.StandardPolicy();
  policy.mutable_tables(1)->set_unit_column("day");
  policy.mutable_tables(1)->mutable_columns(1)->clear_values();
  EXPECT_EQ(ReadFailure(server_.Apply(policy)).reason, "LINEAGE_IMMUTABLE");
}

// New bounds hold at once; a column that is not stored needs a publish.
TEST_F(DatasetServiceTest, ANewPolicyServesWhatIsStored) {
  server_.ApplyAndPublish();
  v1::Policy policy = server_.StandardPolicy();
  policy.mutable_tables(1)->mutable_columns(2)->mutable_bounds()->set_upper(10);
  ASSERT_TRUE(server_.Apply(policy).ok());
  v1::ExecuteResponse response;
  ASSERT_TRUE(server_.Ask(server_.Question("SELECT SUM(cost) FROM visits"), &response).ok());
  EXPECT_EQ(response.release().statistics(0).bounds().upper(), 10);
  EXPECT_EQ(response.release().policy_version(), 2);
  policy.mutable_tables(0)->mutable_columns()->RemoveLast();  // diagnosis
  ASSERT_TRUE(server_.Apply(policy).ok());
  EXPECT_EQ(
      ReadFailure(server_.Ask(server_.Question("SELECT COUNT(*) FROM people"), &response)).reason,
      "NOT_PUBLISHED");
  v1::PublishResponse last;
  ASSERT_TRUE(server_.Publish(&last).ok());
  EXPECT_TRUE(server_.Ask(server_.Question("SELECT COUNT(*) FROM people"), &response).ok());
}

TEST_F(DatasetServiceTest, AnalystsSeeTheSchemaButNotTheSource) {
  server_.ApplyAndPublish();
  const auto get = [&](const std::string& user) {
    grpc::ClientContext context;
    SetCaller(context, user);
    v1::GetDatasetRequest request;
    request.set_name("datasets/clinic");
    v1::Dataset dataset;
    EXPECT_TRUE(v1::DatasetService::NewStub(server_.Connect())
                    ->GetDataset(&context, request, &dataset)
                    .ok());
    return dataset;
  };
  EXPECT_EQ(get("carol").policy().source(), "clinic.db");
  EXPECT_EQ(get("carol").policy().budgets_size(), 2);
  EXPECT_EQ(get("alice").policy().source(), "");
  EXPECT_EQ(get("alice").policy().budgets_size(), 1);
  EXPECT_EQ(get("alice").policy().tables_size(), 2);
}

TEST_F(DatasetServiceTest, ListsPageByName) {
  for (const char* name : {"alpha", "beta", "gamma"}) {
    v1::Policy policy = server_.StandardPolicy();
    policy.set_dataset(name);
    ASSERT_TRUE(server_.Apply(policy).ok());
  }
  std::vector<std::string> seen;
  v1::ListDatasetsRequest request;
  request.set_page_size(2);
  do {
    grpc::ClientContext context;
    SetCaller(context, "alice");
    v1::ListDatasetsResponse response;
    ASSERT_TRUE(v1::DatasetService::NewStub(server_.Connect())
                    ->ListDatasets(&context, request, &response)
                    .ok());
    for (const v1::Dataset& dataset : response.datasets()) seen.push_back(dataset.name());
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(seen, (std::vector<std::string>{"datasets/alpha", "datasets/beta", "datasets/gamma"}));
}

}  // namespace
}  // namespace tacit
