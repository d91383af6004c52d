#include "engine/plan/nodes/letter_case.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/plan/nodes/utf8.h"

namespace tacit {
namespace {

uint32_t CodeOf(const std::string& letter) { return CharacterAt(letter, 0).code; }

TEST(LetterCaseTest, LettersOfSeveralScriptsHaveTwoCases) {
  const std::pair<const char*, const char*> kPairs[] = {
      {"A", "a"}, {"Z", "z"}, {"É", "é"}, {"Ø", "ø"}, {"Þ", "þ"}, {"Ÿ", "ÿ"},
      {"Ő", "ő"}, {"Ž", "ž"}, {"Ș", "ș"}, {"Ά", "ά"}, {"Σ", "σ"}, {"Ω", "ω"},
      {"Ё", "ё"}, {"Я", "я"}, {"Ґ", "ґ"}, {"Ա", "ա"}, {"Ẁ", "ẁ"}, {"Ệ", "ệ"}};
  for (const auto& [upper, lower] : kPairs) {
    EXPECT_EQ(LowerOf(CodeOf(upper)), CodeOf(lower)) << upper;
    EXPECT_EQ(UpperOf(CodeOf(lower)), CodeOf(upper)) << lower;
  }
}

TEST(LetterCaseTest, WhatHasNoSinglePairStays) {
  for (const char* letter :
       {"ß", "ı", "İ", "ς", "ſ", "×", "÷", "ª", "µ", "1", "@", "[", "{", "日"}) {
    EXPECT_EQ(LowerOf(CodeOf(letter)), CodeOf(letter)) << letter;
    EXPECT_EQ(UpperOf(CodeOf(letter)), CodeOf(letter)) << letter;
  }
  EXPECT_EQ(LowerOf(kStrayByte + 'A'), kStrayByte + 'A');
}

// So a text neither grows nor shrinks, and equal under LOWER is equal under UPPER.
TEST(LetterCaseTest, PairsAreOneToOneAndOfOneLength) {
  int pairs = 0;
  for (uint32_t code = 0; code < 0x30000; ++code) {
    const uint32_t lower = LowerOf(code);
    EXPECT_EQ(LowerOf(lower), lower) << code;
    EXPECT_EQ(UpperOf(UpperOf(code)), UpperOf(code)) << code;
    if (lower == code) continue;
    ++pairs;
    EXPECT_EQ(UpperOf(lower), code);
    std::string one;
    std::string other;
    AppendCharacter(code, one);
    AppendCharacter(lower, other);
    EXPECT_EQ(one.size(), other.size()) << one;
  }
  EXPECT_GT(pairs, 500);
}

}  // namespace
}  // namespace tacit
