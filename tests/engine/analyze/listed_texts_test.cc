#include "engine/analyze/listed_texts.h"

#include <gtest/gtest.h>

#include "tests/engine/analyze/oracle.h"

namespace tacit {
namespace {

using Kind = ExpressionKind;

Value Text(const std::string& text) { return text; }

// Column 0 lists 'B', 'b' and 'c'; column 1 lists nothing; column 2 lists 400 texts.
TableSchema Table() {
  TableSchema table{.name = "t"};
  table.columns = {{.name = "few", .type = ValueType::kText},
                   {.name = "none", .type = ValueType::kText},
                   {.name = "many", .type = ValueType::kText}};
  table.columns[0].public_values = {Text("B"), Text("b"), Text("c")};
  for (int i = 0; i < 400; ++i) table.columns[2].public_values.push_back(Text(std::to_string(i)));
  return table;
}

ExpressionPtr TextColumn(int index) { return Column(index, ValueType::kText); }

ExpressionPtr TextLiteral(const char* text) {
  auto literal = std::make_shared<Expression>();
  literal->type = ValueType::kText;
  literal->literal = Text(text);
  return literal;
}

std::optional<std::vector<Value>> Listed(Kind kind, ValueType type,
                                         std::vector<ExpressionPtr> arguments) {
  return ListedTexts(*Operation(kind, type, std::move(arguments)), Table());
}

TEST(ListedTextsTest, ValuesGoThroughTheFunctionAndStayDistinct) {
  EXPECT_EQ(Listed(Kind::kUpper, ValueType::kText, {TextColumn(0)}),
            (std::vector<Value>{Text("B"), Text("C")}));
  EXPECT_EQ(Listed(Kind::kLength, ValueType::kInt64, {TextColumn(0)}),
            (std::vector<Value>{Value(int64_t{1})}));
  const ExpressionPtr lower = Operation(Kind::kLower, ValueType::kText, {TextColumn(0)});
  EXPECT_EQ(Listed(Kind::kConcat, ValueType::kText, {lower, TextLiteral("!")}),
            (std::vector<Value>{Text("b!"), Text("c!")}));
}

TEST(ListedTextsTest, WhatIsNotListedIsNotPublic) {
  EXPECT_EQ(Listed(Kind::kUpper, ValueType::kText, {TextColumn(1)}), std::nullopt);
  EXPECT_EQ(Listed(Kind::kConcat, ValueType::kText, {TextColumn(0), TextColumn(1)}), std::nullopt);
  EXPECT_EQ(Listed(Kind::kLike, ValueType::kBool, {TextColumn(0), TextLiteral("b%")}),
            std::nullopt);
}

TEST(ListedTextsTest, TwoListedTextsGiveTheirPairsUpToAMost) {
  const auto pairs = Listed(Kind::kConcat, ValueType::kText, {TextColumn(0), TextColumn(0)});
  ASSERT_TRUE(pairs.has_value());
  EXPECT_EQ(pairs->size(), 9u);
  EXPECT_EQ(pairs->at(1), Text("Bb"));
  EXPECT_EQ(Listed(Kind::kConcat, ValueType::kText, {TextColumn(0), TextColumn(2)}), std::nullopt);
}

}  // namespace
}  // namespace tacit
