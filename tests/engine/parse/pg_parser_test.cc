#include "engine/parse/pg_parser.h"

#include "accountant/refusal.h"
#include "engine/parse/parser_thread.h"
#include "gtest/gtest.h"

namespace tacit {
namespace {

absl::StatusOr<SelectStatement> Read(const std::string& sql) {
  absl::StatusOr<SelectStatement> result = absl::UnknownError("not run");
  EXPECT_TRUE(RunOnParserThread([&] { result = ReadStatementOnThisThread(sql); }).ok());
  return result;
}

TEST(PgParserTest, TakesExactlyOneStatement) {
  EXPECT_TRUE(Read("SELECT COUNT(*) FROM t;").ok());
  for (const char* sql : {"", " ", ";", "-- nothing", "SELECT", "SELECT 1; SELECT 2"}) {
    EXPECT_EQ(ReasonOf(Read(sql).status()), Reason::kOneStatement) << sql;
  }
}

TEST(PgParserTest, PointsAtTheSecondStatement) {
  EXPECT_EQ(DetailOf(Read("SELECT 1;  DROP TABLE t").status()).position, 11);
}

TEST(PgParserTest, AnswersOnlySelect) {
  for (const char* sql : {"DROP TABLE t",
                          "INSERT INTO t VALUES (1)",
                          "UPDATE t SET a = 1",
                          "DELETE FROM t",
                          "COPY t TO 'x'",
                          "EXPLAIN SELECT 1",
                          "SET a = 1",
                          "SHOW a",
                          "BEGIN",
                          "VACUUM",
                          "TRUNCATE t",
                          "CREATE TABLE t (a int)",
                          "ALTER TABLE t ADD b int",
                          "GRANT SELECT ON t TO x",
                          "DO $$ BEGIN END $$",
                          "CALL f()",
                          "LISTEN x",
                          "PREPARE p AS SELECT 1",
                          "EXECUTE p",
                          "LOAD 'x'",
                          "LOCK TABLE t",
                          "ANALYZE",
                          "CREATE VIEW v AS SELECT 1"}) {
    const auto status = Read(sql).status();
    EXPECT_EQ(ReasonOf(status), Reason::kUnsupported) << sql;
    EXPECT_NE(status.message().find("only SELECT is answered"), absl::string_view::npos) << sql;
  }
}

TEST(PgParserTest, GivesTheParsersErrorAndItsByte) {
  const auto status = Read("SELECT 'é' FROM a b c").status();
  EXPECT_EQ(ReasonOf(status), Reason::kParse);
  EXPECT_EQ(status.message(), "syntax error at or near \"c\"");
  EXPECT_EQ(DetailOf(status).position, 21);  // the 21st character from 1, whose é took two bytes
}

TEST(PgParserTest, LeavesNothingBehindAfterAnError) {
  EXPECT_FALSE(Read("SELECT FROM WHERE").ok());
  EXPECT_TRUE(Read("SELECT COUNT(*) FROM t").ok());
}

}  // namespace
}  // namespace tacit
