#include "engine/analyze/choice_bounds.h"

#include <gtest/gtest.h>

#include "tests/engine/analyze/oracle.h"

namespace tacit {
namespace {

using Kind = ExpressionKind;

constexpr ValueRange kLow{.interval = {0, 3}, .nullable = false};
constexpr ValueRange kHigh{.interval = {2, 9}, .nullable = true};
constexpr ValueRange kNull{.interval = kNoValue, .nullable = true};

void Expect(const ValueRange& found, Interval interval, bool nullable) {
  EXPECT_EQ(found.interval, interval);
  EXPECT_EQ(found.nullable, nullable);
}

// That no value of a random choice lies outside: bounds_test.
TEST(ChoiceBoundsTest, AreAsTightAsTheArgumentsAllow) {
  Expect(InferChoice(Kind::kCoalesce, {kHigh, kLow}), {0, 9}, false);
  Expect(InferChoice(Kind::kCoalesce, {kLow, kHigh}), {0, 3}, false);
  Expect(InferChoice(Kind::kCoalesce, {kHigh, kNull}), {2, 9}, true);
  Expect(InferChoice(Kind::kGreatest, {kLow, kHigh}), {0, 9}, false);
  Expect(InferChoice(Kind::kGreatest, {kLow, {.interval = {2, 9}}}), {2, 9}, false);
  Expect(InferChoice(Kind::kLeast, {kLow, {.interval = {2, 9}}}), {0, 3}, false);
  Expect(InferChoice(Kind::kLeast, {kHigh, kNull}), {2, 9}, true);
  Expect(InferChoice(Kind::kCase, {ValueRange{}, kLow, kNull}), {0, 3}, true);
}

// CASE WHEN $0 > 5 THEN $0 ELSE 0 END of a column without bounds but from above.
TEST(ChoiceBoundsTest, AConditionNarrowsItsValue) {
  const ExpressionPtr column = Column(0);
  const ExpressionPtr above =
      Operation(Kind::kGreater, ValueType::kBool, {column, Literal(int64_t{5})});
  const ExpressionPtr choice =
      Operation(Kind::kCase, ValueType::kInt64, {above, column, Literal(int64_t{0})});
  const ValueRange range{.interval = {-std::numeric_limits<double>::infinity(), 8},
                         .nullable = true};
  Expect(InferCase(*choice, {range}), {0, 8}, false);
  EXPECT_EQ(Infer(*choice, {range}).interval, (Interval{0, 8}));
}

}  // namespace
}  // namespace tacit
