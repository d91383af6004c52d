#include "client/render_number.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>

namespace tacit::client {
namespace {

TEST(RenderNumberTest, ShortestTextReadsBackToTheSameDouble) {
  for (const double value : {0.1, 1.0 / 3, 1e300, -2.5e-10, 6366.0, 5e-324, 123456789.123456789}) {
    EXPECT_EQ(std::strtod(ShortestText(value).c_str(), nullptr), value);
  }
  EXPECT_EQ(ShortestText(0.1), "0.1");
  EXPECT_EQ(ShortestText(-0.0), "0");
}

TEST(RenderNumberTest, ShowsNoMoreDigitsThanTheNoiseLeaves) {
  EXPECT_EQ(EstimatedText({.value = 6371, .half_width = 29.957}, "±"), "6371 ± 30");
  EXPECT_EQ(EstimatedText({.value = 29.08321, .half_width = 0.0312}, "±"), "29.083 ± 0.032");
  EXPECT_EQ(EstimatedText({.value = 123456, .half_width = 4321}, "+/-"), "123500 +/- 4400");
  EXPECT_EQ(EstimatedText({.value = -0.001, .half_width = 1.5}, "±"), "0.0 ± 1.5");
}

TEST(RenderNumberTest, CountsHaveNoDecimals) {
  EXPECT_EQ(EstimatedText({.value = 22, .half_width = 8.2, .is_whole = true}, "±"), "22 ± 9");
  EXPECT_EQ(EstimatedText({.value = 22, .half_width = 0.3, .is_whole = true}, "±"), "22 ± 1");
  EXPECT_EQ(EstimatedText({.value = 5321, .half_width = 120, .is_whole = true}, "±"), "5320 ± 120");
}

TEST(RenderNumberTest, RoundsTheHalfWidthUp) {
  EXPECT_EQ(EstimatedText({.value = 10, .half_width = 3.01}, "±"), "10.0 ± 3.1");
  EXPECT_EQ(EstimatedText({.value = 10, .half_width = 3}, "±"), "10.0 ± 3.0");
}

TEST(RenderNumberTest, CopesWithTheEndsOfTheRange) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(EstimatedText({.value = 2.5, .half_width = 0}, "±"), "2.5");
  EXPECT_EQ(EstimatedText({.value = 2.5, .half_width = infinity}, "±"), "2.5 ± inf");
  EXPECT_EQ(EstimatedText({.value = 1e300, .half_width = 1e290}, "±"), "1e+300 ± 1e+290");
  EXPECT_EQ(EstimatedText({.value = 1, .half_width = 5e-324}, "±").substr(0, 3), "1.0");
  EXPECT_EQ(BriefText(0.0123456), "0.0123");
}

}  // namespace
}  // namespace tacit::client
