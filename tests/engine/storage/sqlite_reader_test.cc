#include "engine/storage/sqlite_reader.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "accountant/refusal.h"
#include "engine/storage/snapshot.h"
#include "tests/engine/storage/fixtures.h"

namespace tacit {
namespace {

// One column `x` of the type, nullable, in table `t`; the unit is the row.
TableSchema OneColumn(ValueType type) {
  TableSchema schema;
  schema.name = "t";
  schema.columns = {{.name = "x", .type = type, .nullable = true}};
  return schema;
}

std::string DatabaseWith(const std::string& sql) {
  const std::string path = FreshDirectory() + "/source.db";
  RunSql(path, sql);
  return path;
}

// The message of the refusal, which must be for the curator.
std::string Refusal(const std::string& path, const TableSchema& schema) {
  const auto result = ReadSqliteTable(path, schema, nullptr);
  if (result.ok()) return "accepted";
  EXPECT_EQ(ReasonOf(result.status()), Reason::kSourceInvalid) << result.status().message();
  return std::string(result.status().message());
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(SqliteReaderTest, ReadsEveryType) {
  const std::string path = FreshDirectory() + "/source.db";
  WriteSqlite(path, VisitsSchema(), VisitsRows());
  const ReadResult result = *ReadSqliteTable(path, VisitsSchema(), nullptr);
  EXPECT_EQ(RowsOf(*result.table), RowsOf(*BuildTable(VisitsSchema(), VisitsRows())));
  EXPECT_EQ(result.dropped_rows, 0);
}

TEST(SqliteReaderTest, RefusesFilesThatAreNoDatabase) {
  const std::string root = FreshDirectory();
  WriteFile(root + "/text", std::string(5000, 'x'));
  WriteFile(root + "/empty", "");
  ASSERT_EQ(mkfifo((root + "/fifo").c_str(), 0600), 0);
  const TableSchema schema = OneColumn(ValueType::kInt64);
  EXPECT_TRUE(Contains(Refusal(root + "/text", schema), "not a database"));
  EXPECT_TRUE(Contains(Refusal(root + "/empty", schema), "no table"));
  EXPECT_TRUE(Contains(Refusal(root + "/fifo", schema), "not a regular file"));
  EXPECT_TRUE(Contains(Refusal(root, schema), "not a regular file"));
  EXPECT_TRUE(Contains(Refusal(root + "/missing", schema), "No such file"));
  EXPECT_FALSE(std::filesystem::exists(root + "/missing"));
}

TEST(SqliteReaderTest, RefusesSymbolicLinks) {
  const std::string path = DatabaseWith("CREATE TABLE t(x)");
  const std::string root = FreshDirectory();
  std::filesystem::create_symlink(path, root + "/link");
  std::filesystem::create_directory_symlink(std::filesystem::path(path).parent_path(),
                                            root + "/directory");
  const TableSchema schema = OneColumn(ValueType::kInt64);
  EXPECT_TRUE(Contains(Refusal(root + "/link", schema), "symbolic link"));
  EXPECT_TRUE(Contains(Refusal(root + "/directory/source.db", schema), "symbolic link"));
}

TEST(SqliteReaderTest, RefusesADamagedFile) {
  const std::string path = DatabaseWith(
      "CREATE TABLE t(x); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT 5000)"
      " INSERT INTO t SELECT i FROM n");
  std::string bytes = ReadFile(path);
  for (size_t i = 8192; i < bytes.size(); ++i) bytes[i] = '\x5a';
  WriteFile(path, bytes);
  EXPECT_TRUE(Contains(Refusal(path, OneColumn(ValueType::kInt64)), "malformed"));
}

TEST(SqliteReaderTest, NamesAMissingTableOrColumn) {
  const std::string path = DatabaseWith("CREATE TABLE other(x); CREATE TABLE u(y)");
  TableSchema schema = OneColumn(ValueType::kInt64);
  EXPECT_TRUE(Contains(Refusal(path, schema), "no table \"t\""));
  schema.name = "u";
  EXPECT_TRUE(Contains(Refusal(path, schema), "no column \"x\""));
}

TEST(SqliteReaderTest, RefusesViewsAndVirtualTables) {
  const TableSchema schema = OneColumn(ValueType::kInt64);
  const std::string view = DatabaseWith("CREATE TABLE a(x); CREATE VIEW t AS SELECT x FROM a");
  EXPECT_TRUE(Contains(Refusal(view, schema), "no table"));
  const std::string virtual_table = DatabaseWith("CREATE VIRTUAL TABLE t USING fts4(x)");
  EXPECT_NE(Refusal(virtual_table, schema), "accepted");
}

TEST(SqliteReaderTest, QuotesNamesWhateverTheyHold) {
  TableSchema schema;
  schema.name = "odd \"name\"; DROP TABLE t --";
  schema.columns = {{.name = "a \"b\", 'c'"}, {.name = "select"}};
  const std::string path = FreshDirectory() + "/source.db";
  RunSql(path,
         "CREATE TABLE \"odd \"\"name\"\"; DROP TABLE t --\"(\"a \"\"b\"\", 'c'\", \"select\");"
         "INSERT INTO \"odd \"\"name\"\"; DROP TABLE t --\" VALUES(1, 2)");
  const ReadResult result = *ReadSqliteTable(path, schema, nullptr);
  EXPECT_EQ(RowsOf(*result.table), Rows({{Int(1), Int(2)}}));
}

TEST(SqliteReaderTest, RefusesValuesOfAnotherType) {
  const std::pair<ValueType, std::string> cases[] = {{ValueType::kInt64, "'abc'"},
                                                     {ValueType::kInt64, "1.5"},
                                                     {ValueType::kInt64, "x'00'"},
                                                     {ValueType::kFloat64, "'nan'"},
                                                     {ValueType::kFloat64, "9e999"},
                                                     {ValueType::kFloat64, "9007199254740993"},
                                                     {ValueType::kText, "5"},
                                                     {ValueType::kText, "x'41'"},
                                                     {ValueType::kText, "'a' || char(0) || 'b'"},
                                                     {ValueType::kText, "CAST(x'c328' AS TEXT)"},
                                                     {ValueType::kBool, "2"},
                                                     {ValueType::kBool, "'true'"},
                                                     {ValueType::kBool, "1.0"}};
  for (const auto& [type, value] : cases) {
    const std::string path =
        DatabaseWith("CREATE TABLE t(x); INSERT INTO t VALUES(NULL), (" + value + ")");
    const std::string refusal = Refusal(path, OneColumn(type));
    EXPECT_TRUE(Contains(refusal, "table \"t\", row 2, column \"x\"")) << value << ": " << refusal;
    EXPECT_TRUE(Contains(refusal, "invalid_rows = \"drop\"")) << refusal;
    EXPECT_FALSE(Contains(refusal, "abc")) << refusal;
  }
}

TEST(SqliteReaderTest, RefusesANullUnit) {
  TableSchema schema = OneColumn(ValueType::kInt64);
  schema.unit_column = 0;
  const std::string path = DatabaseWith("CREATE TABLE t(x); INSERT INTO t VALUES(1), (NULL)");
  EXPECT_TRUE(Contains(Refusal(path, schema), "row 2, column \"x\": found NULL"));
}

TEST(SqliteReaderTest, CountsWhatItDrops) {
  TableSchema schema = OneColumn(ValueType::kInt64);
  schema.unit_column = 0;
  schema.drop_invalid_rows = true;
  const std::string path =
      DatabaseWith("CREATE TABLE t(x); INSERT INTO t VALUES(1), (NULL), ('a'), (2.5), (2)");
  const ReadResult result = *ReadSqliteTable(path, schema, nullptr);
  EXPECT_EQ(result.dropped_rows, 3);
  EXPECT_EQ(RowsOf(*result.table), Rows({{Int(1)}, {Int(2)}}));
}

TEST(SqliteReaderTest, NumbersRowsByRowidDespiteAnIndex) {
  const std::string path = DatabaseWith(
      "CREATE TABLE t(x); CREATE INDEX i ON t(x);"
      "INSERT INTO t(rowid, x) VALUES(10, 3), (20, 'bad'), (30, 1)");
  EXPECT_TRUE(Contains(Refusal(path, OneColumn(ValueType::kInt64)), "row 2,"));
  RunSql(path, "UPDATE t SET x = 2 WHERE rowid = 20");
  const ReadResult result = *ReadSqliteTable(path, OneColumn(ValueType::kInt64), nullptr);
  EXPECT_EQ(RowsOf(*result.table), Rows({{Int(3)}, {Int(2)}, {Int(1)}}));
}

TEST(SqliteReaderTest, ReadsTablesWithoutRowid) {
  const std::string path =
      DatabaseWith("CREATE TABLE t(x INTEGER PRIMARY KEY) WITHOUT ROWID; INSERT INTO t VALUES(4)");
  EXPECT_TRUE(ReadSqliteTable(path, OneColumn(ValueType::kInt64), nullptr).ok());
}

TEST(SqliteReaderTest, ReportsProgressUpToTheTotal) {
  const std::string path = DatabaseWith(
      "CREATE TABLE t(x); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT"
      " 250000) INSERT INTO t SELECT i FROM n");
  std::vector<std::pair<int64_t, int64_t>> seen;
  const auto progress = [&](int64_t rows, int64_t total) { seen.emplace_back(rows, total); };
  ASSERT_TRUE(ReadSqliteTable(path, OneColumn(ValueType::kInt64), progress).ok());
  const std::vector<std::pair<int64_t, int64_t>> expected = {
      {100'000, 250'000}, {200'000, 250'000}, {250'000, 250'000}};
  EXPECT_EQ(seen, expected);
}

TEST(SqliteReaderTest, LeavesTheSourceAsItWas) {
  const std::string path = DatabaseWith("CREATE TABLE t(x); INSERT INTO t VALUES(1)");
  const std::string before = ReadFile(path);
  ASSERT_TRUE(ReadSqliteTable(path, OneColumn(ValueType::kInt64), nullptr).ok());
  EXPECT_TRUE(ReadFile(path) == before);
  const auto parent = std::filesystem::path(path).parent_path();
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(parent), {}), 1);
}

TEST(SqliteReaderTest, GivesEqualSnapshotsForEveryOrderOfInsertion) {
  Rows rows;
  std::mt19937_64 random(11);
  for (int i = 0; i < 300; ++i) {
    rows.push_back({Int(static_cast<int64_t>(random() % 30)),
                    Text("label " + std::to_string(random() % 5)),
                    Real(static_cast<double>(random() % 1000) / 8), Bool(random() % 2 == 0)});
  }
  std::string first;
  for (int round = 0; round < 4; ++round) {
    const std::string root = FreshDirectory();
    WriteSqlite(root + "/source.db", VisitsSchema(), rows);
    const ReadResult result = *ReadSqliteTable(root + "/source.db", VisitsSchema(), nullptr);
    ASSERT_TRUE(WriteSnapshot(*result.table, root + "/t.snap").ok());
    const std::string bytes = ReadFile(root + "/t.snap");
    if (round == 0) first = bytes;
    EXPECT_TRUE(bytes == first) << round;
    std::shuffle(rows.begin(), rows.end(), random);
  }
}

// The shared data sets stand beside the checkout, where they are present at all.
std::string SharedFile(const std::string& name) {
  const char* root = std::getenv("TACIT_SHARED");
  return (root != nullptr ? root : TACIT_SOURCE_DIR "/../shared") + std::string("/data/") + name;
}

TEST(SqliteReaderTest, ReadsThePumsSample) {
  std::ifstream file(SharedFile("pums/PUMS_dup.csv"));
  if (!file) GTEST_SKIP() << "the shared data sets are not here";
  TableSchema schema;
  schema.name = "pums";
  std::string line;
  std::getline(file, line);
  std::istringstream header(line);
  for (std::string name; std::getline(header, name, ',');) {
    while (!name.empty() && name.back() == '\r') name.pop_back();
    schema.columns.push_back({.name = name});
  }
  ASSERT_EQ(schema.columns.back().name, "pid");
  schema.unit_column = static_cast<int>(schema.columns.size()) - 1;
  std::string sql = "BEGIN; CREATE TABLE pums(age, sex, educ, race, income, married, pid);";
  while (std::getline(file, line)) {
    if (line.size() > 1) sql += "INSERT INTO pums VALUES(" + line + ");";
  }
  const std::string path = DatabaseWith(sql + "COMMIT;");
  const ReadResult result = *ReadSqliteTable(path, schema, nullptr);
  EXPECT_EQ(result.table->row_count, 1948);
  EXPECT_EQ(result.table->unit_count, 1000);
  for (int64_t unit = 0; unit < 1000; ++unit) {
    EXPECT_EQ(result.table->unit_ids.integers[unit], unit + 1);
  }
}

}  // namespace
}  // namespace tacit
