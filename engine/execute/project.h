// Turns rows into what crosses the waist: unit, group ordinal and features.
#ifndef TACIT_ENGINE_EXECUTE_PROJECT_H_
#define TACIT_ENGINE_EXECUTE_PROJECT_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "engine/execute/evaluate.h"
#include "engine/execute/groups.h"
#include "engine/execute/key_ordinals.h"
#include "engine/plan/nodes/measure.h"
#include "engine/privacy/owned_batch.h"

namespace tacit {

class Project {
 public:
  // `groups` are the measure's, over the columns' table; all must outlive this.
  Project(const MeasureNode& measure, const ScanColumns& columns, const Groups& groups);

  // Fills `batch` for the set's rows. `units` counts from the set's first row. Spans point into the
  // table where all rows are wanted, else into buffers valid until the next call.
  void Fill(const RowSet& rows, const uint32_t* units, OwnedBatch& batch);

 private:
  // The texts of a dictionary, by code.
  class DictionaryTexts final : public Texts {
   public:
    explicit DictionaryTexts(const Dictionary& dictionary) : dictionary_(dictionary) {}
    std::string_view At(int64_t code) const override {
      return dictionary_.At(static_cast<uint32_t>(code));
    }

   private:
    const Dictionary& dictionary_;
  };

  // A feature and the buffer of what has no array of its own: presence as zeros and ones, booleans,
  // codes of text.
  struct PreparedFeature {
    FeatureKind kind = FeatureKind::kOne;
    RowExpressionPtr expression;
    std::vector<int64_t> integers;
    std::unique_ptr<DictionaryTexts> texts;
  };

  void FillGroups(const RowSet& rows);
  static FeatureArray FillFeature(const RowSet& rows, PreparedFeature& feature);

  const Groups& group_names_;
  std::vector<KeyOrdinals> keys_;  // none where the groups name each row's
  std::vector<PreparedFeature> features_;
  std::array<uint32_t, kBatchRowsMax> units_;
  std::array<uint32_t, kBatchRowsMax> groups_{};
  std::array<uint32_t, kBatchRowsMax> ordinals_;
};

}  // namespace tacit

#endif  // TACIT_ENGINE_EXECUTE_PROJECT_H_
