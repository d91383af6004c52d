// A measure over the visits table, and all its batches as plain rows.
#ifndef TACIT_TESTS_ENGINE_EXECUTE_MEASURES_H_
#define TACIT_TESTS_ENGINE_EXECUTE_MEASURES_H_

#include <memory>
#include <string>
#include <vector>

#include "engine/execute/execute.h"
#include "tests/engine/execute/expressions.h"

namespace tacit {

// SELECT label, COUNT(*), COUNT(amount), SUM(amount) ... GROUP BY label, with keys b, a and NULL.
inline MeasureNode VisitsMeasure() {
  MeasureNode measure;
  measure.input = std::make_shared<const ScanNode>(ScanNode{.table = "visits", .columns = {1, 2}});
  measure.keys.push_back({.name = "label",
                          .expression = Column(0, ValueType::kText),
                          .values = {Text("b"), Text("a"), Null()}});
  measure.features.push_back({.kind = FeatureKind::kOne, .expression = nullptr});
  measure.features.push_back(
      {.kind = FeatureKind::kNotNull, .expression = Column(1, ValueType::kFloat64)});
  measure.features.push_back(
      {.kind = FeatureKind::kValue, .expression = Column(1, ValueType::kFloat64)});
  return measure;
}

inline PlanNode FilterOf(PlanNode input, ExpressionPtr predicate) {
  return std::make_shared<const FilterNode>(
      FilterNode{.input = std::move(input), .predicate = std::move(predicate)});
}

// One row as the core would see it.
struct OwnedRow {
  uint32_t unit = 0;
  uint32_t group = 0;
  std::vector<Value> features;
  friend bool operator==(const OwnedRow&, const OwnedRow&) = default;
};

inline Value FeatureAt(const FeatureArray& feature, int row) {
  if (!feature.valid.empty() && feature.valid[row] == 0) return Null();
  if (feature.texts != nullptr) {
    return Text(std::string(feature.texts->At(feature.integers[row])));
  }
  if (!feature.integers.empty()) return Int(feature.integers[row]);
  if (!feature.floats.empty()) return Real(feature.floats[row]);
  return Int(1);
}

inline std::vector<OwnedRow> Drain(BatchSource& source) {
  std::vector<OwnedRow> rows;
  OwnedBatch batch;
  while (source.Next(batch)) {
    EXPECT_GT(batch.row_count(), 0);
    EXPECT_LE(batch.row_count(), kBatchRowsMax);
    EXPECT_EQ(batch.group.size(), batch.unit.size());
    for (int i = 0; i < batch.row_count(); ++i) {
      OwnedRow row = {.unit = batch.unit[i], .group = batch.group[i], .features = {}};
      for (const FeatureArray& feature : batch.features)
        row.features.push_back(FeatureAt(feature, i));
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

inline std::vector<OwnedRow> RunMeasure(const MeasureNode& measure, const Table& table,
                                        UnitRange units) {
  const std::unique_ptr<Groups> groups = GroupsOf(measure, table);
  return Drain(*Execute(measure, table, *groups, units));
}

inline std::vector<OwnedRow> RunMeasure(const MeasureNode& measure, const Table& table) {
  return RunMeasure(measure, table, {.begin = 0, .end = table.unit_count});
}

}  // namespace tacit

#endif  // TACIT_TESTS_ENGINE_EXECUTE_MEASURES_H_
