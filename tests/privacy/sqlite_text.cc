#include "tests/privacy/sqlite_text.h"

#include <regex>
#include <utility>

#include "accountant/check.h"

namespace tacit {
namespace {

// The letters beyond ASCII that the tests' texts hold, as two bytes each.
constexpr std::pair<const char*, const char*> kLetters[] = {
    {"\xc3\x89", "\xc3\xa9"}, {"\xc3\x84", "\xc3\xa4"}, {"\xc3\x98", "\xc3\xb8"}};

std::string Recased(std::string text, bool lower) {
  for (char& letter : text) {
    const bool changes = lower ? letter >= 'A' && letter <= 'Z' : letter >= 'a' && letter <= 'z';
    if (changes) letter = static_cast<char>(letter ^ 0x20);
  }
  for (const auto& [upper, small] : kLetters) {
    const std::string from = lower ? upper : small;
    for (size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += from.size()) {
      text.replace(at, from.size(), lower ? small : upper);
    }
  }
  return text;
}

void Recase(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (sqlite3_value_type(arguments[0]) == SQLITE_NULL) return sqlite3_result_null(context);
  const bool lower = sqlite3_user_data(context) != nullptr;
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(arguments[0]));
  const std::string result = Recased(text, lower);
  sqlite3_result_text(context, result.data(), static_cast<int>(result.size()), SQLITE_TRANSIENT);
}

}  // namespace

void DefineTextFunctions(sqlite3* database) {
  static int is_lower = 1;
  TACIT_CHECK(sqlite3_create_function(database, "lower", 1, SQLITE_UTF8, &is_lower, Recase, nullptr,
                                      nullptr) == SQLITE_OK);
  TACIT_CHECK(sqlite3_create_function(database, "upper", 1, SQLITE_UTF8, nullptr, Recase, nullptr,
                                      nullptr) == SQLITE_OK);
  TACIT_CHECK(sqlite3_exec(database, "PRAGMA case_sensitive_like = 1", nullptr, nullptr, nullptr) ==
              SQLITE_OK);
}

std::string TextInSqliteWords(std::string sql) {
  const std::pair<const char*, const char*> kWords[] = {
      {R"((\w+) (NOT )?ILIKE ('[^']*'))", "lower($1) $2LIKE lower($3)"},
      // Without an ESCAPE it is a backslash; SQLite has no word for none at all.
      {R"(LIKE ('[^']*\\[^']*')(?! ESCAPE))", R"(LIKE $1 ESCAPE '\')"},
      {R"( ESCAPE '')", ""},
      {R"(STARTS_WITH\((\w+), ('[^']*')\))", "(substr($1, 1, length($2)) = $2)"},
      {R"(SUBSTRING\((\w+) FROM (\d+) FOR (\d+)\))", "substr($1, $2, $3)"},
      {R"(SUBSTRING\((\w+) FOR (\d+)\))", "substr($1, 1, $2)"},
      {R"(\bSUBSTRING\()", "substr("},
      {R"(\bLEFT\((\w+), (\d+)\))", "substr($1, 1, $2)"},
      {R"(\bRIGHT\((\w+), (\d+)\))", "substr($1, -$2)"},
      {R"(\bCHAR_LENGTH\()", "length("},
      {R"(\bTRIM\(BOTH ('[^']*') FROM (\w+)\))", "trim($2, $1)"},
      {R"(\bBTRIM\()", "trim("}};
  for (const auto& [ours, theirs] : kWords) sql = std::regex_replace(sql, std::regex(ours), theirs);
  return sql;
}

}  // namespace tacit
