#include "engine/privacy/random/exact.h"

#include <gtest/gtest.h>

#include <utility>

#include "tests/support/statistics.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

using Wide = unsigned __int128;

const int64_t kDraws = 1'000'000 * SampleFactor();
constexpr uint64_t kMax = ~uint64_t{0};
constexpr uint64_t kThird = 0x5555555555555555u;  // each word of 1/3

UniformReal RealThatStartsWith(uint64_t first) {
  RandomBits tape = TapeForTest::OpenWith({first}, 0);
  return UniformReal(tape);
}

TEST(UniformRealTest, KeepsTheWordsItDrew) {
  RandomBits tape = TapeForTest::OpenWith({10, 11, 12, 13}, 1);
  UniformReal real(tape);
  EXPECT_EQ(real.Word(2, tape), 12u);
  EXPECT_EQ(real.Word(0, tape), 10u);
  EXPECT_EQ(real.Word(1, tape), 11u);
  EXPECT_EQ(real.Word(3, tape), 13u);
}

TEST(UniformRealTest, TheFirstWordDecidesWhereItCan) {
  RandomBits tape = TapeForTest::OpenWith({4, 5, 6}, 1);
  UniformReal a(tape);
  UniformReal b(tape);
  EXPECT_TRUE(IsLess(a, b, tape));
  EXPECT_FALSE(IsLess(b, a, tape));
  EXPECT_EQ(tape.Next(), 6u);  // nothing more was drawn
}

TEST(UniformRealTest, ATieOfTwoWordsIsDecidedByTheThird) {
  // a = 4 7 8..., b = 4 7 9...; the words of a and b alternate as ties ask for them.
  RandomBits tape = TapeForTest::OpenWith({4, 4, 7, 7, 8, 9, 1, 0}, 1);
  UniformReal a(tape);
  UniformReal b(tape);
  EXPECT_TRUE(IsLess(a, b, tape));
  EXPECT_FALSE(IsLess(b, a, tape));  // from the same words
  EXPECT_EQ(tape.Next(), 1u);
}

TEST(UniformRealTest, ComparesWithFractionsBitByBit) {
  RandomBits tape = TapeForTest::OpenWith({kThird, kThird, kThird + 1, kThird, kThird - 1}, 1);
  UniformReal above(tape);
  EXPECT_FALSE(IsLess(above, 1, 3, tape));  // equal for two words
  UniformReal below(tape);
  EXPECT_TRUE(IsLess(below, 1, 3, tape));  // equal for one word
  UniformReal largest = RealThatStartsWith(kMax);
  RandomBits largest_tape = TapeForTest::OpenWith({kMax, kMax - 1}, 1);
  EXPECT_TRUE(IsLess(largest, 1, 1, largest_tape));
  UniformReal least = RealThatStartsWith(0);
  RandomBits least_tape = TapeForTest::OpenWith({0, 1}, 1);
  EXPECT_FALSE(IsLess(least, 0, 1, least_tape));
}

TEST(UniformRealTest, IsBelowAFractionWithItsProbability) {
  const Wide large = (Wide{1} << 127) - 1;
  const std::pair<Wide, Wide> fractions[] = {
      {1, 3}, {1, 1000}, {999, 1000}, {large / 7, large}, {large - large / 9, large}};
  uint64_t seed = 20;
  for (const auto& [numerator, denominator] : fractions) {
    RandomBits random = TapeForTest::Open(++seed);
    int64_t successes = 0;
    for (int64_t i = 0; i < kDraws; ++i) {
      UniformReal real(random);
      successes += IsLess(real, numerator, denominator, random);
    }
    const double p = static_cast<double>(numerator) / static_cast<double>(denominator);
    EXPECT_LT(std::fabs(BinomialDeviation(successes, kDraws, p)), kNormalTwoSided) << p;
  }
}

TEST(BernoulliExpMinusTest, HasItsProbabilityAtFractions) {
  const Wide large = (Wide{1} << 127) - 1;
  const std::pair<Wide, Wide> fractions[] = {
      {0, 1}, {1, 3}, {1, 2}, {999, 1000}, {1, 100000}, {1, 1}, {large / 3, large}};
  uint64_t seed = 40;
  for (const auto& [numerator, denominator] : fractions) {
    RandomBits random = TapeForTest::Open(++seed);
    int64_t successes = 0;
    for (int64_t i = 0; i < kDraws; ++i) {
      successes += BernoulliExpMinus(numerator, denominator, random);
    }
    const double p = std::exp(-static_cast<double>(numerator) / static_cast<double>(denominator));
    if (numerator == 0) {
      EXPECT_EQ(successes, kDraws);
    } else {
      EXPECT_LT(std::fabs(BinomialDeviation(successes, kDraws, p)), kNormalTwoSided) << p;
    }
  }
}

TEST(BernoulliExpMinusTest, HasItsProbabilityAtReals) {
  for (const double x : {0.0625, 0.5, 0.9375}) {
    RandomBits random = TapeForTest::Open(static_cast<uint64_t>(x * 1000));
    int64_t successes = 0;
    for (int64_t i = 0; i < kDraws; ++i) {
      UniformReal real = RealThatStartsWith(static_cast<uint64_t>(x * 0x1p64));
      successes += BernoulliExpMinus(real, random);
    }
    EXPECT_LT(std::fabs(BinomialDeviation(successes, kDraws, std::exp(-x))), kNormalTwoSided) << x;
  }
}

// x and the first term of its run begin alike; their later words decide, and x keeps its own.
TEST(BernoulliExpMinusTest, TiesAreDecidedByLaterWords) {
  // x = 5 8, and 5 9 is not below it.
  RandomBits stops = TapeForTest::OpenWith({5, 5, 9, 8}, 1);
  UniformReal x(stops);
  EXPECT_TRUE(BernoulliExpMinus(x, stops));
  EXPECT_EQ(x.Word(1, stops), 8u);
  // x = 5 9 and 5 8 0 is below it; 5 8 1 is not below 5 8 0, which ends a run of two.
  RandomBits descends = TapeForTest::OpenWith({5, 5, 8, 9, 5, 8, 1, 0, 7}, 1);
  UniformReal y(descends);
  EXPECT_FALSE(BernoulliExpMinus(y, descends));
  EXPECT_EQ(y.Word(1, descends), 9u);
  EXPECT_EQ(descends.Next(), 7u);
}

double BelowGeometric(const LaplaceScale& scale, __int128 x) {
  if (x <= 0) return 0;
  return -std::expm1(-std::ldexp(static_cast<double>(x), scale.denominator_log2) /
                     static_cast<double>(scale.numerator));
}

TEST(DrawGeometricTest, HasItsProbabilities) {
  const LaplaceScale scales[] = {{1, 0},
                                 {1, 1},
                                 {10, 0},
                                 {37, 3},
                                 {1000, 0},
                                 {(int64_t{1} << 60) / 3, 54},
                                 {(int64_t{1} << 62) - 1, 62},
                                 {(int64_t{1} << 40) + 1, 0},
                                 {(int64_t{1} << 62) - 1, 0}};
  uint64_t seed = 60;
  for (const LaplaceScale& scale : scales) {
    RandomBits random = TapeForTest::Open(++seed);
    std::vector<__int128> draws(static_cast<size_t>(kDraws));
    for (__int128& draw : draws) draw = static_cast<__int128>(DrawGeometric(scale, random));
    const double width = std::ldexp(static_cast<double>(scale.numerator), -scale.denominator_log2);
    const auto below = [&](__int128 x) { return BelowGeometric(scale, x); };
    const std::vector<__int128> edges = EdgesAround(std::fmax(width, 1), 16);
    const Fit fit = FitOf(draws, edges, below);
    EXPECT_LT(fit.statistic, fit.limit) << width;
  }
}

// A fraction of 1/3 up to two words: whether its triple reaches 1 hangs on the third.
TEST(DrawGeometricTest, TheFloorReadsAsManyWordsAsItNeeds) {
  const LaplaceScale three{3, 0};
  const std::pair<std::vector<uint64_t>, uint64_t> cases[] = {
      {{kThird, kMax, kThird + 1}, 1},
      {{kThird, kMax, kThird - 1}, 0},
      {{kThird, kMax, kThird, kThird + 1}, 1},
      {{kThird, kMax, kThird, kThird - 1}, 0},
      {{kThird, kMax, kThird, 0}, 0},
      {{kThird + 1, kMax}, 1},
      {{kThird - 1, kMax}, 0},
  };
  for (const auto& [words, expected] : cases) {
    std::vector<uint64_t> first = words;
    first.push_back(12345);
    RandomBits tape = TapeForTest::OpenWith(first, 1);
    EXPECT_EQ(DrawGeometric(three, tape), expected);
    EXPECT_EQ(tape.Next(), 12345u);  // and no more words than that
  }
}

// The floor of words * numerator / 2^192 by the multiplication one learns at school.
uint64_t FloorOfThreeWords(uint64_t numerator, const uint64_t (&words)[3], uint64_t carry) {
  for (size_t i = 3; i-- > 0;) {
    carry = static_cast<uint64_t>((Wide{words[i]} * numerator + carry) >> 64);
  }
  return carry;
}

TEST(DrawGeometricTest, TheFloorIsExactBesideEveryMultiple) {
  TestRandom random(80);
  int decided = 0;
  constexpr int kCases = 100000;
  for (int i = 0; i < kCases; ++i) {
    const uint64_t numerator = random.Below(uint64_t{1} << random.Between(2, 62)) + 1;
    const Wide multiple = random.Below(numerator);
    // The first words of multiple / numerator, the second moved by at most one.
    const auto first = static_cast<uint64_t>((multiple << 64) / numerator);
    const auto second = static_cast<uint64_t>(((multiple << 64) % numerator << 64) / numerator);
    const uint64_t moved = second + random.Below(3) - 1;
    const uint64_t words[3] = {first, moved, random.Below(kMax)};
    const uint64_t least = FloorOfThreeWords(numerator, words, 0);
    if (first == kMax || least != FloorOfThreeWords(numerator, words, numerator)) continue;
    ++decided;
    RandomBits tape = TapeForTest::OpenWith({first, kMax, moved, words[2]}, 1);
    ASSERT_EQ(DrawGeometric({static_cast<int64_t>(numerator), 0}, tape), least) << numerator;
  }
  EXPECT_GT(decided, kCases / 2);
}

TEST(FillInBatchesTest, DrawsWholeBatches) {
  for (const auto& [size, calls_expected] : {std::pair<size_t, size_t>{0, 0},
                                             {1, kDrawsPerBatch},
                                             {kDrawsPerBatch, kDrawsPerBatch},
                                             {kDrawsPerBatch + 1, 2 * kDrawsPerBatch}}) {
    std::vector<size_t> out(size);
    size_t calls = 0;
    FillInBatches(absl::MakeSpan(out), [&] { return calls++; });
    EXPECT_EQ(calls, calls_expected);
    for (size_t i = 0; i < size; ++i) EXPECT_EQ(out[i], i);
  }
}

}  // namespace
}  // namespace tacit
