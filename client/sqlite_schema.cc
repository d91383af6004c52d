#include "client/sqlite_schema.h"

#include <algorithm>
#include <cctype>

namespace tacit::client {
namespace {

bool IsWordByte(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || (c & 0x80) != 0;
}

std::string Upper(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return upper;
}

// The position after the quoted piece or comment that begins at `at`, or `at` if none does.
size_t SkipQuoted(std::string_view text, size_t at) {
  const auto after = [&](size_t found, size_t length) {
    return found == std::string_view::npos ? text.size() : found + length;
  };
  const std::string_view rest = text.substr(at);
  if (rest.starts_with("--")) return after(text.find('\n', at), 1);
  if (rest.starts_with("/*")) return after(text.find("*/", at + 2), 2);
  const char quote = rest.front();
  if (quote == '[') return after(text.find(']', at), 1);
  // A doubled quote ends one piece and begins the next, which comes to the same.
  if (quote == '\'' || quote == '"' || quote == '`') return after(text.find(quote, at + 1), 1);
  return at;
}

// The position after the parenthesis that closes the one at `open`.
size_t SkipParentheses(std::string_view text, size_t open) {
  int depth = 0;
  for (size_t at = open; at < text.size();) {
    const size_t after = SkipQuoted(text, at);
    if (after != at) {
      at = after;
      continue;
    }
    if (text[at] == '(') ++depth;
    if (text[at] == ')' && --depth == 0) return at + 1;
    ++at;
  }
  return text.size();
}

}  // namespace

std::vector<std::string> FindChecks(std::string_view create_table) {
  std::vector<std::string> checks;
  for (size_t at = 0; at < create_table.size();) {
    const size_t after = SkipQuoted(create_table, at);
    if (after != at) {
      at = after;
      continue;
    }
    if (!IsWordByte(create_table[at])) {
      ++at;
      continue;
    }
    size_t end = at;
    while (end < create_table.size() && IsWordByte(create_table[end])) ++end;
    const bool is_check = Upper(create_table.substr(at, end - at)) == "CHECK";
    const size_t open = create_table.find_first_not_of(" \t\r\n", end);
    if (is_check && open != std::string_view::npos && create_table[open] == '(') {
      end = SkipParentheses(create_table, open);
      checks.emplace_back(create_table.substr(at, end - at));
    }
    at = end;
  }
  return checks;
}

std::string_view PolicyTypeOf(std::string_view declared_type) {
  const std::string type = Upper(declared_type);
  const auto has = [&](std::string_view word) { return type.find(word) != std::string::npos; };
  if (has("BOOL")) return "boolean";
  // "POINT" is no integer, whatever SQLite thinks of it.
  if (has("INT") && !has("POINT")) return "integer";
  if (has("CHAR") || has("CLOB") || has("TEXT")) return "text";
  if (has("REAL") || has("FLOA") || has("DOUB")) return "real";
  if (type == "DATE") return "date";
  return "";
}

}  // namespace tacit::client
