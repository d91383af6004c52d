#include "accountant/filter.h"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace tacit {
namespace {

Amount Of(int64_t pico, int64_t atto) { return {Epsilon::FromPico(pico), Delta::FromAtto(atto)}; }

TEST(FilterTest, AdmitsUpToTheLimitAndNotOneUnitMore) {
  const Admission fits{Filter::kPure, Of(7, 0), Of(3, 0), Of(10, 0)};
  EXPECT_TRUE(Admits(fits));
  const Admission over{Filter::kPure, Of(7, 0), Of(4, 0), Of(10, 0)};
  EXPECT_FALSE(Admits(over));
}

TEST(FilterTest, HoldsEpsilonAndDeltaApart) {
  EXPECT_TRUE(Admits({Filter::kApproximate, Of(1, 1), Of(1, 1), Of(2, 2)}));
  EXPECT_FALSE(Admits({Filter::kApproximate, Of(1, 1), Of(1, 2), Of(9, 2)}));
  EXPECT_FALSE(Admits({Filter::kApproximate, Of(1, 1), Of(2, 1), Of(2, 9)}));
}

TEST(FilterTest, PureCountsNoDelta) {
  EXPECT_FALSE(Admits({Filter::kPure, Of(0, 0), Of(1, 1), Of(9, 9)}));
  EXPECT_FALSE(CanCount(Filter::kPure, Of(1, 1)));
  EXPECT_TRUE(CanCount(Filter::kApproximate, Of(1, 1)));
}

TEST(FilterTest, CountsMechanismsWithDelta) {
  const Delta delta = Delta::FromAtto(1'000'000'000'000);
  const std::vector<MechanismLoss> losses = {
      DiscreteGaussianLoss{{{1, 1, 8}}, Epsilon::FromPico(1'000'000'000'000), Delta::FromAtto(9)},
      DiscreteGaussianLoss{{{1, 1, 1 << 20}}, Epsilon::FromPico(1'000'000), delta},
      TruncatedGeometricLoss{1, {1'000'000, 0}, 20'000'000, delta},
      ThresholdLoss{1, 20'000'000, LaplaceScale{1'000'000, 0}, delta}};
  EXPECT_EQ(PriceRoundUp(losses[0]), std::nullopt);
  Amount spent;
  for (size_t i = 1; i < losses.size(); ++i) {
    const Amount cost = PriceRoundUp(losses[i]).value();
    EXPECT_FALSE(CanCount(Filter::kPure, cost));
    EXPECT_FALSE(Admits({Filter::kPure, Amount(), cost, Of(9'000'000, delta.atto())}));
    EXPECT_TRUE(Admits({Filter::kApproximate, spent, cost, Of(2'000'000, 3 * delta.atto())}));
    spent = AddSaturating(spent, cost);
  }
  EXPECT_EQ(spent, Of(2'000'000, 3 * delta.atto()));
  EXPECT_FALSE(Admits({Filter::kApproximate, spent, PriceRoundUp(losses[3]).value(),
                       Of(9'000'000, 4 * delta.atto() - 1)}));
}

TEST(FilterTest, NothingFitsBelowWhatIsSpent) {
  EXPECT_FALSE(Admits({Filter::kPure, Of(5, 0), Of(1, 0), Of(3, 0)}));
}

TEST(FilterTest, ASumThatWouldWrapIsRefused) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  EXPECT_FALSE(Admits({Filter::kPure, Of(kMost - 1, 0), Of(2, 0), Of(kMost, 0)}));
  EXPECT_FALSE(Admits({Filter::kApproximate, Of(0, kMost - 1), Of(0, 2), Of(kMost, kMost)}));
}

}  // namespace
}  // namespace tacit
