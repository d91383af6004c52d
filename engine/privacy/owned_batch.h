// What crosses the waist: rows, each tagged with the one unit that owns it, in unit order.
#ifndef TACIT_ENGINE_PRIVACY_OWNED_BATCH_H_
#define TACIT_ENGINE_PRIVACY_OWNED_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "engine/plan/nodes/value.h"

namespace tacit {

inline constexpr int kBatchRowsMax = 2048;

// A row of no listed group. It is dropped before anything is counted or chosen.
inline constexpr uint32_t kNoGroup = 0xffffffff;

// The strings that the codes of a text feature stand for. Fixed for a query.
class Texts {
 public:
  virtual ~Texts() = default;
  virtual std::string_view At(int64_t code) const = 0;
};

// One feature of a batch. Exactly one of the arrays is set, or none for the constant 1.
// `valid` holds 1 where the row has a value, 0 where it is NULL; empty: all valid. Of a text
// feature `integers` are codes into `texts`, and only different values of it can be counted.
struct FeatureArray {
  absl::Span<const int64_t> integers;
  absl::Span<const double> floats;
  absl::Span<const uint8_t> valid;
  const Texts* texts = nullptr;
};

// `unit` is the unit's position in the table, never decreasing within a batch nor from one batch to
// the next. `group` is a position in the query's GroupNames.
struct OwnedBatch {
  absl::Span<const uint32_t> unit;
  absl::Span<const uint32_t> group;
  absl::Span<const uint32_t> cell;     // of each row's unit; set when the measure names cells
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

// The groups a row may be in, in the order of their keys. With private keys these are the groups of
// the table, private like its rows: only the core may let a key out.
class GroupNames {
 public:
  virtual ~GroupNames() = default;
  virtual size_t size() const = 0;
  virtual std::vector<Value> KeysOf(uint32_t group) const = 0;
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
