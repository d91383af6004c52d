#include "client/render_failure.h"

#include <gtest/gtest.h>

namespace tacit::client {
namespace {

TEST(RenderFailureTest, PutsACaretUnderTheByte) {
  EXPECT_EQ(CaretLines("SELECT agee", 7), "  SELECT agee\n         ^\n");
  EXPECT_EQ(CaretLines("SELECT\n  x,\n  agee\nFROM t", 14), "    agee\n    ^\n");
  EXPECT_EQ(CaretLines("é x", 3), "  é x\n    ^\n");
  EXPECT_EQ(CaretLines("abc", 3), "  abc\n     ^\n");
  EXPECT_EQ(CaretLines("a\tb", 2), "  a\\tb\n     ^\n");
}

TEST(RenderFailureTest, CopesWithPositionsOutsideAndLongLines) {
  EXPECT_EQ(CaretLines("abc", 4), "");
  EXPECT_EQ(CaretLines("", 0), "");
  const std::string lines = CaretLines(std::string(500, 'a') + "X" + std::string(500, 'b'), 500);
  const size_t caret = lines.find('^') - lines.find('\n') - 1;
  EXPECT_EQ(lines[caret], 'X');
  EXPECT_LT(lines.size(), 400u);
}

TEST(RenderFailureTest, PrintsMessageCaretFieldsAndFix) {
  Failure failure;
  failure.reason = "UNKNOWN_COLUMN";
  failure.message = "there is no column \"agee\"";
  failure.fix = "did you mean \"age\"";
  failure.position = 11;
  failure.violations = {{"sql", "there is no column \"agee\"; did you mean \"age\""}, {"x", "y"}};
  EXPECT_EQ(RenderFailure(failure, "SELECT AVG(agee) FROM t", Style{}),
            "error: there is no column \"agee\" [UNKNOWN_COLUMN]\n"
            "  SELECT AVG(agee) FROM t\n"
            "             ^\n"
            "  x: y\n"
            "fix: did you mean \"age\"\n");
}

TEST(RenderFailureTest, EscapesWhatTheServerSays) {
  Failure failure = LocalFailure("a\x1b[2J\nb", "c\x07");
  EXPECT_EQ(RenderFailure(failure, "", Style{}), "error: a\\x1b[2J\\nb\nfix: c\\x07\n");
}

TEST(RenderFailureTest, IsOneLineOfJson) {
  Failure failure = LocalFailure("m", "f");
  failure.position = 3;
  failure.violations = {{"a.b", "c"}};
  failure.metadata = {{"k", "v"}};
  EXPECT_EQ(FailureJson(failure),
            "{\"error\":{\"reason\":\"LOCAL\",\"message\":\"m\",\"fix\":\"f\",\"exit_code\":1,"
            "\"position\":3,\"violations\":[{\"field\":\"a.b\",\"description\":\"c\"}],"
            "\"metadata\":{\"k\":\"v\"}}}\n");
}

}  // namespace
}  // namespace tacit::client
