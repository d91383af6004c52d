#include <gtest/gtest.h>

#include "accountant/refusal.h"
#include "engine/parse/parse.h"

namespace tacit {
namespace {

absl::StatusOr<SyntaxNode> Read(const std::string& expression) {
  const auto statement = Parse("SELECT " + expression + " FROM t");
  if (!statement.ok()) return statement.status();
  return statement->targets[0].expression;
}

TEST(PgParserCastTest, KnowsTypesByEachOfTheirNames) {
  const std::pair<const char*, const char*> types[] = {{"SMALLINT", "smallint"},
                                                       {"int2", "smallint"},
                                                       {"INTEGER", "integer"},
                                                       {"INT", "integer"},
                                                       {"int4", "integer"},
                                                       {"BIGINT", "bigint"},
                                                       {"int8", "bigint"},
                                                       {"REAL", "double precision"},
                                                       {"FLOAT", "double precision"},
                                                       {"DOUBLE PRECISION", "double precision"},
                                                       {"float8", "double precision"},
                                                       {"NUMERIC", "double precision"},
                                                       {"DECIMAL", "double precision"},
                                                       {"BOOLEAN", "boolean"},
                                                       {"bool", "boolean"},
                                                       {"DATE", "date"},
                                                       {"TEXT", "text"},
                                                       {"VARCHAR", "text"}};
  for (const auto& [spelled, name] : types) {
    const auto cast = Read("CAST(a AS " + std::string(spelled) + ")");
    ASSERT_TRUE(cast.ok()) << spelled << ": " << cast.status();
    EXPECT_EQ(cast->kind, SyntaxKind::kCast) << spelled;
    EXPECT_EQ(cast->name, name) << spelled;
    ASSERT_EQ(cast->arguments.size(), 1u) << spelled;
    EXPECT_EQ(cast->arguments[0].name, "a") << spelled;
  }
}

TEST(PgParserCastTest, ColonsAndTypedLiteralsAreCasts) {
  EXPECT_TRUE(SameSyntax(*Read("CAST(a + 1 AS int)"), *Read("(a + 1)::integer")));
  EXPECT_FALSE(SameSyntax(*Read("CAST(a AS int)"), *Read("CAST(a AS bigint)")));
  EXPECT_EQ(Read("int '5'")->kind, SyntaxKind::kCast);
  EXPECT_EQ(Read("'2024-02-29'::date")->literal, SyntaxLiteral(Date{19'782}));
  EXPECT_EQ(Read("$1::int::boolean")->arguments[0].name, "integer");
}

TEST(PgParserCastTest, RefusesOtherTypesAndForms) {
  for (const char* cast :
       {"a::numeric(10, 2)", "a::varchar(3)", "a::int[]", "a::jsonb", "a::other.int4",
        "a::pg_catalog.oid", "INTERVAL '1 day'", "a::timestamptz", "a::\"INTEGER\""}) {
    const absl::Status status = Read(cast).status();
    EXPECT_EQ(ReasonOf(status), Reason::kUnsupported) << cast;
    EXPECT_FALSE(DetailOf(status).fix.empty()) << cast;
    EXPECT_TRUE(DetailOf(status).position.has_value()) << cast;
  }
  EXPECT_EQ(ReasonOf(Read("'tomorrow'::date").status()), Reason::kLiteralRange);
}

TEST(PgParserCastTest, CountsLikeAnyOtherNesting) {
  std::string casts = "a";
  for (int i = 0; i < 1000; ++i) casts += "::int";
  EXPECT_EQ(ReasonOf(Read(casts).status()), Reason::kLimit);
}

}  // namespace
}  // namespace tacit
