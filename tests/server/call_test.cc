#include "server/call.h"

#include <gtest/gtest.h>

#include "accountant/refusal.h"

namespace tacit {
namespace {

TEST(CallTest, ADeadlineThatPassedIsSeenBeforeWorkBegins) {
  const auto now = std::chrono::system_clock::now();
  EXPECT_TRUE(CheckDeadline(now + std::chrono::hours(1)).ok());
  EXPECT_TRUE(CheckDeadline(std::chrono::system_clock::time_point::max()).ok());
  EXPECT_EQ(CheckDeadline(now - std::chrono::milliseconds(1)).code(),
            absl::StatusCode::kDeadlineExceeded);
}

TEST(CallTest, PlacesAreBoundedAndGivenBack) {
  const DevelopmentAuthenticator authenticator({});
  boost::asio::thread_pool pool(1);
  CallContext calls{authenticator, pool};
  for (int i = 0; i < kCallsInFlightMax; ++i) ASSERT_TRUE(EnterCall(calls).ok());
  EXPECT_EQ(ReasonOf(EnterCall(calls)), Reason::kLimit);
  LeaveCall(calls);
  EXPECT_TRUE(EnterCall(calls).ok());
  pool.join();
}

}  // namespace
}  // namespace tacit
