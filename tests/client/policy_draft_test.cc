#include "client/policy_draft.h"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>

#include "client/policy_toml.h"
#include "tests/client/fake_server.h"

namespace tacit::client {
namespace {

constexpr char kSchema[] =
    "CREATE TABLE visits(id INTEGER PRIMARY KEY, subject INT NOT NULL, \"odd \"\"name\" TEXT, "
    "born DATE, weight REAL CHECK (weight BETWEEN 20 AND 200));"
    "CREATE TABLE codes(code TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID;"
    "CREATE VIEW v AS SELECT * FROM visits;";

std::string MakeDatabase(const std::string& folder, const std::string& sql) {
  const std::string file = FreshFolder(folder) + "/My Clinic 2.db";
  sqlite3* database = nullptr;
  EXPECT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(database);
  return file;
}

std::string Draft(const std::string& file, const std::string& table = "") {
  const auto draft = DraftPolicy({.file = file, .table = table});
  EXPECT_TRUE(draft.ok());
  return draft.ok() ? draft.value() : draft.failure().message;
}

bool Holds(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

TEST(PolicyDraftTest, TakesTypesAndNullabilityFromTheSchema) {
  const std::string draft = Draft(MakeDatabase("draft_types", kSchema));
  EXPECT_TRUE(Holds(draft, "dataset = \"my-clinic-2\"\n"));
  EXPECT_TRUE(Holds(draft, "source = \"My Clinic 2.db\""));
  EXPECT_TRUE(Holds(draft, "\nid = { type = \"integer\" }"));
  EXPECT_TRUE(Holds(draft, "\nsubject = { type = \"integer\" }"));
  EXPECT_TRUE(Holds(draft, "\n\"odd \\\"name\" = { type = \"text\", nullable = true }"));
  EXPECT_TRUE(Holds(draft, "\nweight = { type = \"real\", nullable = true }"));
  EXPECT_TRUE(Holds(draft, "\nborn = { type = \"date\", nullable = true }"));
  EXPECT_TRUE(Holds(draft, "CHECK (weight BETWEEN 20 AND 200)"));
  EXPECT_TRUE(Holds(draft, "[tables.codes]"));
  EXPECT_FALSE(Holds(draft, "[tables.v]"));
}

TEST(PolicyDraftTest, IsTomlThatIsRefusedUntilItIsFilledIn) {
  std::string draft = Draft(MakeDatabase("draft_refused", kSchema));
  const CompiledPolicy compiled = CompilePolicy(draft);
  std::vector<std::string> paths;
  for (const PolicyProblem& problem : compiled.problems) {
    EXPECT_EQ(problem.message.find("is not TOML"), std::string::npos) << problem.message;
    paths.push_back(problem.path);
  }
  for (const char* path : {"filter", "budget", "tables.visits.unit", "tables.codes.unit"}) {
    EXPECT_NE(std::find(paths.begin(), paths.end(), path), paths.end()) << path;
  }
  for (const v1::Table& table : compiled.policy.tables()) {
    for (const v1::Column& column : table.columns()) {
      EXPECT_FALSE(column.has_bounds()) << column.name();
      EXPECT_EQ(column.values_size(), 0) << column.name();
    }
  }
}

TEST(PolicyDraftTest, IsTheSameWhateverTheRowsAre) {
  const std::string empty = Draft(MakeDatabase("draft_empty", kSchema));
  const std::string full = Draft(MakeDatabase(
      "draft_full",
      std::string(kSchema) +
          "INSERT INTO visits VALUES (1, 2, 'secret', '1990', 70), (2, 3, 'x', 'y', 99);"
          "INSERT INTO codes VALUES ('a', 1);"));
  EXPECT_EQ(empty, full);
}

// Every page but the schema's is destroyed: a draft that touched one would fail or differ.
TEST(PolicyDraftTest, ReadsNoPageThatHoldsRows) {
  const std::string file = MakeDatabase(
      "draft_pages",
      std::string(kSchema) +
          "WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < 999)"
          "INSERT INTO visits SELECT i, i, 'text', NULL, NULL FROM r;");
  const std::string before = Draft(file);
  const auto size = std::filesystem::file_size(file);
  ASSERT_GT(size, 4096u * 4);
  std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekp(4096);
  for (uintmax_t i = 4096; i < size; ++i) bytes.put('\xa5');
  bytes.close();
  EXPECT_EQ(Draft(file), before);
}

TEST(PolicyDraftTest, AuthorizerStopsEveryReadOfARow) {
  const std::string file = MakeDatabase("draft_authorizer", kSchema);
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
  sqlite3_set_authorizer(database, AuthorizeSchemaOnly, nullptr);
  const auto code_of = [&](const char* sql) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v2(database, sql, -1, &statement, nullptr);
    sqlite3_finalize(statement);
    return code;
  };
  EXPECT_EQ(code_of("SELECT name FROM sqlite_schema"), SQLITE_OK);
  EXPECT_EQ(code_of("PRAGMA table_info(visits)"), SQLITE_OK);
  for (const char* sql :
       {"SELECT * FROM visits", "SELECT count(*) FROM visits", "SELECT max(id) FROM visits",
        "SELECT 1 FROM codes", "SELECT * FROM v", "DELETE FROM visits", "ATTACH 'x' AS y",
        "PRAGMA writable_schema = 1", "DROP TABLE visits", "PRAGMA integrity_check"}) {
    EXPECT_EQ(code_of(sql), SQLITE_AUTH) << sql;
  }
  sqlite3_close(database);
}

TEST(PolicyDraftTest, DraftsOneTable) {
  const std::string file = MakeDatabase("draft_one", kSchema);
  const std::string draft = Draft(file, "codes");
  EXPECT_TRUE(Holds(draft, "[tables.codes]"));
  EXPECT_FALSE(Holds(draft, "[tables.visits]"));
  EXPECT_FALSE(DraftPolicy({.file = file, .table = "nothing"}).ok());
}

TEST(PolicyDraftTest, RefusesWhatIsNoDatabase) {
  const std::string folder = FreshFolder("draft_bad");
  WriteFile(folder + "/text", std::string(5000, 'x'));
  WriteFile(folder + "/empty", "");
  for (const std::string& file : {folder, folder + "/text", folder + "/empty", folder + "/none"}) {
    const auto draft = DraftPolicy({.file = file, .table = ""});
    ASSERT_FALSE(draft.ok()) << file;
    EXPECT_EQ(draft.failure().exit_code, ExitCode::kLocal);
    EXPECT_TRUE(draft.failure().message.starts_with(file));
  }
  EXPECT_FALSE(std::filesystem::exists(folder + "/none"));
}

TEST(PolicyDraftTest, NamesFromTheSchemaCannotBreakOutOfAComment) {
  const std::string draft = Draft(
      MakeDatabase("draft_comment",
                   "CREATE TABLE t(a INT CHECK (a > '\nfilter = \"pure\"\n'), b \"x\ny = 1\")"));
  EXPECT_FALSE(Holds(draft, "\nfilter"));
  EXPECT_FALSE(Holds(draft, "\ny = 1"));
}

}  // namespace
}  // namespace tacit::client
