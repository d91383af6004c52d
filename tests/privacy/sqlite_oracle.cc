#include "tests/privacy/sqlite_oracle.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <regex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "accountant/check.h"
#include "engine/answer_table.h"
#include "engine/execute/execute.h"
#include "engine/measure_rows.h"
#include "engine/storage/table_builder.h"
#include "tests/privacy/naive_aggregates.h"
#include "tests/privacy/sqlite_math.h"
#include "tests/privacy/sqlite_text.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

std::string SqlType(ValueType type) {
  if (type == ValueType::kText || type == ValueType::kDate) return "TEXT";
  return type == ValueType::kFloat64 ? "REAL" : "INTEGER";
}

void Bind(sqlite3_stmt* statement, int at, const Value& value) {
  if (const auto* boolean = std::get_if<bool>(&value)) {
    sqlite3_bind_int64(statement, at, *boolean ? 1 : 0);
  } else if (const auto* integer = std::get_if<int64_t>(&value)) {
    sqlite3_bind_int64(statement, at, *integer);
  } else if (const auto* real = std::get_if<double>(&value)) {
    sqlite3_bind_double(statement, at, *real);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    sqlite3_bind_text(statement, at, text->data(), static_cast<int>(text->size()),
                      SQLITE_TRANSIENT);
  } else if (const auto* date = std::get_if<Date>(&value)) {
    const std::string day = FormatDate(*date);
    sqlite3_bind_text(statement, at, day.data(), static_cast<int>(day.size()), SQLITE_TRANSIENT);
  }
}

// SQLite has no dates but functions of texts that are dates: what is said of a column of dates, in
// its words. Its calendar is not ours.
std::string InSqliteWords(std::string sql) {
  const std::pair<const char*, const char*> kWords[] = {
      {R"((percentile_\w+)\(([^()]*)\) WITHIN GROUP \(ORDER BY ([^()]*) DESC\))",
       "$1_desc($3, $2)"},
      {R"((percentile_\w+)\(([^()]*)\) WITHIN GROUP \(ORDER BY ([^()]*?)( ASC)?\))", "$1($3, $2)"},
      {R"(date_trunc\('(month|year)', *(\w+)\))", "date($2, 'start of $1')"},
      {R"(date_trunc\('week', *(\w+)\))", "date($1, 'weekday 0', '-6 days')"},
      {R"(EXTRACT\((\w+) FROM (\w+)\))", "date_part('$1', $2)"},
      {R"(date_part\('year', *(\w+)\))", "CAST(strftime('%Y', $1) AS INTEGER)"},
      {R"(date_part\('month', *(\w+)\))", "CAST(strftime('%m', $1) AS INTEGER)"},
      {R"(date_part\('dow', *(\w+)\))", "CAST(strftime('%w', $1) AS INTEGER)"},
      {R"(\bDATE ')", "'"},
      {R"(\bGREATEST\()", "max("},  // of values that are never NULL
      {R"(\bLEAST\()", "min("},
      {R"(\bleft_on - d\b)", "CAST(julianday(left_on) - julianday(d) AS INTEGER)"},
      {R"(\bd \+ (\d+))", "date(d, '+$1 days')"}};
  sql = MathInSqliteWords(std::move(sql));
  sql = TextInSqliteWords(std::move(sql));
  for (const auto& [ours, theirs] : kWords) {
    sql = std::regex_replace(sql, std::regex(ours, std::regex::icase), theirs);
  }
  return sql;
}

Value CellOfRow(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return static_cast<int64_t>(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    case SQLITE_TEXT:
      return std::string(reinterpret_cast<const char*>(sqlite3_column_text(statement, column)),
                         static_cast<size_t>(sqlite3_column_bytes(statement, column)));
    default:
      return Value();
  }
}

// How far rounding to the grid, or the width of a cell, may move a column's numbers.
double SlackOf(const AnswerColumn& column, const Certificate& certificate, size_t rows) {
  double slack = 0;
  for (const int index : column.statistics) {
    const CertifiedStatistic& statistic = certificate.statistics()[static_cast<size_t>(index)];
    const double grid = std::ldexp(1.0, statistic.granularity_log2);
    const bool is_quantile = statistic.kind == MeasureKind::kQuantile;
    if (is_quantile && statistic.cell_width > 1) {
      slack += grid * static_cast<double>(statistic.cell_width);
    } else if (is_quantile || !statistic.integral || grid > 1) {
      slack += grid * (is_quantile ? 0.5 : static_cast<double>(rows));
    }
  }
  return slack;
}

double NumberOrNan(const Value& value) {
  if (const auto* boolean = std::get_if<bool>(&value)) return *boolean ? 1 : 0;
  if (const auto* integer = std::get_if<int64_t>(&value)) return static_cast<double>(*integer);
  const auto* real = std::get_if<double>(&value);
  return real != nullptr ? *real : std::nan("");
}

enum class CellKind { kKey, kAnswer, kArithmetic };

CellKind KindOf(const PreparedQuery& query, const AnswerTable& table, size_t column) {
  if (table.columns[column].statistics.empty()) return CellKind::kKey;
  const Expression& expression = *query.plan.present.columns[column].expression;
  return expression.kind == ExpressionKind::kAnswer ? CellKind::kAnswer : CellKind::kArithmetic;
}

bool CellsAgree(const Value& ours, const Value& theirs, CellKind kind, double slack) {
  const bool is_key = kind == CellKind::kKey;
  // SQLite's answer over no value is NULL; ours never is, and means nothing there. Arithmetic over
  // answers may still divide by 0.
  if (IsNull(theirs)) return kind == CellKind::kArithmetic || IsNull(ours) == is_key;
  if (const auto* text = std::get_if<std::string>(&theirs)) {
    const auto* date = std::get_if<Date>(&ours);
    return date != nullptr ? FormatDate(*date) == *text : ours == theirs;
  }
  const double a = NumberOrNan(ours);
  // Our integers end where 64 bits end; the SUM of this test becomes a real.
  const bool is_integer = std::holds_alternative<int64_t>(ours);
  const double b =
      is_integer ? std::clamp(NumberOrNan(theirs), -0x1p63, 0x1p63) : NumberOrNan(theirs);
  if (is_key) return a == b;
  const double allowed = slack + 1e-9 * std::max(1.0, std::fabs(b));
  // A root of what was rounded: its square is as near.
  return std::fabs(a - b) <= allowed || (a >= 0 && b >= 0 && std::fabs(a * a - b * b) <= allowed);
}

struct ColumnRule {
  CellKind kind;
  double slack;
};

bool RowsAgree(const PresentedRow& ours, const std::vector<Value>& theirs,
               const std::vector<ColumnRule>& rules) {
  for (size_t c = 0; c < ours.size(); ++c) {
    if (!CellsAgree(ours[c].value, theirs[c], rules[c].kind, rules[c].slack)) return false;
  }
  return true;
}

// A public group without rows: every plain count and sum of it is 0.
bool IsEmptyGroup(const PreparedQuery& query, const PresentedRow& row) {
  if (query.certificate.selection().has_value() || query.plan.measure.keys.empty()) return false;
  for (size_t c = 0; c < row.size(); ++c) {
    const Expression& expression = *query.plan.present.columns[c].expression;
    if (expression.kind != ExpressionKind::kAnswer) continue;
    const Answer& answer = query.plan.present.answers[static_cast<size_t>(expression.index)];
    const bool is_plain = answer.name.starts_with("sum") || answer.name.starts_with("count");
    if (is_plain && NumberOrNan(row[c].value) != 0) return false;
  }
  return true;
}

std::string ToText(const std::vector<Value>& row) {
  return absl::StrJoin(row, ", ", [](std::string* out, const Value& value) {
    absl::StrAppend(out, tacit::ToText(value));
  });
}

std::string ToText(const AnswerTable& table) {
  std::string text;
  for (const PresentedRow& row : table.rows) {
    std::vector<Value> values;
    for (const PresentedCell& cell : row) values.push_back(cell.value);
    absl::StrAppend(&text, "\n  ", ToText(values));
  }
  return text;
}

AnswerTable ExactAnswer(const PreparedQuery& query, const Table& table) {
  RandomBits random = TapeForTest::Open(1);
  const std::unique_ptr<Groups> groups = GroupsOf(query.plan.measure, table);
  const auto sums = MeasureRows(query.plan.measure, table, *groups, query.certificate, 2, random);
  return TabulateRelease(query.plan, query.certificate,
                         SealBreakerForTest::Exact(sums, query.certificate, *groups));
}

// A value within the column's public values or bounds.
Value PlainCell(TestRandom& random, const ColumnSchema& column) {
  if (column.name == "alive") return Value(true);
  if (column.nullable && random.Chance(0.2)) return Value();
  if (!column.public_values.empty()) {
    return column.public_values[random.Below(column.public_values.size())];
  }
  const std::vector<std::string> texts = {"Bonn", "\xc3\x84rzte", "kiel", "m", "zz", "a", ""};
  const ValueBounds bounds = column.bounds.value_or(ValueBounds{-8, 160});
  const auto low = static_cast<int64_t>(std::ceil(bounds.lower));
  const auto high = static_cast<int64_t>(std::floor(bounds.upper));
  switch (column.type) {
    case ValueType::kBool:
      return Value(random.Chance(0.5));
    case ValueType::kText:
      return Value(texts[random.Below(texts.size())]);
    case ValueType::kInt64:
      return Value(random.Between(low, column.bounds.has_value() ? high : low + 20));
    case ValueType::kFloat64:
      // Sixty-fourths, and often whole numbers: values that meet and that compare equal.
      if (random.Chance(0.5)) return Value(static_cast<double>(random.Between(low, high)));
      return Value(static_cast<double>(random.Between(low * 64, high * 64)) / 64);
    case ValueType::kDate:
      return Value(Date{random.Between(low, high)});
  }
  return Value();
}

}  // namespace

SqliteOracle::SqliteOracle(const TableSchema& schema, const Rows& rows) {
  TACIT_CHECK(sqlite3_open(":memory:", &database_) == SQLITE_OK);
  DefineNaiveAggregates(database_);
  DefineMathFunctions(database_);
  DefineTextFunctions(database_);
  std::vector<std::string> columns;
  for (const ColumnSchema& column : schema.columns) {
    columns.push_back(absl::StrCat("\"", column.name, "\" ", SqlType(column.type)));
  }
  Execute(absl::StrCat("CREATE TABLE \"", schema.name, "\"(", absl::StrJoin(columns, ", "), ")"));
  Execute("BEGIN");
  sqlite3_stmt* insert = nullptr;
  const std::string marks = absl::StrJoin(std::vector<std::string>(columns.size(), "?"), ", ");
  const std::string sql = absl::StrCat("INSERT INTO \"", schema.name, "\" VALUES(", marks, ")");
  TACIT_CHECK(sqlite3_prepare_v2(database_, sql.c_str(), -1, &insert, nullptr) == SQLITE_OK);
  for (const std::vector<Value>& row : rows) {
    sqlite3_reset(insert);
    sqlite3_clear_bindings(insert);
    for (size_t c = 0; c < row.size(); ++c) Bind(insert, static_cast<int>(c) + 1, row[c]);
    TACIT_CHECK(sqlite3_step(insert) == SQLITE_DONE);
  }
  sqlite3_finalize(insert);
  Execute("COMMIT");
}

SqliteOracle::~SqliteOracle() { sqlite3_close(database_); }

void SqliteOracle::Execute(const std::string& sql) const {
  TACIT_CHECK(sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
}

absl::StatusOr<Rows> SqliteOracle::Ask(const std::string& sql,
                                       const std::vector<Value>& parameters) const {
  sqlite3_stmt* statement = nullptr;
  const auto fail = [&] {
    const std::string words = sqlite3_errmsg(database_);
    sqlite3_finalize(statement);
    return absl::InvalidArgumentError(words);
  };
  const std::string words = InSqliteWords(sql);
  if (sqlite3_prepare_v2(database_, words.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
    return fail();
  }
  for (size_t i = 0; i < parameters.size(); ++i) {
    const std::string name = absl::StrCat("$", i + 1);
    Bind(statement, sqlite3_bind_parameter_index(statement, name.c_str()), parameters[i]);
  }
  Rows rows;
  int state = SQLITE_ROW;
  while ((state = sqlite3_step(statement)) == SQLITE_ROW) {
    rows.emplace_back();
    for (int c = 0; c < sqlite3_column_count(statement); ++c) {
      rows.back().push_back(CellOfRow(statement, c));
    }
  }
  if (state != SQLITE_DONE) return fail();
  sqlite3_finalize(statement);
  return rows;
}

std::string DifferenceFromSqlite(const QueryRequest& request, const DatasetSchema& schema,
                                 const PreparedQuery& query, const Rows& rows) {
  const std::string& name = ScanOf(query.plan.measure.input).table;
  const TableSchema& table_schema = *schema.FindTable(name);
  TableBuilder builder(table_schema);
  for (const std::vector<Value>& row : rows) TACIT_CHECK(builder.AddRow(row).ok());
  const AnswerTable ours = ExactAnswer(query, **builder.Build());
  const auto theirs = SqliteOracle(table_schema, rows).Ask(request.sql, request.parameters);
  if (!theirs.ok()) return std::string(theirs.status().message());
  std::vector<ColumnRule> rules;
  for (size_t c = 0; c < ours.columns.size(); ++c) {
    rules.push_back(
        {KindOf(query, ours, c), SlackOf(ours.columns[c], query.certificate, rows.size())});
  }
  std::vector<PresentedRow> left = ours.rows;
  for (const std::vector<Value>& row : *theirs) {
    const auto found = std::find_if(left.begin(), left.end(), [&](const PresentedRow& candidate) {
      return RowsAgree(candidate, row, rules);
    });
    if (found == left.end()) {
      return absl::StrCat("SQLite alone has ", ToText(row), "; ours:", ToText(ours));
    }
    left.erase(found);
  }
  for (const PresentedRow& row : left) {
    if (!IsEmptyGroup(query, row)) {
      return absl::StrCat("SQLite lacks a row of ours:", ToText(ours));
    }
  }
  return "";
}

Rows PlainRows(TestRandom& random, const TableSchema& schema, int64_t units) {
  Rows rows;
  for (int64_t unit = 0; unit < units; ++unit) {
    const int64_t visits = schema.unit_column.has_value() ? random.Between(1, 2) : 1;
    for (int64_t visit = 0; visit < visits; ++visit) {
      std::vector<Value> row;
      for (size_t c = 0; c < schema.columns.size(); ++c) {
        const bool is_unit = static_cast<int>(c) == schema.unit_column.value_or(-1);
        const bool is_text = schema.columns[c].type == ValueType::kText;
        if (is_unit) {
          row.push_back(is_text ? Value(absl::StrCat("unit", unit)) : Value(unit));
        } else {
          row.push_back(PlainCell(random, schema.columns[c]));
        }
      }
      for (const int column : schema.partition_columns) {
        const auto at = static_cast<size_t>(column);
        if (visit > 0) row[at] = rows.back()[at];
      }
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

}  // namespace tacit
