#include "engine/parse/pg_parser_tokens.h"

#include <string>

#include "accountant/refusal.h"
#include "engine/parse/parse.h"
#include "engine/parse/parser_thread.h"
#include "gtest/gtest.h"

extern "C" {
#include <pg_query/pg_query.pb-c.h>
}

namespace tacit {
namespace {

absl::StatusOr<std::vector<Token>> Scan(const std::string& sql) {
  absl::StatusOr<std::vector<Token>> result = absl::UnknownError("not run");
  EXPECT_TRUE(RunOnParserThread([&] { result = ScanTokens(sql); }).ok());
  return result;
}

TEST(PgParserTokensTest, GivesBytesAndLeavesCommentsOut) {
  const auto tokens = Scan("/* é */ SELECT 'é', a -- end");
  ASSERT_TRUE(tokens.ok()) << tokens.status();
  ASSERT_EQ(tokens->size(), 4u);
  EXPECT_EQ((*tokens)[0].begin, 9);
  EXPECT_EQ(FirstOf(*tokens, PG_QUERY__TOKEN__IDENT), 22);
  EXPECT_EQ(FirstOf(*tokens, PG_QUERY__TOKEN__UNION), std::nullopt);
}

TEST(PgParserTokensTest, TellsBracketsApart) {
  const std::string sql = "a (b (c) d) e (f)";
  const auto tokens = *Scan(sql);
  const auto text = [&](const std::vector<Token>& some) {
    std::string joined;
    for (const Token& token : some) joined += sql.substr(token.begin, token.end - token.begin);
    return joined;
  };
  EXPECT_EQ(text(OutsideBrackets(tokens)), "a()e()");
  EXPECT_EQ(text(InBracketsAround(tokens, 0)), text(tokens));
  EXPECT_EQ(text(InBracketsAround(tokens, 3)), "b(c)d");
  EXPECT_EQ(text(InBracketsAround(tokens, 5)), "b(c)d");  // a bracket stands in those around it
  EXPECT_EQ(text(InBracketsAround(tokens, 6)), "c");
  EXPECT_EQ(text(InBracketsAround(tokens, 15)), "f");
}

TEST(PgParserTokensTest, CountsCommentsAsTokens) {
  std::string sql = "SELECT 1";
  for (int i = 0; i < kSqlTokensMax - 2; ++i) sql += "/**/";
  EXPECT_TRUE(Scan(sql).ok());
  const auto status = Scan(sql + "/**/").status();
  EXPECT_EQ(ReasonOf(status), Reason::kLimit);
  EXPECT_EQ(DetailOf(status).limit, "tokens");
}

TEST(PgParserTokensTest, BoundsIdentifiersAfterTheirQuotesAreRead) {
  EXPECT_TRUE(Scan("SELECT " + std::string(63, 'a')).ok());
  EXPECT_EQ(ReasonOf(Scan("SELECT " + std::string(64, 'a')).status()), Reason::kUnsupported);
  EXPECT_TRUE(Scan("SELECT \"" + std::string(62, 'a') + "\"\"\"").ok());
  EXPECT_EQ(ReasonOf(Scan("SELECT \"" + std::string(63, 'a') + "\"\"\"").status()),
            Reason::kUnsupported);
}

TEST(PgParserTokensTest, TakesOnlyAsciiInIdentifiersAndAnythingInText) {
  EXPECT_EQ(ReasonOf(Scan("SELECT pαtients").status()), Reason::kUnsupported);
  EXPECT_EQ(ReasonOf(Scan("SELECT \"pati\u200bents\"").status()), Reason::kUnsupported);
  EXPECT_EQ(ReasonOf(Scan("SELECT U&\"\\0061\"").status()), Reason::kUnsupported);
  EXPECT_TRUE(Scan("SELECT 'pαtients'").ok());
}

TEST(PgParserTokensTest, NamesBigQuerysSpelling) {
  const auto status = Scan("SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon=1) COUNT(*)").status();
  EXPECT_EQ(ReasonOf(status), Reason::kUnsupported);
  EXPECT_EQ(DetailOf(status).position, 7);
  EXPECT_FALSE(Scan("select With differential_Privacy options() 1").ok());
  EXPECT_TRUE(Scan("SELECT with_differential_privacy, a").ok());
}

TEST(PgParserTokensTest, BoundsTheMessageOfAnError) {
  const auto status = ParseError("x", std::string(5000, 'm').c_str(), 0);
  EXPECT_LT(status.message().size(), 250u);
  EXPECT_EQ(DetailOf(status).position, std::nullopt);
}

TEST(PgParserTokensTest, CountsCharactersAsPostgreSqlDoes) {
  EXPECT_EQ(DetailOf(ParseError("éé=", "m", 3)).position, 4);
  EXPECT_EQ(DetailOf(ParseError("ab", "m", 3)).position, 2) << "past the end";
}

}  // namespace
}  // namespace tacit
