#include "client/progress.h"

#include <gtest/gtest.h>

#include <sstream>

namespace tacit::client {
namespace {

TEST(ProgressTest, IsSilentInAPipe) {
  std::ostringstream out;
  {
    Progress progress(out, false);
    progress.Update("survey", {.done = 1, .total = 2});
  }
  EXPECT_EQ(out.str(), "");
}

TEST(ProgressTest, RedrawsInPlaceAndWipesItselfAtTheEnd) {
  std::ostringstream out;
  {
    Progress progress(out, true);
    progress.Update("survey", {.done = 1, .total = 2});
    progress.Update("survey", {.done = 1, .total = 2});
  }
  EXPECT_EQ(out.str(), "\rsurvey [###############...............] 50%\x1b[K\r\x1b[K");
}

TEST(ProgressTest, CopesWithCountsThatMakeNoSense) {
  std::ostringstream out;
  Progress progress(out, true);
  progress.Update("t\x1b", {.done = 7, .total = 0});
  EXPECT_EQ(out.str(), "\rt\\x1b 7 rows\x1b[K");
  progress.Update("t", {.done = 9, .total = 3});
  EXPECT_NE(out.str().find("100%"), std::string::npos);
  progress.Update("t", {.done = -9, .total = 3});
  EXPECT_NE(out.str().find(" 0%"), std::string::npos);
}

}  // namespace
}  // namespace tacit::client
