#include "client/render.h"

#include <gtest/gtest.h>

#include <limits>

namespace tacit::client {
namespace {

constexpr Style kTerminal = {.is_terminal = true, .has_unicode = true, .has_colour = false};
constexpr Style kPipe = {};

Grid SampleGrid() {
  using enum Grid::Align;
  return {
      .header = {"trt", "n"}, .align = {kLeft, kRight}, .rows = {{"placebo", "28"}, {"x", "7"}}};
}

TEST(RenderTest, DrawsABoxOnATerminal) {
  EXPECT_EQ(RenderGrid(SampleGrid(), kTerminal),
            "┌─────────┬────┐\n"
            "│ trt     │  n │\n"
            "├─────────┼────┤\n"
            "│ placebo │ 28 │\n"
            "│ x       │  7 │\n"
            "└─────────┴────┘\n");
}

TEST(RenderTest, IsPlainInAPipe) {
  EXPECT_EQ(RenderGrid(SampleGrid(), kPipe),
            "trt       n\n"
            "-------  --\n"
            "placebo  28\n"
            "x         7\n");
}

TEST(RenderTest, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(Escape("a\x1b[2Jb"), "a\\x1b[2Jb");
  EXPECT_EQ(Escape("a\nb\tc\r"), "a\\nb\\tc\\x0d");
  EXPECT_EQ(Escape("\xc2\x9b"
                   "31m"),
            "\\x9b31m");  // the one-byte form of ESC [
  EXPECT_EQ(Escape("a\xe2\x80\xae"
                   "b"),
            "a\\u202eb");                                // right-to-left override
  EXPECT_EQ(Escape("\xff\xc3"), "\\xff\\xc3");           // not UTF-8
  EXPECT_EQ(Escape("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // a surrogate
  EXPECT_EQ(Escape("\xc0\x9b"), "\\xc0\\x9b");           // an overlong ESC
  EXPECT_EQ(Escape("naïve 東京"), "naïve 東京");
}

TEST(RenderTest, NoCellReachesATerminalUnescaped) {
  Grid grid = SampleGrid();
  grid.header[0] = "h\x1b]0;title\x07";
  grid.rows[0][0] = "a\nb\x1b[31m";
  for (const Style& style : {kTerminal, kPipe}) {
    const std::string text = RenderGrid(grid, style);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_EQ(text.find('\x07'), std::string::npos);
  }
}

TEST(RenderTest, AlignsWideAndCombiningCharacters) {
  EXPECT_EQ(DisplayWidth("東京"), 4u);
  EXPECT_EQ(DisplayWidth("e\xcc\x81"), 1u);
  EXPECT_EQ(DisplayWidth("±"), 1u);
}

TEST(RenderTest, PaintsOnlyWhereThereAreColours) {
  EXPECT_EQ(Paint(kPipe, Colour::kRed, "x"), "x");
  EXPECT_EQ(
      Paint({.is_terminal = true, .has_unicode = true, .has_colour = true}, Colour::kRed, "x"),
      "\x1b[31mx\x1b[0m");
}

TEST(RenderTest, JsonStringsAreAlwaysValid) {
  EXPECT_EQ(JsonString("a\"b\\c\n\x01\xff\x7f"), "\"a\\\"b\\\\c\\n\\u0001\\ufffd\\u007f\"");
  EXPECT_EQ(JsonString("é"), "\"é\"");
  EXPECT_EQ(JsonNumber(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(JsonNumber(0.1), "0.1");
  EXPECT_EQ(JsonObject({{"a", "1"}, {"b", JsonArray({"2", "3"})}}), "{\"a\":1,\"b\":[2,3]}");
  EXPECT_EQ(JsonArray({}), "[]");
}

TEST(RenderTest, CsvQuotesWhereNeeded) {
  EXPECT_EQ(CsvField("a"), "a");
  EXPECT_EQ(CsvField("a,b"), "\"a,b\"");
  EXPECT_EQ(CsvField("a\"b\nc"), "\"a\"\"b\nc\"");
  EXPECT_EQ(CsvField(""), "\"\"");
  EXPECT_EQ(CsvLine({"a", "", "b"}), "a,,b\n");
}

}  // namespace
}  // namespace tacit::client
