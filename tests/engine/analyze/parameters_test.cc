#include "engine/analyze/parameters.h"

#include <cmath>
#include <limits>
#include <string>

#include "accountant/refusal.h"
#include "gtest/gtest.h"

namespace tacit {
namespace {

TEST(ParametersTest, RefusesValuesNoLiteralCouldHave) {
  for (const Value& value : {Value(std::nan("")), Value(std::numeric_limits<double>::infinity()),
                             Value(std::string("\xff")), Value(std::string("a\0b", 3))}) {
    const std::vector<Value> values = {int64_t{1}, value};
    const auto status = Parameters(values).CheckValues();
    EXPECT_EQ(ReasonOf(status), Reason::kParameter);
    EXPECT_EQ(DetailOf(status).field, "parameters[1]");
  }
  const std::vector<Value> fine = {Value(), true, int64_t{1}, 1.5, std::string("é")};
  EXPECT_TRUE(Parameters(fine).CheckValues().ok());
}

TEST(ParametersTest, CountsFromOne) {
  const std::vector<Value> values = {int64_t{7}, std::string("x")};
  Parameters parameters(values);
  EXPECT_EQ(*parameters.Use(1, 0), values[0]);
  EXPECT_EQ(*parameters.Use(2, 0), values[1]);
  EXPECT_EQ(ReasonOf(parameters.Use(0, 4).status()), Reason::kParameter);
  EXPECT_EQ(DetailOf(parameters.Use(3, 4).status()).position, 4);
}

TEST(ParametersTest, ReportsTheFirstThatIsUnused) {
  const std::vector<Value> values = {int64_t{7}, int64_t{8}};
  Parameters parameters(values);
  ASSERT_TRUE(parameters.Use(1, 0).ok());
  EXPECT_EQ(DetailOf(parameters.CheckAllUsed()).field, "parameters[1]");
  ASSERT_TRUE(parameters.Use(2, 0).ok());
  EXPECT_TRUE(parameters.CheckAllUsed().ok());
}

TEST(ParametersTest, MakesMinusZeroZero) {
  const std::vector<Value> values = {-0.0};
  EXPECT_FALSE(std::signbit(std::get<double>(*Parameters(values).Use(1, 0))));
}

}  // namespace
}  // namespace tacit
