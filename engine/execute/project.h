// Turns rows into what crosses the waist: unit, group ordinal and features.
#ifndef TACIT_ENGINE_EXECUTE_PROJECT_H_
#define TACIT_ENGINE_EXECUTE_PROJECT_H_

#include <array>
#include <cstdint>
#include <vector>

#include "engine/execute/evaluate.h"
#include "engine/execute/key_ordinals.h"
#include "engine/plan/nodes/measure.h"
#include "engine/privacy/owned_batch.h"

namespace tacit {

class Project {
 public:
  // The number of groups, the product of the keys' sizes, must fit 32 bits below kNoGroup.
  Project(const MeasureNode& measure, const ScanColumns& columns);

  // Fills `batch` for the set's rows. `units` counts from the set's first row. Spans point into the
  // table where all rows are wanted, else into buffers valid until the next call.
  void Fill(const RowSet& rows, const uint32_t* units, OwnedBatch& batch);

 private:
  // A feature and, for kNotNull, the buffer of its zeros and ones.
  struct PreparedFeature {
    FeatureKind kind = FeatureKind::kOne;
    RowExpressionPtr expression;
    std::vector<int64_t> presence;
  };

  void FillGroups(const RowSet& rows);
  static FeatureArray FillFeature(const RowSet& rows, PreparedFeature& feature);

  std::vector<KeyOrdinals> keys_;
  std::vector<PreparedFeature> features_;
  std::array<uint32_t, kBatchRowsMax> units_;
  std::array<uint32_t, kBatchRowsMax> groups_{};
  std::array<uint32_t, kBatchRowsMax> ordinals_;
};

}  // namespace tacit

#endif  // TACIT_ENGINE_EXECUTE_PROJECT_H_
