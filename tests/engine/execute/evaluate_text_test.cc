// Functions of text over rows: one rule at a time, and random nests of them against the definition.
#include <gtest/gtest.h>

#include <set>

#include "engine/plan/nodes/text.h"
#include "tests/engine/execute/expressions.h"

namespace tacit {
namespace {

using Kind = ExpressionKind;

ExpressionPtr Nullable() { return Column(4, ValueType::kText); }
ExpressionPtr Whole() { return Column(5, ValueType::kText); }

ExpressionPtr Lower(ExpressionPtr text) { return Make(Kind::kLower, ValueType::kText, {text}); }

ExpressionPtr Left(ExpressionPtr text, int64_t count) {
  return Make(Kind::kLeft, ValueType::kText, {std::move(text), Literal(Int(count))});
}

ExpressionPtr Join(std::vector<ExpressionPtr> parts) {
  return Make(Kind::kConcat, ValueType::kText, std::move(parts));
}

TablePtr Pairs(const std::vector<std::pair<Value, Value>>& pairs) {
  Rows rows;
  for (const auto& [nullable, whole] : pairs) {
    rows.push_back({Null(), Int(1), Null(), Real(1), nullable, whole, Null(), Bool(true)});
  }
  return BuildTable(MixedSchema(), rows);
}

std::multiset<Value> All(const ExpressionPtr& expression, const Table& table) {
  const std::vector<Value> values = EvaluateAll(*expression, table, MixedScan());
  return {values.begin(), values.end()};
}

TEST(EvaluateTextTest, FunctionsOfNullAreNull) {
  const TablePtr table = Pairs({{Null(), Text("Ab")}, {Text("Ab"), Text("Ab")}});
  EXPECT_EQ(All(Lower(Nullable()), *table), (std::multiset<Value>{Null(), Text("ab")}));
  EXPECT_EQ(All(Make(Kind::kLength, ValueType::kInt64, {Nullable()}), *table),
            (std::multiset<Value>{Null(), Int(2)}));
  EXPECT_EQ(All(Make(Kind::kLike, ValueType::kBool, {Nullable(), Literal(Text("a%"))}), *table),
            (std::multiset<Value>{Null(), Bool(false)}));
  EXPECT_EQ(All(Make(Kind::kILike, ValueType::kBool, {Nullable(), Literal(Text("a%"))}), *table),
            (std::multiset<Value>{Null(), Bool(true)}));
  EXPECT_EQ(All(Join({Nullable(), Whole()}), *table), (std::multiset<Value>{Null(), Text("AbAb")}));
}

// A dictionary without a single string, and a table without a row.
TEST(EvaluateTextTest, NothingToWorkOnIsNoTrouble) {
  const TablePtr nulls = Pairs({{Null(), Text("a")}, {Null(), Text("b")}});
  EXPECT_EQ(All(Lower(Nullable()), *nulls), (std::multiset<Value>{Null(), Null()}));
  EXPECT_EQ(All(Join({Nullable(), Whole()}), *nulls), (std::multiset<Value>{Null(), Null()}));
  const TablePtr none = Pairs({});
  EXPECT_EQ(All(Join({Nullable(), Whole()}), *none), std::multiset<Value>());
  EXPECT_EQ(All(Lower(Whole()), *none), std::multiset<Value>());
}

// Codes are compared in place of texts, so equal texts share one, and they ascend together.
TEST(EvaluateTextTest, MadeTextsHaveADictionaryLikeAnyOther) {
  const TablePtr table =
      Pairs({{Text("b"), Text("B")}, {Text("a"), Text("A")}, {Text("C"), Text("a")}});
  const ScanNode scan = MixedScan();
  const ScanColumns columns(scan, *table);
  for (const ExpressionPtr& text : {Lower(Whole()), Join({Nullable(), Literal(Text("-")), Whole()}),
                                    Join({Literal(Text("<")), Whole(), Literal(Text(">"))})}) {
    const RowExpressionPtr prepared = Prepare(*text, columns);
    const Dictionary& dictionary = *prepared->dictionary();
    EXPECT_EQ(dictionary.size(), text->kind == Kind::kLower ? 2u : 3u);
    for (uint32_t code = 1; code < dictionary.size(); ++code) {
      EXPECT_LT(dictionary.At(code - 1), dictionary.At(code));
    }
  }
}

// Pairs are those of the rows: the product of two large dictionaries would not fit.
TEST(EvaluateTextTest, OnlyPairsThatRowsHaveAreJoined) {
  std::vector<std::pair<Value, Value>> pairs;
  for (int i = 0; i < 5000; ++i) {
    pairs.emplace_back(Text("l" + std::to_string(i)), Text("r" + std::to_string(4999 - i)));
  }
  const TablePtr table = Pairs(pairs);
  const ScanNode scan = MixedScan();
  const RowExpressionPtr prepared =
      Prepare(*Join({Nullable(), Whole()}), ScanColumns(scan, *table));
  EXPECT_EQ(prepared->dictionary()->size(), 5000u);
}

TEST(EvaluateTextTest, AnswersOnASelectionToo) {
  const TablePtr table =
      Pairs({{Text("a"), Text("x")}, {Null(), Text("y")}, {Text("c"), Text("z")}});
  const ScanNode scan = MixedScan();
  const RowExpressionPtr joined = Prepare(*Join({Nullable(), Whole()}), ScanColumns(scan, *table));
  const uint16_t selection[] = {1, 2};
  const RowSet rows{.first = 0, .count = 2, .selection = selection};
  const std::vector<Value> all = EvaluateAll(*Join({Nullable(), Whole()}), *table, MixedScan());
  const ValueVector values = joined->Evaluate(rows);
  for (int i = 0; i < 2; ++i) EXPECT_EQ(ValueAt(*joined, values, i), all[selection[i]]);
}

// A text of one column or of both, up to four functions deep.
class TextGenerator {
 public:
  explicit TextGenerator(uint64_t seed) : random_(seed) {}

  ExpressionPtr Next(int depth, bool may_join) {
    if (depth == 0) return Pick(2) == 0 ? Nullable() : Whole();
    switch (Pick(7)) {
      case 0:
        return Lower(Next(depth - 1, may_join));
      case 1:
        return Make(Kind::kUpper, ValueType::kText, {Next(depth - 1, may_join)});
      case 2:
        return Left(Next(depth - 1, may_join), Pick(5) - 2);
      case 3:
        return Make(Kind::kTrim, ValueType::kText,
                    {Next(depth - 1, may_join), Literal(Text("a\xc3\xa9"))});
      case 4:
        return Make(Kind::kSubstring, ValueType::kText,
                    {Next(depth - 1, may_join), Literal(Int(Pick(4))), Literal(Int(Pick(4)))});
      case 5:
        return Make(Kind::kCoalesce, ValueType::kText,
                    {Next(depth - 1, may_join), Literal(Text("none"))});
      default:
        if (!may_join) return Join({Literal(Text("B")), Next(depth - 1, false)});
        return Join({Next(depth - 1, false), Literal(Text("-")), Next(depth - 1, false)});
    }
  }

  // A predicate on it, its length, or itself.
  ExpressionPtr Any() {
    const ExpressionPtr text = Next(1 + Pick(4), Pick(2) == 0);
    const char* patterns[] = {"%a%", "_", "a%b", "%\xc3\xa9", "B_%"};
    const ExpressionPtr pattern = Literal(Text(patterns[Pick(5)]));
    switch (Pick(4)) {
      case 0:
        return Make(Kind::kLike, ValueType::kBool, {text, pattern});
      case 1:
        return Make(Kind::kILike, ValueType::kBool, {text, pattern});
      case 2:
        return Make(Kind::kLength, ValueType::kInt64, {text});
      default:
        return text;
    }
  }

 private:
  int Pick(int count) { return static_cast<int>(random_() % static_cast<uint64_t>(count)); }

  std::mt19937_64 random_;
};

// Row by row, without a dictionary.
Value Define(const Expression& expression, const std::vector<Value>& row) {
  if (expression.kind == Kind::kColumn) return row[static_cast<size_t>(expression.index)];
  if (expression.kind == Kind::kLiteral) return expression.literal;
  std::vector<Value> values;
  for (const ExpressionPtr& argument : expression.arguments) {
    values.push_back(Define(*argument, row));
  }
  if (expression.kind == Kind::kCoalesce) return IsNull(values[0]) ? values[1] : values[0];
  std::vector<std::string_view> parts;
  for (const Value& value : values) {
    if (IsNull(value)) return Null();
    if (const auto* text = std::get_if<std::string>(&value)) parts.push_back(*text);
  }
  if (expression.kind == Kind::kConcat) return JoinTexts(parts);
  return TextFunction(expression).Of(parts[0]);
}

TEST(EvaluateTextTest, RandomNestsAgreeWithTheDefinition) {
  const Rows rows = MixedRows(3000, /*tame=*/true, 8);
  const TablePtr table = BuildTable(MixedSchema(), rows);
  const ScanNode scan = MixedScan();
  // The table's own order of rows.
  std::vector<std::vector<Value>> columns(8);
  for (const int column : {4, 5}) {
    columns[static_cast<size_t>(column)] =
        EvaluateAll(*Column(column, ValueType::kText), *table, scan);
  }
  TextGenerator generator(9);
  for (int round = 0; round < 300; ++round) {
    const ExpressionPtr expression = generator.Any();
    const std::vector<Value> found = EvaluateAll(*expression, *table, scan);
    for (size_t i = 0; i < found.size(); ++i) {
      std::vector<Value> row(8);
      for (const size_t column : {4, 5}) row[column] = columns[column][i];
      ASSERT_EQ(found[i], Define(*expression, row)) << ToText(*expression);
    }
    const RowExpressionPtr prepared = Prepare(*expression, ScanColumns(scan, *table));
    const ValueVector values = prepared->Evaluate({.first = 0, .count = 2000});
    for (int i = 0; values.valid != nullptr && i < 2000; ++i) {
      if (values.valid[i] != 0) continue;
      const bool holds_zero = (values.codes == nullptr || values.codes[i] == 0) &&
                              (values.integers == nullptr || values.integers[i] == 0) &&
                              (values.booleans == nullptr || values.booleans[i] == 0);
      ASSERT_TRUE(holds_zero) << ToText(*expression);
    }
  }
}

}  // namespace
}  // namespace tacit
