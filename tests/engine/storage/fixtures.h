// What the storage tests share: fresh directories, schemas, tables from rows, SQLite files from
// SQL.
#ifndef TACIT_TESTS_ENGINE_STORAGE_FIXTURES_H_
#define TACIT_TESTS_ENGINE_STORAGE_FIXTURES_H_

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <stdlib.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "engine/storage/table_builder.h"

namespace tacit {

using Rows = std::vector<std::vector<Value>>;

// Spelled out, so that a literal in a list of values cannot turn into a boolean.
inline Value Null() { return std::monostate(); }
inline Value Int(int64_t value) { return value; }
inline Value Real(double value) { return value; }
inline Value Text(std::string value) { return value; }
inline Value Bool(bool value) { return value; }

// A directory of its own for one test.
inline std::string FreshDirectory() {
  std::string path = testing::TempDir() + "tacit_XXXXXX";
  EXPECT_NE(mkdtemp(path.data()), nullptr);
  return path;
}

// unit INTEGER, label TEXT?, amount REAL?, flag BOOLEAN?: every type, all but the unit nullable.
inline TableSchema VisitsSchema() {
  TableSchema schema;
  schema.name = "visits";
  schema.columns = {{.name = "unit", .type = ValueType::kInt64},
                    {.name = "label", .type = ValueType::kText, .nullable = true},
                    {.name = "amount", .type = ValueType::kFloat64, .nullable = true},
                    {.name = "flag", .type = ValueType::kBool, .nullable = true}};
  schema.unit_column = 0;
  schema.limits = {.groups_per_unit_max = 2, .rows_per_group_and_unit_max = 3};
  return schema;
}

inline Rows VisitsRows() {
  return {
      {Int(7), Text("b"), Real(1.5), Bool(true)},   {Int(-2), Null(), Real(-3), Bool(false)},
      {Int(7), Text("a"), Null(), Null()},          {Int(7), Text("a"), Real(2), Bool(true)},
      {Int(-2), Text("\xc3\xa9"), Real(0), Null()}, {Int(40), Text(""), Real(1e300), Bool(false)}};
}

inline TablePtr BuildTable(const TableSchema& schema, const Rows& rows) {
  TableBuilder builder(schema);
  for (const std::vector<Value>& row : rows) {
    const absl::Status status = builder.AddRow(row);
    EXPECT_TRUE(status.ok()) << status.message();
  }
  absl::StatusOr<TablePtr> table = builder.Build();
  EXPECT_TRUE(table.ok()) << table.status().message();
  return *table;
}

// A cell of a table as a value.
inline Value CellOf(const ColumnArray& column, int64_t row) {
  if (!column.IsValid(row)) return Null();
  switch (column.type) {
    case ValueType::kBool:
      return Bool(column.booleans[row] != 0);
    case ValueType::kInt64:
      return Int(column.integers[row]);
    case ValueType::kFloat64:
      return Real(column.floats[row]);
    case ValueType::kText:
      return Text(std::string(column.dictionary.At(column.codes[row])));
    case ValueType::kDate:
      return Value(Date{column.integers[row]});
  }
  return Null();
}

inline Rows RowsOf(const Table& table) {
  Rows rows(table.row_count);
  for (int64_t row = 0; row < table.row_count; ++row) {
    for (const ColumnArray& column : table.columns) rows[row].push_back(CellOf(column, row));
  }
  return rows;
}

inline std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

inline void WriteFile(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

// Runs SQL text on a database file, which it creates.
inline void RunSql(const std::string& path, const std::string& sql) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  char* error = nullptr;
  EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &error), SQLITE_OK) << error;
  sqlite3_free(error);
  sqlite3_close(database);
}

// A value as SQL text that gives it back exactly.
inline std::string SqlText(const Value& value) {
  if (const auto* boolean = std::get_if<bool>(&value)) return *boolean ? "1" : "0";
  return ToText(value);
}

// Puts the rows into a table of that name in the file, in their order.
inline void WriteSqlite(const std::string& path, const TableSchema& schema, const Rows& rows) {
  std::string sql = "BEGIN; CREATE TABLE \"" + schema.name + "\"(";
  for (size_t i = 0; i < schema.columns.size(); ++i) {
    const bool is_real = schema.columns[i].type == ValueType::kFloat64;
    sql += (i == 0 ? "\"" : ", \"") + schema.columns[i].name + (is_real ? "\" REAL" : "\"");
  }
  sql += ");";
  for (const std::vector<Value>& row : rows) {
    sql += "INSERT INTO \"" + schema.name + "\" VALUES(";
    for (size_t i = 0; i < row.size(); ++i) sql += (i == 0 ? "" : ", ") + SqlText(row[i]);
    sql += ");";
  }
  RunSql(path, sql + "COMMIT;");
}

}  // namespace tacit

#endif  // TACIT_TESTS_ENGINE_STORAGE_FIXTURES_H_
