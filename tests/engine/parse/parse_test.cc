#include "engine/parse/parse.h"

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "accountant/refusal.h"
#include "gtest/gtest.h"

namespace tacit {
namespace {

std::string Repeated(int count, const std::string& text) {
  std::string result;
  for (int i = 0; i < count; ++i) result += text;
  return result;
}

Reason ReasonFor(const std::string& sql) {
  const auto statement = Parse(sql);
  EXPECT_FALSE(statement.ok()) << sql.substr(0, 80);
  return ReasonOf(statement.status());
}

TEST(ParseTest, RefusesMoreThan16KiBBeforeReadingThem) {
  const std::string start = "SELECT COUNT(*) FROM t --";
  const std::string longest = start + std::string(kSqlBytesMax - start.size(), 'x');
  EXPECT_TRUE(Parse(longest).ok());
  const auto status = Parse(longest + "x").status();
  EXPECT_EQ(ReasonOf(status), Reason::kLimit);
  EXPECT_EQ(DetailOf(status).limit, "sql_bytes");
}

TEST(ParseTest, ChecksSizeThenNulThenUtf8) {
  EXPECT_EQ(ReasonFor(std::string(kSqlBytesMax + 1, '\0')), Reason::kLimit);
  EXPECT_EQ(ReasonFor(std::string("\xff\0", 2)), Reason::kNulByte);
  EXPECT_EQ(ReasonFor("SELEC \xff"), Reason::kInvalidUtf8);
}

TEST(ParseTest, SeesTextBehindANul) {
  const std::string sql("SELECT COUNT(*) FROM t\0 WHERE evil()", 36);
  const auto status = Parse(sql).status();
  EXPECT_EQ(ReasonOf(status), Reason::kNulByte);
  EXPECT_EQ(DetailOf(status).position, 22);
}

// The parser recurses without a guard: 24,000 terms end the process on an 8 MiB stack if they reach
// it.
TEST(ParseTest, RefusesASumOf24000Terms) {
  EXPECT_EQ(ReasonFor("SELECT 1" + Repeated(24000, "+1")), Reason::kLimit);
}

TEST(ParseTest, SurvivesTheWorstPatternsThatFit) {
  const std::vector<std::pair<std::string, std::string>> patterns = {
      {"SELECT 1", "+1"},
      {"SELECT ", "("},
      {"SELECT ", "NOT "},
      {"SELECT ", "- "},
      {"SELECT ", "abs("},
      {"SELECT 1", "||1"},
      {"SELECT 1", " UNION ALL SELECT 1"},
      {"SELECT * FROM t", " JOIN t ON 1=1"},
      {"SELECT ", "(SELECT "},
      {"SELECT ", "CASE WHEN 1=1 THEN "},
      {"SELECT 1 WHERE 1", " IS NULL"},
      {"SELECT 1", "::int"},
      {"SELECT a", "[1]"},
      {"SELECT COUNT(*) FROM t WHERE a", " AND a"},
      {"SELECT ", "/*"},
      {"SELECT COUNT(*) FROM t", ";"},
      {"", "SELECT 1;"},
  };
  for (const auto& [start, repeated] : patterns) {
    const int count = static_cast<int>((kSqlBytesMax - start.size()) / repeated.size());
    const std::string sql = start + Repeated(count, repeated);
    ASSERT_LE(sql.size(), static_cast<size_t>(kSqlBytesMax));
    const auto statement = Parse(sql);
    EXPECT_TRUE(statement.ok() || ReasonOf(statement.status()) != Reason::kInternal) << repeated;
  }
  EXPECT_TRUE(Parse("SELECT COUNT(*) FROM t").ok());
}

TEST(ParseTest, ReadsNestedCommentsAsPostgreSqlDoes) {
  const auto statement =
      Parse("SELECT COUNT(*) FROM patients /* /* */ UNION ALL SELECT pid FROM patients -- */");
  ASSERT_TRUE(statement.ok()) << statement.status();
  EXPECT_EQ(statement->targets.size(), 1u);
  EXPECT_EQ(statement->from.name, "patients");
}

TEST(ParseTest, KeepsTheSignOfNegativeIntegers) {
  const auto statement = Parse("SELECT COUNT(*) FROM t WHERE age > -1");
  ASSERT_TRUE(statement.ok()) << statement.status();
  EXPECT_EQ(statement->where->arguments[1].literal, SyntaxLiteral(int64_t{-1}));
}

TEST(ParseTest, AnswersManyThreadsAtOnceEachItsOwn) {
  constexpr int kThreads = 50;
  constexpr int kParsesPerThread = 4;
  std::vector<std::thread> threads;
  std::vector<int> right(kThreads, 0);
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([i, &right] {
      for (int j = 0; j < kParsesPerThread; ++j) {
        const std::string table = absl::StrCat("t", i, "_", j);
        const auto statement = Parse("SELECT COUNT(*) FROM " + table);
        if (statement.ok() && statement->from.name == table) ++right[i];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, std::vector<int>(kThreads, kParsesPerThread));
}

}  // namespace
}  // namespace tacit
