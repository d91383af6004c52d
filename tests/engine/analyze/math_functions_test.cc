#include <gtest/gtest.h>

#include "accountant/refusal.h"
#include "engine/analyze/scalar_functions.h"
#include "tests/engine/analyze/oracle.h"

namespace tacit {
namespace {

absl::StatusOr<TypedExpression> Bound(const char* name, std::vector<TypedExpression> arguments) {
  return FindScalarFunction(name)(Call(name), std::move(arguments));
}

TypedExpression Number(double value) { return MakeLiteral(Value(value)); }
TypedExpression Whole(int64_t value) { return MakeLiteral(Value(value)); }

TypedExpression AnInteger() { return {.expression = Column(0), .range = {.interval = {-4, 9}}}; }

TEST(MathFunctionsTest, TypesAndBounds) {
  const auto size = Bound("abs", {AnInteger()});
  ASSERT_TRUE(size.ok());
  EXPECT_EQ(size->expression->type, ValueType::kInt64);
  EXPECT_EQ(size->range.interval, (Interval{0, 9}));
  const auto root = Bound("sqrt", {AnInteger()});
  ASSERT_TRUE(root.ok());
  EXPECT_EQ(ToText(*root->expression), "sqrt(real($0))");
  EXPECT_EQ(root->range.interval, (Interval{0, 3}));
  EXPECT_TRUE(root->range.nullable);
  const auto places = Bound("round", {AnInteger(), MakeLiteral(Value(int64_t{1}))});
  ASSERT_TRUE(places.ok());
  EXPECT_EQ(ToText(*places->expression), "(round((real($0) * 10.0)) / 10.0)");
  EXPECT_EQ(places->range.interval, (Interval{-4, 9}));
  EXPECT_EQ(Bound("power", {AnInteger(), Number(2)})->range.interval, (Interval{0, 81}));
}

TEST(MathFunctionsTest, OneLineOnes) {
  EXPECT_EQ(ToText(*Bound("trunc", {AnInteger()})->expression), "trunc(real($0))");
  EXPECT_EQ(ToText(*Bound("trunc", {AnInteger(), Whole(1)})->expression),
            "(trunc((real($0) * 10.0)) / 10.0)");
  EXPECT_EQ(ToText(*Bound("round", {AnInteger(), Whole(-2)})->expression),
            "(round((real($0) / 100.0)) * 100.0)");
  EXPECT_EQ(Bound("sign", {AnInteger()})->range.interval, (Interval{-1, 1}));
  EXPECT_EQ(ToText(*Bound("log", {AnInteger()})->expression), "log10(real($0))");
  EXPECT_EQ(ToText(*Bound("mod", {AnInteger(), Whole(3)})->expression), "($0 % 3)");
}

TEST(MathFunctionsTest, BucketsCountDownwardToo) {
  const auto up = Bound("width_bucket", {AnInteger(), Number(0), Whole(10), Whole(5)});
  ASSERT_TRUE(up.ok());
  EXPECT_EQ(up->expression->type, ValueType::kInt64);
  EXPECT_EQ(ToText(*up->expression), "width_bucket(real($0), 0.0, 10.0, 5)");
  EXPECT_EQ(up->range.interval, (Interval{0, 5}));
  EXPECT_FALSE(up->range.nullable);
  const auto down = Bound("width_bucket", {AnInteger(), Number(10), Whole(0), Whole(5)});
  ASSERT_TRUE(down.ok());
  EXPECT_EQ(ToText(*down->expression), "width_bucket((-real($0)), -10.0, 0.0, 5)");
  EXPECT_EQ(down->range.interval, (Interval{1, 6}));
}

TEST(MathFunctionsTest, RefusesBucketsThatAreNone) {
  const auto reason = [](TypedExpression low, TypedExpression high, TypedExpression count) {
    return ReasonOf(
        Bound("width_bucket", {AnInteger(), std::move(low), std::move(high), std::move(count)})
            .status());
  };
  EXPECT_EQ(reason(Number(1), Number(1), Whole(5)), Reason::kLiteralRange);
  EXPECT_EQ(reason(Number(-1e308), Number(1e308), Whole(5)), Reason::kLiteralRange);
  EXPECT_EQ(reason(Number(0), Number(1), Whole(0)), Reason::kLiteralRange);
  EXPECT_EQ(reason(Number(0), Number(1), Number(1.5)), Reason::kLiteralRange);
  EXPECT_EQ(reason(Number(0), Number(1), Whole(int64_t{1} << 31)), Reason::kLiteralRange);
  EXPECT_EQ(reason(Number(0), AnInteger(), Whole(5)), Reason::kUnsupported);
}

TEST(MathFunctionsTest, RefusesOtherFormsAndTypes) {
  const auto reason = [](const char* name, std::vector<TypedExpression> arguments) {
    return ReasonOf(Bound(name, std::move(arguments)).status());
  };
  EXPECT_EQ(reason("abs", {}), Reason::kUnsupported);
  EXPECT_EQ(reason("exp", {Number(1), Number(1)}), Reason::kUnsupported);
  EXPECT_EQ(reason("ln", {MakeLiteral(Value(std::string("a")))}), Reason::kTypeMismatch);
  EXPECT_EQ(reason("power", {Number(2), AnInteger()}), Reason::kUnsupported);
  EXPECT_EQ(reason("round", {Number(2), Number(16)}), Reason::kUnsupported);
  EXPECT_EQ(reason("round", {Number(2), Number(-16)}), Reason::kUnsupported);
  EXPECT_EQ(reason("round", {Number(2), Number(0.5)}), Reason::kUnsupported);
  EXPECT_EQ(reason("mod", {AnInteger(), Number(2)}), Reason::kTypeMismatch);
}

}  // namespace
}  // namespace tacit
