#include "engine/analyze/one_type.h"

#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "accountant/refusal.h"

namespace tacit {
namespace {

std::vector<TypedExpression> Literals(const std::vector<Value>& values) {
  std::vector<TypedExpression> literals;
  for (const Value& value : values) literals.push_back(MakeLiteral(value));
  return literals;
}

ValueType TypeAfter(std::vector<TypedExpression> values, size_t place) {
  EXPECT_TRUE(GiveOneType(values, "x cannot mix", 0).ok());
  return values[place].expression->type;
}

TEST(OneTypeTest, WidensReadsAndRetypes) {
  EXPECT_EQ(TypeAfter(Literals({int64_t{1}, 2.5}), 0), ValueType::kFloat64);
  EXPECT_EQ(TypeAfter(Literals({Value(), std::string("a")}), 0), ValueType::kText);
  EXPECT_EQ(TypeAfter(Literals({std::string("2024-01-01"), Date{3}}), 0), ValueType::kDate);
  EXPECT_EQ(TypeAfter(Literals({Value(), Value()}), 1), ValueType::kInt64);
}

TEST(OneTypeTest, RefusesWhatHasNone) {
  std::vector<TypedExpression> mixed = Literals({Value(), int64_t{1}, std::string("1")});
  const absl::Status status = GiveOneType(mixed, "x cannot mix", 0);
  EXPECT_EQ(ReasonOf(status), Reason::kTypeMismatch);
  EXPECT_TRUE(absl::StartsWith(status.message(), "x cannot mix integer with text"));
  std::vector<TypedExpression> no_day = Literals({Date{3}, std::string("soon")});
  EXPECT_EQ(ReasonOf(GiveOneType(no_day, "x cannot mix", 0)), Reason::kLiteralRange);
}

}  // namespace
}  // namespace tacit
