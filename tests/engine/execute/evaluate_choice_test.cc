// Choices over rows, one rule at a time; evaluate_test has random ones against a reference.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/engine/execute/expressions.h"

namespace tacit {
namespace {

using Kind = ExpressionKind;

// Columns 4 and 5 are texts of two dictionaries: NULL or "b", and "a" or "c".
TEST(EvaluateChoiceTest, TextsOfSeveralDictionariesAreOrderedTogether) {
  Rows rows;
  for (const bool has_first : {true, false}) {
    for (const char* second : {"a", "c"}) {
      rows.push_back({Null(), Int(1), Null(), Real(1), has_first ? Text("b") : Null(), Text(second),
                      Null(), Bool(true)});
    }
  }
  const TablePtr table = BuildTable(MixedSchema(), rows);
  const auto all = [&](Kind kind) {
    std::multiset<std::string> texts;
    const ExpressionPtr choice =
        Make(kind, ValueType::kText,
             {Column(4, ValueType::kText), Column(5, ValueType::kText), Literal(Text("bb"))});
    for (const Value& value : EvaluateAll(*choice, *table, MixedScan())) {
      texts.insert(std::get<std::string>(value));
    }
    return texts;
  };
  EXPECT_EQ(all(Kind::kGreatest), (std::multiset<std::string>{"bb", "bb", "c", "c"}));
  EXPECT_EQ(all(Kind::kLeast), (std::multiset<std::string>{"a", "a", "b", "bb"}));
  EXPECT_EQ(all(Kind::kCoalesce), (std::multiset<std::string>{"a", "b", "b", "c"}));
}

TEST(EvaluateChoiceTest, ANullConditionDoesNotHold) {
  const ExpressionPtr unknown = Literal(Null(), ValueType::kBool);
  const ExpressionPtr choice =
      Make(Kind::kCase, ValueType::kInt64,
           {unknown, Literal(Int(1)), Literal(Bool(true)), Literal(Int(2)), Literal(Int(3))});
  EXPECT_EQ(EvaluateOne(choice), Int(2));
}

TEST(EvaluateChoiceTest, NothingButNullsIsNull) {
  const ExpressionPtr null = Literal(Null(), ValueType::kFloat64);
  for (const Kind kind : {Kind::kCoalesce, Kind::kGreatest, Kind::kLeast}) {
    EXPECT_EQ(EvaluateOne(Make(kind, ValueType::kFloat64, {null, null})), Null());
    EXPECT_EQ(EvaluateOne(Make(kind, ValueType::kFloat64, {null, Literal(Real(-3))})), Real(-3));
  }
}

}  // namespace
}  // namespace tacit
