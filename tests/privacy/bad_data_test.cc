// Data that no curator would publish: the answer is still defined, and never without noise.
#include <gtest/gtest.h>

#include <chrono>
#include <set>

#include "engine/storage/table_builder.h"
#include "tests/privacy/neighbour_bench.h"
#include "tests/privacy/random_query.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

absl::StatusOr<PreparedQuery> PrepareOn(const DatasetSchema& schema, const std::string& sql,
                                        const std::string& epsilon, const std::string& delta) {
  return Prepare({.dataset = DatasetId("visits"),
                  .analyst = AnalystId("alice"),
                  .sql = sql,
                  .epsilon = epsilon,
                  .delta = delta},
                 schema, DataVersion(1));
}

std::vector<Value> Visit(int64_t subject, int64_t code) {
  return {subject, std::string("a"), int64_t{1}, int64_t{100}, 5.0,
          true,    std::string("x"), code,       true};
}

const std::vector<std::string>& PrivateQuestions() {
  static const std::vector<std::string> questions = {
      "SELECT code, COUNT(DISTINCT subject), SUM(y) FROM visits WHERE alive GROUP BY code",
      "SELECT code, place, AVG(w), COUNT(DISTINCT town) FROM visits WHERE alive "
      "GROUP BY code, place"};
  return questions;
}

const std::vector<std::string>& PublicQuestions() {
  static const std::vector<std::string> questions = {
      "SELECT COUNT(*), SUM(y), AVG(w), VARIANCE(y), COUNT(DISTINCT code) FROM visits WHERE alive",
      "SELECT COUNT(DISTINCT subject), COUNT(DISTINCT town) FROM visits WHERE alive",
      "SELECT place, COUNT(w), STDDEV_POP(w) FROM visits WHERE alive GROUP BY place",
      "SELECT flag, MEDIAN(y) FROM visits WHERE alive GROUP BY flag"};
  return questions;
}

// A million people, each alone with a key. Each key is shown with probability at most delta = 1e-9:
// any with at most 1e-3, which fixed seeds decide once and for all, and three with at most 1e-9.
TEST(BadDataTest, AMillionLonelyKeysStayUnseen) {
  constexpr int64_t kPeople = 1'000'000;
  const DatasetSchema schema = TownsSchema({2, 2});
  TableBuilder builder(schema.tables[0]);
  for (int64_t person = 0; person < kPeople; ++person) {
    ASSERT_TRUE(builder.AddRow(Visit(person, person * 7919 % 1'000'003)).ok());
  }
  const TablePtr table = *builder.Build();
  NeighbourBench bench;
  const auto begin = std::chrono::steady_clock::now();
  for (const std::string& sql : PrivateQuestions()) {
    const auto query = PrepareOn(schema, sql, "1", "1e-9");
    ASSERT_TRUE(query.ok()) << query.status();
    const std::unique_ptr<Groups> groups = GroupsOf(query->plan.measure, *table);
    EXPECT_EQ(groups->size(), static_cast<size_t>(kPeople));
    RandomBits random = TapeForTest::Open(8);
    EXPECT_LE(bench.Draw(*query, *table, *groups, random).group_count(),
              SampleFactor() == 1 ? 0 : 2);
  }
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  std::printf("%.1f s for two questions over %d keys\n", taken.count(), static_cast<int>(kPeople));
  // Sanitised builds are slow; what is excluded is work that grows with the square of the keys.
  EXPECT_LT(taken.count(), 200);
}

// One unit with very many rows, each in a private group of its own, or all in one.
TEST(BadDataTest, AUnitOfAHundredThousandRowsIsOneUnit) {
  constexpr int64_t kRows = 100'000;
  const DatasetSchema schema = TownsSchema({2, 3});
  NeighbourBench bench;
  for (const bool own_groups : {true, false}) {
    Rows rows;
    for (int64_t row = 0; row < kRows; ++row) rows.push_back(Visit(1, own_groups ? row : 5));
    rows.push_back(Visit(2, 5));
    const TablePtr whole = BuildTable(schema, rows);
    const TablePtr emptied = BuildTable(schema, WithSubjectEmptied(rows, 1));
    std::vector<std::string> questions = PublicQuestions();
    questions.insert(questions.end(), PrivateQuestions().begin(), PrivateQuestions().end());
    for (const std::string& sql : questions) {
      const auto query = PrepareOn(schema, sql, "1", "1e-9");
      ASSERT_TRUE(query.ok()) << query.status();
      const Replay one = bench.Run(*query, *whole, 2, 3);
      const Replay other = bench.Run(*query, *emptied, 1, 3);
      ASSERT_EQ(ViolationOf(*query, one, other), "") << sql;
      // Two people are far below any threshold at this delta.
      if (query->certificate.selection().has_value()) {
        EXPECT_TRUE(one.shown.empty()) << sql;
      }
    }
  }
}

// The last unit is closed after its rows were read: the texts it is bounded by must still be there.
TEST(BadDataTest, TheLastUnitMayHaveTooManyTexts) {
  const DatasetSchema schema = TownsSchema({1, 2});
  Rows rows;
  for (int64_t visit = 0; visit < 50; ++visit) {
    rows.push_back(Visit(1, visit));
    std::get<std::string>(rows.back()[6]) = "town " + std::to_string(visit);
  }
  const auto query =
      PrepareOn(schema, "SELECT COUNT(DISTINCT town) FROM visits WHERE alive", "1", "");
  ASSERT_TRUE(query.ok()) << query.status();
  const Replay replay = MeasureOn(*query, *BuildTable(schema, rows), 1, 3);
  ASSERT_EQ(replay.sums.size(), 1U);
  EXPECT_EQ(replay.sums[0], 2);
}

TEST(BadDataTest, NoRowsAndOneRowAnswerWithNoiseInTheSameShape) {
  const DatasetSchema schema = TownsSchema({2, 2});
  const TablePtr nobody = BuildTable(schema, {});
  const TablePtr somebody = BuildTable(schema, {Visit(1, 5)});
  const TablePtr emptied = BuildTable(schema, WithSubjectEmptied({Visit(1, 5)}, 1));
  NeighbourBench bench;
  for (const std::string& sql : PublicQuestions()) {
    const auto query = PrepareOn(schema, sql, "1", "1e-9");
    ASSERT_TRUE(query.ok()) << query.status();
    const size_t statistics = query->certificate.statistics().size();
    std::vector<std::set<double>> empty_numbers(statistics);
    std::vector<std::set<double>> lone_numbers(statistics);
    for (uint64_t seed = 0; seed < 40; ++seed) {
      const Replay none = bench.Run(*query, *nobody, 2, seed);
      const Replay one = bench.Run(*query, *somebody, 2, seed);
      ASSERT_EQ(ViolationOf(*query, none, one), "") << sql;
      ASSERT_EQ(ViolationOf(*query, one, bench.Run(*query, *emptied, 2, seed)), "") << sql;
      for (size_t s = 0; s < statistics; ++s) {
        empty_numbers[s].insert(none.released[0][s]);
        lone_numbers[s].insert(one.released[0][s]);
      }
    }
    // At epsilon 1 no number has a probability above a half: 40 equal ones have 2^-39.
    for (size_t s = 0; s < statistics; ++s) {
      EXPECT_GT(empty_numbers[s].size(), 1U) << sql;
      EXPECT_GT(lone_numbers[s].size(), 1U) << sql;
    }
  }
  for (const std::string& sql : PrivateQuestions()) {
    const auto query = PrepareOn(schema, sql, "5", "0.2");
    ASSERT_TRUE(query.ok()) << query.status();
    for (uint64_t seed = 0; seed < 40; ++seed) {
      EXPECT_TRUE(bench.Run(*query, *nobody, 2, seed).shown.empty()) << sql;
      const Replay gone = bench.Run(*query, *emptied, 2, seed);
      EXPECT_TRUE(gone.shown.empty()) << sql;
      ASSERT_EQ(ViolationOf(*query, bench.Run(*query, *somebody, 2, seed), gone), "") << sql;
    }
  }
}

}  // namespace
}  // namespace tacit
