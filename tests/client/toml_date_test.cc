#include "client/toml_date.h"

#include <gtest/gtest.h>

namespace tacit::client {
namespace {

TEST(TomlDateTest, WritesDatesInFullAndLeavesTextsAlone) {
  const toml::table table =
      toml::parse("a = 0987-01-02\nb = \"soon\"\nc = 20240101\nd = 2024-01-01T00:00:00");
  EXPECT_EQ(DateText(*table.get("a")), "0987-01-02");
  EXPECT_EQ(DateText(*table.get("b")), "soon");
  EXPECT_EQ(DateText(*table.get("c")), std::nullopt);
  EXPECT_EQ(DateText(*table.get("d")), std::nullopt);
}

}  // namespace
}  // namespace tacit::client
