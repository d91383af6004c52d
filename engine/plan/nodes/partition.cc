#include "engine/plan/nodes/partition.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "engine/plan/nodes/quoted.h"

namespace tacit {
std::vector<PartitionKey> PartitionOf(const TableSchema& table) {
  std::vector<PartitionKey> keys;
  for (const int column : table.partition_columns) {
    std::vector<Value> values = table.columns[static_cast<size_t>(column)].public_values;
    std::sort(values.begin(), values.end());
    keys.push_back({.column = column, .values = std::move(values)});
  }
  const auto name_of = [&](const PartitionKey& key) -> const std::string& {
    return table.columns[static_cast<size_t>(key.column)].name;
  };
  std::sort(keys.begin(), keys.end(),
            [&](const PartitionKey& a, const PartitionKey& b) { return name_of(a) < name_of(b); });
  int64_t stride = 1;
  for (auto key = keys.rbegin(); key != keys.rend(); ++key) {
    key->stride = stride;
    stride = std::min(stride * static_cast<int64_t>(key->values.size()), kCellsMax + 1);
  }
  return keys;
}

int64_t CellCount(const TableSchema& table) {
  const std::vector<PartitionKey> keys = PartitionOf(table);
  if (keys.empty()) return 1;
  return std::min(keys[0].stride * static_cast<int64_t>(keys[0].values.size()), kCellsMax + 1);
}

std::string PartitionText(const TableSchema& table) {
  std::string text;
  for (const PartitionKey& key : PartitionOf(table)) {
    absl::StrAppend(&text, text.empty() ? Quoted(table.name) : "", " ",
                    Quoted(table.columns[static_cast<size_t>(key.column)].name), " in [");
    for (size_t i = 0; i < key.values.size(); ++i) {
      absl::StrAppend(&text, i > 0 ? ", " : "", ToText(key.values[i]));
    }
    text += "]";
  }
  return text;
}

std::string CellText(const TableSchema& table, int64_t cell) {
  std::string text;
  for (const PartitionKey& key : PartitionOf(table)) {
    const auto digit = static_cast<size_t>(cell / key.stride) % key.values.size();
    absl::StrAppend(&text, text.empty() ? "" : ", ",
                    Quoted(table.columns[static_cast<size_t>(key.column)].name), " = ",
                    ToText(key.values[digit]));
  }
  return text;
}

}  // namespace tacit
