#include "accountant/loss/track.h"

#include <gtest/gtest.h>

#include <limits>

namespace tacit {
namespace {

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

TrackAmount Of(int64_t pico, int64_t atto) {
  return {Divergence::FromPico(pico), Delta::FromAtto(atto)};
}

TEST(TrackTest, SumsSaturateAndThenFitNowhere) {
  EXPECT_EQ(AddSaturating(Of(1, 2), Of(3, 4)), Of(4, 6));
  EXPECT_EQ(AddSaturating(Of(kMost - 1, 0), Of(2, 5)), Of(kMost, 5));
  EXPECT_TRUE(Within(Of(4, 6), Of(4, 6)));
  EXPECT_FALSE(Within(Of(5, 6), Of(4, 6)));
  EXPECT_FALSE(Within(Of(4, 7), Of(4, 6)));
  EXPECT_FALSE(Within(Of(kMost, 0), Of(kMost, kMost)));
  EXPECT_FALSE(Within(Of(0, kMost), Unbounded()));
  EXPECT_FALSE(Within(AddSaturating(Unbounded(), Of(0, 0)), Unbounded()));
}

TEST(TrackTest, WhatRemainsIsNeverNegative) {
  EXPECT_EQ(Remaining(Of(9, 9), Of(4, 10)), Of(5, 0));
  EXPECT_EQ(Remaining(Of(9, 9), Unbounded()), Of(0, 0));
}

TEST(TrackTest, NamesItself) {
  EXPECT_EQ(ToText(Track()), "epsilon");
  EXPECT_EQ(ToText(Track{TrackKind::kRenyi, 8}), "renyi(8)");
  EXPECT_EQ(ToText(Track{TrackKind::kZeroConcentrated, 0}), "rho");
}

TEST(TrackTest, LossesAddUpOnEachTrack) {
  const std::vector<Track> tracks = {Track(), {TrackKind::kRenyi, 8}};
  const MechanismLoss loss = PureLoss{Epsilon::FromPico(500'000'000'000)};
  const TrackAmounts once = PriceOn(tracks, {loss});
  const TrackAmounts twice = PriceOn(tracks, {loss, loss});
  for (size_t i = 0; i < tracks.size(); ++i) {
    EXPECT_EQ(twice[i], AddSaturating(once[i], once[i]));
  }
  EXPECT_EQ(PriceOn(tracks, {}), TrackAmounts(2));
}

}  // namespace
}  // namespace tacit
