#include "client/request_id.h"

#include <gtest/gtest.h>

#include <set>

namespace tacit::client {
namespace {

TEST(RequestIdTest, IsAVersionFourUuidAndNeverTheSame) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = NewRequestId();
    ASSERT_TRUE(IsRequestId(id)) << id;
    EXPECT_EQ(id[14], '4');
    EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos) << id;
    EXPECT_TRUE(seen.insert(id).second);
  }
}

TEST(RequestIdTest, RefusesWhatIsNoUuid) {
  EXPECT_TRUE(IsRequestId("ABCDEF01-2222-4333-8444-555555555555"));
  for (const char* text :
       {"", "11111111-2222-4333-8444-55555555555", "x", "11111111-2222-4333-8444-5555555555555",
        "11111111x2222-4333-8444-555555555555", "g1111111-2222-4333-8444-555555555555"}) {
    EXPECT_FALSE(IsRequestId(text)) << text;
  }
}

}  // namespace
}  // namespace tacit::client
