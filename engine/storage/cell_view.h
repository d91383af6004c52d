// One cell as a source holds it, before it is checked: borrowed, so that bulk readers copy nothing.
#ifndef TACIT_ENGINE_STORAGE_CELL_VIEW_H_
#define TACIT_ENGINE_STORAGE_CELL_VIEW_H_

#include <cstdint>
#include <string_view>

#include "engine/plan/nodes/value.h"

namespace tacit {

// The members other than the one `kind` names are unset. kBlob has no value: no column can hold it.
struct CellView {
  enum class Kind : uint8_t { kNull, kBool, kInteger, kFloat, kText, kDate, kBlob };

  Kind kind = Kind::kNull;
  bool boolean = false;
  int64_t integer = 0;  // of a date: days since 1970
  double number = 0;
  std::string_view text;

  static CellView Bool(bool value) { return {.kind = Kind::kBool, .boolean = value}; }
  static CellView Integer(int64_t value) { return {.kind = Kind::kInteger, .integer = value}; }
  static CellView Float(double value) { return {.kind = Kind::kFloat, .number = value}; }
  static CellView Text(std::string_view value) { return {.kind = Kind::kText, .text = value}; }
  static CellView OfDate(Date value) { return {.kind = Kind::kDate, .integer = value.days}; }
  static CellView Blob() { return {.kind = Kind::kBlob}; }

  // Borrows the text of `value`.
  static CellView Of(const Value& value) {
    if (const auto* boolean = std::get_if<bool>(&value)) return Bool(*boolean);
    if (const auto* integer = std::get_if<int64_t>(&value)) return Integer(*integer);
    if (const auto* number = std::get_if<double>(&value)) return Float(*number);
    if (const auto* text = std::get_if<std::string>(&value)) return Text(*text);
    if (const auto* date = std::get_if<Date>(&value)) return OfDate(*date);
    return {};
  }
};

}  // namespace tacit

#endif  // TACIT_ENGINE_STORAGE_CELL_VIEW_H_
