// Rows of visits laid out as the executor would, and what the core makes of them before noise.
#ifndef TACIT_TESTS_ENGINE_PRIVACY_BOUND_FIXTURE_H_
#define TACIT_TESTS_ENGINE_PRIVACY_BOUND_FIXTURE_H_

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/privacy/bound.h"
#include "tests/engine/privacy/plan_fixture.h"
#include "tests/support/tape.h"

namespace tacit {

// Features of the plans here: 0 the constant 1, 1 the real y, 2 the text place.
struct Row {
  int64_t unit = 0;
  uint32_t group = 0;
  double y = 0;
  bool y_valid = true;
  std::string text = "t";
  bool text_valid = true;
};

inline Statistic DistinctText(Epsilon epsilon) {
  return {.name = "count(distinct place)",
          .kind = MeasureKind::kDistinct,
          .feature = 2,
          .bounds = {0, 1},
          .epsilon = epsilon};
}

// Statistics 0 to 5 of every kind that any groups can have.
inline std::vector<Statistic> ManyStatistics() {
  return {CountRows(Nats(100)),     CountUnits(Nats(100)), SumY(-3, 10, 0, Nats(100)),
          SumY(2, 6, 4, Nats(100)), DistinctY(Nats(100)),  DistinctText(Nats(100))};
}
inline constexpr size_t kDistinctText = 5;
inline constexpr size_t kCells = 6;

inline void AddTextFeature(QueryPlan& plan) {
  plan.measure.features.push_back(
      {.kind = FeatureKind::kValue, .expression = ColumnExpression(0, ValueType::kText)});
}

// Public groups: statistic 6 is a quantile besides, of 14 cells.
inline QueryPlan PublicPlan(int groups, ContributionLimits limits,
                            NoiseKind noise = NoiseKind::kLaplace) {
  QueryPlan plan = VisitsPlan(groups, limits);
  AddTextFeature(plan);
  plan.measure.statistics = ManyStatistics();
  Statistic quantile = MedianY(-3, 10, Nats(100));
  quantile.integral = true;
  quantile.quantile = {7, 10};
  plan.measure.statistics.push_back(quantile);
  plan.measure.noise = noise;
  plan.measure.noise_delta = Millionths(1);
  return plan;
}

// Private groups: there is a slot for their units instead.
inline QueryPlan PrivatePlan(ContributionLimits limits, NoiseKind noise = NoiseKind::kLaplace) {
  QueryPlan plan = PrivateVisitsPlan(limits, {.epsilon = Nats(1000), .delta = Millionths(1)});
  AddTextFeature(plan);
  plan.measure.statistics = ManyStatistics();
  plan.measure.noise = noise;
  plan.measure.noise_delta = Millionths(1);
  return plan;
}

inline Value GroupLetter(uint32_t group) { return std::string(1, static_cast<char>('a' + group)); }

class ListedTexts final : public Texts {
 public:
  explicit ListedTexts(std::vector<std::string> texts) : texts_(std::move(texts)) {}
  std::string_view At(int64_t code) const override { return texts_.at(static_cast<size_t>(code)); }
  int64_t CodeOf(const std::string& text) const {
    return std::find(texts_.begin(), texts_.end(), text) - texts_.begin();
  }

 private:
  std::vector<std::string> texts_;
};

struct BoundOptions {
  size_t batch_rows = kBatchRowsMax;
  BoundingKey key{0x1234, 0x5678};
  uint32_t parts = 1;  // ranges of units, each with a bounder of its own
};

// Rows, in unit order, as columns. Codes of texts count the texts of these rows alone; the groups
// are the first `groups` letters or, where a key is private, those that some row is in.
class VisitsData {
 public:
  VisitsData(const Certificate& certificate, uint32_t groups, const std::vector<Row>& rows)
      : certificate_(certificate),
        letters_(LettersOf(certificate, groups, rows)),
        groups_(NamesOf(letters_)),
        texts_(TextsOf(rows)) {
    std::vector<int64_t> ids;
    for (const Row& row : rows) {
      if (ids.empty() || ids.back() != row.unit) ids.push_back(row.unit);
      units_.push_back(static_cast<uint32_t>(ids.size() - 1));
      const auto letter = std::find(letters_.begin(), letters_.end(), row.group);
      groups_of_rows_.push_back(
          letter == letters_.end() ? kNoGroup : static_cast<uint32_t>(letter - letters_.begin()));
      ys_.push_back(row.y);
      ys_valid_.push_back(row.y_valid);
      codes_.push_back(texts_.CodeOf(row.text));
      codes_valid_.push_back(row.text_valid);
    }
    names_ = NumberedUnits(std::move(ids));
  }

  const ListedGroups& groups() const { return groups_; }
  const std::vector<uint32_t>& letters() const { return letters_; }
  const ListedTexts& texts() const { return texts_; }

  // Distinct values are not counted yet.
  Sealed<PartialSums> Bound(const BoundOptions& options = {}) const {
    const std::vector<uint64_t> hashes = HashGroups(groups_, options.key);
    const uint32_t units = units_.empty() ? 0 : units_.back() + 1;
    Sealed<PartialSums> sums = UnitBounder(certificate_, hashes, names_, options.key).Finish();
    size_t end = 0;
    for (uint32_t part = 1; part <= options.parts; ++part) {
      UnitBounder bounder(certificate_, hashes, names_, options.key);
      const size_t begin = end;
      while (end < units_.size() && units_[end] < uint64_t{units} * part / options.parts) ++end;
      for (size_t first = begin; first < end; first += options.batch_rows) {
        bounder.Add(Batch(first, std::min(options.batch_rows, end - first)));
      }
      UnitBounder::Merge(certificate_, sums, std::move(bounder).Finish());
    }
    return sums;
  }

 private:
  static std::vector<uint32_t> LettersOf(const Certificate& certificate, uint32_t groups,
                                         const std::vector<Row>& rows) {
    std::vector<uint32_t> letters;
    for (uint32_t letter = 0; letter < groups; ++letter) {
      const bool present = std::any_of(rows.begin(), rows.end(),
                                       [&](const Row& row) { return row.group == letter; });
      if (certificate.group_count().has_value() || present) letters.push_back(letter);
    }
    return letters;
  }

  static ListedGroups NamesOf(const std::vector<uint32_t>& letters) {
    std::vector<Value> values;
    for (const uint32_t letter : letters) values.push_back(GroupLetter(letter));
    return ListedGroups(values);
  }

  static ListedTexts TextsOf(const std::vector<Row>& rows) {
    std::set<std::string> texts;
    for (const Row& row : rows) texts.insert(row.text);
    return ListedTexts({texts.begin(), texts.end()});
  }

  OwnedBatch Batch(size_t first, size_t rows) const {
    OwnedBatch batch;
    batch.unit = absl::MakeConstSpan(units_).subspan(first, rows);
    batch.group = absl::MakeConstSpan(groups_of_rows_).subspan(first, rows);
    batch.features = {FeatureArray{},
                      FeatureArray{.floats = absl::MakeConstSpan(ys_).subspan(first, rows),
                                   .valid = absl::MakeConstSpan(ys_valid_).subspan(first, rows)},
                      FeatureArray{.integers = absl::MakeConstSpan(codes_).subspan(first, rows),
                                   .valid = absl::MakeConstSpan(codes_valid_).subspan(first, rows),
                                   .texts = &texts_}};
    return batch;
  }

  const Certificate& certificate_;
  std::vector<uint32_t> letters_;
  ListedGroups groups_;
  ListedTexts texts_;
  NumberedUnits names_{{}};
  std::vector<uint32_t> units_;
  std::vector<uint32_t> groups_of_rows_;
  std::vector<double> ys_;
  std::vector<uint8_t> ys_valid_;
  std::vector<int64_t> codes_;
  std::vector<uint8_t> codes_valid_;
};

// What was bounded, by letter, so that databases with other groups and other texts compare.
struct Bounded {
  std::vector<std::vector<__int128>> numbers;                    // [letter][slot]
  std::set<std::tuple<uint32_t, uint32_t, std::string>> values;  // statistic, letter, content
  friend bool operator==(const Bounded&, const Bounded&) = default;
};

inline Bounded BoundRows(const Certificate& certificate, uint32_t groups,
                         const std::vector<Row>& rows, const BoundOptions& options = {}) {
  const VisitsData data(certificate, groups, rows);
  Sealed<PartialSums> sums = data.Bound(options);
  Bounded bounded;
  for (const DistinctValue& value : SealBreakerForTest::Content(sums).values) {
    const bool is_text = certificate.statistics()[value.statistic].feature == 2;
    bounded.values.insert(
        {value.statistic, data.letters()[value.group],
         is_text ? std::string(data.texts().At(value.value)) : std::to_string(value.value)});
  }
  UnitBounder::CountDistinct(certificate, sums);
  const size_t slots = certificate.slots();
  bounded.numbers.assign(groups, std::vector<__int128>(slots));
  const std::vector<__int128> numbers = SealBreakerForTest::Sums(sums, slots);
  for (size_t group = 0; group < data.letters().size(); ++group) {
    const auto first = numbers.begin() + static_cast<int64_t>(group * slots);
    bounded.numbers[data.letters()[group]].assign(first, first + static_cast<int64_t>(slots));
  }
  return bounded;
}

}  // namespace tacit

#endif  // TACIT_TESTS_ENGINE_PRIVACY_BOUND_FIXTURE_H_
