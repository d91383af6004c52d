#include "engine/analyze/text_bounds.h"

#include <gtest/gtest.h>

#include <limits>

#include "engine/plan/nodes/text.h"
#include "tests/engine/analyze/oracle.h"

namespace tacit {
namespace {

using Kind = ExpressionKind;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

Value Text(const char* text) { return std::string(text); }

ExpressionPtr TextLiteral(const Value& value) {
  auto literal = std::make_shared<Expression>();
  const bool whole = std::holds_alternative<int64_t>(value);
  literal->type = whole ? ValueType::kInt64 : ValueType::kText;
  literal->literal = value;
  return literal;
}

TEST(TextBoundsTest, LengthsAreOfCharactersAndDeclared) {
  EXPECT_EQ(LengthOf(Text("héé")), (Interval{3, 3}));
  EXPECT_TRUE(LengthOf(Value()).IsEmpty());
  EXPECT_EQ(LengthOf(Value(int64_t{5})), kAnyLength);
  ColumnSchema column{.name = "c", .type = ValueType::kText};
  EXPECT_EQ(LengthOf(column), (Interval{0, kInfinity}));
  column.public_values = {Text("abc"), Text("é")};
  EXPECT_EQ(LengthOf(column), (Interval{1, 3}));
  EXPECT_EQ(DeclaredRange(column).length, (Interval{1, 3}));
}

TEST(TextBoundsTest, ChoicesAreAsLongAsTheirValues) {
  const ValueRange shorter{.length = {1, 2}};
  const ValueRange longer{.nullable = true, .length = {4, 6}};
  for (const Kind kind : {Kind::kGreatest, Kind::kLeast, Kind::kCoalesce}) {
    EXPECT_EQ(InferOperation(kind, ValueType::kText, {{longer, shorter}}).length, (Interval{1, 6}));
  }
}

// Every text of the alphabet up to four characters, every function with small numbers: no length
// leaves its bounds, and both ends are met where a function's can be told.
TEST(TextBoundsTest, NoLengthLeavesItsBounds) {
  std::vector<std::string> texts = {""};
  for (size_t i = 0; texts[i].size() < 6; ++i) {
    for (const char* letter : {"a", " ", "É"}) texts.push_back(texts[i] + letter);
  }
  std::vector<ExpressionPtr> functions;
  const ExpressionPtr column = Column(0, ValueType::kText);
  const auto add = [&](Kind kind, std::vector<ExpressionPtr> literals) {
    literals.insert(literals.begin(), column);
    functions.push_back(Operation(kind, ValueType::kText, std::move(literals)));
  };
  for (int64_t n = -3; n <= 5; ++n) {
    add(Kind::kLeft, {TextLiteral(n)});
    add(Kind::kRight, {TextLiteral(n)});
    add(Kind::kSubstring, {TextLiteral(n)});
    for (int64_t m = 0; m <= 5; ++m) add(Kind::kSubstring, {TextLiteral(n), TextLiteral(m)});
  }
  for (const Kind kind : {Kind::kTrim, Kind::kTrimLeft, Kind::kTrimRight}) {
    add(kind, {TextLiteral(Text(" É"))});
  }
  add(Kind::kLower, {});
  add(Kind::kUpper, {});
  add(Kind::kConcat, {TextLiteral(Text("xyz"))});
  for (const ExpressionPtr& function : functions) {
    const ExpressionPtr length = Operation(Kind::kLength, ValueType::kInt64, {function});
    const TextFunction map(*function);
    for (int lower = 0; lower <= 4; ++lower) {
      const ValueRange declared{.length = {static_cast<double>(lower), 4}};
      const Interval bounds = Infer(*length, {{declared}}).interval;
      for (const std::string& text : texts) {
        const Interval own = LengthOf(Value(text));
        if (own.lower < lower || own.upper > 4) continue;
        ASSERT_TRUE(bounds.Contains(LengthOf(map.Of(text)).lower))
            << ToText(*function) << " of '" << text << "'";
      }
    }
  }
}

TEST(TextBoundsTest, AJoinedTextIsBoundedByItsCut) {
  const ValueRange any;
  EXPECT_EQ(InferText(Kind::kConcat, {{any, any}}).length,
            (Interval{0, static_cast<double>(kJoinedBytesMax)}));
  const ValueRange huge{.length = {5000, 6000}};
  const Interval cut = InferText(Kind::kConcat, {{huge, any}}).length;
  std::string wide;
  for (int i = 0; i < 5000; ++i) wide += "😀";
  EXPECT_TRUE(cut.Contains(LengthOf(Value(JoinTexts({wide, "a"}))).lower));
}

TEST(TextBoundsTest, AnUnboundedTextHasALengthFromZero) {
  const ValueRange length = InferText(Kind::kLength, {{ValueRange{.nullable = true}}});
  EXPECT_EQ(length.interval, (Interval{0, kInfinity}));
  EXPECT_TRUE(length.nullable);
}

}  // namespace
}  // namespace tacit
