#include "engine/parse/pg_parser_unsupported.h"

#include <string>
#include <vector>

#include "accountant/refusal.h"
#include "engine/parse/parse.h"
#include "gtest/gtest.h"

namespace tacit {
namespace {

struct Case {
  std::string expression;
  std::string said;
};

// Each construct is called by the name its writer knows, and each refusal says what to do instead.
TEST(PgParserUnsupportedTest, NamesEachConstructAndItsFix) {
  const std::vector<Case> cases = {
      {"(SELECT 1)", "sub-query"},
      {"EXISTS (SELECT 1)", "sub-query"},
      {"ARRAY(SELECT 1)", "sub-query"},
      {"CAST(a AS jsonb)", "cast to jsonb"},
      {"TIMESTAMP '2020-01-01'", "cast to timestamp"},
      {"CURRENT_DATE", "clock"},
      {"CURRENT_USER", "session"},
      {"a COLLATE \"C\"", "COLLATE"},
      {"ARRAY[1]", "array"},
      {"a[1]", "subscript"},
      {"ROW(1, 2)", "row value"},
      {"GROUPING(a)", "GROUPING"},
      {"a SIMILAR TO 'x'", "SIMILAR TO"},
      {"a = ANY (b)", "ANY"},
      {"a BETWEEN SYMMETRIC 1 AND 2", "SYMMETRIC"},
      {"a ^ 2", "^"},
      {"a ~ 'x'", "~"},
      {"B'1'", "bit string"},
      {"XMLELEMENT(NAME a)", "XML"},
      {"a IS DOCUMENT", "XML"},
  };
  for (const auto& [expression, said] : cases) {
    const auto status = Parse("SELECT " + expression + " FROM t").status();
    EXPECT_EQ(ReasonOf(status), Reason::kUnsupported) << expression;
    EXPECT_NE(status.message().find(said), absl::string_view::npos) << expression << ": " << status;
    EXPECT_FALSE(DetailOf(status).fix.empty()) << expression;
    EXPECT_TRUE(DetailOf(status).position.has_value()) << expression;
  }
}

TEST(PgParserUnsupportedTest, RefusesAnEmptyNode) {
  PgQuery__Node node = PG_QUERY__NODE__INIT;
  EXPECT_EQ(ReasonOf(RefuseNode(node, 4)), Reason::kUnsupported);
  EXPECT_EQ(DetailOf(RefuseNode(node, 4)).position, 4);
}

}  // namespace
}  // namespace tacit
