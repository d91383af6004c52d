#include "engine/privacy/bound.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "engine/privacy/quantile.h"
#include "tests/engine/privacy/bound_fixture.h"

namespace tacit {
namespace {

constexpr BoundingKey kKey{0x1234, 0x5678};

__int128 Magnitude(__int128 number) { return number < 0 ? -number : number; }

Certificate CertifyAll(uint32_t groups, ContributionLimits limits) {
  return MustCertify(PublicPlan(static_cast<int>(groups), limits));
}

std::vector<Row> RandomRows(TestRandom& random, uint32_t groups) {
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
      rows.push_back(
          {.unit = id,
           .group = random.Chance(0.1) ? kNoGroup : static_cast<uint32_t>(random.Below(groups)),
           .y = y,
           .y_valid = random.Chance(0.8),
           .text = "text" + std::to_string(random.Below(12)),
           .text_valid = random.Chance(0.9)});
    }
  }
  return rows;
}

std::vector<int64_t> UnitsOf(const std::vector<Row>& rows) {
  std::vector<int64_t> units;
  for (const Row& row : rows) units.push_back(row.unit);
  units.erase(std::unique(units.begin(), units.end()), units.end());
  return units;
}

std::vector<Row> Without(const std::vector<Row>& rows, int64_t gone) {
  std::vector<Row> rest;
  for (const Row& row : rows) {
    if (row.unit != gone) rest.push_back(row);
  }
  return rest;
}

// The most that a statistic's number of one group differs; of a quantile, any candidate's penalty.
__int128 Moved(const CertifiedStatistic& statistic, const std::vector<__int128>& a,
               const std::vector<__int128>& b) {
  if (statistic.kind != MeasureKind::kQuantile) {
    return Magnitude(a[statistic.slot] - b[statistic.slot]);
  }
  const auto cells = static_cast<size_t>(statistic.cells);
  const auto of_a = QuantilePenalties(statistic, {a.data() + statistic.slot, cells});
  const auto of_b = QuantilePenalties(statistic, {b.data() + statistic.slot, cells});
  __int128 most = 0;
  for (size_t i = 0; i < cells; ++i) most = std::max(most, Magnitude(of_a[i] - of_b[i]));
  return most;
}

// Adding one unit turned `without` into `with`.
void ExpectOneUnitApart(const Certificate& certificate, const Bounded& with,
                        const Bounded& without) {
  int64_t touched = 0;
  for (size_t group = 0; group < with.numbers.size(); ++group) {
    const auto& more = with.numbers[group];
    const auto& less = without.numbers[group];
    touched += more != less;
    for (const CertifiedStatistic& statistic : certificate.statistics()) {
      ASSERT_LE(Moved(statistic, more, less), statistic.linf) << statistic.name;
      if (statistic.kind != MeasureKind::kQuantile) continue;
      __int128 added = 0;
      for (size_t i = 0; i < static_cast<size_t>(statistic.cells); ++i) {
        added += more[statistic.slot + i] - less[statistic.slot + i];
        ASSERT_GE(more[statistic.slot + i], less[statistic.slot + i]);
      }
      ASSERT_LE(added, certificate.limits().rows_per_group_and_unit_max);
    }
    if (!certificate.selection().has_value()) continue;
    ASSERT_EQ(static_cast<int64_t>(more.back() - less.back()), more != less ? 1 : 0);
  }
  ASSERT_LE(touched, certificate.limits().groups_per_unit_max);
  // The other units' choices stand.
  ASSERT_TRUE(std::includes(with.values.begin(), with.values.end(), without.values.begin(),
                            without.values.end()));
}

TEST(BoundTest, OneUnitMovesNoMoreThanItsCertificateStates) {
  TestRandom random(1);
  for (int trial = 0; trial < 3000; ++trial) {
    const auto groups = static_cast<uint32_t>(random.Between(1, 8));
    const ContributionLimits limits{random.Between(1, 4), random.Between(1, 5)};
    const NoiseKind noise = random.Chance(0.5) ? NoiseKind::kLaplace : NoiseKind::kGaussian;
    const Certificate certificate =
        MustCertify(random.Chance(0.5) ? PublicPlan(static_cast<int>(groups), limits, noise)
                                       : PrivatePlan(limits, noise));
    const std::vector<Row> rows = RandomRows(random, groups);
    const BoundOptions options{.batch_rows = 16,
                               .key = {random.Below(~uint64_t{0}), random.Below(~uint64_t{0})}};
    const Bounded with = BoundRows(certificate, groups, rows, options);
    for (const int64_t gone : UnitsOf(rows)) {
      ExpectOneUnitApart(certificate, with,
                         BoundRows(certificate, groups, Without(rows, gone), options));
      if (HasFatalFailure()) FAIL() << certificate.ToText() << "without unit " << gone;
    }
  }
}

// A unit's rows must not decide how much memory is needed: of very many, a public number is held,
// and what is dropped does not depend on batches.
TEST(BoundTest, AWhaleIsHeldToAPublicNumberOfRows) {
  QueryPlan plan = VisitsPlan(1, {1, 1'000'000});
  for (int64_t i = 0; i < 200; ++i) plan.measure.statistics.push_back(SumY(0, 1 + i, 0, Nats(1)));
  plan.measure.statistics.push_back(CountRows(Nats(1)));
  const Certificate certificate = MustCertify(plan);
  const size_t held = (size_t{1} << 23) / 201;
  const std::vector<Row> rows(held + 5000, Row{.unit = 1, .y = 1});
  const Bounded sums = BoundRows(certificate, 1, rows);
  EXPECT_EQ(static_cast<int64_t>(sums.numbers[0].back()), static_cast<int64_t>(held));
  EXPECT_TRUE(BoundRows(certificate, 1, rows, {.batch_rows = 999}) == sums);
}

// The bound is used: a whale reaches it, so a limit forgotten in the core would be seen above.
TEST(BoundTest, AWhaleReachesTheSensitivity) {
  const Certificate certificate = CertifyAll(8, {3, 2});
  std::vector<Row> rows;
  for (uint32_t i = 0; i < 800; ++i) {
    rows.push_back({.unit = 1, .group = i % 8, .y = 1e9 + i, .text = std::to_string(i)});
  }
  const Bounded sums = BoundRows(certificate, 8, rows, {.batch_rows = 64});
  const std::vector<__int128> nothing(certificate.slots());
  for (const CertifiedStatistic& statistic : certificate.statistics()) {
    int64_t groups = 0;
    for (const std::vector<__int128>& numbers : sums.numbers) {
      if (numbers == nothing) continue;
      ++groups;
      EXPECT_TRUE(Moved(statistic, numbers, nothing) == statistic.linf) << statistic.name;
    }
    EXPECT_EQ(groups, 3);
  }
}

TEST(BoundTest, AUnitOfManyRowsKeepsItsLimits) {
  const Certificate certificate = CertifyAll(3, {2, 7});
  std::vector<Row> rows = {{.unit = 1, .y = 1}};
  for (int64_t i = 0; i < 100'000; ++i) {
    rows.push_back({.unit = 5,
                    .group = static_cast<uint32_t>(i % 3),
                    .y = static_cast<double>(i),
                    .text = std::to_string(i % 100)});
  }
  rows.push_back({.unit = 9, .group = 2, .y = 1});
  const Bounded sums = BoundRows(certificate, 3, rows);
  std::vector<Row> rest = Without(rows, 5);
  ExpectOneUnitApart(certificate, sums, BoundRows(certificate, 3, rest));
  __int128 counted = 0;
  for (const auto& numbers : sums.numbers) counted += numbers[0];
  EXPECT_EQ(static_cast<int64_t>(counted), 2 + 2 * 7);
  EXPECT_TRUE(BoundRows(certificate, 3, rows, {.batch_rows = 700}) == sums);
}

TEST(BoundTest, BatchesAndThreadsMoveNothing) {
  TestRandom random(2);
  for (int trial = 0; trial < 300; ++trial) {
    const ContributionLimits limits{2, 2};
    const Certificate certificate =
        MustCertify(trial % 2 == 0 ? PublicPlan(5, limits) : PrivatePlan(limits));
    const std::vector<Row> rows = RandomRows(random, 5);
    const Bounded whole = BoundRows(certificate, 5, rows);
    for (const size_t batch_rows : {1, 2, 7, 64}) {
      for (const uint32_t parts : {1, 3}) {
        EXPECT_TRUE(BoundRows(certificate, 5, rows, {.batch_rows = batch_rows, .parts = parts}) ==
                    whole);
      }
    }
  }
}

// Texts of others shift the codes, and others change nothing of what a unit chooses.
TEST(BoundTest, AUnitChoosesTextsByContent) {
  TestRandom random(3);
  for (int trial = 0; trial < 200; ++trial) {
    const Certificate certificate = CertifyAll(2, {1, 3});
    const BoundOptions options{.key = {random.Below(~uint64_t{0}), random.Below(~uint64_t{0})}};
    std::vector<Row> rows;
    for (int i = 0; i < 20; ++i) rows.push_back({.unit = 7, .text = "t" + std::to_string(i)});
    const Bounded alone = BoundRows(certificate, 2, rows, options);
    EXPECT_EQ(static_cast<int64_t>(alone.numbers[0][kDistinctText]), 3);
    for (int i = 0; i < 30; ++i) {
      const std::string text(1, static_cast<char>('A' + random.Below(58)));
      rows.push_back({.unit = 8 + i, .group = 1, .text = text + std::to_string(i)});
    }
    const Bounded among = BoundRows(certificate, 2, rows, options);
    EXPECT_TRUE(std::includes(among.values.begin(), among.values.end(), alone.values.begin(),
                              alone.values.end()));
    EXPECT_TRUE(among.numbers[0] == alone.numbers[0]);
  }
}

// Without limits that bite, the numbers are the plain ones; NULLs and values seen twice add
// nothing.
TEST(BoundTest, SmallUnitsAreCountedExactly) {
  const Certificate certificate = CertifyAll(2, {2, 4});
  const std::vector<Row> rows = {{.unit = 1, .y = 5, .text = "a"},
                                 {.unit = 1, .y = 5.5, .text = "b"},
                                 {.unit = 1, .group = 1, .y = 5, .y_valid = false, .text = "a"},
                                 {.unit = 4, .group = 1, .y = 100, .text_valid = false},
                                 {.unit = 5, .group = 1, .y = 100, .text = "a"}};
  const Bounded sums = BoundRows(certificate, 2, rows, {.batch_rows = 2});
  const auto value = [&](size_t group, size_t index) {
    const CertifiedStatistic& statistic = certificate.statistics()[index];
    return std::ldexp(static_cast<double>(sums.numbers[group][statistic.slot]),
                      statistic.granularity_log2);
  };
  const double expected[2][6] = {{2, 1, 10.5, 2.5, 2, 2}, {3, 3, 20, 4, 1, 1}};
  for (size_t group = 0; group < 2; ++group) {
    for (size_t i = 0; i < 6; ++i) {
      EXPECT_EQ(value(group, i), expected[group][i])
          << group << " " << certificate.statistics()[i].name;
    }
  }
  const CertifiedStatistic& quantile = certificate.statistics()[kCells];
  ASSERT_EQ(quantile.cells, 14);
  std::vector<int64_t> cells(14);
  for (size_t i = 0; i < 14; ++i) {
    cells[i] = static_cast<int64_t>(sums.numbers[0][quantile.slot + i]);
  }
  EXPECT_EQ(cells, (std::vector<int64_t>{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0}));
}

// Which groups a unit keeps depends on the query's key and on its own rows, evenly over groups.
TEST(BoundTest, ChoicesFollowTheKeyAndAreEven) {
  const Certificate certificate = CertifyAll(4, {1, 1});
  std::vector<Row> rows;
  for (int64_t unit = 1; unit <= 4000; ++unit) {
    for (uint32_t group = 0; group < 4; ++group) {
      rows.push_back({.unit = unit, .group = group, .y = 1});
    }
  }
  const Bounded one = BoundRows(certificate, 4, rows, {.key = {1, 2}});
  EXPECT_FALSE(one == BoundRows(certificate, 4, rows, {.key = {3, 4}}));
  for (size_t group = 0; group < 4; ++group) {
    EXPECT_NEAR(static_cast<double>(one.numbers[group][0]), 1000, 200);  // over 7 deviations
  }
}

// Rows of the units at these positions, in batches.
void AddUnits(const Certificate& certificate, const std::vector<uint32_t>& units,
              size_t batch_rows) {
  const NumberedUnits names({1, 2, 3});
  const auto hashes = HashGroups(ListedGroups({GroupLetter(0)}), kKey);
  UnitBounder bounder(certificate, hashes, names, kKey);
  for (size_t first = 0; first < units.size(); first += batch_rows) {
    const std::vector<uint32_t> groups(batch_rows, 0);
    const std::vector<double> values(batch_rows, 1);
    const std::vector<int64_t> codes(batch_rows, 0);
    OwnedBatch batch;
    batch.unit = absl::MakeConstSpan(units).subspan(first, batch_rows);
    batch.group = groups;
    batch.features = {FeatureArray{}, FeatureArray{.floats = values},
                      FeatureArray{.integers = codes}};
    bounder.Add(batch);
  }
}

TEST(BoundDeathTest, ABrokenUnitOrderStopsTheProcess) {
  const Certificate certificate = CertifyAll(1, {1, 1});
  EXPECT_DEATH(AddUnits(certificate, {0, 2, 1}, 3), "invariant broken");
  EXPECT_DEATH(AddUnits(certificate, {0, 2, 1}, 1), "invariant broken");
  EXPECT_DEATH(AddUnits(certificate, {0, 1, 0}, 1), "invariant broken");  // came and went
  AddUnits(certificate, {0, 0, 1, 1, 2, 2}, 2);
}

TEST(BoundDeathTest, SumsOfAnotherCertificateAreNotMerged) {
  const Certificate a = CertifyAll(2, {1, 1});
  const Certificate b = CertifyAll(2, {1, 2});
  Sealed<PartialSums> sums = VisitsData(a, 2, {}).Bound();
  EXPECT_DEATH(UnitBounder::Merge(a, sums, VisitsData(b, 2, {}).Bound()), "invariant");
  EXPECT_DEATH(UnitBounder::CountDistinct(b, sums), "invariant");
}

}  // namespace
}  // namespace tacit
