#include "engine/execute/owned_dictionary.h"

#include <gtest/gtest.h>

namespace tacit {
namespace {

TEST(OwnedDictionaryTest, SortsByBytesAndSharesCodes) {
  const OwnedDictionary owned({"b", "", "\xc3\xa9", "b", "a"});
  const Dictionary& dictionary = owned.dictionary();
  ASSERT_EQ(dictionary.size(), 4u);
  EXPECT_EQ(dictionary.At(0), "");
  EXPECT_EQ(dictionary.At(1), "a");
  EXPECT_EQ(dictionary.At(2), "b");
  EXPECT_EQ(dictionary.At(3), "\xc3\xa9");
  EXPECT_EQ(owned.codes(), (std::vector<uint32_t>{2, 0, 3, 2, 1}));
}

TEST(OwnedDictionaryTest, MayBeEmpty) {
  const OwnedDictionary owned(std::vector<std::string_view>{});
  EXPECT_EQ(owned.dictionary().size(), 0u);
}

}  // namespace
}  // namespace tacit
