#include "accountant/check.h"

#include <gtest/gtest.h>

namespace tacit {
namespace {

TEST(CheckTest, PassesSilently) { TACIT_CHECK(1 + 1 == 2); }

TEST(CheckDeathTest, NamesFileAndConditionAndAborts) {
  EXPECT_DEATH(TACIT_CHECK(1 + 1 == 3), "check_test.cc:[0-9]+: invariant broken: 1 \\+ 1 == 3");
}

}  // namespace
}  // namespace tacit
