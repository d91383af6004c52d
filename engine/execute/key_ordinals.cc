#include "engine/execute/key_ordinals.h"

#include <algorithm>
#include <string>

#include "accountant/check.h"

namespace tacit {
namespace {

// The widest range of integers that is looked up by position: 1 MiB of ordinals.
constexpr uint64_t kTableSizeMax = uint64_t{1} << 18;

// The key's values with their positions, ascending by value; NULL is left out.
template <typename T>
std::vector<std::pair<T, uint32_t>> SortedValues(const GroupKey& key) {
  std::vector<std::pair<T, uint32_t>> sorted;
  for (uint32_t i = 0; i < key.values.size(); ++i) {
    if (!IsNull(key.values[i])) sorted.emplace_back(std::get<T>(key.values[i]), i);
  }
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

// Dates as the days that rows hold.
std::vector<std::pair<int64_t, uint32_t>> SortedDays(const GroupKey& key) {
  std::vector<std::pair<int64_t, uint32_t>> sorted;
  for (const auto& [date, ordinal] : SortedValues<Date>(key)) {
    sorted.emplace_back(date.days, ordinal);
  }
  return sorted;
}

template <typename T>
uint32_t Find(const std::vector<std::pair<T, uint32_t>>& sorted, T value) {
  const auto found =
      std::lower_bound(sorted.begin(), sorted.end(), value,
                       [](const auto& entry, const T& wanted) { return entry.first < wanted; });
  return found != sorted.end() && found->first == value ? found->second : kNoGroup;
}

// Listed texts that no row holds have no code and need none.
std::vector<uint32_t> OrdinalByCode(const GroupKey& key, const Dictionary& dictionary) {
  const auto sorted = SortedValues<std::string>(key);
  std::vector<uint32_t> table(std::max<size_t>(dictionary.size(), 1), kNoGroup);
  size_t next = 0;
  // Both lists ascend by bytes, so one walk finds all matches.
  for (uint32_t code = 0; code < dictionary.size(); ++code) {
    const std::string_view text = dictionary.At(code);
    while (next < sorted.size() && sorted[next].first < text) ++next;
    if (next < sorted.size() && sorted[next].first == text) table[code] = sorted[next].second;
  }
  return table;
}

}  // namespace

KeyOrdinals::KeyOrdinals(const GroupKey& key, const ScanColumns& columns)
    : expression_(Prepare(*key.expression, columns)),
      size_(static_cast<uint32_t>(key.values.size())) {
  TACIT_CHECK(key.values.size() < kNoGroup);
  for (uint32_t i = 0; i < size_; ++i) {
    if (IsNull(key.values[i])) null_ordinal_ = i;
  }
  switch (expression_->type()) {
    case ValueType::kBool:
      table_.assign(2, kNoGroup);
      for (const auto& [value, ordinal] : SortedValues<bool>(key)) table_[value] = ordinal;
      break;
    case ValueType::kInt64:
      PrepareIntegers(SortedValues<int64_t>(key));
      break;
    case ValueType::kDate:
      PrepareIntegers(SortedDays(key));
      break;
    case ValueType::kFloat64:
      sorted_floats_ = SortedValues<double>(key);
      break;
    case ValueType::kText:
      table_ = OrdinalByCode(key, *expression_->dictionary());
      break;
  }
}

void KeyOrdinals::PrepareIntegers(const std::vector<std::pair<int64_t, uint32_t>>& sorted) {
  if (sorted.empty()) return;
  const int64_t first = sorted.front().first;
  // Unsigned subtraction is exact also where the signed one would overflow.
  const uint64_t width = static_cast<uint64_t>(sorted.back().first) - static_cast<uint64_t>(first);
  if (width >= kTableSizeMax) {
    sorted_integers_ = sorted;
    return;
  }
  table_first_ = first;
  table_.assign(width + 1, kNoGroup);
  for (const auto& [value, ordinal] : sorted) table_[value - first] = ordinal;
}

void KeyOrdinals::WriteIntegers(const RowSet& rows, const int64_t* values,
                                uint32_t* ordinals) const {
  if (table_.empty()) {
    for (int i = 0; i < rows.count; ++i) ordinals[i] = Find(sorted_integers_, values[i]);
    return;
  }
  const auto first = static_cast<uint64_t>(table_first_);
  for (int i = 0; i < rows.count; ++i) {
    const uint64_t position = static_cast<uint64_t>(values[i]) - first;
    ordinals[i] = position < table_.size() ? table_[position] : kNoGroup;
  }
}

void KeyOrdinals::WriteFloats(const RowSet& rows, const double* values, uint32_t* ordinals) const {
  for (int i = 0; i < rows.count; ++i) ordinals[i] = Find(sorted_floats_, values[i]);
}

void KeyOrdinals::Write(const RowSet& rows, uint32_t* ordinals) {
  const ValueVector values = expression_->Evaluate(rows);
  switch (expression_->type()) {
    case ValueType::kBool:
      for (int i = 0; i < rows.count; ++i) ordinals[i] = table_[values.booleans[i]];
      break;
    case ValueType::kInt64:
    case ValueType::kDate:
      WriteIntegers(rows, values.integers, ordinals);
      break;
    case ValueType::kFloat64:
      WriteFloats(rows, values.floats, ordinals);
      break;
    case ValueType::kText:
      for (int i = 0; i < rows.count; ++i) ordinals[i] = table_[values.codes[i]];
      break;
  }
  if (values.valid == nullptr) return;
  for (int i = 0; i < rows.count; ++i) {
    ordinals[i] = values.valid[i] != 0 ? ordinals[i] : null_ordinal_;
  }
}

}  // namespace tacit
