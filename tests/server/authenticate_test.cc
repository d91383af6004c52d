#include "server/authenticate.h"

#include <gtest/gtest.h>

#include "accountant/refusal.h"

namespace tacit {
namespace {

TEST(AuthenticateTest, TheServerDecidesTheRole) {
  const DevelopmentAuthenticator authenticator({"carol"});
  EXPECT_EQ(authenticator.Authenticate({{"tacit-dev-user", "carol"}})->role, Role::kCurator);
  EXPECT_EQ(authenticator.Authenticate({{"tacit-dev-user", "alice"}})->role, Role::kAnalyst);
}

TEST(AuthenticateTest, NobodyTwoNamesAndOddNamesAreRefused) {
  const DevelopmentAuthenticator authenticator({});
  const CallMetadata bad[] = {{},
                              {{"tacit-dev-user", ""}},
                              {{"tacit-dev-user", "*"}},
                              {{"tacit-dev-user", "a b"}},
                              {{"tacit-dev-user", std::string("a\0b", 3)}},
                              {{"tacit-dev-user", std::string(65, 'a')}},
                              {{"tacit-dev-user", "alice"}, {"tacit-dev-user", "carol"}}};
  for (const CallMetadata& metadata : bad) {
    EXPECT_EQ(ReasonOf(authenticator.Authenticate(metadata).status()), Reason::kUnauthenticated);
  }
}

}  // namespace
}  // namespace tacit
