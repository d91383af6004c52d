#include <gtest/gtest.h>

#include "tests/client/fake_server.h"

namespace tacit::client {
namespace {

class CurateTest : public testing::Test {
 protected:
  void SetUp() override {
    server_.answers().grant_analyst = [this](const v1::GrantAnalystRequest& request, auto&) {
      granted_ = request;
      return grpc::Status::OK;
    };
    server_.answers().change_limit = [this](const v1::ChangeLimitRequest& request, auto&) {
      limited_ = request;
      return grpc::Status::OK;
    };
    server_.answers().set_dataset_status = [this](const v1::SetDatasetStatusRequest& request,
                                                  auto&) {
      set_ = request;
      return grpc::Status::OK;
    };
  }
  FakeServer server_;
  v1::GrantAnalystRequest granted_;
  v1::ChangeLimitRequest limited_;
  v1::SetDatasetStatusRequest set_;
};

TEST_F(CurateTest, SendsEachChangeWithItsReason) {
  const RunResult result =
      RunTacit({"curate", "grant", "fair", "--analyst", "bob", "--epsilon", "1", "--delta", "1e-6",
                "--max-epsilon-per-query", "0.5", "--reason", "joined"},
               &server_);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "on record; see tacit ledger log fair\n");
  EXPECT_EQ(granted_.dataset(), "datasets/fair");
  EXPECT_EQ(granted_.budget().scope(), "analyst:bob");
  EXPECT_EQ(granted_.budget().max_epsilon_per_query(), "0.5");
  EXPECT_EQ(granted_.reason(), "joined");
  EXPECT_EQ(RunTacit({"curate", "limit", "fair", "--scope", "role:interns", "--period-days", "30",
                      "--order", "8=1.5", "--order", "32=2", "--reason", "more"},
                     &server_)
                .exit_code,
            0);
  EXPECT_EQ(limited_.budget().period_days(), 30);
  EXPECT_EQ(limited_.budget().orders(1).order(), 32);
  EXPECT_EQ(limited_.budget().orders(1).divergence(), "2");
  for (const auto& [word, status] :
       std::map<std::string, v1::DatasetStatus>{{"freeze", v1::DATASET_STATUS_FROZEN},
                                                {"thaw", v1::DATASET_STATUS_ACTIVE},
                                                {"retire", v1::DATASET_STATUS_RETIRED}}) {
    EXPECT_EQ(RunTacit({"curate", word, "fair", "--reason", "x"}, &server_).exit_code, 0);
    EXPECT_EQ(set_.status(), status);
  }
}

TEST_F(CurateTest, NeedsAReasonAndOrdersThatAreOrders) {
  EXPECT_EQ(RunTacit({"curate", "freeze", "fair"}, &server_).exit_code, 1);
  for (const char* order : {"8", "=1", "x=1", "1=1", "8.5=1"}) {
    const RunResult result = RunTacit(
        {"curate", "limit", "fair", "--scope", "dataset", "--order", order, "--reason", "x"},
        &server_);
    EXPECT_EQ(result.exit_code, 1) << order;
  }
  EXPECT_EQ(server_.answers().calls["ChangeLimit"], 0);
}

TEST_F(CurateTest, AChangeIsSentOnce) {
  server_.answers().set_dataset_status = [](const auto&, auto&) {
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "later");
  };
  EXPECT_EQ(RunTacit({"curate", "freeze", "fair", "--reason", "x"}, &server_).exit_code, 3);
  EXPECT_EQ(server_.answers().calls["SetDatasetStatus"], 1);
}

}  // namespace
}  // namespace tacit::client
