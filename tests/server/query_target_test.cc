// What a query may cost, as a client names it: epsilon, delta, rho and accuracy, through gRPC.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/server/running_server.h"

namespace tacit {
namespace {

// A dataset that counts epsilon alone.
class QueryTargetTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.Start().ok());
    server_.ApplyAndPublish();
  }

  // Asks, expects a refusal, and that nothing was spent.
  Failure ExpectRefusal(const v1::ExecuteRequest& request) {
    v1::ExecuteResponse response;
    const grpc::Status status = server_.Ask(request, &response);
    EXPECT_FALSE(status.ok()) << request.sql();
    EXPECT_EQ(server_.SpentByAll(), "0") << request.sql();
    return ReadFailure(status);
  }

  RunningServer server_;
};

TEST_F(QueryTargetTest, EveryBadTargetIsRefusedAndFree) {
  const auto ask = [&](const std::string& field, const std::string& text) {
    auto request = server_.Question("SELECT COUNT(*) FROM people", field == "delta" ? "0.5" : "");
    if (field == "delta") request.set_delta(text);
    if (field == "rho") request.set_rho(text);
    if (field == "accuracy") request.set_accuracy(text);
    if (field == "rho") request.set_delta("1e-9");
    return ExpectRefusal(request);
  };
  for (const std::string field : {"delta", "rho", "accuracy"}) {
    for (const std::string text :
         {"-1", "nan", "NaN", "inf", "-inf", "1e400", "1,5", "abc", "1 2"}) {
      const Failure failure = ask(field, text);
      EXPECT_EQ(failure.code, grpc::INVALID_ARGUMENT) << field << " " << text;
      EXPECT_EQ(failure.reason, "PRIVACY_PARAMETER") << field << " " << text;
    }
  }
  EXPECT_EQ(ask("rho", "").field, "epsilon") << "no target at all";
  auto request = server_.Question("SELECT COUNT(*) FROM people", "0.5");
  request.set_accuracy("10");
  EXPECT_EQ(ExpectRefusal(request).reason, "PRIVACY_PARAMETER");
  request.clear_epsilon();
  request.clear_accuracy();
  request.set_rho("0.1");
  EXPECT_EQ(ExpectRefusal(request).field, "delta");
}

TEST_F(QueryTargetTest, AccuracySpendsTheLeastEpsilonThatReachesIt) {
  auto request = server_.Question("SELECT COUNT(*) FROM people", "");
  request.set_accuracy("10");
  v1::ExecuteResponse response;
  const grpc::Status status = server_.Ask(request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  const v1::Interval& interval = response.release().rows(0).cells(0).interval();
  EXPECT_LE(interval.high() - interval.low(), 20);
  EXPECT_EQ(server_.SpentByAll(), response.cost().dataset_epsilon());
  EXPECT_NEAR(std::stod(response.cost().dataset_epsilon()), 0.28, 0.01);
}

// The pure filter counts no delta: offering one is no offence, needing one is.
TEST_F(QueryTargetTest, ThePureFilterAdmitsNoDelta) {
  auto request = server_.Question("SELECT COUNT(*) FROM people");
  request.set_delta("1e-9");
  v1::ExecuteResponse response;
  ASSERT_TRUE(server_.Ask(request, &response).ok());
  EXPECT_EQ(response.cost().dataset_delta(), "0");
  request = server_.Question("SELECT diagnosis, COUNT(*) FROM people GROUP BY diagnosis");
  request.set_delta("1e-9");
  const Failure failure = ReadFailure(server_.Ask(request, &response));
  EXPECT_EQ(failure.reason, "MISSING_PUBLIC_VALUES") << failure.message;
  EXPECT_NE(failure.message.find("pure filter"), std::string::npos) << failure.message;
  // Many columns, where Gaussian noise would err less if the filter counted it.
  std::string many = "SELECT COUNT(*)";
  for (int i = 1; i < 20; ++i) many += ", SUM(age + " + std::to_string(i) + ")";
  request = server_.Question(many + " FROM people");
  request.set_delta("1e-5");
  const grpc::Status answered = server_.Ask(request, &response);
  ASSERT_TRUE(answered.ok()) << answered.error_message();
  EXPECT_EQ(response.release().statistics(0).mechanism(), "discrete_laplace");
  request = server_.Question("SELECT COUNT(*) FROM people");
  request.clear_epsilon();
  request.set_delta("1e-5");
  request.set_rho("0.01");
  EXPECT_EQ(ReadFailure(server_.Ask(request, &response)).reason, "PRIVACY_PARAMETER");
  EXPECT_EQ(server_.SpentByAll(), "1");
}

// A dataset that admits a delta: private groups, Gaussian noise, rho.
class ApproximateQueryTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.Start().ok());
    v1::Policy policy = server_.StandardPolicy();
    policy.set_filter(v1::Policy::FILTER_APPROXIMATE);
    for (v1::Budget& budget : *policy.mutable_budgets()) {
      budget.set_epsilon("10");
      budget.set_delta("1e-3");
      if (budget.scope() != "dataset") budget.set_max_epsilon_per_query("5");
    }
    const grpc::Status applied = server_.Apply(policy);
    ASSERT_TRUE(applied.ok()) << applied.error_message();
    v1::PublishResponse last;
    ASSERT_TRUE(server_.Publish(&last).ok());
  }

  RunningServer server_;
};

TEST_F(ApproximateQueryTest, PrivateGroupsSayHowTheyWereChosen) {
  auto request = server_.Question("SELECT diagnosis, COUNT(*) FROM people GROUP BY diagnosis", "5");
  request.set_delta("1e-6");
  v1::EstimateRequest preview;
  preview.set_dataset(request.dataset());
  preview.set_sql(request.sql());
  preview.set_epsilon(request.epsilon());
  preview.set_delta(request.delta());
  v1::EstimateResponse estimate;
  ASSERT_TRUE(server_.EstimateCost(preview, &estimate).ok());
  EXPECT_EQ(estimate.group_count(), 0);
  v1::ExecuteResponse response;
  const grpc::Status status = server_.Ask(request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.cost().dataset_epsilon(), "5");
  EXPECT_EQ(response.cost().dataset_delta(), "0.000001");
  const v1::GroupSelection& selection = response.release().selection();
  // One row a person: the count of rows is the count of people, and decides.
  EXPECT_EQ(selection.mechanism(), "thresholded_discrete_laplace");
  EXPECT_EQ(selection.epsilon(), "0");
  EXPECT_EQ(selection.delta(), "0.000001");
  EXPECT_NEAR(selection.units_for_half(), 1 + std::log(1e6) / 5, 2);
  EXPECT_EQ(estimate.selection().SerializeAsString(), selection.SerializeAsString());
  for (const v1::ReleaseRow& row : response.release().rows()) {
    EXPECT_GE(static_cast<double>(row.cells(1).value().integer()), selection.units_for_half());
  }
}

TEST_F(ApproximateQueryTest, RhoIsPaidForAsEpsilonAndDelta) {
  auto request = server_.Question("SELECT COUNT(*) FROM people", "");
  request.set_rho("0.125");
  request.set_delta("1e-6");
  v1::ExecuteResponse response;
  const grpc::Status status = server_.Ask(request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.release().statistics(0).mechanism(), "discrete_gaussian");
  EXPECT_NEAR(std::stod(response.cost().dataset_epsilon()), 2.2540846, 1e-6);
  EXPECT_EQ(response.cost().dataset_delta(), "0.000001");
  EXPECT_NEAR(response.release().statistics(0).noise_scale(), 2, 1e-3);
}

}  // namespace
}  // namespace tacit
