#include "accountant/loss/laplace_price.h"

#include <gtest/gtest.h>

#include <limits>

namespace tacit {
namespace {

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
constexpr int64_t kNat = 1'000'000'000'000;

TEST(LaplacePriceTest, RatiosRoundUp) {
  EXPECT_EQ(RatioRoundUp({3, 5}, {5, 0})->pico(), 3 * kNat);
  EXPECT_EQ(RatioRoundUp({1}, {3, 0})->pico(), kNat / 3 + 1);
  EXPECT_EQ(RatioRoundUp({1}, {(int64_t{1} << 62) - 1, 0})->pico(), 1);
  EXPECT_EQ(RatioRoundUp({kMost, kMost, kMost}, {1, 0}), std::nullopt);
  EXPECT_EQ(RatioRoundUp({kMost, kMost}, {1, 62}), std::nullopt);
  EXPECT_EQ(RatioRoundUp({1, 0}, {1, 0}), std::nullopt);
  EXPECT_EQ(RatioRoundUp({-1, -1}, {1, 0}), std::nullopt);
  EXPECT_EQ(RatioRoundUp({1}, {0, 0}), std::nullopt);
}

TEST(LaplacePriceTest, NoisyMaxCostsTwiceTheSensitivityInEachGroup) {
  EXPECT_EQ(Price(NoisyMaxLoss{1, 1, {20, 0}}), (Amount{Epsilon::FromPico(kNat / 10), Delta()}));
  EXPECT_EQ(Price(NoisyMaxLoss{3, 5, {20, 0}}), (Amount{Epsilon::FromPico(3 * kNat / 2), Delta()}));
  EXPECT_EQ(Price(NoisyMaxLoss{3, 5, {40, 1}}), Price(NoisyMaxLoss{3, 5, {20, 0}}));
}

TEST(LaplacePriceTest, FieldsOutOfRangeHaveNoPrice) {
  for (const NoisyMaxLoss& loss :
       {NoisyMaxLoss{0, 1, {1, 0}}, NoisyMaxLoss{-1, 1, {1, 0}}, NoisyMaxLoss{1, 0, {1, 0}},
        NoisyMaxLoss{1, -1, {1, 0}}, NoisyMaxLoss{1, 1, {0, 0}}, NoisyMaxLoss{1, 1, {-1, 0}},
        NoisyMaxLoss{1, 1, {int64_t{1} << 62, 0}}, NoisyMaxLoss{1, 1, {1, -1}},
        NoisyMaxLoss{1, 1, {1, 63}}, NoisyMaxLoss{kMost, kMost, {1, 0}},
        NoisyMaxLoss{kMost, 1, {1, 0}}, NoisyMaxLoss{}}) {
    EXPECT_EQ(Price(loss), std::nullopt);
  }
}

}  // namespace
}  // namespace tacit
