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
