#include "engine/privacy/bound_unit.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "tests/engine/privacy/bound_fixture.h"
#include "tests/support/statistics.h"

namespace tacit {
namespace {

constexpr int64_t kRowMost = int64_t{1} << 62;  // as Quantise clips rows of a unit total

// Units and groups named by letters, entries given as Quantise would make them.
class UnitRowsTest : public testing::Test {
 protected:
  static constexpr uint32_t kGroups = 6;

  void Open(ContributionLimits limits, bool is_private = false, BoundingKey key = {1, 2}) {
    certificate_.emplace(
        MustCertify(is_private ? PrivatePlan(limits) : PublicPlan(kGroups, limits)));
    key_ = key;
    std::vector<Value> letters;
    for (uint32_t group = 0; group < kGroups; ++group) letters.push_back(GroupLetter(group));
    hashes_ = HashGroups(ListedGroups(letters), key_);
    rows_.emplace(*certificate_, hashes_, names_, key_);
    sums_ = PartialSums();
    sums_.numbers.assign(kGroups * certificate_->slots(), 0);
  }

  // A row of entries: 1 for the counts, `y` for the sums, the cell and the number, `code` for a
  // text.
  struct Entry {
    uint32_t group;
    int64_t y;
    int64_t code = 0;
  };

  void Add(uint32_t unit, const std::vector<Entry>& entries, const Texts* texts = nullptr) {
    const size_t statistics = certificate_->statistics().size();
    std::vector<std::vector<int64_t>> columns(statistics);
    std::vector<uint32_t> groups;
    for (const Entry& entry : entries) {
      groups.push_back(entry.group);
      for (size_t i = 0; i < statistics; ++i) {
        columns[i].push_back(i < 2 ? 1 : i == kDistinctText ? entry.code : entry.y);
      }
    }
    std::vector<const Texts*> texts_of(statistics);
    std::vector<std::string> same(20, "t");
    const ListedTexts one_text(same);
    texts_of[kDistinctText] = texts == nullptr ? &one_text : texts;
    rows_->Add(unit, groups, {columns, 0}, texts_of, sums_);
  }

  int64_t Number(uint32_t group, size_t statistic, size_t cell = 0) const {
    const size_t slot = certificate_->statistics()[statistic].slot + cell;
    return static_cast<int64_t>(sums_.numbers[group * certificate_->slots() + slot]);
  }
  int64_t UnitsIn(uint32_t group) const {
    return static_cast<int64_t>(sums_.numbers[(group + 1) * certificate_->slots() - 1]);
  }
  int64_t ValuesOf(uint32_t statistic, uint32_t group) const {
    return std::count_if(sums_.values.begin(), sums_.values.end(), [&](const DistinctValue& v) {
      return v.statistic == statistic && v.group == group;
    });
  }

  std::optional<Certificate> certificate_;
  BoundingKey key_;
  NumberedUnits names_{{10, 20, 30, 10}};  // the last bears the first one's name
  std::vector<uint64_t> hashes_;
  std::optional<UnitRows> rows_;
  PartialSums sums_;
};

TEST_F(UnitRowsTest, KeepsGroupsRowsCellsAndValuesWithinTheLimits) {
  for (int64_t groups_max = 1; groups_max <= 7; ++groups_max) {
    for (int64_t rows_max = 1; rows_max <= 12; ++rows_max) {
      Open({groups_max, rows_max});
      std::vector<Entry> entries;
      for (int64_t i = 0; i < 60; ++i) {
        entries.push_back({static_cast<uint32_t>(i % kGroups), i / kGroups, i / kGroups});
      }
      std::vector<std::string> texts;
      for (int i = 0; i < 10; ++i) texts.push_back("text" + std::to_string(i));
      const ListedTexts listed(texts);
      Add(0, entries, &listed);
      int64_t groups = 0;
      for (uint32_t group = 0; group < kGroups; ++group) {
        const int64_t kept = Number(group, 0);
        if (kept == 0) {
          EXPECT_EQ(Number(group, 1), 0);
          EXPECT_EQ(ValuesOf(4, group) + ValuesOf(5, group), 0);
          continue;
        }
        ++groups;
        int64_t cells = 0;
        for (size_t cell = 0; cell < 14; ++cell) cells += Number(group, kCells, cell);
        EXPECT_EQ(kept, std::min<int64_t>(rows_max, 10));
        EXPECT_EQ(cells, kept);
        EXPECT_EQ(ValuesOf(4, group), std::min<int64_t>(rows_max, 10));
        EXPECT_EQ(ValuesOf(5, group), std::min<int64_t>(rows_max, 10));
        EXPECT_EQ(Number(group, 1), 1);
      }
      EXPECT_EQ(groups, std::min<int64_t>(groups_max, kGroups));
    }
  }
}

TEST_F(UnitRowsTest, AValueSeenManyTimesIsOneValue) {
  Open({1, 3});
  Add(0, std::vector<Entry>(50, {0, 7}));
  Add(1, std::vector<Entry>(50, {0, 7}));
  EXPECT_EQ(ValuesOf(4, 0), 1);
  EXPECT_EQ(Number(0, 0), 6);
}

// What a unit does follows its name, not its place among the others nor who came before.
TEST_F(UnitRowsTest, ChoicesFollowTheUnitsNameAlone) {
  TestRandom random(1);
  int different = 0;
  for (int trial = 0; trial < 200; ++trial) {
    std::vector<Entry> entries;
    const int64_t rows = random.Between(5, 60);
    for (int64_t i = 0; i < rows; ++i) {
      entries.push_back({static_cast<uint32_t>(random.Below(kGroups)), random.Between(0, 13)});
    }
    const BoundingKey key{random.Below(~uint64_t{0}), random.Below(~uint64_t{0})};
    std::vector<PartialSums> results;
    for (const uint32_t unit : {0, 3, 1}) {
      Open({2, 2}, false, key);
      if (unit == 3) Add(2, std::vector<Entry>(30, {5, 1}));
      const std::vector<__int128> before = sums_.numbers;
      Add(unit, entries);
      for (size_t i = 0; i < before.size(); ++i) sums_.numbers[i] -= before[i];
      results.push_back(sums_);
    }
    ASSERT_TRUE(results[0].numbers == results[1].numbers);
    different += results[0].numbers != results[2].numbers;
  }
  EXPECT_GT(different, 100);  // another name chooses otherwise
}

// Codes may be any: the same texts under other codes lead to the same choice.
TEST_F(UnitRowsTest, TextsAreChosenByContent) {
  std::vector<std::string> texts;
  for (int i = 0; i < 20; ++i) texts.push_back("text" + std::to_string(i));
  std::vector<std::string> turned(texts.rbegin(), texts.rend());
  std::rotate(turned.begin(), turned.begin() + 7, turned.end());
  const ListedTexts one(texts);
  const ListedTexts other(turned);
  for (uint64_t key = 0; key < 200; ++key) {
    std::set<std::string> chosen[2];
    for (const int side : {0, 1}) {
      const ListedTexts& listed = side == 0 ? one : other;
      Open({1, 4}, false, {key, 99});
      std::vector<Entry> entries;
      for (const std::string& text : texts) entries.push_back({2, 1, listed.CodeOf(text)});
      Add(0, entries, &listed);
      for (const DistinctValue& value : sums_.values) {
        if (value.statistic == kDistinctText) chosen[side].emplace(listed.At(value.value));
      }
    }
    ASSERT_EQ(chosen[0].size(), 4);
    ASSERT_EQ(chosen[0], chosen[1]);
  }
}

// Each of ten rows, values and groups has the same chance, or answers would be biased.
TEST_F(UnitRowsTest, ChoicesAreEven) {
  constexpr int64_t kTrials = 20'000;
  std::vector<int64_t> rows(10);
  std::vector<int64_t> values(10);
  Open({1, 3});
  std::vector<Entry> entries;
  for (int64_t i = 0; i < 10; ++i) entries.push_back({0, i});
  TestRandom random(2);
  for (int64_t trial = 0; trial < kTrials; ++trial) {
    key_ = {random.Below(~uint64_t{0}), random.Below(~uint64_t{0})};
    std::fill(sums_.numbers.begin(), sums_.numbers.end(), 0);
    sums_.values.clear();
    Add(0, entries);
    for (size_t i = 0; i < 10; ++i) rows[i] += Number(0, kCells, i);
    for (const DistinctValue& value : sums_.values) {
      if (value.statistic == 4) ++values[static_cast<size_t>(value.value)];
    }
  }
  for (size_t i = 0; i < 10; ++i) {
    EXPECT_LT(std::fabs(BinomialDeviation(rows[i], kTrials, 0.3)), kNormalTwoSided) << i;
    EXPECT_LT(std::fabs(BinomialDeviation(values[i], kTrials, 0.3)), kNormalTwoSided) << i;
  }
}

TEST_F(UnitRowsTest, NullsBringNothingButTheUnit) {
  Open({2, 5}, true);
  Add(0, {{1, kNoEntry, kNoEntry}, {1, kNoEntry, kNoEntry}});
  EXPECT_EQ(UnitsIn(1), 1);
  EXPECT_EQ(sums_.values.size(), 0);
  Open({2, 5});
  Add(0, {{1, kNoEntry, kNoEntry}, {1, 4, kNoEntry}, {kNoGroup, 4, 3}});
  for (size_t cell = 0; cell < 14; ++cell) {
    EXPECT_EQ(Number(1, kCells, cell), cell == 4 ? 1 : 0);
  }
  EXPECT_EQ(ValuesOf(4, 1), 1);
  EXPECT_EQ(ValuesOf(5, 1), 0);
  for (const uint32_t group : {0, 2, 3, 4, 5}) EXPECT_EQ(Number(group, 0), 0);
}

TEST_F(UnitRowsTest, AUnitCountsOnceInEachKeptGroup) {
  Open({4, 1}, true);
  std::vector<Entry> entries;
  for (uint32_t i = 0; i < 60; ++i) entries.push_back({i % kGroups, 1});
  Add(0, entries);
  Add(1, {{3, 1}});
  Add(2, {{kNoGroup, 1}, {kNoGroup, 1}});
  int64_t units = 0;
  for (uint32_t group = 0; group < kGroups; ++group) {
    units += UnitsIn(group);
    EXPECT_EQ(UnitsIn(group) > 0, Number(group, 0) > 0);
  }
  EXPECT_EQ(units, 5);
}

// Entries of the largest magnitude add without overflow, and the total alone is clipped.
TEST_F(UnitRowsTest, ATotalIsClippedOnceWhateverItsRows) {
  QueryPlan plan = PublicPlan(kGroups, {2, 3});
  plan.measure.statistics = {CountUnits(Nats(1))};
  plan.measure.statistics[0].bounds = {-4, 9};
  Open({2, 3});
  certificate_.emplace(MustCertify(plan));
  rows_.emplace(*certificate_, hashes_, names_, key_);
  const auto total = [&](const std::vector<int64_t>& entries) {
    sums_.numbers.assign(kGroups, 0);
    const std::vector<uint32_t> groups(entries.size(), 4);
    rows_->Add(0, groups, {{entries}, 0}, std::vector<const Texts*>(1), sums_);
    return static_cast<int64_t>(sums_.numbers[4]);
  };
  EXPECT_EQ(total({5, 3}), 8);
  EXPECT_EQ(total({5, 3, -1, -1, -1, -1}), 4);  // more rows than a sum by rows could keep
  EXPECT_EQ(total(std::vector<int64_t>(100'000, kRowMost)), 9);
  EXPECT_EQ(total(std::vector<int64_t>(100'000, -kRowMost)), -4);
  std::vector<int64_t> cancelling(100'000, kRowMost);
  std::fill(cancelling.begin(), cancelling.begin() + 50'000, -kRowMost);
  cancelling.push_back(6);
  EXPECT_EQ(total(cancelling), 6);
}

// Rows given as a part of longer columns.
TEST_F(UnitRowsTest, EntriesBeginWhereTheySay) {
  Open({2, 3});
  std::vector<std::vector<int64_t>> columns(certificate_->statistics().size(), {1, 2, 3, 4, 5});
  const std::vector<std::string> texts(6, "t");
  const ListedTexts listed(texts);
  std::vector<const Texts*> texts_of(columns.size());
  texts_of[kDistinctText] = &listed;
  const std::vector<uint32_t> groups = {0, 3};
  rows_->Add(1, groups, {columns, 2}, texts_of, sums_);
  EXPECT_EQ(Number(0, 0), 3);
  EXPECT_EQ(Number(3, 0), 4);
  EXPECT_EQ(Number(3, kCells, 4), 1);
  EXPECT_TRUE(sums_.values.contains({4, 0, 3}));
}

}  // namespace
}  // namespace tacit
