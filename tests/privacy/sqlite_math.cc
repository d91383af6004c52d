#include "tests/privacy/sqlite_math.h"

#include <cmath>
#include <limits>
#include <regex>
#include <utility>

#include "accountant/check.h"

namespace tacit {
namespace {

bool IsAnyNull(int count, sqlite3_value** arguments) {
  for (int i = 0; i < count; ++i) {
    if (sqlite3_value_type(arguments[i]) == SQLITE_NULL) return true;
  }
  return false;
}

// The even one of two neighbours that are equally near.
double ToEven(double x) {
  const double below = std::floor(x);
  if (x - below != 0.5) return std::floor(x + 0.5);
  return std::fmod(below, 2) == 0 ? below : below + 1;
}

void Round(sqlite3_context* context, int count, sqlite3_value** arguments) {
  if (IsAnyNull(count, arguments)) return sqlite3_result_null(context);
  const double scale = count == 2 ? std::pow(10.0, sqlite3_value_double(arguments[1])) : 1;
  const bool truncates = sqlite3_user_data(context) != nullptr;
  const double x = sqlite3_value_double(arguments[0]) * scale;
  sqlite3_result_double(context, (truncates ? std::trunc(x) : ToEven(x)) / scale);
}

// The number of lower ends that are not above x, or of upper ones that are not below it.
void WidthBucket(sqlite3_context* context, int count, sqlite3_value** arguments) {
  if (IsAnyNull(count, arguments)) return sqlite3_result_null(context);
  const double x = sqlite3_value_double(arguments[0]);
  const double from = sqlite3_value_double(arguments[1]);
  const double to = sqlite3_value_double(arguments[2]);
  const sqlite3_int64 buckets = sqlite3_value_int64(arguments[3]);
  sqlite3_int64 reached = 0;
  for (sqlite3_int64 i = 0; i <= buckets; ++i) {
    const double end = from + (to - from) * static_cast<double>(i) / static_cast<double>(buckets);
    reached += from < to ? x >= end : x <= end;
  }
  sqlite3_result_int64(context, reached);
}

void ToInteger(sqlite3_context* context, int count, sqlite3_value** arguments) {
  if (IsAnyNull(count, arguments)) return sqlite3_result_null(context);
  const sqlite3_int64 most = sqlite3_value_int64(arguments[1]);
  if (sqlite3_value_type(arguments[0]) == SQLITE_INTEGER) {
    const sqlite3_int64 whole = sqlite3_value_int64(arguments[0]);
    if (whole > most || whole < -most - 1) return sqlite3_result_null(context);
    return sqlite3_result_int64(context, whole);
  }
  const double x = ToEven(sqlite3_value_double(arguments[0]));
  if (std::fabs(x) > 9e18 || x > static_cast<double>(most) || x < -1 - static_cast<double>(most)) {
    return sqlite3_result_null(context);
  }
  sqlite3_result_int64(context, static_cast<sqlite3_int64>(x));
}

}  // namespace

void DefineMathFunctions(sqlite3* database) {
  static int truncates = 1;
  const auto define = [database](const char* name, int count, void* data,
                                 void (*function)(sqlite3_context*, int, sqlite3_value**)) {
    TACIT_CHECK(sqlite3_create_function(database, name, count, SQLITE_UTF8, data, function, nullptr,
                                        nullptr) == SQLITE_OK);
  };
  define("round", 1, nullptr, Round);
  define("round", 2, nullptr, Round);
  define("trunc", 2, &truncates, Round);
  define("width_bucket", 4, nullptr, WidthBucket);
  define("to_integer", 2, nullptr, ToInteger);
}

std::string MathInSqliteWords(std::string sql) {
  const std::string of = R"(\bCAST\(((?:[^()]|\([^()]*\))*) AS )";
  const std::pair<std::string, const char*> kWords[] = {
      {R"((\$?\w+(?:\([^()]*\))?)::(double precision|\w+))", "CAST($1 AS $2)"},
      {of + R"((?:smallint|int2)\))", "to_integer($1, 32767)"},
      {of + R"((?:integer|int)\))", "to_integer($1, 2147483647)"},
      {of + R"(bigint\))", "to_integer($1, 9223372036854775807)"},
      {of + R"(boolean\))", "(($1) <> 0)"},
      {of + R"((?:date|text)\))", "($1)"}};
  for (const auto& [ours, theirs] : kWords) {
    sql = std::regex_replace(sql, std::regex(ours, std::regex::icase), theirs);
  }
  return sql;
}

}  // namespace tacit
