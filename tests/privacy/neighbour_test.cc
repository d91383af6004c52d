// Replays a query on two databases that differ in one unit, with a frozen tape.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "accountant/refusal.h"
#include "engine/measure_rows.h"
#include "engine/pipeline.h"
#include "tests/privacy/random_query.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

constexpr int kPairsWanted = 2500;  // times ten at night

QueryRequest Request(const std::string& sql) {
  return {.dataset = DatasetId("visits"),
          .analyst = AnalystId("alice"),
          .request = RequestId("r"),
          .sql = sql,
          .epsilon = "1"};
}

std::vector<__int128> SumsOn(const PreparedQuery& query, const Table& table, int threads,
                             uint64_t seed) {
  RandomBits random = TapeForTest::Open(seed);
  const Sealed<PartialSums> sums =
      MeasureRows(query.plan.measure, table, query.certificate, threads, random);
  return SealBreakerForTest::Sums(sums);
}

// The L1 change of each statistic over all groups, checked against the certificate.
void ExpectWithinCertificate(const PreparedQuery& query, const std::vector<__int128>& a,
                             const std::vector<__int128>& b, const std::string& sql) {
  const std::vector<CertifiedSum>& sums = query.certificate.sums();
  ASSERT_EQ(a.size(), b.size());
  for (size_t s = 0; s < sums.size(); ++s) {
    __int128 moved = 0;
    for (size_t at = s; at < a.size(); at += sums.size()) {
      const __int128 difference = a[at] - b[at];
      moved += difference < 0 ? -difference : difference;
    }
    ASSERT_LE(moved, sums[s].l1_sensitivity) << sums[s].name << " in " << sql;
  }
}

// The unit with most rows, the first, the last, and a random one.
std::vector<int64_t> NeighboursOf(TestRandom& random, const Rows& rows) {
  const std::vector<int64_t> subjects = SubjectsOf(rows);
  if (subjects.empty()) return {};
  int64_t whale = subjects[0];
  size_t most = 0;
  for (const int64_t subject : subjects) {
    const size_t count = rows.size() - WithoutSubject(rows, subject).size();
    if (count > most) {
      most = count;
      whale = subject;
    }
  }
  return {whale, subjects.front(), subjects.back(), subjects[random.Below(subjects.size())]};
}

TEST(NeighbourTest, PreNoiseSumsStayWithinTheCertificate) {
  TestRandom random(20260101);
  int pairs = 0;
  int refused = 0;
  while (pairs < kPairsWanted * SampleFactor()) {
    const DatasetSchema schema = VisitsSchema({random.Between(1, 5), random.Between(1, 4)});
    const Rows rows = RandomRows(random);
    const TablePtr table = BuildTable(schema, rows);
    for (int queries = 0; queries < 4; ++queries) {
      const std::string sql = RandomQuery(random);
      const absl::StatusOr<PreparedQuery> query = Prepare(Request(sql), schema, DataVersion(1));
      if (!query.ok()) {
        // Refusals come from the text and the schema alone; contradictory WHEREs leave no bounds.
        ++refused;
        ASSERT_EQ(ReasonOf(query.status()), Reason::kMissingBounds) << sql << " " << query.status();
        continue;
      }
      const uint64_t seed = random.Below(~uint64_t{0});
      const std::vector<__int128> whole = SumsOn(*query, *table, 1, seed);
      ASSERT_EQ(SumsOn(*query, *table, 3, seed), whole) << "threads moved a sum: " << sql;
      for (const int64_t gone : NeighboursOf(random, rows)) {
        const TablePtr neighbour = BuildTable(schema, WithoutSubject(rows, gone));
        ExpectWithinCertificate(*query, whole, SumsOn(*query, *neighbour, 2, seed), sql);
        if (HasFatalFailure()) return;
        ++pairs;
      }
    }
  }
  EXPECT_LT(refused, pairs / 4);
}

TEST(NeighbourTest, RowOrderInTheSourceMovesNothing) {
  TestRandom random(7);
  const DatasetSchema schema = VisitsSchema({2, 1});
  for (int trial = 0; trial < 100; ++trial) {
    Rows rows = RandomRows(random);
    const std::string sql = RandomQuery(random);
    const absl::StatusOr<PreparedQuery> query = Prepare(Request(sql), schema, DataVersion(1));
    if (!query.ok()) continue;
    const auto before = SumsOn(*query, *BuildTable(schema, rows), 1, 5);
    for (size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[random.Below(i)]);
    ASSERT_EQ(SumsOn(*query, *BuildTable(schema, rows), 2, 5), before) << sql;
  }
}

// The whole way with a frozen tape: status, debit, shape and statistics agree on both databases.
class WholeWayTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string root = testing::TempDir() + "/neighbour_whole_way";
    std::filesystem::remove_all(root);
    std::filesystem::create_directories(root);
    const LedgerPaths paths{root + "/ledger", root + "/anchor"};
    ASSERT_TRUE(Accountant::Init(paths).ok());
    accountant_ = *Accountant::Open(paths);
    LineageTerms terms{.dataset = DatasetId("visits"), .privacy_unit = "visits.subject"};
    terms.limit.epsilon = Epsilon::FromPico(100'000'000'000'000'000);
    terms.analysts = {{AnalystId("*"), terms.limit, terms.limit.epsilon}};
    ASSERT_TRUE(accountant_->AddPolicy(terms, "policy", "carol").ok());
    ASSERT_TRUE(accountant_->Publish(DatasetId("visits"), "carol").ok());
  }

  struct Seen {
    QueryOutcome outcome;
    AnswerTable table;
  };

  Seen Ask(const DatasetSchema& schema, const Rows& rows, const std::string& sql, uint64_t seed) {
    QueryRequest request = Request(sql);
    request.request = RequestId(std::to_string(++requests_));
    request.fresh = true;
    const absl::StatusOr<PreparedQuery> query = Prepare(request, schema, DataVersion(1));
    DatasetSnapshot snapshot{.version = DataVersion(1)};
    snapshot.tables["visits"] = BuildTable(schema, rows);
    QueryRunner runner(*accountant_, 2);
    TapeForTest::Play(runner, seed);
    Seen seen;
    OutcomeWriter writer{.answer =
                             [&](const AnswerTable& table) {
                               seen.table = table;
                               return std::string("answer");
                             },
                         .failure = [] { return std::string("failure"); }};
    absl::StatusOr<QueryOutcome> outcome = runner.Run(*query, snapshot, writer);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    if (outcome.ok()) seen.outcome = *std::move(outcome);
    return seen;
  }

  std::unique_ptr<Accountant> accountant_;
  int requests_ = 0;
};

TEST_F(WholeWayTest, StatusDebitShapeAndScalesAgreeOnNeighbours) {
  TestRandom random(99);
  const DatasetSchema schema = VisitsSchema({3, 2});
  int asked = 0;
  while (asked < 60) {
    const Rows rows = RandomRows(random);
    std::string sql = RandomQuery(random);
    // HAVING reads released numbers, so the number of rows it leaves may differ; all else may not.
    if (sql.find("HAVING") != std::string::npos) continue;
    if (rows.empty() || !Prepare(Request(sql), schema, DataVersion(1)).ok()) continue;
    ++asked;
    const Rows rest = WithoutSubject(rows, SubjectsOf(rows)[0]);
    const Seen one = Ask(schema, rows, sql, 5);
    const Seen other = Ask(schema, rest, sql, 5);
    EXPECT_EQ(one.outcome.bytes, "answer");
    EXPECT_EQ(one.outcome.bytes, other.outcome.bytes);
    EXPECT_EQ(one.outcome.dataset_charged, other.outcome.dataset_charged);
    ASSERT_EQ(one.table.rows.size(), other.table.rows.size()) << sql;
    ASSERT_EQ(one.table.statistics.size(), other.table.statistics.size());
    for (size_t s = 0; s < one.table.statistics.size(); ++s) {
      EXPECT_EQ(one.table.statistics[s].noise.scale, other.table.statistics[s].noise.scale);
    }
    for (const PresentedRow& row : one.table.rows) {
      for (size_t c = 0; c < row.size(); ++c) {
        if (!one.table.columns[c].statistics.empty()) {
          EXPECT_FALSE(IsNull(row[c].value)) << sql;
          EXPECT_LE(row[c].low, row[c].high);
        }
      }
    }
  }
}

// What Run draws does not depend on the data: after it the tape stands at the same word.
TEST_F(WholeWayTest, TheNumberOfDrawsDoesNotDependOnTheData) {
  TestRandom random(3);
  const DatasetSchema schema = VisitsSchema({2, 2});
  const absl::StatusOr<PreparedQuery> query = Prepare(
      Request("SELECT place, COUNT(*), AVG(w) FROM visits GROUP BY place"), schema, DataVersion(1));
  ASSERT_TRUE(query.ok()) << query.status();
  std::vector<uint64_t> words_after;
  for (const Rows& rows : {Rows(), RandomRows(random), RandomRows(random)}) {
    RandomBits tape = TapeForTest::Open(8);
    const auto sums =
        MeasureRows(query->plan.measure, *BuildTable(schema, rows), query->certificate, 2, tape);
    words_after.push_back(tape.Next());
  }
  EXPECT_EQ(words_after[0], words_after[1]);
  EXPECT_EQ(words_after[0], words_after[2]);
}

}  // namespace
}  // namespace tacit
