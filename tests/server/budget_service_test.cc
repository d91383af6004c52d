#include "server/budget_service.h"

#include <gtest/gtest.h>

#include "tests/server/running_server.h"

namespace tacit {
namespace {

class BudgetServiceTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.Start().ok());
    server_.ApplyAndPublish();
    v1::ExecuteResponse response;
    ASSERT_TRUE(server_.Ask(server_.Question("SELECT COUNT(*) FROM people"), &response).ok());
  }

  grpc::Status Get(const std::string& user, const std::string& analyst,
                   v1::GetBudgetResponse* response,
                   const std::string& dataset = "datasets/clinic") {
    grpc::ClientContext context;
    SetCaller(context, user);
    v1::GetBudgetRequest request;
    request.set_dataset(dataset);
    request.set_analyst(analyst);
    return v1::BudgetService::NewStub(server_.Connect())->GetBudget(&context, request, response);
  }

  grpc::Status List(const std::string& user, int page_size, const std::string& token,
                    v1::ListLedgerEntriesResponse* response) {
    grpc::ClientContext context;
    SetCaller(context, user);
    v1::ListLedgerEntriesRequest request;
    request.set_dataset("datasets/clinic");
    request.set_page_size(page_size);
    request.set_page_token(token);
    return v1::BudgetService::NewStub(server_.Connect())
        ->ListLedgerEntries(&context, request, response);
  }

  RunningServer server_;
};

TEST_F(BudgetServiceTest, AnalystsSeeTheirOwnAlone) {
  v1::GetBudgetResponse response;
  ASSERT_TRUE(Get("alice", "", &response).ok());
  EXPECT_EQ(response.analyst().scope(), "analyst:alice");
  EXPECT_EQ(response.analyst().epsilon_spent(), "0.5");
  EXPECT_EQ(response.analyst().epsilon_remaining(), "1.5");
  EXPECT_EQ(response.max_epsilon_per_query(), "1");
  EXPECT_FALSE(response.has_dataset());
  EXPECT_EQ(Get("bob", "alice", &response).error_code(), grpc::PERMISSION_DENIED);
  EXPECT_EQ(Get("alice", "", &response, "datasets/other").error_code(), grpc::NOT_FOUND);
}

TEST_F(BudgetServiceTest, CuratorsSeeAll) {
  v1::GetBudgetResponse response;
  ASSERT_TRUE(Get("carol", "", &response).ok());
  EXPECT_EQ(response.dataset().epsilon_spent(), "0.5");
  EXPECT_FALSE(response.has_analyst());
  ASSERT_TRUE(Get("carol", "alice", &response).ok());
  EXPECT_EQ(response.analyst().epsilon_spent(), "0.5");
}

TEST_F(BudgetServiceTest, CuratorsGrantLimitFreezeAndRetireOnRecord) {
  const auto stub = v1::BudgetService::NewStub(server_.Connect());
  const auto grant = [&](const std::string& user) {
    grpc::ClientContext context;
    SetCaller(context, user);
    v1::GrantAnalystRequest request;
    request.set_dataset("datasets/clinic");
    request.mutable_budget()->set_scope("analyst:dave");
    request.mutable_budget()->set_epsilon("0.7");
    request.mutable_budget()->set_max_epsilon_per_query("0.7");
    request.set_reason("joined the study");
    v1::GrantAnalystResponse response;
    return stub->GrantAnalyst(&context, request, &response);
  };
  EXPECT_EQ(grant("alice").error_code(), grpc::PERMISSION_DENIED);
  const grpc::Status granted = grant("carol");
  EXPECT_TRUE(granted.ok()) << granted.error_message();
  EXPECT_EQ(ReadFailure(grant("carol")).reason, "ALREADY_EXISTS");

  grpc::ClientContext of_limit;
  SetCaller(of_limit, "carol");
  v1::ChangeLimitRequest limit;
  limit.set_dataset("datasets/clinic");
  limit.mutable_budget()->set_scope("analyst:dave");
  limit.mutable_budget()->set_epsilon("0.9");
  limit.set_reason("board");
  v1::ChangeLimitResponse changed;
  ASSERT_TRUE(stub->ChangeLimit(&of_limit, limit, &changed).ok());
  v1::GetBudgetResponse budget;
  ASSERT_TRUE(Get("dave", "", &budget).ok());
  EXPECT_EQ(budget.analyst().epsilon_limit(), "0.9");
  EXPECT_EQ(budget.status(), v1::DATASET_STATUS_ACTIVE);

  const auto set_status = [&](v1::DatasetStatus status) {
    grpc::ClientContext context;
    SetCaller(context, "carol");
    v1::SetDatasetStatusRequest request;
    request.set_dataset("datasets/clinic");
    request.set_status(status);
    request.set_reason("review");
    v1::SetDatasetStatusResponse response;
    return stub->SetDatasetStatus(&context, request, &response);
  };
  EXPECT_EQ(ReadFailure(set_status(v1::DATASET_STATUS_UNSPECIFIED)).field, "status");
  ASSERT_TRUE(set_status(v1::DATASET_STATUS_FROZEN).ok());
  v1::ExecuteResponse answer;
  EXPECT_EQ(
      ReadFailure(server_.Ask(server_.Question("SELECT SUM(age) FROM people"), &answer)).reason,
      "DATASET_CLOSED");
  ASSERT_TRUE(set_status(v1::DATASET_STATUS_ACTIVE).ok());
  EXPECT_TRUE(server_.Ask(server_.Question("SELECT SUM(age) FROM people"), &answer).ok());
  ASSERT_TRUE(set_status(v1::DATASET_STATUS_RETIRED).ok());
  EXPECT_EQ(ReadFailure(set_status(v1::DATASET_STATUS_ACTIVE)).reason, "DATASET_CLOSED");
}

TEST_F(BudgetServiceTest, TheLedgerPagesInOrderForCurators) {
  v1::ListLedgerEntriesResponse response;
  EXPECT_EQ(List("alice", 0, "", &response).error_code(), grpc::PERMISSION_DENIED);
  std::vector<std::string> kinds;
  std::string token;
  do {
    ASSERT_TRUE(List("carol", 1, token, &response).ok());
    for (const v1::LedgerEntry& entry : response.entries()) kinds.push_back(entry.kind());
    token = response.next_page_token();
  } while (!token.empty());
  EXPECT_EQ(kinds, (std::vector<std::string>{"POLICY", "PUBLISH", "DEBIT", "OUTCOME"}));
  EXPECT_EQ(ReadFailure(List("carol", -1, "", &response)).field, "page_size");
  EXPECT_EQ(ReadFailure(List("carol", 1, "x", &response)).field, "page_token");
}

}  // namespace
}  // namespace tacit
