// Maps each row's value of one public group key to its position in the declared list.
#ifndef TACIT_ENGINE_EXECUTE_KEY_ORDINALS_H_
#define TACIT_ENGINE_EXECUTE_KEY_ORDINALS_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "engine/execute/evaluate.h"
#include "engine/plan/nodes/measure.h"

namespace tacit {

class KeyOrdinals {
 public:
  // The key's values must be distinct and of its expression's type, or NULL.
  KeyOrdinals(const GroupKey& key, const ScanColumns& columns);

  // Number of listed values.
  uint32_t size() const { return size_; }
  // Writes the position of each row's value, kNoGroup where it is not listed.
  void Write(const RowSet& rows, uint32_t* ordinals);

 private:
  void PrepareIntegers(const std::vector<std::pair<int64_t, uint32_t>>& sorted);
  void WriteIntegers(const RowSet& rows, const int64_t* values, uint32_t* ordinals) const;
  void WriteFloats(const RowSet& rows, const double* values, uint32_t* ordinals) const;

  RowExpressionPtr expression_;
  uint32_t size_;
  uint32_t null_ordinal_ = kNoGroup;
  // Ordinal by code of the dictionary, by boolean, or by integer - `table_first_`.
  std::vector<uint32_t> table_;
  int64_t table_first_ = 0;
  // Where a table would be too large: ascending values with their ordinals.
  std::vector<std::pair<int64_t, uint32_t>> sorted_integers_;
  std::vector<std::pair<double, uint32_t>> sorted_floats_;
};

}  // namespace tacit

#endif  // TACIT_ENGINE_EXECUTE_KEY_ORDINALS_H_
