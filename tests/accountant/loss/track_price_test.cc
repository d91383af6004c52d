// What one loss costs on each track; accountant/loss/track.proof.md.
#include <gtest/gtest.h>

#include <cmath>

#include "accountant/loss/renyi.h"
#include "accountant/loss/track.h"
#include "tests/accountant/sample_ledger.h"

namespace tacit {
namespace {

using namespace sample;  // NOLINT: the fixture of the accountant's tests

const Track kBasic;
const Track kOrder23{TrackKind::kRenyi, 23};
const Track kRho{TrackKind::kZeroConcentrated, 0};

double NatsOn(const Track& track, const MechanismLoss& loss) {
  return static_cast<double>(PriceOn(track, loss).divergence.pico()) * 1e-12;
}

void ExpectRoundedUp(double price, double exact) {
  EXPECT_GE(price, exact * (1 - 1e-9));
  EXPECT_LE(price, exact * (1 + 1e-9) + 3e-12);
}

TEST(TrackPriceTest, TheBasicTrackIsThePrice) {
  for (const MechanismLoss& loss : EveryLoss()) {
    const Amount basic = PriceRoundUp(loss).value();
    EXPECT_EQ(PriceOn(kBasic, loss),
              (TrackAmount{Divergence::FromPico(basic.epsilon.pico()), basic.delta}));
  }
}

TEST(TrackPriceTest, EachKindByItsFormula) {
  const DiscreteLaplaceLoss laplace{10, {100, 0}};
  ExpectRoundedUp(NatsOn(kOrder23, laplace), DiscreteLaplaceRenyiUpper({100, 0}, 10, 23));
  ExpectRoundedUp(NatsOn(kRho, laplace), PureRhoUpper(Eps("0.1")));
  ExpectRoundedUp(NatsOn(kOrder23, PureLoss{Eps("0.5")}), PureRenyiUpper(Eps("0.5"), 23));
  // Two groups of noisy max with 2 * 1 / 60 each.
  const NoisyMaxLoss max{2, 1, {60, 0}};
  ExpectRoundedUp(NatsOn(kOrder23, max), 2 * PureRenyiUpper(Epsilon::FromPico(33'333'333'334), 23));
  const DiscreteGaussianLoss gauss{
      {{2, 1 << 20, 1 << 25}, {1, 5, 1 << 22}}, Eps("0.5"), Del("2e-7")};
  const double rho = GaussianRhoUpper(gauss.parts);
  ExpectRoundedUp(NatsOn(kRho, gauss), rho);
  ExpectRoundedUp(NatsOn(kOrder23, gauss), 23 * rho);
  EXPECT_EQ(PriceOn(kRho, gauss).delta, Delta());  // its delta is of the basic track alone
}

TEST(TrackPriceTest, SelectionBringsItsDeltaToEveryTrack) {
  const TruncatedGeometricLoss selection{6, {100, 0}, 1300, Del("2e-7")};
  ExpectRoundedUp(NatsOn(kOrder23, selection), 6 * PureRenyiUpper(Eps("0.01"), 23));
  EXPECT_EQ(PriceOn(kOrder23, selection).delta, Del("2e-7"));
  const ThresholdLoss threshold{6, 1800, LaplaceScale{100, 0}, Del("2e-7")};
  EXPECT_EQ(PriceOn(kRho, threshold), (TrackAmount{Divergence(), Del("2e-7")}));
}

// A Renyi track admits more small mechanisms than adding up epsilons: 462 of epsilon 0.01 instead
// of 100 at a dataset's (1, 1e-6), as order 23 and its limit of 0.527490 say.
TEST(TrackPriceTest, SmallMechanismsCostTheSquare) {
  const double small = NatsOn(kOrder23, PureLoss{Eps("0.01")});
  EXPECT_EQ(std::floor(0.527490 / small), 462);
  EXPECT_LT(small, 23 * 0.01 * 0.01 / 2 * 1.0001);
}

TEST(TrackPriceTest, WhatHasNoPriceIsUnboundedEverywhere) {
  const DiscreteGaussianLoss untrue{{{1, 1, 8}}, Eps("1"), Delta::FromAtto(9)};
  for (const Track& track : {kBasic, kOrder23, kRho}) {
    EXPECT_EQ(PriceOn(track, PureLoss{}), Unbounded());
    EXPECT_EQ(PriceOn(track, DiscreteLaplaceLoss{-1, {1, 0}}), Unbounded());
    EXPECT_EQ(PriceOn(track, untrue), Unbounded());
  }
}

}  // namespace
}  // namespace tacit
