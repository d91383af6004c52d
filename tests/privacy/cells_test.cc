// Disjoint cells: what is charged for some of the people alone depends on nobody else.
#include <gtest/gtest.h>

#include "accountant/refusal.h"
#include "engine/plan/nodes/partition.h"
#include "engine/storage/cells_kept.h"
#include "engine/storage/table_builder.h"
#include "tests/privacy/neighbour_bench.h"
#include "tests/privacy/random_query.h"

namespace tacit {
namespace {

DatasetSchema PeopleSchema(bool partitioned) {
  DatasetSchema schema{.id = DatasetId("people"), .policy_version = PolicyVersion(1)};
  TableSchema table;
  table.name = "people";
  table.columns = {{.name = "id", .type = ValueType::kInt64},
                   {.name = "sex",
                    .type = ValueType::kText,
                    .public_values = {std::string("Male"), std::string("Female")}},
                   {.name = "ward",
                    .type = ValueType::kInt64,
                    .public_values = {int64_t{3}, int64_t{1}, int64_t{2}}},
                   {.name = "age", .type = ValueType::kInt64, .bounds = ValueBounds{0, 120}},
                   {.name = "job", .type = ValueType::kText}};
  table.unit_column = 0;
  table.limits = {2, 2};
  if (partitioned) table.partition_columns = {2, 1};
  schema.tables.push_back(table);
  return schema;
}

// Cells: Female 0 to 2, Male 3 to 5; wards ascending.
Rows People() {
  Rows rows;
  for (int64_t id = 0; id < 60; ++id) {
    for (int64_t visit = 0; visit <= id % 4; ++visit) {
      rows.push_back({id, std::string(id % 2 == 0 ? "Female" : "Male"), id % 3 + 1,
                      (id * 7 + visit) % 120, "job" + std::to_string((id + visit) % 9)});
    }
  }
  return rows;
}

absl::StatusOr<PreparedQuery> PrepareOn(const DatasetSchema& schema, const std::string& sql,
                                        const std::string& epsilon, const std::string& delta = "") {
  return Prepare({.dataset = schema.id,
                  .analyst = AnalystId("ana"),
                  .request = RequestId(sql),
                  .sql = sql,
                  .epsilon = epsilon,
                  .delta = delta},
                 schema, DataVersion(1));
}

std::vector<int64_t> CellsOfWhere(const std::string& where) {
  const DatasetSchema schema = PeopleSchema(true);
  const auto query = PrepareOn(schema, "SELECT COUNT(*) FROM people WHERE " + where, "1");
  EXPECT_TRUE(query.ok()) << where << query.status();
  EXPECT_EQ(query->certificate.cells(), query->charge.cells) << where;
  return query->charge.cells;
}

using Cells = std::vector<int64_t>;

TEST(CellsTest, AWhereNamesItsCells) {
  EXPECT_EQ(CellsOfWhere("sex = 'Male'"), (Cells{3, 4, 5}));
  EXPECT_EQ(CellsOfWhere("'Female' = sex AND age > 20"), (Cells{0, 1, 2}));
  EXPECT_EQ(CellsOfWhere("ward IN (1, 3) AND sex <> 'Male'"), (Cells{0, 2}));
  EXPECT_EQ(CellsOfWhere("sex = 'Male' AND ward = 2 OR sex = 'Female' AND ward = 1"),
            (Cells{0, 4}));
  EXPECT_EQ(CellsOfWhere("NOT (sex = 'Male' OR ward > 1)"), (Cells{0}));
  EXPECT_EQ(CellsOfWhere("2 <= ward AND ward BETWEEN 0 AND 2"), (Cells{1, 4}));
}

TEST(CellsTest, EverythingElseIsChargedToAll) {
  for (const char* where :
       {"age > 20", "sex = 'Male' OR age > 20", "NOT (sex = 'Male' AND age > 20)", "sex > 'A'",
        "ward + 0 = 1", "sex = job", "sex = 'male'", "sex = 'Male' AND ward = 7",
        "sex = 'Male' AND sex = 'Female'", "sex = 'Male' OR sex = 'Female'", "sex IS NOT NULL"}) {
    EXPECT_TRUE(CellsOfWhere(where).empty()) << where;
  }
}

// The example that disjoint cells are for: 1.2 becomes 1.0.
TEST(CellsTest, QuestionsAboutDisjointPeopleCostTheMostOfThem) {
  for (const bool partitioned : {false, true}) {
    const DatasetSchema schema = PeopleSchema(partitioned);
    const std::string root = FreshFolder();
    const LedgerPaths paths{root + "/ledger", root + "/anchor"};
    ASSERT_TRUE(Accountant::Init(paths).ok());
    const auto accountant = Accountant::Open(paths);
    ASSERT_TRUE(accountant.ok()) << accountant.status();
    LineageTerms terms{.dataset = schema.id, .privacy_unit = "people.id"};
    terms.limit.amount.epsilon = *Epsilon::Parse(partitioned ? "1" : "1.2", Rounding::kLimit);
    terms.analysts = {{AnalystId("*"), terms.limit, terms.limit.amount.epsilon}};
    terms.partition = {PartitionText(schema.tables[0]), CellCount(schema.tables[0])};
    ASSERT_TRUE((*accountant)->AddPolicy(terms, "policy", "carol").ok());
    ASSERT_TRUE((*accountant)->Publish(schema.id, "carol").ok());
    DatasetSnapshot snapshot{.version = DataVersion(1)};
    snapshot.tables["people"] = BuildTable(schema, People());
    const auto ask = [&](const std::string& where, const std::string& epsilon) {
      const auto query = PrepareOn(schema, "SELECT COUNT(*) FROM people" + where, epsilon);
      if (!query.ok()) return query.status();
      const OutcomeWriter writer{.answer = [](const AnswerTable&) { return std::string("ok"); },
                                 .failure = [] { return std::string("failure"); }};
      return QueryRunner(**accountant, 2).Run(*query, snapshot, writer).status();
    };
    EXPECT_TRUE(ask("", "0.5").ok());
    EXPECT_TRUE(ask(" WHERE sex = 'Male'", "0.2").ok());
    EXPECT_TRUE(ask(" WHERE sex = 'Female'", "0.25").ok());
    EXPECT_TRUE(ask(" WHERE age > 20", "0.25").ok());
    EXPECT_EQ((*accountant)->DatasetBudget(schema.id)->spent.epsilon.ToDecimal(),
              partitioned ? "1" : "1.2");
    // Men have 0.05 left where they are counted apart, women nothing.
    EXPECT_EQ(ask(" WHERE 'Male' = sex", "0.05").ok(), partitioned);
    EXPECT_EQ(ReasonOf(ask(" WHERE sex = 'Female' AND age > 3", "0.05")), Reason::kBudgetExhausted);
    EXPECT_EQ(ReasonOf(ask(" WHERE age > 21", "0.001")), Reason::kBudgetExhausted);
  }
}

// The filter is not believed: a plan that lost it still measures the named cells alone.
TEST(CellsTest, TheCoreLeavesOtherCellsOut) {
  const DatasetSchema schema = PeopleSchema(true);
  const TablePtr table = BuildTable(schema, People());
  for (const char* select :
       {"COUNT(*)", "SUM(age)", "COUNT(DISTINCT job)", "MEDIAN(age)", "MIN(age)"}) {
    const std::string sql =
        std::string("SELECT ") + select + " FROM people WHERE sex = 'Male' AND ward IN (1, 2)";
    auto query = PrepareOn(schema, sql, "1");
    ASSERT_TRUE(query.ok()) << query.status();
    const Replay filtered = MeasureOn(*query, *table, 2, 7);
    const auto filter =
        std::get<std::shared_ptr<const FilterNode>>(PlanNode(query->plan.measure.input));
    query->plan.measure.input = filter->input;
    EXPECT_EQ(MeasureOn(*query, *table, 2, 7).sums, filtered.sums) << select;
  }
}

// Who is in no named cell may come or go: not one number before noise, nor the price, moves.
TEST(CellsTest, NobodyOutsideTheCellsMovesAnything) {
  const DatasetSchema schema = PeopleSchema(true);
  const Rows rows = People();
  const TablePtr whole = BuildTable(schema, rows);
  for (const char* sql : {"SELECT COUNT(*), SUM(age), MEDIAN(age) FROM people WHERE ward = 2",
                          "SELECT sex, COUNT(DISTINCT job) FROM people WHERE ward = 2 GROUP BY sex",
                          "SELECT job, COUNT(*) FROM people WHERE ward = 2 GROUP BY job"}) {
    const auto query = PrepareOn(schema, sql, "1", "1e-6");
    ASSERT_TRUE(query.ok()) << query.status();
    ASSERT_EQ(query->charge.cells, (Cells{1, 4}));
    const auto measure = [&](const Table& table) {
      return SumsByKey(MeasureOn(*query, table, 2, 11));
    };
    const auto expected = measure(*whole);
    int moved = 0;
    for (int64_t id = 0; id < 60; ++id) {
      const bool equal = measure(*BuildTable(schema, WithoutSubject(rows, id))) == expected;
      if (id % 3 + 1 == 2) {
        moved += equal ? 0 : 1;  // not all: another may have the same job
      } else {
        EXPECT_TRUE(equal) << sql << " without " << id;
      }
    }
    EXPECT_GT(moved, 0) << sql;
  }
}

TEST(CellsTest, AUnitKeepsItsCellFromOneVersionToTheNext) {
  const DatasetSchema schema = PeopleSchema(true);
  Rows rows = People();
  const TablePtr before = BuildTable(schema, rows);
  const TablePtr fewer = BuildTable(schema, WithoutSubject(rows, 30));
  EXPECT_TRUE(CheckCellsKept(*before, *before).ok());
  EXPECT_TRUE(CheckCellsKept(*before, *fewer).ok());
  EXPECT_TRUE(CheckCellsKept(*fewer, *before).ok());
  for (std::vector<Value>& row : rows) {
    if (row[0] == Value(int64_t{41})) row[1] = std::string("Female");
  }
  const TablePtr moved = BuildTable(schema, rows);
  EXPECT_EQ(ReasonOf(CheckCellsKept(*before, *moved)), Reason::kSourceInvalid);
  EXPECT_EQ(ReasonOf(CheckCellsKept(*fewer, *moved)), Reason::kSourceInvalid);
  EXPECT_TRUE(CheckCellsKept(*BuildTable(schema, {}), *moved).ok());
}

TEST(CellsTest, APublishedUnitHasOneListedCell) {
  const TableSchema table = PeopleSchema(true).tables[0];
  TableBuilder mixed(table);
  const std::vector<Value> woman = {int64_t{1}, std::string("Female"), int64_t{1}, int64_t{30},
                                    std::string("a")};
  std::vector<Value> man = woman;
  man[1] = std::string("Male");
  ASSERT_TRUE(mixed.AddRow(woman).ok());
  ASSERT_TRUE(mixed.AddRow(man).ok());
  EXPECT_EQ(ReasonOf(mixed.Build().status()), Reason::kSourceInvalid);
  std::vector<Value> other = woman;
  other[1] = std::string("Other");
  TableBuilder unlisted(table);
  EXPECT_EQ(ReasonOf(unlisted.AddRow(other)), Reason::kSourceInvalid);
  TableSchema dropping = table;
  dropping.drop_invalid_rows = true;
  TableBuilder dropped(dropping);
  ASSERT_TRUE(dropped.AddRow(other).ok());
  ASSERT_TRUE(dropped.AddRow(woman).ok());
  EXPECT_EQ(dropped.dropped_rows(), 1);
  EXPECT_TRUE(dropped.Build().ok());
}

}  // namespace
}  // namespace tacit
