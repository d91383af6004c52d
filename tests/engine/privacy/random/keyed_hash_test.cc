#include "engine/privacy/random/keyed_hash.h"

#include <gtest/gtest.h>

#include <string>

namespace tacit {
namespace {

// The reference vectors of SipHash-2-4: key 00..0f, message 00..(n-1).
TEST(KeyedHashTest, MatchesTheReferenceVectors) {
  const BoundingKey key{0x0706050403020100u, 0x0f0e0d0c0b0a0908u};
  std::string message;
  EXPECT_EQ(KeyedHash(key, message), 0x726fdb47dd0e0e31u);
  message += '\0';
  EXPECT_EQ(KeyedHash(key, message), 0x74f839c593dc67fdu);
  for (char c = 1; c < 15; ++c) message += c;
  EXPECT_EQ(KeyedHash(key, message), 0xa129ca6149be45e5u);  // the paper's own example, 15 bytes
}

TEST(KeyedHashTest, AnotherKeyGivesAnotherHash) {
  EXPECT_NE(KeyedHash({1, 2}, "patient"), KeyedHash({2, 1}, "patient"));
}

}  // namespace
}  // namespace tacit
