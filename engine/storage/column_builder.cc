#include "engine/storage/column_builder.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include "accountant/check.h"
#include "engine/plan/nodes/utf8.h"

namespace tacit {
namespace {

using Kind = CellView::Kind;

std::string_view KindName(Kind kind) {
  switch (kind) {
    case Kind::kNull:
      return "NULL";
    case Kind::kBool:
      return "boolean";
    case Kind::kInteger:
      return "integer";
    case Kind::kFloat:
      return "real";
    case Kind::kText:
      return "text";
    case Kind::kDate:
      return "date";
    case Kind::kBlob:
      return "blob";
  }
  return "unknown";
}

std::string WrongType(Kind found, ValueType declared) {
  std::string text = "found ";
  text += KindName(found);
  text += " where ";
  text += TypeName(declared);
  text += " is declared";
  if (declared == ValueType::kBool && found == Kind::kInteger) text += " (0 and 1 are booleans)";
  return text;
}

// The double that equals `integer`, if there is one. 2^63 is the first double out of range.
bool ExactDouble(int64_t integer, double* number) {
  *number = static_cast<double>(integer);
  return *number < 0x1p63 && static_cast<int64_t>(*number) == integer;
}

template <typename T>
int CompareValues(T left, T right) {
  return left < right ? -1 : (right < left ? 1 : 0);
}

template <typename T>
void ReorderVector(std::vector<T>& values, absl::Span<const int64_t> order) {
  std::vector<T> reordered(values.size());
  for (size_t i = 0; i < order.size(); ++i) reordered[i] = values[order[i]];
  values = std::move(reordered);
}

template <typename T>
void ReorderRange(std::vector<T>& values, int64_t begin, absl::Span<const int64_t> order) {
  static thread_local std::vector<T> scratch;
  scratch.resize(order.size());
  for (size_t i = 0; i < order.size(); ++i) scratch[i] = values[begin + order[i]];
  std::copy(scratch.begin(), scratch.end(), values.begin() + begin);
}

std::vector<uint64_t> PackedBits(const std::vector<uint8_t>& bytes) {
  std::vector<uint64_t> words((bytes.size() + 63) / 64, 0);
  for (size_t i = 0; i < bytes.size(); ++i) {
    words[i >> 6] |= static_cast<uint64_t>(bytes[i]) << (i & 63);
  }
  return words;
}

}  // namespace

ColumnArray ColumnStorage::View() const {
  ColumnArray array;
  array.type = type;
  array.integers = integers;
  array.floats = floats;
  array.booleans = booleans;
  array.codes = codes;
  array.dictionary = {.offsets = dictionary_offsets, .bytes = dictionary_bytes.data()};
  array.validity = validity;
  return array;
}

ColumnBuilder::ColumnBuilder(const ColumnSchema& schema, bool is_unit)
    : type_(schema.type), nullable_(schema.nullable), is_unit_(is_unit) {
  values_.type = schema.type;
}

std::string ColumnBuilder::CheckText(std::string_view text) {
  const auto known = code_of_.find(text);
  checked_is_new_ = known == code_of_.end();
  if (!checked_is_new_) {
    checked_code_ = known->second;
    return "";
  }
  // Only a text not seen before needs to be read through.
  if (!IsStorableText(text)) return "found text that is not UTF-8 or holds a NUL byte";
  if (texts_.size() == std::numeric_limits<uint32_t>::max()) return "found too many distinct texts";
  return "";
}

std::string ColumnBuilder::Check(const CellView& cell) {
  if (cell.kind == Kind::kNull) {
    if (is_unit_) return "found NULL in the privacy unit";
    return nullable_ ? "" : "found NULL where the column is not nullable";
  }
  switch (type_) {
    case ValueType::kBool:
      if (cell.kind == Kind::kBool) return "";
      break;
    case ValueType::kInt64:
      if (cell.kind == Kind::kInteger) return "";
      break;
    case ValueType::kFloat64: {
      double widened = 0;
      if (cell.kind == Kind::kInteger) {
        return ExactDouble(cell.integer, &widened) ? "" : "found an integer that no real equals";
      }
      if (cell.kind != Kind::kFloat) break;
      return std::isfinite(cell.number) ? "" : "found a real that is not finite";
    }
    case ValueType::kText:
      if (cell.kind == Kind::kText) return CheckText(cell.text);
      break;
    case ValueType::kDate:
      return CheckDate(cell);
  }
  return WrongType(cell.kind, type_);
}

// Dates come from SQLite as text, from memory as days.
std::string ColumnBuilder::CheckDate(const CellView& cell) {
  if (cell.kind == Kind::kText) {
    const std::optional<Date> date = ParseDate(cell.text);
    if (!date.has_value()) return "found text that is no date of the form YYYY-MM-DD";
    checked_days_ = date->days;
    return "";
  }
  if (cell.kind != Kind::kDate) return WrongType(cell.kind, type_);
  if (!IsDate(cell.integer)) return "found a date outside the years 1 to 9999";
  checked_days_ = cell.integer;
  return "";
}

void ColumnBuilder::AppendText(std::string_view text) {
  if (checked_is_new_) {
    checked_code_ = static_cast<uint32_t>(texts_.size());
    texts_.emplace_back(text);
    code_of_.emplace(texts_.back(), checked_code_);
    checked_is_new_ = false;
  }
  values_.codes.push_back(checked_code_);
}

void ColumnBuilder::Append(const CellView& cell) {
  const bool is_null = cell.kind == Kind::kNull;
  has_null_ |= is_null;
  if (nullable_) valid_.push_back(is_null ? 0 : 1);
  switch (type_) {
    case ValueType::kBool:
      values_.booleans.push_back(cell.boolean ? 1 : 0);
      break;
    case ValueType::kInt64:
      values_.integers.push_back(cell.integer);
      break;
    case ValueType::kFloat64: {
      const double number =
          cell.kind == Kind::kInteger ? static_cast<double>(cell.integer) : cell.number;
      values_.floats.push_back(number + 0.0);  // -0.0 becomes 0.0
      break;
    }
    case ValueType::kText:
      if (is_null) {
        values_.codes.push_back(0);
      } else {
        AppendText(cell.text);
      }
      break;
    case ValueType::kDate:
      values_.integers.push_back(is_null ? 0 : checked_days_);
      break;
  }
}

void ColumnBuilder::SortDictionary() {
  if (type_ != ValueType::kText) return;
  std::vector<uint32_t> by_text(texts_.size());
  std::iota(by_text.begin(), by_text.end(), 0);
  // std::string compares as unsigned bytes, which is the order that the table promises.
  std::sort(by_text.begin(), by_text.end(),
            [&](uint32_t left, uint32_t right) { return texts_[left] < texts_[right]; });
  std::vector<uint32_t> rank(texts_.size());
  values_.dictionary_offsets.assign(1, 0);
  values_.dictionary_bytes.clear();
  for (size_t i = 0; i < by_text.size(); ++i) {
    rank[by_text[i]] = static_cast<uint32_t>(i);
    values_.dictionary_bytes += texts_[by_text[i]];
    values_.dictionary_offsets.push_back(values_.dictionary_bytes.size());
  }
  // A NULL cell keeps code 0, whatever text that stands for: its value is never looked at.
  for (size_t row = 0; row < values_.codes.size(); ++row) {
    const bool is_null = nullable_ && valid_[row] == 0;
    values_.codes[row] = is_null ? 0 : rank[values_.codes[row]];
  }
  code_of_.clear();
  texts_.clear();
}

uint64_t ColumnBuilder::UnitRank(int64_t row) const {
  TACIT_CHECK(type_ == ValueType::kInt64 || type_ == ValueType::kText);
  if (type_ == ValueType::kText) return values_.codes[row];
  // Flipping the sign bit makes unsigned order the numeric one.
  return static_cast<uint64_t>(values_.integers[row]) ^ (uint64_t{1} << 63);
}

int ColumnBuilder::Compare(int64_t left, int64_t right) const {
  if (has_null_ && valid_[left] != valid_[right]) return valid_[left] < valid_[right] ? -1 : 1;
  switch (type_) {
    case ValueType::kBool:
      return CompareValues(values_.booleans[left], values_.booleans[right]);
    case ValueType::kInt64:
    case ValueType::kDate:
      return CompareValues(values_.integers[left], values_.integers[right]);
    case ValueType::kFloat64:
      return CompareValues(values_.floats[left], values_.floats[right]);
    case ValueType::kText:
      return CompareValues(values_.codes[left], values_.codes[right]);
  }
  return 0;
}

template <typename Visit>
void ColumnBuilder::VisitValues(Visit visit) {
  switch (type_) {
    case ValueType::kBool:
      return visit(values_.booleans);
    case ValueType::kInt64:
    case ValueType::kDate:
      return visit(values_.integers);
    case ValueType::kFloat64:
      return visit(values_.floats);
    case ValueType::kText:
      return visit(values_.codes);
  }
}

void ColumnBuilder::Reorder(absl::Span<const int64_t> order) {
  VisitValues([&](auto& values) { ReorderVector(values, order); });
  if (nullable_) ReorderVector(valid_, order);
}

void ColumnBuilder::ReorderWithin(int64_t begin, absl::Span<const int64_t> order) {
  VisitValues([&](auto& values) { ReorderRange(values, begin, order); });
  if (has_null_) ReorderRange(valid_, begin, order);
}

ColumnStorage ColumnBuilder::Finish() {
  if (has_null_) values_.validity = PackedBits(valid_);
  return std::exchange(values_, ColumnStorage{});
}

}  // namespace tacit
