// What crosses the waist: rows, each tagged with the one unit that owns it, in unit order.
#ifndef TACIT_ENGINE_PRIVACY_OWNED_BATCH_H_
#define TACIT_ENGINE_PRIVACY_OWNED_BATCH_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/types/span.h"

namespace tacit {

inline constexpr int kBatchRowsMax = 2048;

// A row of no listed group. It is dropped before anything is counted or chosen.
inline constexpr uint32_t kNoGroup = 0xffffffff;

// One feature of a batch. Exactly one of the arrays is set, or none for the constant 1.
// `valid` holds 1 where the row has a value, 0 where it is NULL; empty: all valid.
struct FeatureArray {
  absl::Span<const int64_t> integers;
  absl::Span<const double> floats;
  absl::Span<const uint8_t> valid;
};

// `unit` is the unit's position in the table, never decreasing within a batch nor from one batch to
// the next. `group` is the position in the product of the measure's key values, last key fastest.
struct OwnedBatch {
  absl::Span<const uint32_t> unit;
  absl::Span<const uint32_t> group;
  std::vector<FeatureArray> features;  // as MeasureNode::features
  int row_count() const { return static_cast<int>(unit.size()); }
};

// The unit's own name, for choices that must not depend on who else is in the data. Not printable.
class UnitNames {
 public:
  virtual ~UnitNames() = default;
  // Canonical bytes of the original id of `unit`; equal for the same person in any database.
  virtual std::string_view NameOf(uint32_t unit) const = 0;
};

// Yields the batches of a contiguous range of units.
class BatchSource {
 public:
  virtual ~BatchSource() = default;
  // Fills `batch`, valid until the next call; false at the end. Cannot fail: expressions are total.
  virtual bool Next(OwnedBatch& batch) = 0;
};

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_OWNED_BATCH_H_
