#include "engine/pipeline.h"

#include <gtest/gtest.h>

#include "accountant/refusal.h"
#include "tests/engine/pipeline_fixture.h"

namespace tacit {
namespace {

class PipelineTest : public PipelineFixture {
 protected:
  // Runs with a writer that notes what the ledger held when the answer was written.
  absl::StatusOr<QueryOutcome> Run(const QueryRequest& request, const DatasetSnapshot& snapshot) {
    const absl::StatusOr<PreparedQuery> query = Prepare(request, schema_, DataVersion(1));
    if (!query.ok()) return query.status();
    const OutcomeWriter writer{.answer =
                                   [&](const AnswerTable& table) {
                                     spent_at_answer_ = Spent();
                                     return "answer of " + std::to_string(table.rows.size());
                                   },
                               .failure = [] { return std::string("failure"); }};
    return QueryRunner(*accountant_, 2).Run(*query, snapshot, writer);
  }

  std::string spent_at_answer_;
};

TEST_F(PipelineTest, TheDebitStandsBeforeTheAnswerIsMade) {
  const auto outcome = Run(Ask("SELECT kind, COUNT(*) FROM visits GROUP BY kind"), Snapshot({}));
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->bytes, "answer of 3");
  EXPECT_EQ(spent_at_answer_, "1");
  EXPECT_FALSE(outcome->reused);
}

TEST_F(PipelineTest, PrepareSpendsNothing) {
  ASSERT_TRUE(Prepare(Ask("SELECT COUNT(*) FROM visits"), schema_, DataVersion(1)).ok());
  EXPECT_EQ(Spent(), "0");
}

TEST_F(PipelineTest, TheTargetIsReadBeforeTheText) {
  QueryRequest request = Ask("no SQL at all", "");
  EXPECT_EQ(ReasonOf(Prepare(request, schema_, DataVersion(1)).status()),
            Reason::kPrivacyParameter);
  request.accuracy = "10";
  EXPECT_EQ(ReasonOf(Prepare(request, schema_, DataVersion(1)).status()), Reason::kParse);
}

// Two requests that come to the same plan share its answer, whatever they aimed at.
TEST_F(PipelineTest, TheReleaseKeyIsThatOfThePlan) {
  const auto key = [&](const std::string& sql, const std::string& epsilon, const std::string& delta,
                       const std::string& accuracy = "") {
    QueryRequest request = Ask(sql, epsilon);
    request.delta = delta;
    request.accuracy = accuracy;
    const auto query = Prepare(request, schema_, DataVersion(1));
    EXPECT_TRUE(query.ok()) << query.status();
    return query->charge.release_key;
  };
  const std::string count = "SELECT COUNT(*) FROM visits";
  const std::string grouped = "SELECT y * y, COUNT(*) FROM visits GROUP BY y * y";
  EXPECT_EQ(key(count, "1", ""), key(count, "1", "1e-9")) << "Laplace noise spends no delta";
  const auto least = Prepare(
      [&] {
        QueryRequest request = Ask(count, "");
        request.accuracy = "10";
        return request;
      }(),
      schema_, DataVersion(1));
  ASSERT_TRUE(least.ok()) << least.status();
  const Epsilon found = TotalPrice(least->charge.losses).epsilon;
  EXPECT_EQ(key(count, "", "", "10"), key(count, found.ToDecimal(), ""));
  EXPECT_NE(key(grouped, "1", "1e-9"), key(grouped, "1", "1e-8"));
}

// Both parts of the price are debited, and groups of few units stay unseen.
TEST_F(PipelineTest, PrivateGroupsAreChosenAndPaidFor) {
  Rows rows;
  for (int64_t subject = 0; subject < 400; ++subject) {
    const int64_t y = subject < 398 ? subject % 2 : subject % 90;
    rows.push_back({subject, std::string("a"), int64_t{1}, y, 1.0, true});
  }
  QueryRequest request = Ask("SELECT y * y AS k, COUNT(DISTINCT subject) FROM visits GROUP BY k");
  request.delta = "1e-9";
  const absl::StatusOr<PreparedQuery> query = Prepare(request, schema_, DataVersion(1));
  ASSERT_TRUE(query.ok()) << query.status();
  std::vector<Value> keys;
  const OutcomeWriter writer{.answer =
                                 [&](const AnswerTable& table) {
                                   EXPECT_TRUE(table.selection.has_value());
                                   for (const auto& row : table.rows) keys.push_back(row[0].value);
                                   return std::string("answer");
                                 },
                             .failure = [] { return std::string("failure"); }};
  const auto outcome = QueryRunner(*accountant_, 2).Run(*query, Snapshot(rows), writer);
  ASSERT_TRUE(outcome.ok()) << outcome.status();
  EXPECT_EQ(outcome->bytes, "answer");
  EXPECT_EQ(keys, (std::vector<Value>{int64_t{0}, int64_t{1}}));
  EXPECT_EQ(outcome->dataset_charged.epsilon.ToDecimal(), "1");
  EXPECT_EQ(accountant_->DatasetBudget(schema_.id)->spent.delta.ToDecimal(), "0.000000001");
  // A table without rows has no groups, and nothing fails after the debit.
  request = Ask(request.sql);
  request.delta = "1e-9";
  request.fresh = true;
  const auto empty = Run(request, Snapshot({}));
  ASSERT_TRUE(empty.ok()) << empty.status();
  EXPECT_EQ(empty->bytes, "answer of 0");
}

TEST_F(PipelineTest, EpsilonMustBeNamedAndSensible) {
  for (const std::string epsilon : {"", "0", "-1", "nan", "inf", "1e-7", "x"}) {
    const auto query =
        Prepare(Ask("SELECT COUNT(*) FROM visits", epsilon), schema_, DataVersion(1));
    EXPECT_EQ(ReasonOf(query.status()), Reason::kPrivacyParameter) << epsilon;
  }
  EXPECT_TRUE(Prepare(Ask("SELECT COUNT(*) FROM visits", "1e-6"), schema_, DataVersion(1)).ok());
}

// What went wrong after the debit is stored like an answer: a retry gets the same bytes and pays
// nothing.
TEST_F(PipelineTest, AFailureAfterTheDebitIsStoredAndStaysPaid) {
  const QueryRequest request = Ask("SELECT COUNT(*) FROM visits");
  const DatasetSnapshot without_the_table{.version = DataVersion(1)};
  const auto failed = Run(request, without_the_table);
  ASSERT_TRUE(failed.ok());
  EXPECT_EQ(failed->bytes, "failure");
  EXPECT_EQ(Spent(), "1");
  const auto again = Run(request, Snapshot({}));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->bytes, "failure");
  EXPECT_EQ(Spent(), "1");
  // Another request does not inherit the failure.
  const auto other = Run(Ask("SELECT COUNT(*) FROM visits"), Snapshot({}));
  ASSERT_TRUE(other.ok());
  EXPECT_EQ(other->bytes, "answer of 1");
  EXPECT_EQ(Spent(), "2");
}

// Debited, then the process died before the outcome was stored: it runs once more, unpaid, and
// never twice.
TEST_F(PipelineTest, AnOrphanedDebitRunsOnceMore) {
  const QueryRequest request = Ask("SELECT COUNT(*) FROM visits");
  const auto query = Prepare(request, schema_, DataVersion(1));
  ASSERT_TRUE(query.ok());
  ASSERT_TRUE(accountant_->Spend(query->charge).ok());  // and then nothing: a crash
  Open();
  const auto past = accountant_->FindRequest(request.dataset, request.analyst, request.request,
                                             DigestRequest(request));
  ASSERT_TRUE(past.ok());
  EXPECT_EQ(past->state, PastRequest::State::kOrphaned);
  const auto rerun = Run(request, Snapshot({}));
  ASSERT_TRUE(rerun.ok()) << rerun.status();
  EXPECT_EQ(rerun->bytes, "answer of 1");
  EXPECT_EQ(Spent(), "1");
  EXPECT_EQ(Run(request, Snapshot({}))->bytes, "answer of 1");
}

TEST_F(PipelineTest, TheRequestDigestCoversAllThatIsAsked) {
  const QueryRequest request = Ask("SELECT COUNT(*) FROM visits WHERE y > $1");
  const Digest digest = DigestRequest(request);
  QueryRequest other = request;
  other.sql += " ";
  EXPECT_NE(DigestRequest(other), digest);
  other = request;
  other.epsilon = "1.0";
  EXPECT_NE(DigestRequest(other), digest);
  other = request;
  other.parameters = {Value(int64_t{3})};
  EXPECT_NE(DigestRequest(other), digest);
  other = request;
  other.delta = "1e-9";
  EXPECT_NE(DigestRequest(other), digest);
  // A text in another field is another request.
  for (std::string QueryRequest::*field : {&QueryRequest::rho, &QueryRequest::accuracy}) {
    other = request;
    other.epsilon = "";
    other.*field = request.epsilon;
    EXPECT_NE(DigestRequest(other), digest);
  }
  other = request;
  other.fresh = true;
  EXPECT_NE(DigestRequest(other), digest);
}

// The key of reuse forgets spelling and remembers meaning.
TEST_F(PipelineTest, EqualQuestionsShareAReleaseKey) {
  const auto key = [&](const std::string& sql, const std::string& epsilon = "1") {
    return Prepare(Ask(sql, epsilon), schema_, DataVersion(1))->charge.release_key;
  };
  const Digest plain = key("SELECT COUNT(*) FROM visits WHERE y > 3");
  EXPECT_EQ(key("select count(*)\n from visits where (y > 3) -- again"), plain);
  EXPECT_NE(key("SELECT COUNT(*) FROM visits WHERE y > 4"), plain);
  EXPECT_NE(key("SELECT COUNT(*) AS n FROM visits WHERE y > 3"), plain);
  EXPECT_NE(key("SELECT COUNT(*) FROM visits WHERE y > 3", "2"), plain);
  EXPECT_NE(key("SELECT COUNT(*) FROM visits WHERE y > 3 LIMIT 1"), plain);
}

}  // namespace
}  // namespace tacit
