#include "engine/privacy/random/random_bits.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <bit>
#include <set>

#include "tests/support/statistics.h"

namespace tacit {
namespace {

TEST(RandomBitsTest, StreamsDiffer) {
  RandomBits a = RandomBits::Open();
  RandomBits b = RandomBits::Open();
  std::set<uint64_t> words;
  for (int i = 0; i < 1000; ++i) {
    words.insert(a.Next());
    words.insert(b.Next());
  }
  EXPECT_EQ(words.size(), 2000u);  // a repeat has probability 2^-43
}

// A child that inherited a half-used buffer must not go on with it, nor may two children agree.
TEST(RandomBitsTest, ForkedChildrenDrawOtherWords) {
  RandomBits random = RandomBits::Open();
  random.Next();
  std::set<uint64_t> words;
  for (int child = 0; child < 2; ++child) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t pid = fork();
    ASSERT_GE(pid, 0);
    if (pid == 0) {
      const uint64_t word = random.Next();
      const bool sent = write(ends[1], &word, sizeof(word)) == sizeof(word);
      _exit(sent ? 0 : 1);
    }
    uint64_t word = 0;
    ASSERT_EQ(read(ends[0], &word, sizeof(word)), static_cast<ssize_t>(sizeof(word)));
    words.insert(word);
    int status = 0;
    ASSERT_EQ(waitpid(pid, &status, 0), pid);
    EXPECT_EQ(status, 0);
    close(ends[0]);
    close(ends[1]);
  }
  words.insert(random.Next());
  EXPECT_EQ(words.size(), 3u);
}

TEST(RandomBitsTest, BitsAreFair) {
  RandomBits random = RandomBits::Open();
  constexpr int64_t kWords = 1'000'000;
  int64_t ones = 0;
  int64_t agreeing_neighbours = 0;
  uint64_t previous = random.Next();
  for (int64_t i = 0; i < kWords; ++i) {
    const uint64_t word = random.Next();
    ones += std::popcount(word);
    agreeing_neighbours += std::popcount(~(word ^ previous));
    previous = word;
  }
  EXPECT_LT(std::fabs(BinomialDeviation(ones, kWords * 64, 0.5)), kNormalTwoSided);
  EXPECT_LT(std::fabs(BinomialDeviation(agreeing_neighbours, kWords * 64, 0.5)), kNormalTwoSided);
}

}  // namespace
}  // namespace tacit
