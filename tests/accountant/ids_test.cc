#include "accountant/ids.h"

#include <gtest/gtest.h>

namespace tacit {
namespace {

TEST(IdsTest, Sha256IsTheStandardOne) {
  EXPECT_EQ(Sha256("abc").Hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(IdsTest, PartsThatReadTheSameTogetherHashApart) {
  EXPECT_NE(DigestBuilder().Add("ab").Add("c").Build(), DigestBuilder().Add("a").Add("bc").Build());
  EXPECT_NE(DigestBuilder().Add("").Build(), DigestBuilder().Build());
  EXPECT_NE(DigestBuilder().Add(int64_t{1}).Add(int64_t{2}).Build(),
            DigestBuilder().Add(int64_t{2}).Add(int64_t{1}).Build());
}

TEST(IdsTest, NamesCompareByValue) {
  EXPECT_EQ(DatasetId("a"), DatasetId("a"));
  EXPECT_LT(DataVersion(1), DataVersion(2));
  EXPECT_EQ(DataVersion().value(), 0);
}

}  // namespace
}  // namespace tacit
