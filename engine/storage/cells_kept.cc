#include "engine/storage/cells_kept.h"

#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "accountant/refusal.h"

namespace tacit {
namespace {

// Negative, zero or positive, as units are ordered; of two columns of one type without NULL.
int Compare(const ColumnArray& a, size_t row_a, const ColumnArray& b, size_t row_b) {
  if (a.type == ValueType::kText) {
    return a.dictionary.At(a.codes[row_a]).compare(b.dictionary.At(b.codes[row_b]));
  }
  const bool is_boolean = a.type == ValueType::kBool;
  const int64_t left = is_boolean ? a.booleans[row_a] : a.integers[row_a];
  const int64_t right = is_boolean ? b.booleans[row_b] : b.integers[row_b];
  return left < right ? -1 : static_cast<int>(left > right);
}

}  // namespace

absl::Status CheckCellsKept(const Table& before, const Table& after) {
  if (before.unit_offsets.empty() || after.unit_offsets.empty()) return absl::OkStatus();
  size_t old_unit = 0;
  size_t new_unit = 0;
  while (old_unit + 1 < before.unit_offsets.size() && new_unit + 1 < after.unit_offsets.size()) {
    const int order = Compare(before.unit_ids, old_unit, after.unit_ids, new_unit);
    for (const int index : after.schema.partition_columns) {
      if (order != 0) break;
      const auto column = static_cast<size_t>(index);
      if (Compare(before.columns[column], before.unit_offsets[old_unit], after.columns[column],
                  after.unit_offsets[new_unit]) == 0) {
        continue;
      }
      const std::string& name = after.schema.columns[column].name;
      return Refuse(
          Reason::kSourceInvalid,
          absl::StrCat("table \"", after.schema.name, "\", column \"", name,
                       "\": a unit has left the cell it had in the version before"),
          {.fix = "give each person the value he was first published with", .field = name});
    }
    if (order <= 0) ++old_unit;
    if (order >= 0) ++new_unit;
  }
  return absl::OkStatus();
}

}  // namespace tacit
