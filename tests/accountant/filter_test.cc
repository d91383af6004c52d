#include "accountant/filter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "accountant/loss/conversions.h"
#include "tests/accountant/sample_ledger.h"

namespace tacit {
namespace {

using namespace sample;  // NOLINT: the fixture of this folder

TrackAmount Of(int64_t pico, int64_t atto = 0) {
  return {Divergence::FromPico(pico), Delta::FromAtto(atto)};
}

bool Fits(Filter filter, const TrackAmounts& spent, const TrackAmounts& cost,
          const TrackAmounts& limit) {
  return Admits({.filter = filter, .spent = spent, .cost = cost, .limit = limit});
}

TEST(FilterTest, AdmitsUpToTheLimitAndNotOneUnitMore) {
  EXPECT_TRUE(Fits(Filter::kPure, {Of(7)}, {Of(3)}, {Of(10)}));
  EXPECT_FALSE(Fits(Filter::kPure, {Of(7)}, {Of(4)}, {Of(10)}));
  EXPECT_FALSE(Fits(Filter::kPure, {Of(5)}, {Of(1)}, {Of(3)}));  // a limit that was cut
}

TEST(FilterTest, HoldsBothComponentsOfATrack) {
  EXPECT_TRUE(Fits(Filter::kZeroConcentrated, {Of(1, 1)}, {Of(1, 1)}, {Of(2, 2)}));
  EXPECT_FALSE(Fits(Filter::kZeroConcentrated, {Of(1, 1)}, {Of(1, 2)}, {Of(9, 2)}));
  EXPECT_FALSE(Fits(Filter::kZeroConcentrated, {Of(1, 1)}, {Of(2, 1)}, {Of(2, 9)}));
}

TEST(FilterTest, PureCountsNoDelta) {
  EXPECT_FALSE(Fits(Filter::kPure, {Of(0)}, {Of(1, 1)}, {Of(9, 9)}));
  EXPECT_FALSE(CanCount(Filter::kPure, {Of(1, 1)}));
  EXPECT_TRUE(CanCount(Filter::kZeroConcentrated, {Of(1, 1)}));
}

TEST(FilterTest, ApproximateNeedsOneTrackAndTheOthersNeedAll) {
  const TrackAmounts spent = {Of(9), Of(0)};
  const TrackAmounts cost = {Of(2), Of(2)};
  const TrackAmounts limit = {Of(10), Of(10)};
  EXPECT_TRUE(Fits(Filter::kApproximate, spent, cost, limit));
  EXPECT_FALSE(Fits(Filter::kRenyi, spent, cost, limit));
  // Not half of one track and half of the other.
  EXPECT_FALSE(Fits(Filter::kApproximate, {Of(9, 0), Of(0, 9)}, {Of(2, 2), Of(2, 2)},
                    {Of(10, 10), Of(10, 10)}));
}

TEST(FilterTest, WhatATrackCannotCountKillsThatTrackAlone) {
  const TrackAmounts cost = {Of(1), Unbounded()};
  EXPECT_TRUE(CanCount(Filter::kApproximate, cost));
  EXPECT_FALSE(CanCount(Filter::kRenyi, cost));
  EXPECT_FALSE(CanCount(Filter::kApproximate, {Unbounded(), Unbounded()}));
  const TrackAmounts after = {AddSaturating(Of(0), cost[0]), AddSaturating(Of(0), cost[1])};
  const TrackAmounts limit = {Of(2), Of(1'000'000)};
  EXPECT_TRUE(Fits(Filter::kApproximate, after, {Of(1), Of(1)}, limit));
  EXPECT_FALSE(Fits(Filter::kApproximate, after, {Of(2), Of(1)}, limit));
}

TEST(FilterTest, ASumThatWouldWrapIsRefused) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  EXPECT_FALSE(Fits(Filter::kPure, {Of(kMost - 1)}, {Of(2)}, {Of(kMost)}));
  EXPECT_FALSE(Fits(Filter::kApproximate, {Of(0, kMost - 1)}, {Of(0, 2)}, {Of(kMost, kMost)}));
}

// accounting of (epsilon, delta): the deltas of the tracks and of the conversion add up.
TEST(FilterTest, ApproximateSplitsItsDeltaBetweenTheTracks) {
  const Limit limit = Amount{Eps("1"), Del("1e-6")};
  const auto tracks = TracksFor(Filter::kApproximate, limit);
  ASSERT_TRUE(tracks.ok()) << tracks.status();
  ASSERT_EQ(tracks->size(), 2u);
  EXPECT_EQ(ToText((*tracks)[0]), "epsilon");
  EXPECT_EQ(ToText((*tracks)[1]), "renyi(23)");
  const auto limits = LimitsOn(Filter::kApproximate, *tracks, limit);
  ASSERT_TRUE(limits.ok()) << limits.status();
  EXPECT_EQ((*limits)[0], (TrackAmount{Divergence::FromPico(1'000'000'000'000), Del("2.5e-7")}));
  EXPECT_EQ((*limits)[1].delta, Del("2.5e-7"));
  // 0.527490 at delta 5e-7 and order 23, rounded down.
  EXPECT_NEAR(static_cast<double>((*limits)[1].divergence.pico()) * 1e-12, 0.527490, 5e-7);
  const double converted = DeltaFromRenyiUpper(
      static_cast<double>((*limits)[1].divergence.pico()) * 1e-12, 23, Eps("1"));
  EXPECT_LE(converted, 5e-7);
  EXPECT_GT(converted, 4.999e-7);
}

TEST(FilterTest, ABudgetOfAnotherSizeHasTheSameTracks) {
  const auto tracks = TracksFor(Filter::kApproximate, Amount{Eps("4"), Del("1e-6")}).value();
  const auto small = LimitsOn(Filter::kApproximate, tracks, Amount{Eps("0.5"), Del("1e-7")});
  ASSERT_TRUE(small.ok()) << small.status();
  EXPECT_EQ((*small)[1].divergence, Divergence());  // nothing converts there; the basic track holds
  const auto none = TracksFor(Filter::kApproximate, Pure("1"));
  EXPECT_EQ(none->size(), 1u);
  EXPECT_EQ(LimitsOn(Filter::kApproximate, *none, Amount{Eps("1"), Del("1e-6")})->at(0).delta,
            Del("1e-6"));
}

TEST(FilterTest, DeclaredOrdersAreTheTracks) {
  Limit limit;
  limit.amount.delta = Del("1e-7");
  limit.orders = {{4, Divergence::FromPico(7)}, {32, Divergence::FromPico(9)}};
  const auto tracks = TracksFor(Filter::kRenyi, limit);
  ASSERT_TRUE(tracks.ok()) << tracks.status();
  EXPECT_EQ(ToText((*tracks)[1]), "renyi(32)");
  EXPECT_EQ(LimitsOn(Filter::kRenyi, *tracks, limit).value(),
            (TrackAmounts{{Divergence::FromPico(7), Del("1e-7")},
                          {Divergence::FromPico(9), Del("1e-7")}}));
  limit.orders[1].order = 16;
  EXPECT_EQ(WhyNot(LimitsOn(Filter::kRenyi, *tracks, limit).status()), Reason::kPolicyInvalid);
}

TEST(FilterTest, RefusesALimitThatIsNotOfItsKind) {
  const auto refused = [](Filter filter, const Limit& limit) {
    return DetailOf(TracksFor(filter, limit).status()).field;
  };
  Limit rho;
  rho.rho = Rho::FromPico(5);
  Limit orders;
  orders.orders = {{8, Divergence::FromPico(5)}, {4, Divergence::FromPico(5)}};
  EXPECT_EQ(refused(Filter::kPure, Limit()), "limit.epsilon");
  EXPECT_EQ(refused(Filter::kPure, rho), "limit.epsilon");
  EXPECT_EQ(refused(Filter::kZeroConcentrated, Pure("1")), "limit.epsilon");
  EXPECT_EQ(refused(Filter::kZeroConcentrated, Limit()), "limit.rho");
  EXPECT_EQ(refused(Filter::kRenyi, Limit()), "limit.orders");
  EXPECT_EQ(refused(Filter::kRenyi, orders), "limit.orders");
  orders.orders = {{1, Divergence::FromPico(5)}};
  EXPECT_EQ(refused(Filter::kRenyi, orders), "limit.orders");
  orders.orders = {{8, Divergence()}};
  EXPECT_EQ(refused(Filter::kRenyi, orders), "limit.orders");
  EXPECT_TRUE(TracksFor(Filter::kZeroConcentrated, rho).ok());
}

// "Some order is within its whole budget" admits too much: two orders with the full delta each, and
// a tree of two mechanisms that stays below each order's limit on its own path, but whose union has
// twice the delta. Every path of it is refused when the orders share the delta, and one is when
// both must hold.
TEST(FilterTest, RefusesTheTreeThatTheAnyOrderRuleAdmits) {
  // Costs in Renyi divergence at orders 8 and 64 of the two paths, in pico-nats; limits at
  // epsilon 3 and delta 1e-6 for one order alone.
  const int64_t full8 = RenyiLimitPicoLower(Eps("3"), Del("1e-6"), 8);
  const int64_t full64 = RenyiLimitPicoLower(Eps("3"), Del("1e-6"), 64);
  EXPECT_NEAR(static_cast<double>(full8) * 1e-12, 1.45695, 2e-5);
  EXPECT_NEAR(static_cast<double>(full64) * 1e-12, 2.86247, 2e-5);
  const int64_t path_a8 = 1'456'080'000'000;   // and far above the limit of order 64
  const int64_t path_b64 = 2'862'250'000'000;  // and far above the limit of order 8
  const TrackAmounts nothing(2);
  const TrackAmounts path_a = {Of(path_a8), Unbounded()};
  const TrackAmounts path_b = {Unbounded(), Of(path_b64)};
  const TrackAmounts whole = {Of(full8), Of(full64)};
  EXPECT_TRUE(Fits(Filter::kApproximate, nothing, path_a, whole));  // the wrong rule
  EXPECT_TRUE(Fits(Filter::kApproximate, nothing, path_b, whole));
  const TrackAmounts split = {Of(RenyiLimitPicoLower(Eps("3"), Del("5e-7"), 8)),
                              Of(RenyiLimitPicoLower(Eps("3"), Del("5e-7"), 64))};
  EXPECT_FALSE(Fits(Filter::kApproximate, nothing, path_a, split));
  EXPECT_FALSE(Fits(Filter::kApproximate, nothing, path_b, split));
  EXPECT_FALSE(Fits(Filter::kRenyi, nothing, path_a, whole));
  EXPECT_FALSE(Fits(Filter::kRenyi, nothing, path_b, whole));
}

// Against admitting one by one, over small amounts of every filter, exact fits among them.
TEST(FilterTest, CountsWhatFitsAsIfItWereSpent) {
  const auto one_by_one = [](Filter filter, TrackAmounts spent, const TrackAmounts& cost,
                             const TrackAmounts& limit) {
    int64_t times = 0;
    while (Fits(filter, spent, cost, limit)) {
      for (size_t i = 0; i < spent.size(); ++i) spent[i] = AddSaturating(spent[i], cost[i]);
      ++times;
    }
    return times;
  };
  int64_t most = 0;
  for (int64_t code = 0; code < 6 * 6 * 6 * 6; ++code) {
    const auto digit = [&](int64_t place) { return code / place % 6; };
    const TrackAmounts spent{Of(digit(1), 1), Of(digit(6), digit(36))};
    const TrackAmounts cost{Of(1 + digit(36), digit(216) % 3), Of(1 + digit(216), digit(6) % 2)};
    const TrackAmounts limit{Of(11, 4), Of(7, 5)};
    for (const Filter filter : {Filter::kApproximate, Filter::kRenyi, Filter::kPure}) {
      const int64_t times =
          TimesAdmitted({.filter = filter, .spent = spent, .cost = cost, .limit = limit});
      EXPECT_EQ(times, one_by_one(filter, spent, cost, limit)) << code;
      most = std::max(most, times);
    }
  }
  EXPECT_EQ(most, 11);
  // A limit that was cut below what is spent bears nothing, not even a cost of nothing there.
  EXPECT_EQ(TimesAdmitted({.filter = Filter::kRenyi,
                           .spent = TrackAmounts{Of(5)},
                           .cost = TrackAmounts{Of(0, 1)},
                           .limit = TrackAmounts{Of(3, 9)}}),
            0);
  EXPECT_EQ(TimesAdmitted({.filter = Filter::kApproximate,
                           .spent = TrackAmounts{Of(0), Of(0)},
                           .cost = TrackAmounts{Unbounded(), Of(2)},
                           .limit = TrackAmounts{Of(9), Of(9)}}),
            4);
}

}  // namespace
}  // namespace tacit
