// Neighbours made to break a bound: each is a database with one unit at the edge of what is
// allowed.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "accountant/refusal.h"
#include "tests/privacy/neighbour_bench.h"
#include "tests/privacy/random_query.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();
constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
constexpr int64_t kVictim = 1000;  // whose rows come and go

// A row of TownsSchema.
std::vector<Value> Visit(int64_t subject, const char* place, int64_t kind, int64_t y, Value w,
                         const std::string& town, int64_t code) {
  return {subject, std::string(place), kind, y, std::move(w), y % 2 == 0, town, code, true};
}

// Forty people with a row in each of two towns: groups that may be shown.
Rows Crowd() {
  Rows rows;
  for (int64_t subject = 1; subject <= 40; ++subject) {
    rows.push_back(Visit(subject, "a", 1, subject, 0.5 * static_cast<double>(subject % 9), "oslo",
                         subject % 3));
    rows.push_back(Visit(subject, "b", 2, 2 * subject, -1.25, "rome", 7));
  }
  return rows;
}

struct Adversary {
  std::string name;
  Rows rows;
  int64_t gone = kVictim;
};

Rows CrowdAnd(Rows rows) {
  Rows all = Crowd();
  all.insert(all.end(), rows.begin(), rows.end());
  return all;
}

// Far above all limits, and across batches in every way: 2,048 rows are one batch.
void AddWhales(std::vector<Adversary>& adversaries) {
  for (const int64_t count : {1967, 1968, 1969, 2048, 5000}) {
    TestRandom random(static_cast<uint64_t>(count));
    Rows rows;
    for (int64_t i = 0; i < count; ++i) {
      rows.push_back(Visit(kVictim, i % 2 == 0 ? "a" : "c", 1 + i % 3, random.Between(-50, 200),
                           random.Unit() * 20 - 10, i % 5 == 0 ? "oslo" : "lone", i % 40));
    }
    adversaries.push_back({"whale of " + std::to_string(count), CrowdAnd(std::move(rows))});
  }
}

void AddBounds(std::vector<Adversary>& adversaries) {
  const std::vector<std::pair<int64_t, double>> corners = {
      {0, -5}, {100, 5}, {101, 5.0001}, {-1, -5.0001}, {kMost, 1e308}, {kLeast, -1e308}};
  for (const auto& [y, w] : corners) {
    Rows rows;
    for (int i = 0; i < 4; ++i) rows.push_back(Visit(kVictim, "a", i, y, w, "oslo", y));
    adversaries.push_back({"y = " + std::to_string(y), CrowdAnd(std::move(rows))});
  }
}

void AddShapes(std::vector<Adversary>& adversaries) {
  adversaries.push_back(
      {"only member of its keys", CrowdAnd({Visit(kVictim, "c", 3, 50, 1.0, "lone", 999)})});
  Rows alone_in_many;
  for (int64_t i = 0; i < 60; ++i) {
    alone_in_many.push_back(
        Visit(kVictim, "c", i % 3, i, 1.0, "lone" + std::to_string(i), 100 + i));
  }
  adversaries.push_back({"alone in many groups", CrowdAnd(alone_in_many)});
  adversaries.push_back({"alone in many groups of an empty table", alone_in_many});
  const std::vector<Value> nulls = {kVictim, Value(), int64_t{1}, int64_t{1}, Value(),
                                    Value(), Value(), int64_t{1}, true};
  adversaries.push_back({"NULL-heavy", CrowdAnd(Rows(6, nulls))});
  adversaries.push_back({"one unit or none", {Visit(kVictim, "a", 1, 100, 5.0, "oslo", 1)}});
  adversaries.push_back({"one NULL unit or none", {nulls}});
  for (const int64_t id : {kLeast, int64_t{0}, int64_t{1}, int64_t{40}, kMost}) {
    adversaries.push_back(
        {"id " + std::to_string(id),
         CrowdAnd({Visit(id, "a", 1, 100, -5.0, "oslo", 1), Visit(id, "b", 2, 0, 5.0, "lone", 2)}),
         id});
  }
}

// With the victim the group has one unit more: over a range of sizes one of them is the threshold.
void AddThresholds(std::vector<Adversary>& adversaries) {
  for (int64_t others = 0; others <= 60; others += 4) {
    Rows rows = CrowdAnd({Visit(kVictim, "a", 1, 1, 0.0, "edge", 500)});
    for (int64_t i = 0; i < others; ++i) {
      rows.push_back(Visit(2000 + i, "a", 1, 1, 0.0, "edge", 500));
    }
    adversaries.push_back({"threshold after " + std::to_string(others), std::move(rows)});
  }
}

// People with more towns than may count, and a victim whose towns stand before all others: were a
// text known by its place in the dictionary, everyone's choice would change.
void AddDictionaryShift(std::vector<Adversary>& adversaries) {
  TestRandom random(9);
  Rows rows;
  for (int64_t subject = 1; subject <= 40; ++subject) {
    for (int visit = 0; visit < 8; ++visit) {
      rows.push_back(Visit(subject, "a", 1, visit, 0.0, "town" + std::to_string(random.Below(60)),
                           random.Between(0, 60)));
    }
  }
  for (const char* town : {"", "!", "lone"}) {
    rows.push_back(Visit(kVictim, "a", 1, 1, 0.0, town, -500));
  }
  adversaries.push_back({"shifts the dictionary", std::move(rows)});
}

std::vector<Adversary> Adversaries() {
  std::vector<Adversary> adversaries;
  AddDictionaryShift(adversaries);
  AddWhales(adversaries);
  AddBounds(adversaries);
  AddShapes(adversaries);
  AddThresholds(adversaries);
  return adversaries;
}

const std::vector<std::string>& Questions() {
  static const std::vector<std::string> questions = {
      "SELECT COUNT(*), SUM(y), AVG(w), VARIANCE(w) FROM visits WHERE alive",
      "SELECT COUNT(DISTINCT subject), COUNT(DISTINCT town), COUNT(DISTINCT w), "
      "COUNT(DISTINCT flag), COUNT(DISTINCT code) FROM visits WHERE alive",
      "SELECT MEDIAN(y), MEDIAN(w) FROM visits WHERE alive",
      "SELECT place, kind, COUNT(*), SUM(w * y) FROM visits WHERE alive GROUP BY place, kind",
      "SELECT y / 10, COUNT(DISTINCT subject), STDDEV_POP(y) FROM visits WHERE alive "
      "GROUP BY y / 10",
      "SELECT flag, MEDIAN(w), COUNT(DISTINCT place) FROM visits WHERE alive GROUP BY flag",
      "SELECT town, COUNT(DISTINCT subject) FROM visits WHERE alive GROUP BY town",
      "SELECT town, COUNT(*), SUM(y) FROM visits WHERE alive GROUP BY town",
      "SELECT UPPER(town) || '/' || place, COUNT(*), SUM(LENGTH(LEFT(town, 4))) FROM visits "
      "WHERE alive GROUP BY UPPER(town) || '/' || place",
      "SELECT LENGTH(place), COUNT(DISTINCT LOWER(town)) FROM visits WHERE alive AND town NOT LIKE "
      "'l%' GROUP BY LENGTH(place)",
      "SELECT code, COUNT(DISTINCT subject), AVG(w) FROM visits WHERE alive GROUP BY code",
      "SELECT town, place, COUNT(*), COUNT(DISTINCT y) FROM visits WHERE alive AND y >= 0 "
      "GROUP BY town, place",
      "SELECT code / 7, town, VAR_SAMP(w), COUNT(DISTINCT subject) FROM visits WHERE alive "
      "GROUP BY code / 7, town",
      "SELECT MIN(y), MAX(w), MIN(code) FILTER (WHERE code BETWEEN -3 AND 30) FROM visits "
      "WHERE alive",
      "SELECT PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY y), PERCENTILE_DISC(0.01) WITHIN GROUP "
      "(ORDER BY w DESC) FROM visits WHERE alive",
      "SELECT CORR(y, w), COVAR_SAMP(w, kind), REGR_INTERCEPT(w, y) FROM visits WHERE alive",
      "SELECT place, REGR_R2(w, y), MAX(y) FROM visits WHERE alive GROUP BY place",
      "SELECT town, CORR(y, w), COUNT(DISTINCT subject) FILTER (WHERE y > 40) FROM visits "
      "WHERE alive GROUP BY town"};
  return questions;
}

std::vector<QueryRequest> Asks(const std::string& sql) {
  const QueryRequest ask{.dataset = DatasetId("visits"), .analyst = AnalystId("alice"), .sql = sql};
  std::vector<QueryRequest> asks(3, ask);
  asks[0].epsilon = "1";
  asks[0].delta = "1e-3";
  asks[1].epsilon = "5";
  asks[1].delta = "0.2";
  asks[2].rho = "0.1";
  asks[2].delta = "1e-9";
  return asks;
}

// Of the keys that only the victim has, at most as many as its limit are ever shown.
void ExpectFewLoneKeys(const Replay& replay, int64_t most, const std::string& where) {
  int64_t lone = 0;
  for (const uint32_t group : replay.shown) {
    for (const Value& key : replay.keys[group]) {
      const auto* town = std::get_if<std::string>(&key);
      lone += town != nullptr && town->starts_with("lone") ? 1 : 0;
    }
  }
  EXPECT_LE(lone, most) << where;
}

TEST(AdversaryTest, NoUnitAtTheEdgeMovesMoreThanIsCertified) {
  NeighbourBench bench;
  TestRandom random(20260202);
  int pairs = 0;
  int differing = 0;
  int shown_changed = 0;
  const std::vector<ContributionLimits> all_limits = {{1, 1}, {2, 3}, {5, 2}};
  for (int round = 0; round < SampleFactor(); ++round) {
    for (const Adversary& adversary : Adversaries()) {
      const Rows rest = WithSubjectEmptied(adversary.rows, adversary.gone);
      for (const ContributionLimits& limits : all_limits) {
        const DatasetSchema schema = TownsSchema(limits);
        const TablePtr whole = BuildTable(schema, adversary.rows);
        const TablePtr emptied = BuildTable(schema, rest);
        for (const std::string& sql : Questions()) {
          for (const QueryRequest& ask : Asks(sql)) {
            const auto query = Prepare(ask, schema, DataVersion(1));
            ASSERT_TRUE(query.ok()) << sql << query.status();
            const uint64_t seed = random.Below(~uint64_t{0});
            const Replay one = bench.Run(*query, *whole, 1, seed);
            const Replay other = bench.Run(*query, *emptied, 3, seed);
            const std::string where = adversary.name + ": " + sql;
            ASSERT_EQ(ViolationOf(*query, one, other), "") << where;
            ++pairs;
            differing += one.sums != other.sums ? 1 : 0;
            shown_changed += one.shown != other.shown ? 1 : 0;
            ExpectFewLoneKeys(one, limits.groups_per_unit_max, where);
            ExpectFewLoneKeys(other, 0, where);
          }
        }
      }
    }
  }
  EXPECT_GT(differing, pairs / 2);
  EXPECT_GT(shown_changed, pairs / 1000);
  std::printf("%d pairs: %d differ, %d change what is shown\n", pairs, differing, shown_changed);
}

// A group that is shown half of the time: with many tapes the victim is often what brings it over.
TEST(AdversaryTest, TheUnitThatCrossesTheThresholdChangesItsGroupAlone) {
  NeighbourBench bench;
  int pairs = 0;
  int crossed = 0;
  for (const int64_t groups : {1, 4}) {
    const DatasetSchema schema = TownsSchema({groups, 1});
    for (const size_t question : {6, 7, 8}) {
      for (const QueryRequest& ask : Asks(Questions()[question])) {
        const auto query = Prepare(ask, schema, DataVersion(1));
        ASSERT_TRUE(query.ok()) << query.status();
        const double half = DescribeSelection(query->certificate)->units_for_half;
        ASSERT_LT(half, 3000);
        Rows rows = CrowdAnd({Visit(kVictim, "a", 1, 1, 0.0, "edge", 500)});
        for (int64_t i = 1; i < std::lround(half); ++i) {
          rows.push_back(Visit(2000 + i, "a", 1, 1, 0.0, "edge", 500));
        }
        const TablePtr whole = BuildTable(schema, rows);
        const TablePtr emptied = BuildTable(schema, WithSubjectEmptied(rows, kVictim));
        for (int seed = 0; seed < 40 * SampleFactor(); ++seed) {
          const Replay one = bench.Run(*query, *whole, 1, static_cast<uint64_t>(seed));
          const Replay other = bench.Run(*query, *emptied, 1, static_cast<uint64_t>(seed));
          ASSERT_EQ(ViolationOf(*query, one, other), "") << ask.sql;
          ++pairs;
          crossed += one.shown != other.shown ? 1 : 0;
        }
      }
    }
  }
  EXPECT_GT(crossed, pairs / 100);
  std::printf("%d pairs: the group comes or goes in %d\n", pairs, crossed);
}

// The same neighbours with the rows gone altogether: candidate groups come and go, sums may not.
TEST(AdversaryTest, RemovedRowsMoveSumsWithinTheCertificate) {
  int pairs = 0;
  for (const Adversary& adversary : Adversaries()) {
    const DatasetSchema schema = TownsSchema({2, 2});
    const TablePtr whole = BuildTable(schema, adversary.rows);
    const TablePtr rest = BuildTable(schema, WithoutSubject(adversary.rows, adversary.gone));
    for (const std::string& sql : Questions()) {
      const auto query = Prepare(Asks(sql)[0], schema, DataVersion(1));
      ASSERT_TRUE(query.ok()) << sql << query.status();
      const Replay one = MeasureOn(*query, *whole, 2, 11);
      const Replay other = MeasureOn(*query, *rest, 1, 11);
      ASSERT_EQ(PreNoiseViolation(*query, one, other), "") << adversary.name << ": " << sql;
      ++pairs;
    }
  }
  std::printf("%d pairs\n", pairs);
}

}  // namespace
}  // namespace tacit
