// Top-ups as a client sees them: whose answer, what is charged, and what a retry or restart gives.
#include <gtest/gtest.h>

#include <cmath>

#include "server/policy_reader.h"
#include "server/wire.h"
#include "tests/server/running_server.h"

namespace tacit {
namespace {

const char* const kSql = "SELECT sex, COUNT(*) FROM people GROUP BY sex";

class QueryTopUpTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.Start().ok());
    server_.ApplyAndPublish();
    ASSERT_TRUE(server_.Ask(server_.Question(kSql, "0.3"), &first_).ok());
  }

  v1::ExecuteRequest More(const std::string& of, const std::string& epsilon = "0.5") {
    v1::ExecuteRequest request = server_.Question(kSql, epsilon);
    request.set_top_up(of);
    return request;
  }

  // Debits `request`, which tops up first_, in a stopped server's ledger and goes no further: what
  // a crash leaves behind.
  void DebitAlone(const v1::ExecuteRequest& request) {
    const LedgerPaths paths{server_.options().state_directory + "/ledger",
                            server_.options().anchor_file};
    absl::StatusOr<std::unique_ptr<Accountant>> accountant = Accountant::Open(paths);
    ASSERT_TRUE(accountant.ok()) << accountant.status();
    DatasetSchema schema = ReadPolicyMessage(server_.StandardPolicy())->schema;
    schema.policy_version = PolicyVersion(1);
    const QueryRequest asked{
        .dataset = schema.id,
        .analyst = AnalystId("alice"),
        .request = RequestId(request.request_id()),
        .sql = request.sql(),
        .epsilon = request.epsilon(),
        .top_up = RequestId(first_.name().substr(first_.name().find('/') + 1))};
    const auto past =
        (*accountant)->FindRequest(asked.dataset, asked.analyst, asked.top_up, std::nullopt);
    ASSERT_TRUE(past.ok()) << past.status();
    const EarlierAnswer earlier{*ReadNoised(past->outcome.bytes), Sha256(past->outcome.bytes)};
    const auto query = Prepare(asked, schema, DataVersion(1), &earlier);
    ASSERT_TRUE(query.ok()) << query.status();
    ASSERT_TRUE((*accountant)->Spend(query->charge).ok());
  }

  RunningServer server_;
  v1::ExecuteResponse first_;
};

TEST_F(QueryTopUpTest, PaysForTheMissingNoiseAndSaysSo) {
  EXPECT_FALSE(first_.release().has_noised()) << "stored, not sent";
  const v1::ExecuteRequest request = More(first_.name());
  v1::EstimateRequest ahead;
  ahead.set_dataset(request.dataset());
  ahead.set_sql(request.sql());
  ahead.set_epsilon(request.epsilon());
  ahead.set_top_up(request.top_up());
  v1::EstimateResponse estimate;
  ASSERT_TRUE(server_.EstimateCost(ahead, &estimate).ok());
  v1::ExecuteResponse more;
  const grpc::Status status = server_.Ask(request, &more);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(more.cost().dataset_epsilon(), estimate.cost().dataset_epsilon());
  EXPECT_NEAR(std::stod(more.cost().dataset_epsilon()), 0.4, 1e-9);
  EXPECT_NEAR(std::stod(server_.SpentByAll()), 0.7, 1e-9);
  const v1::TopUp& top_up = more.release().top_up();
  EXPECT_EQ(top_up.draws(), 2);
  ASSERT_EQ(top_up.statistics_size(), 1);
  EXPECT_GT(top_up.statistics(0).fresh_deviation(), top_up.statistics(0).combined_deviation());
  EXPECT_EQ(more.release().statistics(0).mechanism(), "combined_laplace");
  EXPECT_FALSE(more.release().has_noised());
  // A retry, also after a restart, is the same bytes.
  v1::ExecuteResponse again;
  ASSERT_TRUE(server_.Ask(request, &again).ok());
  EXPECT_EQ(again.SerializeAsString(), more.SerializeAsString());
  server_.Stop();
  ASSERT_TRUE(server_.Start().ok());
  ASSERT_TRUE(server_.Ask(request, &again).ok());
  EXPECT_EQ(again.SerializeAsString(), more.SerializeAsString());
  EXPECT_NEAR(std::stod(server_.SpentByAll()), 0.7, 1e-9);
  // And it can be topped up in turn.
  v1::ExecuteResponse third;
  ASSERT_TRUE(server_.Ask(More(more.name(), "0.65"), &third).ok());
  EXPECT_NEAR(std::stod(third.cost().dataset_epsilon()), std::sqrt(0.65 * 0.65 - 0.25), 1e-9);
}

// Debited and not answered: after the restart it runs once more under the certificate that was paid
// for, although the data was published anew since, and never twice.
TEST_F(QueryTopUpTest, AnOrphanedDebitRunsOnceMore) {
  const v1::ExecuteRequest request = More(first_.name());
  server_.Stop();
  DebitAlone(request);
  ASSERT_TRUE(server_.Start().ok());
  v1::PublishResponse last;
  ASSERT_TRUE(server_.Publish(&last).ok());
  EXPECT_NEAR(std::stod(server_.SpentByAll()), 0.7, 1e-9);
  v1::ExecuteResponse more, again;
  const grpc::Status status = server_.Ask(request, &more);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(more.release().data_version(), 1);
  EXPECT_EQ(more.release().top_up().draws(), 2);
  EXPECT_NEAR(std::stod(more.cost().dataset_epsilon()), 0.4, 1e-9);
  ASSERT_TRUE(server_.Ask(request, &again).ok());
  EXPECT_EQ(again.SerializeAsString(), more.SerializeAsString());
  EXPECT_NEAR(std::stod(server_.SpentByAll()), 0.7, 1e-9);
}

// Another analyst cannot name it; once he paid for it, he pays for the fresh draw alone, and the
// dataset for nothing.
TEST_F(QueryTopUpTest, ANewReaderPaysForBothDraws) {
  v1::ExecuteResponse more, bobs;
  ASSERT_TRUE(server_.Ask(More(first_.name()), &more).ok());
  const Failure failure = ReadFailure(server_.Ask(More(first_.name()), &bobs, "bob"));
  EXPECT_EQ(failure.reason, "REQUEST");
  EXPECT_EQ(failure.metadata.count("scope"), 0u);
  v1::ExecuteResponse bobs_first;
  ASSERT_TRUE(server_.Ask(server_.Question(kSql, "0.3"), &bobs_first, "bob").ok());
  EXPECT_TRUE(bobs_first.reused());
  ASSERT_TRUE(server_.Ask(More(bobs_first.name()), &bobs, "bob").ok());
  EXPECT_TRUE(bobs.reused());
  EXPECT_EQ(bobs.release().SerializeAsString(), more.release().SerializeAsString());
  EXPECT_EQ(bobs.cost().dataset_epsilon(), "0");
  EXPECT_EQ(bobs.cost().analyst_epsilon(), more.cost().analyst_epsilon());
  EXPECT_EQ(server_.SpentBy("bob"), server_.SpentBy("alice"));
  EXPECT_NEAR(std::stod(server_.SpentByAll()), 0.7, 1e-9);
}

TEST_F(QueryTopUpTest, AnotherVersionOrNameIsRefusedFree) {
  v1::ExecuteResponse more;
  for (const std::string name : {"queries/none", "queries/11111111-2222-4333-8444-555555555555"}) {
    EXPECT_EQ(ReadFailure(server_.Ask(More(name), &more)).code, grpc::INVALID_ARGUMENT) << name;
  }
  v1::PublishResponse last;
  ASSERT_TRUE(server_.Publish(&last).ok());
  EXPECT_EQ(ReadFailure(server_.Ask(More(first_.name()), &more)).code, grpc::INVALID_ARGUMENT);
  EXPECT_EQ(server_.SpentByAll(), "0.3");
}

}  // namespace
}  // namespace tacit
