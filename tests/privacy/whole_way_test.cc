// The whole way, ledger included: what the asker sees of status, debit and shape does not tell
// neighbours apart.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "engine/pipeline.h"
#include "engine/plan/nodes/partition.h"
#include "tests/privacy/neighbour_bench.h"
#include "tests/privacy/random_dates.h"
#include "tests/privacy/random_query.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

constexpr int kPairs = 300;
constexpr int kPairsOfCells = 200;

class WholeWayTest : public testing::Test {
 protected:
  void Open(const DatasetSchema& schema) {
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
    terms.partition = {PartitionText(schema.tables[0]), CellCount(schema.tables[0])};
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

  // Asks both, and finds what tells them apart.
  Seen AskBoth(const DatasetSchema& schema, const Rows& rows, const Rows& rest,
               const RandomAsk& ask) {
    const Amount before = Spent();
    const Seen one = Ask(schema, rows, ask.Request(), 5);
    const Amount between = Spent();
    const Seen other = Ask(schema, rest, ask.Request(), 5);
    EXPECT_EQ(one.code, other.code);
    EXPECT_EQ(one.outcome.bytes, "answer");
    EXPECT_EQ(one.outcome.bytes, other.outcome.bytes);
    EXPECT_EQ(one.outcome.dataset_charged, other.outcome.dataset_charged);
    EXPECT_EQ(one.outcome.analyst_charged, other.outcome.analyst_charged);
    EXPECT_EQ(one.outcome.reused, other.outcome.reused);
    if (schema.tables[0].partition_columns.empty()) {  // else they see the most that a cell bears
      EXPECT_EQ(Remaining(between, before), Remaining(Spent(), between)) << ask.Sql();
    }
    EXPECT_EQ(one.charge.losses, other.charge.losses);
    EXPECT_EQ(one.charge.cells, other.charge.cells);
    EXPECT_EQ(one.charge.certificate, other.charge.certificate);
    EXPECT_EQ(one.certificate, other.certificate);
    EXPECT_EQ(one.table.columns.size(), other.table.columns.size());
    EXPECT_EQ(one.table.statistics.size(), other.table.statistics.size());
    if (!ask.has_private_key) {
      EXPECT_EQ(one.table.rows.size(), other.table.rows.size());
    }
    for (size_t s = 0; s < one.table.statistics.size(); ++s) {
      EXPECT_EQ(one.table.statistics[s].noise.scale, other.table.statistics[s].noise.scale);
    }
    return one;
  }

  Amount Spent() const { return accountant_->DatasetBudget(DatasetId("visits"))->spent; }

  std::string root_;
  std::unique_ptr<Accountant> accountant_;
  int requests_ = 0;
};

// An ask whose price and shape can be compared: all debits together must stay below a delta of one,
// at night too, and HAVING reads released numbers, so how many rows it leaves may differ.
RandomAsk Comparable(RandomAsk ask) {
  if (ask.delta == "0.2") ask.delta = "1e-3";
  ask.having.clear();
  return ask;
}

TEST_F(WholeWayTest, StatusDebitCertificateAndShapeAgreeOnNeighbours) {
  TestRandom random(99);
  const DatasetSchema schema = DatedSchema({3, 2});
  Open(schema);
  int pairs = 0;
  while (pairs < kPairs) {
    const Rows rows = RandomRows(random, schema);
    const RandomAsk ask =
        Comparable(random.Chance(0.3) ? RandomDatedAsk(random) : RandomFullAsk(random));
    if (rows.empty() || !Prepare(ask.Request(), schema, DataVersion(1)).ok()) continue;
    ++pairs;
    const std::vector<int64_t> subjects = SubjectsOf(rows);
    const int64_t gone = subjects[random.Below(subjects.size())];
    AskBoth(schema, rows, WithSubjectEmptied(rows, gone), ask);
  }
  std::printf("%d pairs\n", pairs);
}

// By subject, the cell he is in, as partition.h numbers them.
std::map<int64_t, int64_t> CellsOfSubjects(const DatasetSchema& schema, const Rows& rows) {
  std::map<int64_t, int64_t> cells;
  for (const std::vector<Value>& row : rows) {
    int64_t cell = 0;
    for (const PartitionKey& key : PartitionOf(schema.tables[0])) {
      const auto at =
          std::find(key.values.begin(), key.values.end(), row[static_cast<size_t>(key.column)]);
      cell += key.stride * (at - key.values.begin());
    }
    cells.emplace(std::get<int64_t>(row[0]), cell);
  }
  return cells;
}

// What each cell has borne, added up by other code than the ledger's.
class CellModel {
 public:
  explicit CellModel(int64_t cells) : spent_(static_cast<size_t>(cells)) {}

  void Add(const Charge& charge) {
    for (size_t cell = 0; cell < spent_.size(); ++cell) {
      const bool is_charged =
          charge.cells.empty() ||
          std::binary_search(charge.cells.begin(), charge.cells.end(), static_cast<int64_t>(cell));
      if (is_charged) spent_[cell] = AddSaturating(spent_[cell], TotalPrice(charge.losses));
    }
  }

  Amount Most() const {
    Amount most;
    for (const Amount& cell : spent_) {
      most.epsilon = std::max(most.epsilon, cell.epsilon);
      most.delta = std::max(most.delta, cell.delta);
    }
    return most;
  }

 private:
  std::vector<Amount> spent_;
};

// Takes the WHERE out of the plan: what is left out of its sums now, the core leaves out.
void DropFilter(PreparedQuery& query) {
  const PlanNode where = query.plan.measure.input;
  query.plan.measure.input = std::get<std::shared_ptr<const FilterNode>>(where)->input;
}

// With cells charged: the same on neighbours; a unit of no charged cell moves nothing at all; and
// nobody outside them counts, whatever the rows say and whatever became of the filter.
TEST_F(WholeWayTest, NobodyIsMeasuredWhoseCellIsNotCharged) {
  TestRandom random(1999);
  const DatasetSchema schema = PartitionedSchema({3, 2});
  Open(schema);
  NeighbourBench bench;
  CellModel model(CellCount(schema.tables[0]));
  int pairs = 0;
  int of_cells = 0;
  int outside = 0;
  int differing = 0;
  while (pairs < kPairsOfCells) {
    const Rows rows = RandomRows(random, schema);
    const RandomAsk ask = Comparable(RandomAskOfCells(random));
    auto query = Prepare(ask.Request(), schema, DataVersion(1));
    if (rows.empty() || !query.ok()) continue;
    ++pairs;
    const std::vector<int64_t> subjects = SubjectsOf(rows);
    const int64_t gone = subjects[random.Below(subjects.size())];
    const Rows rest = WithSubjectEmptied(rows, gone);
    const Charge charge = AskBoth(schema, rows, rest, ask).charge;
    model.Add(charge);
    model.Add(charge);
    EXPECT_EQ(Spent(), model.Most()) << ask.Sql();

    const TablePtr whole = BuildTable(schema, rows);
    const Replay one = bench.Run(*query, *whole, 1, 7);
    const Replay other = bench.Run(*query, *BuildTable(schema, rest), 2, 7);
    ASSERT_EQ(ViolationOf(*query, one, other), "") << ask.Sql() << " without " << gone;
    differing += one.sums != other.sums ? 1 : 0;
    if (charge.cells.empty()) continue;
    ++of_cells;
    Rows inside = rows;
    for (const auto& [subject, cell] : CellsOfSubjects(schema, rows)) {
      if (std::binary_search(charge.cells.begin(), charge.cells.end(), cell)) continue;
      inside = WithoutSubject(inside, subject);
      if (subject != gone) continue;
      ++outside;
      EXPECT_EQ(one.sums, other.sums) << ask.Sql();
      EXPECT_EQ(one.released, other.released) << ask.Sql();
    }
    DropFilter(*query);
    EXPECT_EQ(SumsByKey(MeasureOn(*query, *whole, 1, 7)),
              SumsByKey(MeasureOn(*query, *BuildTable(schema, inside), 2, 7)))
        << ask.Sql();
  }
  EXPECT_GT(of_cells, pairs / 3);
  EXPECT_GT(outside, pairs / 10);
  EXPECT_GT(differing, pairs / 10);
  std::printf("%d pairs: %d of cells, %d without someone outside them, %d differ\n", pairs,
              of_cells, outside, differing);
}

}  // namespace
}  // namespace tacit
