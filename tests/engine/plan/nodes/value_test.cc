#include "engine/plan/nodes/value.h"

#include <limits>
#include <set>
#include <vector>

#include "gtest/gtest.h"

namespace tacit {
namespace {

TEST(ValueTest, WritesEachTypeInItsOwnWay) {
  EXPECT_EQ(ToText(Value()), "NULL");
  EXPECT_EQ(ToText(Value(true)), "true");
  EXPECT_EQ(ToText(Value(int64_t{-42})), "-42");
  EXPECT_EQ(ToText(Value(0.1)), "0.1");
  EXPECT_EQ(ToText(Value(std::string("it's"))), "'it''s'");
}

TEST(ValueTest, NeverWritesTwoValuesAlike) {
  const std::vector<Value> values = {Value(),
                                     Value(true),
                                     Value(false),
                                     Value(int64_t{1}),
                                     Value(1.0),
                                     Value(std::string("1")),
                                     Value(std::string("NULL")),
                                     Value(std::string("true")),
                                     Value(std::string("1.0")),
                                     Value(std::string("")),
                                     Value(std::string("'")),
                                     Value(std::string("''")),
                                     Value(1e22),
                                     Value(1e300),
                                     Value(0.1),
                                     Value(0.30000000000000004),
                                     Value(0.3),
                                     Value(std::numeric_limits<double>::denorm_min()),
                                     Value(std::numeric_limits<int64_t>::max()),
                                     Value(9223372036854775808.0)};
  std::set<std::string> texts;
  for (const Value& value : values)
    EXPECT_TRUE(texts.insert(ToText(value)).second) << ToText(value);
}

}  // namespace
}  // namespace tacit
