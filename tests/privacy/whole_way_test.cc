// The whole way, ledger included: what the asker sees of status, debit and shape does not tell
// neighbours apart.
#include <gtest/gtest.h>

#include <filesystem>

#include "engine/pipeline.h"
#include "tests/privacy/neighbour_bench.h"
#include "tests/privacy/random_dates.h"
#include "tests/privacy/random_query.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

constexpr int kPairs = 300;

class WholeWayTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = FreshFolder();
    const LedgerPaths paths{root_ + "/ledger", root_ + "/anchor"};
    ASSERT_TRUE(Accountant::Init(paths).ok());
    accountant_ = *Accountant::Open(paths);
    LineageTerms terms{.dataset = DatasetId("visits"),
                       .filter = Filter::kApproximate,
                       .privacy_unit = "visits.subject"};
    terms.limit = Amount{Epsilon::FromPico(100'000'000'000'000'000),
                         Delta::FromAtto(999'000'000'000'000'000)};
    terms.analysts = {{AnalystId("*"), terms.limit, terms.limit.amount.epsilon}};
    ASSERT_TRUE(accountant_->AddPolicy(terms, "policy", "carol").ok());
    ASSERT_TRUE(accountant_->Publish(DatasetId("visits"), "carol").ok());
  }

  void TearDown() override {
    accountant_.reset();
    std::filesystem::remove_all(root_);
  }

  struct Seen {
    absl::StatusCode code = absl::StatusCode::kUnknown;
    QueryOutcome outcome;
    Charge charge;
    std::string certificate;
    AnswerTable table;
  };

  Seen Ask(const DatasetSchema& schema, const Rows& rows, QueryRequest request, uint64_t seed) {
    request.request = RequestId(std::to_string(++requests_));
    request.fresh = true;
    const absl::StatusOr<PreparedQuery> query = Prepare(request, schema, DataVersion(1));
    DatasetSnapshot snapshot{.version = DataVersion(1)};
    snapshot.tables["visits"] = BuildTable(schema, rows);
    QueryRunner runner(*accountant_, 2);
    TapeForTest::Play(runner, seed);
    Seen seen{.charge = query->charge, .certificate = query->certificate.ToText()};
    const OutcomeWriter writer{.answer =
                                   [&](const AnswerTable& table) {
                                     seen.table = table;
                                     return std::string("answer");
                                   },
                               .failure = [] { return std::string("failure"); }};
    absl::StatusOr<QueryOutcome> outcome = runner.Run(*query, snapshot, writer);
    seen.code = outcome.status().code();
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    if (outcome.ok()) seen.outcome = *std::move(outcome);
    return seen;
  }

  Amount Spent() const { return accountant_->DatasetBudget(DatasetId("visits"))->spent; }

  std::string root_;
  std::unique_ptr<Accountant> accountant_;
  int requests_ = 0;
};

TEST_F(WholeWayTest, StatusDebitCertificateAndShapeAgreeOnNeighbours) {
  TestRandom random(99);
  const DatasetSchema schema = DatedSchema({3, 2});
  int pairs = 0;
  while (pairs < kPairs) {
    const Rows rows = RandomRows(random, schema);
    RandomAsk ask = random.Chance(0.3) ? RandomDatedAsk(random) : RandomFullAsk(random);
    // All debits together must stay below a delta of one, at night too.
    if (ask.delta == "0.2") ask.delta = "1e-3";
    // HAVING reads released numbers, so how many rows it leaves may differ.
    ask.having.clear();
    if (rows.empty() || !Prepare(ask.Request(), schema, DataVersion(1)).ok()) continue;
    ++pairs;
    const std::vector<int64_t> subjects = SubjectsOf(rows);
    const int64_t gone = subjects[random.Below(subjects.size())];
    const Amount before = Spent();
    const Seen one = Ask(schema, rows, ask.Request(), 5);
    const Amount between = Spent();
    const Seen other = Ask(schema, WithSubjectEmptied(rows, gone), ask.Request(), 5);
    EXPECT_EQ(one.code, other.code);
    EXPECT_EQ(one.outcome.bytes, "answer");
    EXPECT_EQ(one.outcome.bytes, other.outcome.bytes);
    EXPECT_EQ(one.outcome.dataset_charged, other.outcome.dataset_charged);
    EXPECT_EQ(one.outcome.analyst_charged, other.outcome.analyst_charged);
    EXPECT_EQ(one.outcome.reused, other.outcome.reused);
    EXPECT_EQ(Remaining(between, before), Remaining(Spent(), between)) << ask.Sql();
    EXPECT_EQ(one.charge.losses, other.charge.losses);
    EXPECT_EQ(one.charge.certificate, other.charge.certificate);
    EXPECT_EQ(one.certificate, other.certificate);
    ASSERT_EQ(one.table.columns.size(), other.table.columns.size());
    ASSERT_EQ(one.table.statistics.size(), other.table.statistics.size());
    if (!ask.has_private_key) {
      ASSERT_EQ(one.table.rows.size(), other.table.rows.size());
    }
    for (size_t s = 0; s < one.table.statistics.size(); ++s) {
      EXPECT_EQ(one.table.statistics[s].noise.scale, other.table.statistics[s].noise.scale);
    }
  }
  std::printf("%d pairs\n", pairs);
}

}  // namespace
}  // namespace tacit
