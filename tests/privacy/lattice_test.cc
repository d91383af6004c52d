// Answers lie on public grids, and nothing but content decides the numbers before noise.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <functional>

#include "engine/execute/execute.h"
#include "engine/measure_rows.h"
#include "engine/privacy/quantile.h"
#include "engine/storage/dataset_store.h"
#include "engine/storage/snapshot.h"
#include "tests/engine/storage/fixtures.h"
#include "tests/privacy/neighbour_bench.h"
#include "tests/privacy/random_query.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

constexpr int64_t kDraws = 100000;        // of each statistic; times ten at night
constexpr int64_t kCellChoices = 100000;  // each draws once a cell
constexpr int64_t kBins = 500;

// Columns whose grids are as wide and as fine as bounds allow.
DatasetSchema GridSchema() {
  DatasetSchema schema = VisitsSchema({2, 3});
  const auto number = [](const char* name, ValueType type, double lower, double upper) {
    return ColumnSchema{.name = name, .type = type, .bounds = ValueBounds{lower, upper}};
  };
  schema.tables[0].columns = {{.name = "subject", .type = ValueType::kInt64},
                              number("bin", ValueType::kInt64, 0, kBins - 1),
                              number("whole", ValueType::kInt64, -3, 100),
                              number("vast", ValueType::kInt64, 0, 0x1p60),
                              number("w", ValueType::kFloat64, -5, 5),
                              number("tiny", ValueType::kFloat64, 0, 1e-140),
                              number("huge", ValueType::kFloat64, -1e140, 1e140)};
  return schema;
}

Rows GridRows() {
  TestRandom random(3);
  Rows rows;
  for (int64_t row = 0; row < 600; ++row) {
    rows.push_back({row / 3, random.Between(0, kBins - 1), random.Between(-3, 100),
                    random.Between(0, int64_t{1} << 60), random.Unit() * 10 - 5,
                    random.Unit() * 1e-140, random.Unit() * 2e140 - 1e140});
  }
  return rows;
}

absl::StatusOr<PreparedQuery> PrepareOn(const DatasetSchema& schema, const std::string& sql,
                                        const std::string& epsilon, const std::string& delta,
                                        const std::string& rho) {
  return Prepare({.dataset = DatasetId("visits"),
                  .analyst = AnalystId("alice"),
                  .sql = sql,
                  .epsilon = epsilon,
                  .delta = delta,
                  .rho = rho},
                 schema, DataVersion(1));
}

// Units of the grid on which a released number lies; fails when it lies between.
double UnitsOf(const CertifiedStatistic& statistic, double released) {
  const double units = std::ldexp(released, -statistic.granularity_log2);
  EXPECT_TRUE(std::isfinite(units)) << statistic.name;
  EXPECT_EQ(units, std::nearbyint(units)) << statistic.name;
  EXPECT_FALSE(released == 0 && std::signbit(released)) << statistic.name;
  return units;
}

void ExpectOnTheGrid(const absl::StatusOr<PreparedQuery>& query) {
  ASSERT_TRUE(query.ok()) << query.status();
  const TablePtr table = BuildTable(GridSchema(), GridRows());
  const std::unique_ptr<Groups> groups = GroupsOf(query->plan.measure, *table);
  const auto& statistics = query->certificate.statistics();
  NeighbourBench bench;
  RandomBits random = TapeForTest::Open(4);
  std::vector<int64_t> odd(statistics.size());
  std::vector<int64_t> telling(statistics.size());
  int64_t drawn = 0;
  for (; drawn < kDraws * SampleFactor(); drawn += kBins) {
    const Release release = bench.Draw(*query, *table, *groups, random);
    ASSERT_EQ(release.group_count(), kBins);
    for (int64_t group = 0; group < kBins; ++group) {
      for (size_t s = 0; s < statistics.size(); ++s) {
        const double units = UnitsOf(statistics[s], release.Number(group, static_cast<int>(s)));
        // Beyond 2^53 every double is a whole number.
        if (std::fabs(units) > 0x1p53) continue;
        ++telling[s];
        odd[s] += std::fmod(units, 2) != 0 ? 1 : 0;
      }
    }
    if (testing::Test::HasFailure()) return;
  }
  for (size_t s = 0; s < statistics.size(); ++s) {
    EXPECT_GT(telling[s], drawn * 9 / 10) << statistics[s].name;
    // The grid is the one that is stated, not a coarser one. Laplace noise of a scale above 1 is
    // odd more than a fifth of the time; 10^5 draws miss a tenth with probability below 1e-100.
    EXPECT_GT(odd[s], telling[s] / 10) << statistics[s].name;
  }
}

constexpr char kAllGrids[] =
    "SELECT bin, COUNT(*), COUNT(DISTINCT subject), COUNT(DISTINCT w), SUM(whole), SUM(vast), "
    "SUM(w), SUM(tiny), SUM(huge), VARIANCE(w) FROM visits GROUP BY bin";

TEST(LatticeTest, LaplaceAnswersLieOnThePublicGrid) {
  const auto query = PrepareOn(GridSchema(), kAllGrids, "2", "", "");
  ExpectOnTheGrid(query);
  EXPECT_EQ(query->plan.measure.noise, NoiseKind::kLaplace);
}

TEST(LatticeTest, GaussianAnswersLieOnThePublicGrid) {
  const auto query = PrepareOn(GridSchema(), kAllGrids, "", "1e-9", "0.5");
  ExpectOnTheGrid(query);
  EXPECT_EQ(query->plan.measure.noise, NoiseKind::kGaussian);
}

TEST(LatticeTest, QuantilesAreCellsOfThePublicGrid) {
  const auto query = PrepareOn(GridSchema(),
                               "SELECT whole / 2, MEDIAN(whole), MEDIAN(w), MEDIAN(vast) "
                               "FROM visits GROUP BY whole / 2",
                               "1", "", "");
  ASSERT_TRUE(query.ok()) << query.status();
  const TablePtr table = BuildTable(GridSchema(), GridRows());
  const std::unique_ptr<Groups> groups = GroupsOf(query->plan.measure, *table);
  std::vector<std::set<double>> cells;
  for (const CertifiedStatistic& statistic : query->certificate.statistics()) {
    cells.emplace_back();
    for (int64_t i = 0; i < statistic.cells; ++i) cells.back().insert(ValueOfCell(statistic, i));
  }
  NeighbourBench bench;
  RandomBits random = TapeForTest::Open(5);
  int64_t chosen = 0;
  while (chosen < kCellChoices * SampleFactor()) {
    const Release release = bench.Draw(*query, *table, *groups, random);
    for (int64_t group = 0; group < release.group_count(); ++group) {
      for (size_t s = 0; s < cells.size(); ++s) {
        ASSERT_TRUE(cells[s].contains(release.Number(group, static_cast<int>(s))));
        ++chosen;
      }
    }
  }
}

// The sums of a query under one key, however its batches are cut.
std::vector<__int128> SumsInBatchesOf(size_t size, const PreparedQuery& query, const Table& table,
                                      uint64_t seed) {
  RandomBits random = TapeForTest::Open(seed);
  const BoundingKey key = BoundingKey::Draw(random);
  const MeasureNode& measure = query.plan.measure;
  const std::unique_ptr<Groups> groups = GroupsOf(measure, table);
  const std::vector<uint64_t> hashes = HashGroups(*groups, key);
  const std::unique_ptr<UnitNames> names = NamesOf(table);
  UnitBounder bounder(query.certificate, hashes, *names, key);
  const auto source = Execute(measure, table, *groups, {0, table.unit_count});
  OwnedBatch whole;
  while (source->Next(whole)) {
    for (size_t begin = 0; begin < whole.unit.size(); begin += size) {
      OwnedBatch part{.unit = whole.unit.subspan(begin, size),
                      .group = whole.group.subspan(begin, size),
                      .features = whole.features};
      for (FeatureArray& feature : part.features) {
        if (!feature.integers.empty()) feature.integers = feature.integers.subspan(begin, size);
        if (!feature.floats.empty()) feature.floats = feature.floats.subspan(begin, size);
        if (!feature.valid.empty()) feature.valid = feature.valid.subspan(begin, size);
      }
      bounder.Add(part);
    }
  }
  Sealed<PartialSums> sums = std::move(bounder).Finish();
  UnitBounder::CountDistinct(query.certificate, sums);
  return SealBreakerForTest::Sums(sums, query.certificate.slots());
}

// Random rows whose reals have a short decimal text, so that SQLite keeps them as they are.
Rows ShortRows(TestRandom& random, const DatasetSchema& schema) {
  Rows rows = RandomRows(random, schema);
  for (std::vector<Value>& row : rows) {
    for (Value& value : row) {
      auto* real = std::get_if<double>(&value);
      if (real != nullptr) *real = std::nearbyint(std::clamp(*real, -100.0, 100.0) * 64) / 64 + 0.0;
    }
  }
  return rows;
}

// The table as every way of keeping it gives it back: written and mapped, and read from SQLite.
std::vector<TablePtr> RebuiltTables(const DatasetSchema& schema, const Rows& rows,
                                    const std::string& root) {
  EXPECT_TRUE(WriteSnapshot(*BuildTable(schema, rows), root + "/t.snap").ok());
  std::vector<TablePtr> tables;
  tables.push_back(*MapSnapshot(root + "/t.snap", schema.tables[0]));
  WriteSqlite(root + "/source.db", schema.tables[0], rows);
  const auto store = *DatasetStore::Open(root + "/store");
  auto staged = store->Stage(schema, root + "/source.db", nullptr);
  EXPECT_TRUE(staged.ok()) << staged.status();
  EXPECT_TRUE(store->Adopt(schema.id, *std::move(staged), DataVersion(1)).ok());
  const auto snapshot = store->Load(schema, DataVersion(1));
  EXPECT_TRUE(snapshot.ok()) << snapshot.status();
  tables.push_back((*snapshot)->tables.at("visits"));
  return tables;
}

TEST(LatticeTest, NothingButContentMovesTheNumbersBeforeNoise) {
  TestRandom random(6);
  int checked = 0;
  for (int trial = 0; trial < 40 * SampleFactor(); ++trial) {
    const DatasetSchema schema = TownsSchema({random.Between(1, 3), random.Between(1, 3)});
    Rows rows = ShortRows(random, schema);
    const TablePtr table = BuildTable(schema, rows);
    for (size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[random.Below(i)]);
    const std::string root = FreshFolder();
    std::vector<TablePtr> others = RebuiltTables(schema, rows, root);
    others.push_back(BuildTable(schema, rows));
    for (int asks = 0; asks < 8; ++asks) {
      const RandomAsk ask = RandomFullAsk(random);
      const auto query = Prepare(ask.Request(), schema, DataVersion(1));
      if (!query.ok()) continue;
      const Replay before = MeasureOn(*query, *table, 1, 9);
      for (const int threads : {2, 3, 7}) {
        ASSERT_EQ(MeasureOn(*query, *table, threads, 9).sums, before.sums) << ask.Sql();
      }
      for (const size_t size : {1, 2, 3, 100, 2047}) {
        ASSERT_EQ(SumsInBatchesOf(size, *query, *table, 9), before.sums) << ask.Sql();
      }
      for (const TablePtr& other : others) {
        const Replay after = MeasureOn(*query, *other, 2, 9);
        ASSERT_EQ(after.keys, before.keys) << ask.Sql();
        ASSERT_EQ(after.sums, before.sums) << ask.Sql();
      }
      ++checked;
    }
    std::filesystem::remove_all(root);
  }
  EXPECT_GT(checked, 200);
}

}  // namespace
}  // namespace tacit
