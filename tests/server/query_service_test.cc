// Execute and Estimate as a client sees them, through gRPC.
#include "server/query_service.h"

#include <gtest/gtest.h>

#include <thread>

#include "tests/server/running_server.h"

namespace tacit {
namespace {

class QueryServiceTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.Start().ok());
    server_.ApplyAndPublish();
  }

  // Asks, expects a refusal, and that nothing was spent.
  Failure ExpectRefusal(const v1::ExecuteRequest& request, const std::string& user = "alice") {
    v1::ExecuteResponse response;
    const grpc::Status status = server_.Ask(request, &response, user);
    EXPECT_FALSE(status.ok()) << request.sql();
    EXPECT_EQ(server_.SpentByAll(), "0") << request.sql();
    return ReadFailure(status);
  }

  RunningServer server_;
};

TEST_F(QueryServiceTest, AnswersWithIntervalCostAndVersions) {
  v1::ExecuteResponse response;
  const auto request =
      server_.Question("SELECT sex, COUNT(*), AVG(age) FROM people GROUP BY sex", "1");
  const grpc::Status status = server_.Ask(request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.name(), "queries/" + request.request_id());
  EXPECT_EQ(response.cost().dataset_epsilon(), "1");
  EXPECT_FALSE(response.reused());
  const v1::Release& release = response.release();
  EXPECT_EQ(release.data_version(), 1);
  EXPECT_EQ(release.policy_version(), 1);
  ASSERT_EQ(release.rows_size(), 2);
  EXPECT_EQ(release.rows(0).cells(0).value().text(), "F");
  for (const v1::ReleaseRow& row : release.rows()) {
    EXPECT_NEAR(static_cast<double>(row.cells(1).value().integer()), 200, 60);  // 30 scales
    EXPECT_GE(row.cells(2).value().real(), 0);
    EXPECT_LE(row.cells(2).value().real(), 120);
    EXPECT_LT(row.cells(1).interval().low(), row.cells(1).interval().high());
    EXPECT_FALSE(row.cells(0).has_interval());
  }
  ASSERT_EQ(release.statistics_size(), 2);
  EXPECT_EQ(release.statistics(0).mechanism(), "discrete_laplace");
  // The count serves two answers: (sqrt(5) - 1) / 2 of epsilon, see ChooseNoiseTest.
  EXPECT_NEAR(release.statistics(0).noise_scale(), 1.618, 1e-3);
  EXPECT_FALSE(release.has_selection());
  EXPECT_EQ(server_.SpentBy("alice"), "1");
}

TEST_F(QueryServiceTest, ARetryReturnsTheSameBytesFree) {
  const auto request = server_.Question("SELECT COUNT(*) FROM people");
  v1::ExecuteResponse first, again;
  ASSERT_TRUE(server_.Ask(request, &first).ok());
  ASSERT_TRUE(server_.Ask(request, &again).ok());
  EXPECT_EQ(first.SerializeAsString(), again.SerializeAsString());
  EXPECT_EQ(server_.SpentByAll(), "0.5");
  server_.Stop();
  ASSERT_TRUE(server_.Start().ok());
  v1::ExecuteResponse after_restart;
  ASSERT_TRUE(server_.Ask(request, &after_restart).ok());
  EXPECT_EQ(first.SerializeAsString(), after_restart.SerializeAsString());
  EXPECT_EQ(server_.SpentByAll(), "0.5");
}

// A retry is answered from what is stored, even when a new version or policy has come since.
TEST_F(QueryServiceTest, ARetryOutlivesItsDataVersion) {
  const auto request = server_.Question("SELECT COUNT(*) FROM people");
  v1::ExecuteResponse first, again;
  ASSERT_TRUE(server_.Ask(request, &first).ok());
  v1::PublishResponse last;
  ASSERT_TRUE(server_.Publish(&last).ok());
  EXPECT_EQ(last.data_version(), 2);
  ASSERT_TRUE(server_.Ask(request, &again).ok());
  EXPECT_EQ(first.SerializeAsString(), again.SerializeAsString());
}

TEST_F(QueryServiceTest, ARequestIdIsForOneRequest) {
  auto request = server_.Question("SELECT COUNT(*) FROM people");
  v1::ExecuteResponse response;
  ASSERT_TRUE(server_.Ask(request, &response).ok());
  request.set_sql("SELECT SUM(age) FROM people");
  const Failure failure = ReadFailure(server_.Ask(request, &response));
  EXPECT_EQ(failure.code, grpc::ALREADY_EXISTS);
  EXPECT_EQ(failure.reason, "REQUEST_ID_REUSED");
  EXPECT_EQ(server_.SpentByAll(), "0.5");
  // Another analyst's ids are his own.
  request.set_sql("SELECT COUNT(*) FROM people WHERE age > 30");
  EXPECT_TRUE(server_.Ask(request, &response, "bob").ok());
}

TEST_F(QueryServiceTest, TheSameQuestionIsFreeToTheDataset) {
  v1::ExecuteResponse first, same, bobs, fresh;
  ASSERT_TRUE(server_.Ask(server_.Question("SELECT COUNT(*) FROM people"), &first).ok());
  ASSERT_TRUE(server_.Ask(server_.Question("select  count(*) from people -- again"), &same).ok());
  EXPECT_TRUE(same.reused());
  EXPECT_EQ(same.cost().dataset_epsilon(), "0");
  EXPECT_EQ(same.cost().analyst_epsilon(), "0");
  EXPECT_EQ(first.release().SerializeAsString(), same.release().SerializeAsString());
  ASSERT_TRUE(server_.Ask(server_.Question("SELECT COUNT(*) FROM people"), &bobs, "bob").ok());
  EXPECT_TRUE(bobs.reused());
  EXPECT_EQ(bobs.cost().dataset_epsilon(), "0");
  EXPECT_EQ(bobs.cost().analyst_epsilon(), "0.5");
  EXPECT_EQ(server_.SpentByAll(), "0.5");
  EXPECT_EQ(server_.SpentBy("bob"), "0.5");
  auto again = server_.Question("SELECT COUNT(*) FROM people");
  again.set_reuse(v1::ExecuteRequest::REUSE_FRESH);
  ASSERT_TRUE(server_.Ask(again, &fresh).ok());
  EXPECT_FALSE(fresh.reused());
  EXPECT_EQ(server_.SpentByAll(), "1");
  // New data is a new question.
  v1::PublishResponse last;
  ASSERT_TRUE(server_.Publish(&last).ok());
  v1::ExecuteResponse later;
  ASSERT_TRUE(server_.Ask(server_.Question("SELECT COUNT(*) FROM people"), &later).ok());
  EXPECT_FALSE(later.reused());
}

TEST_F(QueryServiceTest, BudgetsOfAnalystAndDatasetHoldTogether) {
  v1::ExecuteResponse response;
  for (int i = 0; i < 2; ++i) {
    auto request = server_.Question("SELECT COUNT(*) FROM people", "1");
    request.set_reuse(v1::ExecuteRequest::REUSE_FRESH);
    ASSERT_TRUE(server_.Ask(request, &response).ok());
  }
  Failure failure =
      ReadFailure(server_.Ask(server_.Question("SELECT SUM(age) FROM people", "0.1"), &response));
  EXPECT_EQ(failure.code, grpc::FAILED_PRECONDITION);
  EXPECT_EQ(failure.reason, "BUDGET_EXHAUSTED");
  EXPECT_EQ(failure.metadata["scope"], "analyst");
  EXPECT_EQ(failure.metadata["remaining"], "0");
  ASSERT_TRUE(
      server_.Ask(server_.Question("SELECT AVG(age) FROM people", "1"), &response, "bob").ok());
  failure = ReadFailure(
      server_.Ask(server_.Question("SELECT SUM(age) FROM people", "0.1"), &response, "dave"));
  EXPECT_EQ(failure.metadata["scope"], "dataset");
  EXPECT_EQ(server_.SpentByAll(), "3");
  // What is stored stays readable for who paid.
  EXPECT_TRUE(server_.Ask(server_.Question("SELECT COUNT(*) FROM people", "1"), &response).ok());
}

TEST_F(QueryServiceTest, EveryBadEpsilonIsRefusedAndFree) {
  for (const std::string epsilon : {"", "0", "-1", "-0", "nan", "NaN", "inf", "-inf", "1e999",
                                    "0x1", "1,5", "abc", " 1", "1.01", "0.0000000000001e-9"}) {
    const Failure failure = ExpectRefusal(server_.Question("SELECT COUNT(*) FROM people", epsilon));
    EXPECT_EQ(failure.code, grpc::INVALID_ARGUMENT) << epsilon;
    EXPECT_EQ(failure.reason, "PRIVACY_PARAMETER") << epsilon << ": " << failure.message;
  }
}

TEST_F(QueryServiceTest, BadStatementsAreRefusedWithTheirReason) {
  std::string nested = "age > 1";
  for (int i = 0; i < 30; ++i) nested = "(" + nested + ") IS TRUE";
  EXPECT_EQ(ExpectRefusal(server_.Question("SELECT COUNT(*) FROM people WHERE " + nested)).reason,
            "LIMIT");
  const std::pair<std::string, std::string> cases[] = {
      {"SELECT COUNT(*) FROM patients", "UNKNOWN_TABLE"},
      {"SELECT SUM(agee) FROM people", "UNKNOWN_COLUMN"},
      {"SELECT SUM(day) FROM visits", "MISSING_BOUNDS"},
      {"SELECT COUNT(*) FROM people WHERE sex = 1", "TYPE_MISMATCH"},
      {"SELECT age FROM people", "NO_AGGREGATE"},
      {"SELECT COUNT(*) FROM visits WHERE subject = 7", "UNIT_COLUMN"},
      {"SELECT COUNT(*) FROM people; SELECT 1", "ONE_STATEMENT"},
      {"DROP TABLE people", "UNSUPPORTED"},
      {"SELEC COUNT(*)", "PARSE"},
      {std::string("SELECT COUNT(*) FROM people\0 x", 29), "NUL_BYTE"},
      {"SELECT COUNT(*) FROM people WHERE sex = '\xff'", "INVALID_UTF8"},
      {"SELECT COUNT(*) FROM people WHERE diagnosis = $1", "PARAMETER"},
      {"SELECT diagnosis, COUNT(*) FROM people GROUP BY diagnosis", "MISSING_PUBLIC_VALUES"},
  };
  for (const auto& [sql, reason] : cases) {
    const Failure failure = ExpectRefusal(server_.Question(sql));
    EXPECT_EQ(failure.reason, reason) << sql << ": " << failure.message;
    EXPECT_EQ(failure.code, grpc::INVALID_ARGUMENT) << sql;
  }
  std::string long_sql = "SELECT COUNT(*) FROM people WHERE age = 1";
  while (long_sql.size() < 17 * 1024) long_sql += " OR age = 1";
  EXPECT_EQ(ExpectRefusal(server_.Question(long_sql)).reason, "LIMIT");
  std::string many_tokens = "SELECT COUNT(*) FROM people WHERE age IN (1";
  for (int i = 0; i < 2500; ++i) many_tokens += ",1";
  EXPECT_EQ(ExpectRefusal(server_.Question(many_tokens + ")")).reason, "LIMIT");
}

// libpg_query and SQLite read nested comments differently; only the parser's reading counts here.
TEST_F(QueryServiceTest, ANestedCommentHidesNoSecondQuery) {
  v1::ExecuteResponse response;
  const auto request = server_.Question(
      "SELECT COUNT(*) FROM people /* /* */ UNION ALL SELECT age FROM people -- */");
  ASSERT_TRUE(server_.Ask(request, &response).ok());
  EXPECT_EQ(response.release().rows_size(), 1);
}

TEST_F(QueryServiceTest, BadRequestsNameTheField) {
  auto request = server_.Question("SELECT COUNT(*) FROM people");
  request.set_request_id("not a uuid");
  EXPECT_EQ(ExpectRefusal(request).field, "request_id");
  request = server_.Question("SELECT COUNT(*) FROM people");
  request.set_dataset("clinic");
  EXPECT_EQ(ExpectRefusal(request).field, "dataset");
  request = server_.Question("SELECT COUNT(*) FROM people WHERE sex = $1");
  request.add_parameters()->set_text("\xff");
  EXPECT_EQ(ExpectRefusal(request).reason, "PARAMETER");
}

TEST_F(QueryServiceTest, WhoMayNotAskLearnsNothing) {
  auto unknown = server_.Question("SELECT COUNT(*) FROM people");
  unknown.set_dataset("datasets/other");
  const Failure absent = ExpectRefusal(unknown);
  EXPECT_EQ(absent.code, grpc::NOT_FOUND);
  v1::Policy policy = server_.StandardPolicy();
  policy.mutable_budgets(1)->set_scope("analyst:bob");
  ASSERT_TRUE(server_.Apply(policy).ok());
  const Failure forbidden = ExpectRefusal(server_.Question("SELECT COUNT(*) FROM people"));
  EXPECT_EQ(forbidden.code, grpc::NOT_FOUND);
  EXPECT_EQ(forbidden.message, absent.message);
  EXPECT_EQ(ExpectRefusal(server_.Question("SELECT COUNT(*) FROM people"), "").code,
            grpc::UNAUTHENTICATED);
  EXPECT_EQ(ExpectRefusal(server_.Question("SELECT COUNT(*) FROM people"), "carol").code,
            grpc::PERMISSION_DENIED);
}

TEST_F(QueryServiceTest, ValidateOnlySpendsNothingAndFailsWhereTheRealCallWould) {
  auto request = server_.Question("SELECT COUNT(*) FROM people");
  request.set_validate_only(true);
  v1::ExecuteResponse response;
  ASSERT_TRUE(server_.Ask(request, &response).ok());
  EXPECT_EQ(response.cost().dataset_epsilon(), "0.5");
  EXPECT_FALSE(response.has_release());
  EXPECT_EQ(server_.SpentByAll(), "0");
  request.set_epsilon("1.5");
  EXPECT_EQ(ExpectRefusal(request).reason, "PRIVACY_PARAMETER");
}

// Three callers, three prices for one question: who paid, who did not, and who cannot.
TEST_F(QueryServiceTest, EstimatesQuoteWhatTheCallerWouldPay) {
  v1::ExecuteResponse response;
  ASSERT_TRUE(server_.Ask(server_.Question("SELECT COUNT(*) FROM people", "1"), &response).ok());
  const auto quote = [&](const std::string& user, const std::string& sql) {
    auto request = server_.Question(sql, "1");
    request.set_validate_only(true);
    v1::ExecuteResponse quoted;
    const grpc::Status status = server_.Ask(request, &quoted, user);
    return status.ok() ? quoted.cost().dataset_epsilon() + "/" + quoted.cost().analyst_epsilon()
                       : ReadFailure(status).reason;
  };
  EXPECT_EQ(quote("alice", "SELECT COUNT(*) FROM people"), "0/0");
  EXPECT_EQ(quote("bob", "SELECT COUNT(*) FROM people"), "0/1");
  EXPECT_EQ(quote("bob", "SELECT SUM(age) FROM people"), "1/1");
  ASSERT_TRUE(server_.Ask(server_.Question("SELECT SUM(age) FROM people", "1"), &response).ok());
  EXPECT_EQ(quote("alice", "SELECT AVG(age) FROM people"), "BUDGET_EXHAUSTED");
  v1::EstimateRequest request;
  request.set_dataset("datasets/clinic");
  request.set_sql("SELECT AVG(age) FROM people");
  request.set_epsilon("1");
  v1::EstimateResponse estimate;
  ASSERT_TRUE(server_.EstimateCost(request, &estimate).ok());
  EXPECT_NE(estimate.refusal(), "");
  EXPECT_EQ(estimate.cost().dataset_epsilon(), "1");
  ASSERT_EQ(estimate.fits_size(), 1);
  EXPECT_EQ(estimate.fits(0).times(), 0);
}

TEST_F(QueryServiceTest, EstimateShowsCostSplitAndErrors) {
  v1::EstimateRequest request;
  request.set_dataset("datasets/clinic");
  request.set_sql("SELECT day, COUNT(*), AVG(cost) FROM visits GROUP BY day");
  request.set_epsilon("1");
  v1::EstimateResponse response;
  const grpc::Status status = server_.EstimateCost(request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.cost().dataset_epsilon(), "1");
  EXPECT_EQ(response.group_count(), 7);
  ASSERT_EQ(response.statistics_size(), 2);
  EXPECT_NEAR(std::stod(response.statistics(0).epsilon()), 0.618, 1e-3);
  EXPECT_EQ(response.statistics(0).sensitivity(), 3 * 2);
  EXPECT_NEAR(response.statistics(0).noise_scale(), 6 / 0.618, 1e-2);
  EXPECT_FALSE(response.has_selection());
  ASSERT_EQ(response.errors_size(), 1 + 3);
  EXPECT_EQ(response.errors(0).assumed_rows(), 0);
  EXPECT_EQ(response.errors(1).assumed_rows(), 100);
  EXPECT_GT(response.errors(1).half_width(), response.errors(3).half_width());
  ASSERT_EQ(response.tracks_size(), 1);
  EXPECT_EQ(response.tracks(0).track() + " " + response.tracks(0).amount(), "epsilon 1");
  ASSERT_EQ(response.fits_size(), 1);
  EXPECT_EQ(response.fits(0).scope(), "analyst:alice");
  EXPECT_EQ(response.fits(0).times(), 2);
  EXPECT_EQ(server_.SpentByAll(), "0");
}

// 50 copies of one request at once: one draw, one debit, and the same bytes for all who get an
// answer.
TEST_F(QueryServiceTest, CopiesOfOneRequestAreAnsweredOnce) {
  const auto request = server_.Question("SELECT SUM(income) FROM people");
  std::vector<std::thread> threads;
  std::vector<std::string> answers(50);
  std::vector<grpc::StatusCode> codes(50);
  for (int i = 0; i < 50; ++i) {
    threads.emplace_back([&, i] {
      v1::ExecuteResponse response;
      codes[i] = server_.Ask(request, &response).error_code();
      answers[i] = response.SerializeAsString();
    });
  }
  for (std::thread& thread : threads) thread.join();
  v1::ExecuteResponse stored;
  ASSERT_TRUE(server_.Ask(request, &stored).ok());
  for (int i = 0; i < 50; ++i) {
    if (codes[i] == grpc::OK) {
      EXPECT_EQ(answers[i], stored.SerializeAsString());
    } else {
      EXPECT_EQ(codes[i], grpc::ABORTED);
    }
  }
  EXPECT_EQ(server_.SpentByAll(), "0.5");
}

}  // namespace
}  // namespace tacit
