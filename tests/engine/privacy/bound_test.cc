#include "engine/privacy/bound.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>

#include "engine/privacy/certify.h"
#include "tests/engine/privacy/plan_fixture.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

struct Row {
  int64_t unit;
  uint32_t group;
  double y;
  bool y_valid;
};

constexpr BoundingKey kKey{0x1234, 0x5678};

Certificate CertifyAll(int groups, ContributionLimits limits) {
  QueryPlan plan = VisitsPlan(groups, limits);
  plan.measure.statistics = {CountRows(Nats(100)), CountUnits(Nats(100)),
                             SumY(-3, 10, 0, Nats(100)), SumY(2, 6, 4, Nats(100))};
  absl::StatusOr<Certificate> certificate =
      Certify(plan, VisitsSchema(), Nats(1000), DataVersion(1), "plan");
  return *std::move(certificate);
}

// The sums of `rows` (in unit order) under `certificate`, cut into batches of `batch_rows`.
std::vector<__int128> Sum(const Certificate& certificate, int groups, const std::vector<Row>& rows,
                          size_t batch_rows, BoundingKey key = kKey) {
  std::vector<int64_t> ids;
  for (const Row& row : rows) {
    if (ids.empty() || ids.back() != row.unit) ids.push_back(row.unit);
  }
  const NumberedUnits names(ids);
  const std::vector<uint64_t> hashes = HashGroups(VisitsPlan(groups, {1, 1}).measure.keys, key);
  UnitBounder bounder(certificate, hashes, names, key);
  uint32_t dense = 0;
  for (size_t begin = 0; begin < rows.size(); begin += batch_rows) {
    std::vector<uint32_t> units, groups_of_rows;
    std::vector<double> values;
    std::vector<uint8_t> valid;
    for (size_t i = begin; i < std::min(rows.size(), begin + batch_rows); ++i) {
      while (ids[dense] != rows[i].unit) ++dense;
      units.push_back(dense);
      groups_of_rows.push_back(rows[i].group);
      values.push_back(rows[i].y);
      valid.push_back(rows[i].y_valid);
    }
    OwnedBatch batch;
    batch.unit = units;
    batch.group = groups_of_rows;
    batch.features = {FeatureArray{}, FeatureArray{.floats = values, .valid = valid}};
    bounder.Add(batch);
  }
  const Sealed<PartialSums> sealed = std::move(bounder).Finish();
  return SealBreakerForTest::Sums(sealed);
}

std::vector<Row> RandomRows(TestRandom& random, int groups) {
  std::vector<Row> rows;
  const int units = static_cast<int>(random.Between(0, 12));
  int64_t id = 0;
  for (int unit = 0; unit < units; ++unit) {
    id += random.Between(1, 5);
    const int64_t count = random.Chance(0.1) ? random.Between(50, 300) : random.Between(1, 8);
    for (int64_t i = 0; i < count; ++i) {
      const double extremes[] = {1e308, -1e308, 0.0, std::numeric_limits<double>::quiet_NaN(),
                                 10,    -3};
      const double y = random.Chance(0.2) ? extremes[random.Below(6)] : random.Unit() * 20 - 6;
      const uint32_t group =
          random.Chance(0.1) ? kNoGroup
                             : static_cast<uint32_t>(random.Below(static_cast<uint64_t>(groups)));
      rows.push_back({id, group, y, random.Chance(0.8)});
    }
  }
  return rows;
}

TEST(BoundTest, OneUnitMovesEachSumByAtMostItsSensitivity) {
  TestRandom random(1);
  for (int trial = 0; trial < 3000; ++trial) {
    const int groups = static_cast<int>(random.Between(1, 8));
    const Certificate certificate =
        CertifyAll(groups, {random.Between(1, 4), random.Between(1, 5)});
    const std::vector<Row> rows = RandomRows(random, groups);
    const BoundingKey key{random.Below(~uint64_t{0}), random.Below(~uint64_t{0})};
    const auto with = Sum(certificate, groups, rows, 16, key);
    const size_t statistics = certificate.sums().size();
    std::vector<int64_t> units;
    for (const Row& row : rows) units.push_back(row.unit);
    units.erase(std::unique(units.begin(), units.end()), units.end());
    for (const int64_t gone : units) {
      std::vector<Row> rest;
      for (const Row& row : rows) {
        if (row.unit != gone) rest.push_back(row);
      }
      const auto without = Sum(certificate, groups, rest, 16, key);
      for (size_t s = 0; s < statistics; ++s) {
        __int128 moved = 0;
        for (size_t g = 0; g < static_cast<size_t>(groups); ++g) {
          const __int128 difference = with[g * statistics + s] - without[g * statistics + s];
          moved += difference < 0 ? -difference : difference;
        }
        ASSERT_LE(moved, certificate.sums()[s].l1_sensitivity) << certificate.ToText();
      }
    }
  }
}

// A unit's rows must not decide how much memory is needed: of very many, a public number is held,
// and what is dropped does not depend on batches.
TEST(BoundTest, AWhaleIsHeldToAPublicNumberOfRows) {
  QueryPlan plan = VisitsPlan(1, {1, 1'000'000});
  for (int64_t i = 0; i < 200; ++i) plan.measure.statistics.push_back(SumY(0, 1 + i, 0, Nats(1)));
  plan.measure.statistics.push_back(CountRows(Nats(1)));
  const auto certificate = Certify(plan, VisitsSchema(), Nats(1000), DataVersion(1), "plan");
  ASSERT_TRUE(certificate.ok()) << certificate.status();
  const size_t held = (size_t{1} << 23) / 201;
  const std::vector<Row> rows(held + 5000, Row{1, 0, 1, true});
  const auto sums = Sum(*certificate, 1, rows, 2048);
  EXPECT_EQ(static_cast<int64_t>(sums.back()), static_cast<int64_t>(held));
  EXPECT_EQ(Sum(*certificate, 1, rows, 999), sums);
}

// The bound is used: a whale reaches it, so a limit forgotten in the core would be seen above.
TEST(BoundTest, AWhaleReachesTheSensitivity) {
  const Certificate certificate = CertifyAll(8, {3, 2});
  std::vector<Row> rows;
  for (uint32_t i = 0; i < 800; ++i) rows.push_back({1, i % 8, 1e9, true});
  const auto sums = Sum(certificate, 8, rows, 64);
  const size_t statistics = certificate.sums().size();
  for (size_t s = 0; s < statistics; ++s) {
    __int128 moved = 0;
    for (size_t g = 0; g < 8; ++g) moved += sums[g * statistics + s];
    EXPECT_EQ(moved, certificate.sums()[s].l1_sensitivity) << certificate.sums()[s].name;
  }
}

TEST(BoundTest, BatchesDoNotMoveASum) {
  TestRandom random(2);
  for (int trial = 0; trial < 300; ++trial) {
    const Certificate certificate = CertifyAll(5, {2, 2});
    const std::vector<Row> rows = RandomRows(random, 5);
    const auto whole = Sum(certificate, 5, rows, 100000);
    for (const size_t batch_rows : {1, 2, 7, 64}) {
      EXPECT_EQ(Sum(certificate, 5, rows, batch_rows), whole);
    }
  }
}

// Without limits that bite, the sums are the plain ones.
TEST(BoundTest, SmallUnitsAreCountedExactly) {
  const Certificate certificate = CertifyAll(2, {2, 4});
  const std::vector<Row> rows = {
      {1, 0, 5, true}, {1, 0, 5.5, true}, {1, 1, 5, false}, {4, 1, 100, true}};
  const auto sums = Sum(certificate, 2, rows, 2);
  const auto value = [&](size_t group, size_t statistic) {
    return std::ldexp(static_cast<double>(sums[group * 4 + statistic]),
                      certificate.sums()[statistic].granularity_log2);
  };
  EXPECT_EQ(value(0, 0), 2);     // rows
  EXPECT_EQ(value(0, 1), 1);     // units
  EXPECT_EQ(value(0, 2), 10.5);  // clipped to [-3, 10]
  EXPECT_EQ(value(0, 3), 2.5);   // clipped to [2, 6], centred at 4
  EXPECT_EQ(value(1, 0), 2);
  EXPECT_EQ(value(1, 1), 2);
  EXPECT_EQ(value(1, 2), 10);
  EXPECT_EQ(value(1, 3), 2);
}

// Which groups a unit keeps depends on the query's key and on its own rows, evenly over groups.
TEST(BoundTest, ChoicesFollowTheKeyAndAreEven) {
  const Certificate certificate = CertifyAll(4, {1, 1});
  std::vector<Row> rows;
  for (int64_t unit = 1; unit <= 4000; ++unit) {
    for (uint32_t group = 0; group < 4; ++group) rows.push_back({unit, group, 1, true});
  }
  const auto one = Sum(certificate, 4, rows, 2048, {1, 2});
  EXPECT_NE(one, Sum(certificate, 4, rows, 2048, {3, 4}));
  for (size_t group = 0; group < 4; ++group) {
    EXPECT_NEAR(static_cast<double>(one[group * 4]), 1000, 200);  // over 7 standard deviations
  }
}

TEST(BoundDeathTest, ABrokenUnitOrderStopsTheProcess) {
  const Certificate certificate = CertifyAll(1, {1, 1});
  const NumberedUnits names({1, 2, 3});
  const auto hashes = HashGroups(VisitsPlan(1, {1, 1}).measure.keys, kKey);
  UnitBounder bounder(certificate, hashes, names, kKey);
  const std::vector<uint32_t> units = {0, 2, 1};
  const std::vector<uint32_t> groups = {0, 0, 0};
  const std::vector<double> values = {1, 1, 1};
  OwnedBatch batch;
  batch.unit = units;
  batch.group = groups;
  batch.features = {FeatureArray{}, FeatureArray{.floats = values}};
  EXPECT_DEATH(bounder.Add(batch), "invariant broken");
}

TEST(BoundDeathTest, SumsOfAnotherCertificateAreNotMerged) {
  const Certificate a = CertifyAll(2, {1, 1});
  const Certificate b = CertifyAll(2, {1, 2});
  const NumberedUnits names({});
  const auto hashes = HashGroups(VisitsPlan(2, {1, 1}).measure.keys, kKey);
  Sealed<PartialSums> sums = UnitBounder(a, hashes, names, kKey).Finish();
  EXPECT_DEATH(UnitBounder::Merge(sums, UnitBounder(b, hashes, names, kKey).Finish()), "invariant");
}

}  // namespace
}  // namespace tacit
