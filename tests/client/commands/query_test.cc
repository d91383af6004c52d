#include <gtest/gtest.h>

#include "client/request_id.h"
#include "tests/client/fake_server.h"
#include "tests/client/sample_release.h"

namespace tacit::client {
namespace {

constexpr char kSql[] = "SELECT trt, n FROM t";
constexpr char kId[] = "11111111-2222-4333-8444-555555555555";

class QueryTest : public testing::Test {
 protected:
  void SetUp() override {
    server_.answers().execute = [this](const v1::ExecuteRequest& request,
                                       v1::ExecuteResponse& response) {
      request_ = request;
      *response.mutable_release() = SampleRelease();
      if (topped_up_.draws() > 0) *response.mutable_release()->mutable_top_up() = topped_up_;
      response.mutable_cost()->set_dataset_epsilon(reused_ ? "0" : "0.5");
      response.mutable_cost()->set_analyst_epsilon(reused_ ? "0" : "0.5");
      response.mutable_cost()->set_analyst_epsilon(reused_ ? "0" : "0.5");
      response.set_reused(reused_);
      return grpc::Status::OK;
    };
    server_.answers().get_budget = [](const v1::GetBudgetRequest&,
                                      v1::GetBudgetResponse& response) {
      response.mutable_analyst()->set_epsilon_limit("3");
      response.mutable_analyst()->set_epsilon_remaining("1.2");
      return grpc::Status::OK;
    };
  }
  RunResult Query(const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"query", "fair", kSql, "--epsilon", "0.5"};
    words.insert(words.end(), more.begin(), more.end());
    return RunTacit(words, &server_);
  }
  void Refuse(const FakeRefusal& refusal) {
    server_.answers().execute = [refusal](const auto&, auto&) { return RefusalStatus(refusal); };
  }

  FakeServer server_;
  v1::ExecuteRequest request_;
  bool reused_ = false;
  v1::TopUp topped_up_;  // none with 0 draws
};

TEST_F(QueryTest, PrintsTheAnswerThenWhatItCostAndWhatIsLeft) {
  const RunResult result = Query({"--request-id", kId});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "");
  EXPECT_NE(result.out.find("400 +/- 30"), std::string::npos);
  EXPECT_TRUE(
      result.out.ends_with("\ncost: epsilon 0.5 (once for this request), data version 3, request "
                           "11111111-2222-4333-8444-555555555555, "
                           "budget: [####......] 1.2 of 3 left\n"))
      << result.out;
}

TEST_F(QueryTest, SendsWhatWasAskedWithAFreshId) {
  EXPECT_EQ(Query({"--param", "int:3", "--param", "text:x", "--fresh"}).exit_code, 0);
  EXPECT_EQ(request_.dataset(), "datasets/fair");
  EXPECT_EQ(request_.sql(), kSql);
  EXPECT_EQ(request_.epsilon(), "0.5");
  EXPECT_EQ(request_.reuse(), v1::ExecuteRequest::REUSE_FRESH);
  ASSERT_EQ(request_.parameters_size(), 2);
  EXPECT_EQ(request_.parameters(1).text(), "x");
  const std::string first = request_.request_id();
  EXPECT_TRUE(IsRequestId(first));
  EXPECT_EQ(Query().exit_code, 0);
  EXPECT_NE(request_.request_id(), first);
  EXPECT_EQ(request_.reuse(), v1::ExecuteRequest::REUSE_UNSPECIFIED);
}

TEST_F(QueryTest, PassesAnyEpsilonThrough) {
  for (const char* epsilon : {"-1", "0", "nan", "1e-400", "abc", ""}) {
    EXPECT_EQ(RunTacit({"query", "fair", kSql, "--epsilon", epsilon}, &server_).exit_code, 0)
        << epsilon;
    EXPECT_EQ(request_.epsilon(), epsilon);
  }
}

// The server alone says what amounts mean.
TEST_F(QueryTest, PassesAnyOtherTargetThrough) {
  for (const std::string text : {"-1", "0", "nan", "1e400", "abc", ""}) {
    EXPECT_EQ(RunTacit({"query", "fair", kSql, "--rho", text, "--delta", text}, &server_).exit_code,
              0)
        << text;
    EXPECT_EQ(request_.rho(), text);
    EXPECT_EQ(request_.delta(), text);
    EXPECT_EQ(request_.epsilon(), "");
    EXPECT_EQ(RunTacit({"query", "fair", kSql, "--accuracy", text}, &server_).exit_code, 0) << text;
    EXPECT_EQ(request_.accuracy(), text);
    EXPECT_EQ(request_.delta(), "");
  }
}

TEST_F(QueryTest, TakesExactlyOneTarget) {
  EXPECT_EQ(RunTacit({"query", "fair", kSql}, &server_).exit_code, 1);
  EXPECT_EQ(RunTacit({"query", "fair", kSql, "--delta", "1e-9"}, &server_).exit_code, 1);
  for (const char* other : {"--rho", "--accuracy"}) {
    const RunResult result = Query({other, "1"});
    EXPECT_EQ(result.exit_code, 1) << other;
    EXPECT_NE(result.err, "");
  }
  EXPECT_EQ(RunTacit({"query", "fair", kSql, "--accuracy", "\xff"}, &server_).exit_code, 1);
  EXPECT_EQ(server_.answers().calls["Execute"], 0);
}

TEST_F(QueryTest, SaysThatARepeatIsFree) {
  reused_ = true;
  EXPECT_NE(Query().out.find("repeat: free, data version 3"), std::string::npos);
}

TEST_F(QueryTest, CsvAndJsonLinesLeaveStandardOutputToData) {
  const RunResult csv = Query({"--format", "csv"});
  EXPECT_TRUE(csv.out.starts_with("trt,n,n_low,n_high,"));
  EXPECT_EQ(csv.out.find("cost:"), std::string::npos);
  EXPECT_NE(csv.err.find("cost: epsilon 0.5"), std::string::npos);
  const RunResult lines = Query({"--format", "jsonl"});
  EXPECT_EQ(std::count(lines.out.begin(), lines.out.end(), '\n'), 3);
}

TEST_F(QueryTest, JsonHoldsEverything) {
  const RunResult result = Query({"--format", "json", "--request-id", kId});
  EXPECT_EQ(result.err, "");
  for (const char* piece :
       {"\"request_id\":\"11111111-2222-4333-8444-555555555555\"", "\"reused\":false",
        "\"dataset_epsilon\":\"0.5\"", "\"data_version\":3", "\"policy_version\":2",
        "\"confidence\":0.95", "\"name\":\"trt\",\"type\":\"text\",\"is_answer\":false",
        "\"selection\":null", "\"top_up\":null", "\"rows\":[{\"trt\":\"placebo\",\"n\":400,",
        "\"epsilon_remaining\":\"1.2\""}) {
    EXPECT_NE(result.out.find(piece), std::string::npos) << piece << "\n" << result.out;
  }
}

// One statistic was drawn anew, the other was accurate enough.
TEST_F(QueryTest, ShowsWhatATopUpDrewAnew) {
  topped_up_.set_draws(2);
  v1::TopUpStatistic* statistic = topped_up_.add_statistics();
  statistic->set_name("count(*)");
  statistic->set_earlier_deviation(14.125);
  statistic->set_fresh_deviation(5);
  statistic->set_combined_deviation(4.75);
  statistic->set_fresh_epsilon("0.28");
  statistic = topped_up_.add_statistics();
  statistic->set_name("sum(\x1b)");
  statistic->set_earlier_deviation(3);
  statistic->set_combined_deviation(3);
  statistic->set_fresh_epsilon("0");
  const RunResult result = Query({"--top-up", kId});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(request_.top_up(), std::string("queries/") + kId);
  EXPECT_NE(request_.request_id(), kId);
  EXPECT_NE(result.out.find("topped up: count(*): deviation 14.1 with fresh noise of 5 (epsilon "
                            "0.28) makes 4.75\n"
                            "topped up: sum(\\x1b): as it was, deviation 3\n"
                            "cost: "),
            std::string::npos)
      << result.out;
  EXPECT_NE(Query({"--top-up", kId, "--format", "json"})
                .out.find("\"top_up\":{\"draws\":2,\"statistics\":[{\"name\":\"count(*)\","
                          "\"earlier_deviation\":14.125,\"fresh_deviation\":5,"
                          "\"combined_deviation\":4.75,\"fresh_epsilon\":\"0.28\"},"),
            std::string::npos);
}

TEST_F(QueryTest, DryRunAsksNothing) {
  const RunResult result = Query({"--dry-run"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_TRUE(request_.validate_only());
  EXPECT_EQ(result.out, "valid: it would cost epsilon 0.5; nothing was asked and nothing spent\n");
  EXPECT_EQ(server_.answers().calls["GetBudget"], 0);
}

TEST_F(QueryTest, AnAnswerIsNotLostWithTheBudgetCall) {
  server_.answers().get_budget = nullptr;
  const RunResult result = Query();
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_NE(result.out.find("budget: unknown ("), std::string::npos);
}

TEST_F(QueryTest, ShowsWhereInTheSqlAndHowToMendIt) {
  Refuse({.reason = "UNKNOWN_COLUMN",
          .message = "there is no column \"n\"; did you mean \"m\"",
          .metadata = {{"position", "12"}, {"fix", "did you mean \"m\""}}});
  const RunResult result = Query();
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err,
            "error: there is no column \"n\" [UNKNOWN_COLUMN]\n"
            "  SELECT trt, n FROM t\n"
            "              ^\n"
            "fix: did you mean \"m\"\n");
}

TEST_F(QueryTest, ExitCodesTellBudgetPermissionAndTroubleApart) {
  Refuse({.code = grpc::StatusCode::FAILED_PRECONDITION,
          .reason = "BUDGET_EXHAUSTED",
          .message = "needs epsilon 0.5, 0.2 remains"});
  EXPECT_EQ(Query().exit_code, 4);
  Refuse({.code = grpc::StatusCode::NOT_FOUND, .reason = "NOT_FOUND", .message = "no"});
  EXPECT_EQ(Query().exit_code, 5);
  Refuse({.code = grpc::StatusCode::INTERNAL, .reason = "INTERNAL", .message = "ref 1"});
  EXPECT_EQ(Query().exit_code, 3);
}

TEST_F(QueryTest, TroubleNamesTheIdThatMakesAskingAgainSafe) {
  Refuse({.code = grpc::StatusCode::INTERNAL, .reason = "INTERNAL", .message = "ref 1"});
  EXPECT_NE(Query({"--request-id", kId}).err.find(std::string("--request-id ") + kId),
            std::string::npos);
  EXPECT_NE(Query({"--format", "json", "--request-id", kId})
                .err.find(std::string("\"request_id\":\"") + kId),
            std::string::npos);
}

TEST_F(QueryTest, RefusesBadFlagsBeforeAsking) {
  EXPECT_EQ(Query({"--request-id", "42"}).exit_code, 1);
  EXPECT_EQ(Query({"--top-up", "42"}).exit_code, 1);
  EXPECT_EQ(Query({"--param", "int:x"}).exit_code, 1);
  EXPECT_EQ(RunTacit({"query", "\xff", kSql, "--epsilon", "1"}, &server_).exit_code, 1);
  EXPECT_EQ(server_.answers().calls["Execute"], 0);
}

}  // namespace
}  // namespace tacit::client
