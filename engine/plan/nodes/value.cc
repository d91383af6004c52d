#include "engine/plan/nodes/value.h"

#include <charconv>

#include "absl/strings/str_cat.h"

namespace tacit {
namespace {

std::string FloatText(double number) {
  char buffer[32];
  const auto result = std::to_chars(buffer, buffer + sizeof(buffer), number);
  std::string text(buffer, result.ptr);
  // Keeps 1.0 apart from the integer 1.
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

std::string QuotedText(const std::string& raw) {
  std::string text = "'";
  for (const char c : raw) {
    if (c == '\'') text += '\'';
    text += c;
  }
  return text + "'";
}

}  // namespace

std::string ToText(const Value& value) {
  if (IsNull(value)) return "NULL";
  if (const auto* boolean = std::get_if<bool>(&value)) return *boolean ? "true" : "false";
  if (const auto* integer = std::get_if<int64_t>(&value)) return std::to_string(*integer);
  if (const auto* number = std::get_if<double>(&value)) return FloatText(*number);
  if (const auto* date = std::get_if<Date>(&value)) {
    return absl::StrCat("DATE '", FormatDate(*date), "'");
  }
  return QuotedText(std::get<std::string>(value));
}

}  // namespace tacit
