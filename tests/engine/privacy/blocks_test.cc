#include "engine/privacy/blocks.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>

#include "engine/privacy/bound.h"
#include "engine/privacy/certify.h"
#include "tests/engine/privacy/plan_fixture.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

constexpr int64_t kBlocks = 7;
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

Certificate CertificateOf(int groups, Statistic statistic) {
  QueryPlan plan = VisitsPlan(groups, {2, 3});
  plan.measure.blocks = kBlocks;
  plan.measure.statistics = {std::move(statistic)};
  absl::StatusOr<Certificate> certificate =
      Certify(plan, VisitsSchema(), {Nats(1000), Delta()}, DataVersion(1), "");
  EXPECT_TRUE(certificate.ok()) << certificate.status();
  return *std::move(certificate);
}

// One row of one unit.
struct Row {
  int64_t unit;
  uint32_t group;
  double y;
};

// Hands out rows in batches of a few, in unit order.
class RowsSource final : public BatchSource {
 public:
  explicit RowsSource(const std::vector<Row>& rows) {
    int64_t last = -1;
    for (const Row& row : rows) {
      if (row.unit != last) ids_.push_back(row.unit);
      last = row.unit;
      units_.push_back(static_cast<uint32_t>(ids_.size() - 1));
      groups_.push_back(row.group);
      values_.push_back(row.y);
    }
  }
  const std::vector<int64_t>& ids() const { return ids_; }

  bool Next(OwnedBatch& batch) override {
    const size_t count = std::min<size_t>(3, units_.size() - next_);
    if (count == 0) return false;
    batch.unit = absl::MakeConstSpan(units_).subspan(next_, count);
    batch.group = absl::MakeConstSpan(groups_).subspan(next_, count);
    batch.features = {{}, {.floats = absl::MakeConstSpan(values_).subspan(next_, count)}};
    next_ += count;
    return true;
  }

 private:
  std::vector<int64_t> ids_;
  std::vector<uint32_t> units_;
  std::vector<uint32_t> groups_;
  std::vector<double> values_;
  size_t next_ = 0;
};

// Each block answers the mean of its rows in every group, 0 where it has none, three times over.
BlockRows Means(const BlockRows& rows) {
  std::map<uint32_t, std::pair<double, int>> sums;
  for (size_t row = 0; row < rows.groups.size(); ++row) {
    auto& [sum, count] = sums[rows.groups[row]];
    sum += rows.values[1][row];
    ++count;
  }
  BlockRows answer;
  answer.values.resize(2);
  for (uint32_t group = 0; group < 3; ++group) {
    const auto& [sum, count] = sums[group];
    for (int copy = 0; copy < 3; ++copy) {
      answer.groups.push_back(group);
      answer.values[0].push_back(1);
      answer.values[1].push_back(count == 0 ? 0 : sum / count);
    }
  }
  return answer;
}

std::vector<__int128> NumbersOf(const Certificate& certificate, const std::vector<Row>& rows,
                                const BlockFunction& function) {
  const ListedGroups groups({std::string("a"), std::string("b"), std::string("c")});
  RandomBits random = TapeForTest::Open(5);
  const BoundingKey key = BoundingKey::Draw(random);
  const std::vector<uint64_t> hashes = HashGroups(groups, key);
  RowsSource source(rows);
  const NumberedUnits names(source.ids());
  BlockSource blocks(certificate, source, names, key, function);
  UnitBounder bounder(certificate, hashes, blocks, key);
  OwnedBatch batch;
  while (blocks.Next(batch)) bounder.Add(batch);
  return SealBreakerForTest::Sums(std::move(bounder).Finish(), certificate.slots());
}

std::vector<Row> RandomTable(TestRandom& random) {
  std::vector<Row> rows;
  for (int64_t unit = 0; unit < random.Between(0, 30); ++unit) {
    for (int64_t row = random.Between(1, 6); row > 0; --row) {
      rows.push_back({unit, static_cast<uint32_t>(random.Below(3)), random.Unit() * 400 - 200});
    }
  }
  return rows;
}

TEST(BlocksTest, OneUnitMovesTheBlocksSumWithinTheCertificate) {
  const Certificate certificate = CertificateOf(3, SumY(-50, 50, 0, Nats(1000)));
  const int64_t linf = certificate.statistics()[0].linf;
  const auto l1 = static_cast<__int128>(certificate.limits().groups_per_unit_max) * linf;
  TestRandom random(11);
  __int128 most = 0;
  for (int trial = 0; trial < 500; ++trial) {
    const std::vector<Row> rows = RandomTable(random);
    const std::vector<__int128> whole = NumbersOf(certificate, rows, Means);
    for (int64_t gone = 0; gone < 30; ++gone) {
      std::vector<Row> rest;
      for (const Row& row : rows) {
        if (row.unit != gone) rest.push_back(row);
      }
      const std::vector<__int128> without = NumbersOf(certificate, rest, Means);
      __int128 moved = 0;
      for (size_t at = 0; at < whole.size(); ++at) {
        const __int128 change = whole[at] - without[at];
        moved += change < 0 ? -change : change;
      }
      ASSERT_LE(moved, l1);
      most = std::max(most, moved);
    }
  }
  // Replacing an answer moves further than leaving one out: the doubled bound is needed.
  EXPECT_GT(most, l1 / 2);
}

TEST(BlocksTest, UnitsStayInTheirBlockWhoeverElseIsThere) {
  const Certificate certificate = CertificateOf(3, SumY(-50, 50, 0, Nats(1000)));
  std::vector<std::vector<double>> seen;
  const BlockFunction record = [&](const BlockRows& rows) {
    seen.push_back(rows.values.empty() ? std::vector<double>() : rows.values[1]);
    return BlockRows{.groups = {}, .values = {{}, {}}};
  };
  std::vector<Row> rows;
  for (int64_t unit = 0; unit < 20; ++unit) rows.push_back({unit, 0, static_cast<double>(unit)});
  NumbersOf(certificate, rows, record);
  ASSERT_EQ(seen.size(), static_cast<size_t>(kBlocks));
  std::vector<std::vector<double>> expected = seen;
  for (std::vector<double>& block : expected) std::erase(block, 4.0);
  seen.clear();
  rows.erase(rows.begin() + 4);
  NumbersOf(certificate, rows, record);
  EXPECT_EQ(seen, expected);
}

TEST(BlocksTest, AnAnswerWithoutAValueAddsNothingAndAnEmptyBlockAnswersToo) {
  const Certificate certificate = CertificateOf(3, SumY(-50, 50, 0, Nats(1000)));
  int asked = 0;
  const BlockFunction none = [&](const BlockRows&) {
    ++asked;
    return BlockRows{.groups = {1}, .values = {{1}, {kNone}}};
  };
  for (const __int128 number : NumbersOf(certificate, {}, none)) EXPECT_TRUE(number == 0);
  EXPECT_EQ(asked, kBlocks);
  const BlockFunction huge = [](const BlockRows&) {
    return BlockRows{.groups = {1, 1, 1, 1, 1},
                     .values = {{1, 1, 1, 1, 1}, {1e308, 1e308, 1e308, 1e308, 1e308}}};
  };
  // Three answers a group are kept, each clipped.
  const auto numbers = NumbersOf(certificate, {}, huge);
  EXPECT_TRUE(numbers[1] == kBlocks * 3 * certificate.statistics()[0].upper);
}

TEST(BlocksTest, RefusesWhatItsPriceDoesNotCover) {
  QueryPlan plan = VisitsPlan(3, {2, 3});
  plan.measure.blocks = kBlocks;
  plan.measure.statistics = {CountRows(Nats(1000))};
  plan.measure.noise = NoiseKind::kGaussian;
  plan.measure.noise_delta = Delta::FromAtto(1'000'000'000);
  const Amount budget{Nats(1000), Delta::FromAtto(1'000'000'000)};
  EXPECT_FALSE(Certify(plan, VisitsSchema(), budget, DataVersion(1), "").ok());
  plan.measure.noise = NoiseKind::kLaplace;
  EXPECT_TRUE(Certify(plan, VisitsSchema(), budget, DataVersion(1), "").ok());
  plan.measure.blocks = -1;
  EXPECT_FALSE(Certify(plan, VisitsSchema(), budget, DataVersion(1), "").ok());
  plan.measure.blocks = kBlocks;
  // A row has no name of its own: when one goes, all later ones would change their blocks.
  DatasetSchema rows = VisitsSchema();
  rows.tables[0].unit_column.reset();
  EXPECT_FALSE(Certify(plan, rows, budget, DataVersion(1), "").ok());
  // A text's code depends on whose texts the table holds.
  plan.measure.features.push_back(
      {.kind = FeatureKind::kValue, .expression = ColumnExpression(0, ValueType::kText)});
  EXPECT_FALSE(Certify(plan, VisitsSchema(), budget, DataVersion(1), "").ok());
}

}  // namespace
}  // namespace tacit
