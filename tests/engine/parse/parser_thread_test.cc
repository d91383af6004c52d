#include "engine/parse/parser_thread.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace tacit {
namespace {

TEST(ParserThreadTest, RunsAllWorkOnOneOtherThread) {
  std::thread::id first, second;
  ASSERT_TRUE(RunOnParserThread([&] { first = std::this_thread::get_id(); }).ok());
  ASSERT_TRUE(RunOnParserThread([&] { second = std::this_thread::get_id(); }).ok());
  EXPECT_EQ(first, second);
  EXPECT_NE(first, std::this_thread::get_id());
}

TEST(ParserThreadTest, RunsOnePieceOfWorkAtATime) {
  std::atomic<int> inside = 0;
  int most = 0;
  int runs = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 20; ++i) {
    callers.emplace_back([&] {
      EXPECT_TRUE(RunOnParserThread([&] {
                    most = std::max(most, ++inside);
                    ++runs;
                    --inside;
                  }).ok());
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(most, 1);
  EXPECT_EQ(runs, 20);
}

// Uses three quarters of the promised stack; a thread with the default size would not survive it.
int Descend(int levels) {
  volatile char frame[64 * 1024];
  frame[0] = static_cast<char>(levels);
  return levels == 0 ? 0 : Descend(levels - 1) + (frame[0] == static_cast<char>(levels) ? 1 : 0);
}

TEST(ParserThreadTest, HasTheStackItPromises) {
  constexpr int kLevels = 12 * 1024 * 1024 / (64 * 1024);
  int reached = 0;
  ASSERT_TRUE(RunOnParserThread([&] { reached = Descend(kLevels); }).ok());
  EXPECT_EQ(reached, kLevels);
}

}  // namespace
}  // namespace tacit
