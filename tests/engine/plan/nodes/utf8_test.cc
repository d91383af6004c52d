#include "engine/plan/nodes/utf8.h"

#include <string>

#include "gtest/gtest.h"

namespace tacit {
namespace {

constexpr size_t kValid = std::string_view::npos;

// An independent encoder: every code point must pass, surrogates must not.
std::string Encode(uint32_t code) {
  std::string text;
  if (code < 0x80) return {static_cast<char>(code)};
  if (code < 0x800) {
    text += static_cast<char>(0xc0 | code >> 6);
  } else if (code < 0x10000) {
    text += static_cast<char>(0xe0 | code >> 12);
    text += static_cast<char>(0x80 | (code >> 6 & 0x3f));
  } else {
    text += static_cast<char>(0xf0 | code >> 18);
    text += static_cast<char>(0x80 | (code >> 12 & 0x3f));
    text += static_cast<char>(0x80 | (code >> 6 & 0x3f));
  }
  text += static_cast<char>(0x80 | (code & 0x3f));
  return text;
}

TEST(Utf8Test, TakesEveryCodePointButSurrogates) {
  for (uint32_t code = 0; code <= 0x10ffff; ++code) {
    const bool surrogate = code >= 0xd800 && code <= 0xdfff;
    ASSERT_EQ(FirstInvalidUtf8(Encode(code)) == kValid, !surrogate) << code;
  }
  EXPECT_NE(FirstInvalidUtf8(Encode(0x110000)), kValid);
}

TEST(Utf8Test, ReadsAndWritesEveryCharacter) {
  for (uint32_t code = 0; code <= 0x10ffff; ++code) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const std::string text = "a" + Encode(code) + "b";
    const Character character = CharacterAt(text, 1);
    ASSERT_EQ(character.code, code);
    ASSERT_EQ(character.size, text.size() - 2);
    std::string written;
    AppendCharacter(code, written);
    ASSERT_EQ(written, Encode(code));
  }
}

TEST(Utf8Test, AStrayByteIsACharacter) {
  const std::string text = "\xff\xc3";
  EXPECT_EQ(CharactersOf(text), (std::vector<uint32_t>{kStrayByte + 0xff, kStrayByte + 0xc3}));
  EXPECT_EQ(CharacterCount("\xe2\x82"
                           "é"),
            3U);
  std::string written;
  AppendCharacter(kStrayByte + 0xff, written);
  EXPECT_EQ(written, "\xff");
}

TEST(Utf8Test, RefusesOverlongAndBrokenSequences) {
  for (const char* text :
       {"\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xe0\x9f\xbf", "\xf0\x80\x80\xaf",
        "\xf0\x8f\xbf\xbf", "\x80", "\xbf", "\xff", "\xfe", "\xe2\x82", "\xf0\x9f\x98", "\xc3",
        "\xc3\x28", "\xe2\x28\xa1", "\xe2\x82\x28", "\xf8\x88\x80\x80\x80"}) {
    EXPECT_EQ(FirstInvalidUtf8(text), 0u) << text;
  }
}

TEST(Utf8Test, PointsAtTheFirstBadByte) {
  EXPECT_EQ(FirstInvalidUtf8("aé\xff"), 3u);
  EXPECT_EQ(FirstInvalidUtf8(""), kValid);
}

TEST(Utf8Test, StorableTextHoldsNoNul) {
  EXPECT_TRUE(IsStorableText("a\xc3\xa9"));
  EXPECT_FALSE(IsStorableText(std::string_view("a\0b", 3)));
  EXPECT_FALSE(IsStorableText("\xed\xa0\x80"));
}

}  // namespace
}  // namespace tacit
