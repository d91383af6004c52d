#include "engine/execute/groups.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "accountant/check.h"
#include "engine/execute/evaluate.h"
#include "engine/execute/execute.h"
#include "engine/execute/key_ordinals.h"
#include "engine/execute/scan.h"

namespace tacit {
namespace {

class PublicGroups final : public Groups {
 public:
  explicit PublicGroups(const std::vector<GroupKey>& keys) : keys_(keys) {
    for (const GroupKey& key : keys) size_ *= key.values.size();
    TACIT_CHECK(size_ < kNoGroup);
  }

  size_t size() const override { return size_; }

  std::vector<Value> KeysOf(uint32_t group) const override {
    std::vector<Value> keys(keys_.size());
    size_t rest = group;
    for (size_t i = keys_.size(); i-- > 0;) {
      keys[i] = keys_[i].values[rest % keys_[i].values.size()];
      rest /= keys_[i].values.size();
    }
    return keys;
  }

  absl::Span<const uint32_t> group_of_row() const override { return {}; }

 private:
  const std::vector<GroupKey>& keys_;
  size_t size_ = 1;
};

// The ordinal of each row's value of one key, and the values by ordinal in the key's order.
struct KeyColumn {
  std::vector<uint32_t> ordinals;
  std::vector<Value> values;
};

// Runs `write(rows, at)` over all rows of the table, a batch at a time.
template <typename Write>
void ForEachBatch(const Table& table, Write write) {
  Scan scan(table, {0, table.unit_count});
  RowSet rows;
  while (scan.Next(rows)) write(rows);
}

KeyColumn ReadPublicKey(const GroupKey& key, const ScanColumns& columns, const Table& table) {
  KeyColumn column{.ordinals = std::vector<uint32_t>(table.row_count), .values = key.values};
  KeyOrdinals ordinals(key, columns);
  ForEachBatch(table, [&](const RowSet& rows) {
    ordinals.Write(rows, column.ordinals.data() + rows.first);
  });
  return column;
}

// A value of any key type as 64 bits that are equal exactly when the values are.
int64_t BitsOf(const ValueVector& values, ValueType type, int i) {
  if (type == ValueType::kInt64 || type == ValueType::kDate) return values.integers[i];
  if (type == ValueType::kBool) return values.booleans[i];
  return values.codes[i];
}

Value ValueOfBits(int64_t bits, const RowExpression& expression) {
  if (expression.type() == ValueType::kInt64) return bits;
  if (expression.type() == ValueType::kDate) return Date{bits};
  if (expression.type() == ValueType::kBool) return bits != 0;
  return std::string(expression.dictionary()->At(static_cast<uint32_t>(bits)));
}

// The different values of the column in ascending order; codes ascend as their texts do.
KeyColumn ReadPrivateKey(const GroupKey& key, const ScanColumns& columns, const Table& table) {
  const RowExpressionPtr expression = Prepare(*key.expression, columns);
  TACIT_CHECK(expression->type() != ValueType::kFloat64);
  KeyColumn column{.ordinals = std::vector<uint32_t>(table.row_count)};
  absl::flat_hash_map<int64_t, uint32_t> places;  // by order of arrival
  std::vector<int64_t> arrived;
  bool has_null = false;
  ForEachBatch(table, [&](const RowSet& rows) {
    const ValueVector values = expression->Evaluate(rows);
    for (int i = 0; i < rows.count; ++i) {
      uint32_t& ordinal = column.ordinals[rows.first + i];
      if (values.valid != nullptr && values.valid[i] == 0) {
        ordinal = kNoGroup;
        has_null = true;
        continue;
      }
      const int64_t bits = BitsOf(values, expression->type(), i);
      const auto [found, is_new] = places.try_emplace(bits, arrived.size());
      if (is_new) arrived.push_back(bits);
      ordinal = found->second;
    }
  });
  std::vector<int64_t> sorted = arrived;
  std::sort(sorted.begin(), sorted.end());
  std::vector<uint32_t> ordinal_of_arrival(arrived.size());
  for (uint32_t i = 0; i < sorted.size(); ++i) {
    ordinal_of_arrival[places.at(sorted[i])] = i;
    column.values.push_back(ValueOfBits(sorted[i], *expression));
  }
  if (has_null) column.values.emplace_back();
  const auto null_ordinal = static_cast<uint32_t>(sorted.size());
  for (uint32_t& ordinal : column.ordinals) {
    ordinal = ordinal == kNoGroup ? null_ordinal : ordinal_of_arrival[ordinal];
  }
  return column;
}

// Key by key: the groups of the first keys, then the pairs of (group so far, next value) that
// occur.
class PrivateGroups final : public Groups {
 public:
  PrivateGroups(const MeasureNode& measure, const Table& table)
      : group_of_row_(table.row_count, 0), ordinals_of_group_(1) {
    const ScanColumns columns(ScanOf(measure.input), table);
    for (const GroupKey& key : measure.keys) {
      KeyColumn column = key.is_private() ? ReadPrivateKey(key, columns, table)
                                          : ReadPublicKey(key, columns, table);
      Refine(column.ordinals);
      values_.push_back(std::move(column.values));
    }
  }

  size_t size() const override { return ordinals_of_group_.size(); }

  std::vector<Value> KeysOf(uint32_t group) const override {
    std::vector<Value> keys;
    for (size_t i = 0; i < values_.size(); ++i) {
      keys.push_back(values_[i][ordinals_of_group_[group][i]]);
    }
    return keys;
  }

  absl::Span<const uint32_t> group_of_row() const override { return group_of_row_; }

 private:
  void Refine(const std::vector<uint32_t>& ordinals) {
    absl::flat_hash_map<uint64_t, uint32_t> places;
    for (size_t row = 0; row < ordinals.size(); ++row) {
      uint32_t& group = group_of_row_[row];
      if (group != kNoGroup && ordinals[row] != kNoGroup) {
        places.try_emplace(uint64_t{group} << 32 | ordinals[row], 0);
      }
    }
    std::vector<uint64_t> pairs;
    pairs.reserve(places.size());
    for (const auto& [pair, place] : places) pairs.push_back(pair);
    std::sort(pairs.begin(), pairs.end());
    TACIT_CHECK(pairs.size() < kNoGroup);
    std::vector<std::vector<uint32_t>> refined;
    refined.reserve(pairs.size());
    for (uint32_t i = 0; i < pairs.size(); ++i) {
      places[pairs[i]] = i;
      refined.push_back(ordinals_of_group_[pairs[i] >> 32]);
      refined.back().push_back(static_cast<uint32_t>(pairs[i]));
    }
    for (size_t row = 0; row < ordinals.size(); ++row) {
      uint32_t& group = group_of_row_[row];
      const bool is_listed = group != kNoGroup && ordinals[row] != kNoGroup;
      group = is_listed ? places.at(uint64_t{group} << 32 | ordinals[row]) : kNoGroup;
    }
    ordinals_of_group_ = std::move(refined);
  }

  std::vector<uint32_t> group_of_row_;
  std::vector<std::vector<Value>> values_;                // by key and ordinal
  std::vector<std::vector<uint32_t>> ordinals_of_group_;  // one a key so far
};

}  // namespace

std::unique_ptr<Groups> GroupsOf(const MeasureNode& measure, const Table& table) {
  const bool is_private = std::any_of(measure.keys.begin(), measure.keys.end(),
                                      [](const GroupKey& key) { return key.is_private(); });
  if (is_private) return std::make_unique<PrivateGroups>(measure, table);
  return std::make_unique<PublicGroups>(measure.keys);
}

}  // namespace tacit
