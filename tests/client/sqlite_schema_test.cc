#include "client/sqlite_schema.h"

#include <gtest/gtest.h>

namespace tacit::client {
namespace {

using Checks = std::vector<std::string>;

TEST(SqliteSchemaTest, FindsChecksWithNestingAndQuotes) {
  EXPECT_EQ(FindChecks("CREATE TABLE t(a INT CHECK (a > 0), b check(b IN ('x)', (2))), c)"),
            (Checks{"CHECK (a > 0)", "check(b IN ('x)', (2)))"}));
}

TEST(SqliteSchemaTest, IsNotFooledByCommentsNamesOrStrings) {
  EXPECT_EQ(FindChecks("CREATE TABLE \"CHECK (1)\"([CHECK (2)] INT, -- CHECK (3)\n"
                       "/* CHECK (4) */ d DEFAULT 'CHECK (5)', recheck (6), check_it (7))"),
            Checks{});
}

TEST(SqliteSchemaTest, SurvivesTextThatEndsEarly) {
  EXPECT_EQ(FindChecks("CHECK (a > ("), Checks{"CHECK (a > ("});
  for (const char* text : {"", "'", "\"", "[", "/*", "--", "CHECK", "CHECK ", "`"}) {
    EXPECT_EQ(FindChecks(text), Checks{}) << text;
  }
}

TEST(SqliteSchemaTest, KnowsTypesThatAreClear) {
  EXPECT_EQ(PolicyTypeOf("BIGINT"), "integer");
  EXPECT_EQ(PolicyTypeOf("varchar(20)"), "text");
  EXPECT_EQ(PolicyTypeOf("DOUBLE PRECISION"), "real");
  EXPECT_EQ(PolicyTypeOf("Boolean"), "boolean");
  EXPECT_EQ(PolicyTypeOf("date"), "date");
  for (const char* type : {"", "DATETIME", "TIMESTAMP", "DECIMAL(10,2)", "BLOB", "POINT"}) {
    EXPECT_EQ(PolicyTypeOf(type), "") << type;
  }
}

}  // namespace
}  // namespace tacit::client
