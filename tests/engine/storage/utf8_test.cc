#include "engine/storage/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace tacit {
namespace {

TEST(StorableTextTest, AcceptsEveryLengthOfSequence) {
  EXPECT_TRUE(IsStorableText(""));
  EXPECT_TRUE(IsStorableText("plain"));
  EXPECT_TRUE(IsStorableText("\xc3\xa9"));
  EXPECT_TRUE(IsStorableText("\xe2\x82\xac"));
  EXPECT_TRUE(IsStorableText("\xf0\x9f\x98\x80"));
  EXPECT_TRUE(IsStorableText("\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf"));
}

TEST(StorableTextTest, RefusesNul) {
  EXPECT_FALSE(IsStorableText(std::string_view("a\0b", 3)));
  EXPECT_FALSE(IsStorableText(std::string_view("\0", 1)));
}

TEST(StorableTextTest, RefusesOverlongForms) {
  EXPECT_FALSE(IsStorableText("\xc0\x80"));
  EXPECT_FALSE(IsStorableText("\xc1\xbf"));
  EXPECT_FALSE(IsStorableText("\xe0\x9f\xbf"));
  EXPECT_FALSE(IsStorableText("\xf0\x8f\xbf\xbf"));
}

TEST(StorableTextTest, RefusesSurrogatesAndBeyondUnicode) {
  EXPECT_FALSE(IsStorableText("\xed\xa0\x80"));
  EXPECT_FALSE(IsStorableText("\xed\xbf\xbf"));
  EXPECT_FALSE(IsStorableText("\xf4\x90\x80\x80"));
  EXPECT_FALSE(IsStorableText("\xf5\x80\x80\x80"));
}

TEST(StorableTextTest, RefusesTruncatedAndStrayBytes) {
  EXPECT_FALSE(IsStorableText("\x80"));
  EXPECT_FALSE(IsStorableText("a\xe2\x82"));
  EXPECT_FALSE(IsStorableText("\xe2\x82z"));
  EXPECT_FALSE(IsStorableText("\xff\xfe"));
}

// Decodes by the definition, to compare with for all sequences of up to three bytes.
bool IsScalarOf(const std::string& bytes) {
  const auto at = [&](size_t i) { return static_cast<uint32_t>(static_cast<uint8_t>(bytes[i])); };
  uint32_t value = 0;
  uint32_t least = 0;
  if (bytes.size() == 2 && at(0) >> 5 == 6) value = at(0) & 31, least = 0x80;
  if (bytes.size() == 3 && at(0) >> 4 == 14) value = at(0) & 15, least = 0x800;
  if (least == 0) return false;
  for (size_t i = 1; i < bytes.size(); ++i) {
    if (at(i) >> 6 != 2) return false;
    value = value << 6 | (at(i) & 63);
  }
  return value >= least && (value < 0xd800 || value > 0xdfff);
}

TEST(StorableTextTest, AgreesWithTheDefinitionOnAllShortSequences) {
  for (int a = 0x80; a < 0x100; ++a) {
    for (int b = 0x80; b < 0x100; ++b) {
      const std::string two = {static_cast<char>(a), static_cast<char>(b)};
      ASSERT_EQ(IsStorableText(two), IsScalarOf(two)) << a << " " << b;
      for (int c = 0x80; c < 0x100; ++c) {
        const std::string three = two + static_cast<char>(c);
        // Two bytes and a stray third are no text either way.
        ASSERT_EQ(IsStorableText(three), IsScalarOf(three)) << a << " " << b << " " << c;
      }
    }
  }
}

}  // namespace
}  // namespace tacit
