#include "engine/plan/nodes/like_pattern.h"

#include <gtest/gtest.h>

#include <random>

#include "absl/types/span.h"
#include "engine/plan/nodes/utf8.h"

namespace tacit {
namespace {

bool Like(std::string_view text, std::string_view pattern) {
  return LikePattern(pattern, /*ignore_case=*/false).Matches(text);
}

bool ILike(std::string_view text, std::string_view pattern) {
  return LikePattern(pattern, /*ignore_case=*/true).Matches(text);
}

// By definition, trying everything.
bool MatchesNaively(absl::Span<const uint32_t> text, absl::Span<const uint32_t> pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern[0] == '%') {
    for (size_t taken = 0; taken <= text.size(); ++taken) {
      if (MatchesNaively(text.subspan(taken), pattern.subspan(1))) return true;
    }
    return false;
  }
  if (text.empty()) return false;
  const bool escaped = pattern[0] == '\\' && pattern.size() > 1;
  if (escaped) pattern.remove_prefix(1);
  const bool takes = (pattern[0] == '_' && !escaped) || pattern[0] == text[0];
  return takes && MatchesNaively(text.subspan(1), pattern.subspan(1));
}

std::string RandomText(std::mt19937_64& random, const std::vector<std::string>& letters,
                       size_t most) {
  std::string text;
  for (size_t i = random() % (most + 1); i > 0; --i) text += letters[random() % letters.size()];
  return text;
}

TEST(LikePatternTest, TakesWhatPostgresTakes) {
  EXPECT_TRUE(Like("", ""));
  EXPECT_TRUE(Like("", "%"));
  EXPECT_TRUE(Like("", "%%"));
  EXPECT_FALSE(Like("", "_"));
  EXPECT_FALSE(Like("a", ""));
  EXPECT_TRUE(Like("abc", "abc"));
  EXPECT_FALSE(Like("abc", "ABC"));
  EXPECT_FALSE(Like("abcd", "abc"));
  EXPECT_TRUE(Like("abc", "a%"));
  EXPECT_TRUE(Like("abc", "%c"));
  EXPECT_TRUE(Like("abc", "_b_"));
  EXPECT_TRUE(Like("abc", "%_"));
  EXPECT_FALSE(Like("abc", "____%"));
  EXPECT_TRUE(Like("aXbXc", "a%X%c"));
  EXPECT_FALSE(Like("aXb", "a%X%X%b"));
  // The first place for `ab` is not the last.
  EXPECT_TRUE(Like("xabyab", "%ab"));
  EXPECT_TRUE(Like("a%b", R"(a\%b)"));
  EXPECT_FALSE(Like("axb", R"(a\%b)"));
  EXPECT_TRUE(Like(R"(a\b)", R"(a\\b)"));
  EXPECT_TRUE(Like("axb", R"(a\xb)"));
}

TEST(LikePatternTest, OneUnderscoreIsOneCharacterOfAnyLength) {
  EXPECT_TRUE(Like("é", "_"));
  EXPECT_TRUE(Like("a😀b", "a_b"));
  EXPECT_FALSE(Like("é", "__"));
  EXPECT_TRUE(Like("日本語", "%本_"));
}

TEST(LikePatternTest, BytesThatAreNoTextAreCharactersEach) {
  const std::string stray("a\xff\xc3", 3);
  EXPECT_TRUE(Like(stray, "a__"));
  EXPECT_TRUE(Like(stray, stray));
  EXPECT_FALSE(Like(stray, std::string("a\xc3\xff", 3)));
}

TEST(LikePatternTest, IgnoringCaseFoldsBothSides) {
  EXPECT_TRUE(ILike("Oslo", "oSL_"));
  EXPECT_TRUE(ILike("ÉCOLE", "é%"));
  EXPECT_TRUE(ILike("Москва", "%СКВА"));
  EXPECT_FALSE(ILike("oslo", "osla"));
  // The Kelvin sign is no letter of the table, so that it is not k.
  EXPECT_FALSE(ILike("\xe2\x84\xaa", "k"));
  EXPECT_FALSE(Like("É", "é"));
}

TEST(LikePatternTest, StatesBeyondOneWordCarryOver) {
  for (const size_t size : {63, 64, 65, 127, 128, 129, 1000}) {
    const std::string text(size, 'a');
    EXPECT_TRUE(Like(text, text)) << size;
    EXPECT_TRUE(Like(text, std::string(size, '_'))) << size;
    EXPECT_FALSE(Like(text, text + "a")) << size;
    EXPECT_FALSE(Like(text + "a", text)) << size;
    EXPECT_TRUE(Like(text + "zz" + text, text + "%" + text)) << size;
    EXPECT_TRUE(Like("b" + text, "%" + text)) << size;
  }
}

// Where backtracking would take longer than the universe.
TEST(LikePatternTest, ManyWildcardsAreNotTriedOneByOne) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "%a";
  EXPECT_FALSE(Like(std::string(20'000, 'a'), pattern + "%b"));
  EXPECT_TRUE(Like(std::string(20'000, 'a'), pattern));
}

TEST(LikePatternTest, AgreesWithTheDefinition) {
  std::mt19937_64 random(20260101);
  const std::vector<std::string> letters = {"a", "b", "é"};
  const std::vector<std::string> elements = {"a", "b", "é", "%", "_", R"(\%)", R"(\_)", R"(\\)"};
  const std::vector<std::string> odd = {"a", "%", "_", "\\", "\xc3", "é"};
  int matched = 0;
  for (int i = 0; i < 200'000; ++i) {
    const std::string text = RandomText(random, i % 4 == 0 ? odd : letters, 8);
    const std::string pattern = RandomText(random, elements, 6);
    const bool matches = Like(text, pattern);
    matched += matches ? 1 : 0;
    ASSERT_EQ(matches, MatchesNaively(CharactersOf(text), CharactersOf(pattern)))
        << testing::PrintToString(text) << " LIKE " << testing::PrintToString(pattern);
  }
  EXPECT_GT(matched, 10'000);
}

TEST(LikePatternTest, APatternWithoutWildcardsIsOneText) {
  EXPECT_EQ(LiteralOf("abc"), "abc");
  EXPECT_EQ(LiteralOf(""), "");
  EXPECT_EQ(LiteralOf(R"(50\% \\ \é)"), R"(50% \ é)");
  EXPECT_EQ(LiteralOf("a%"), std::nullopt);
  EXPECT_EQ(LiteralOf("_"), std::nullopt);
}

TEST(LikePatternTest, AnotherEscapeIsWrittenAsABackslash) {
  EXPECT_EQ(WithBackslashes("a!%b!!", "!"), R"(a\%b\!)");
  EXPECT_EQ(WithBackslashes(R"(a\b)", "!"), R"(a\\b)");
  EXPECT_EQ(WithBackslashes(R"(!\)", "!"), R"(\\)");
  EXPECT_EQ(WithBackslashes(R"(a\%)", "\\"), R"(a\%)");
  EXPECT_EQ(WithBackslashes(R"(a\%)", ""), R"(a\\%)");
  EXPECT_EQ(WithBackslashes("aé%", "é"), R"(a\%)");
  EXPECT_TRUE(EndsWithEscape(WithBackslashes("a!", "!")));
  EXPECT_FALSE(EndsWithEscape(WithBackslashes("a!!", "!")));
  EXPECT_TRUE(EndsWithEscape(R"(a\\\)"));
  EXPECT_FALSE(EndsWithEscape(R"(a\\)"));
}

TEST(LikePatternTest, EscapedTextMatchesItselfAlone) {
  const std::string text = R"(100%_\)";
  EXPECT_EQ(LiteralOf(EscapeText(text)), text);
  EXPECT_TRUE(Like(text, EscapeText(text)));
  EXPECT_FALSE(Like("100xy\\", EscapeText(text)));
}

}  // namespace
}  // namespace tacit
