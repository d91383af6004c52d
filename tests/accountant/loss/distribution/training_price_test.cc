#include "accountant/loss/distribution/training_price.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "accountant/audit/audit_price.h"
#include "accountant/loss/distribution/composition.h"
#include "accountant/loss/renyi.h"
#include "accountant/loss/track.h"

namespace tacit {
namespace {

Delta Del(const std::string& decimal) { return Delta::Parse(decimal, Rounding::kLimit).value(); }

SubsampledGaussianLoss Job(double rate, double sigma, int64_t steps, const std::string& delta) {
  const auto loss =
      TrainingLossFor(RateAtLeast(rate).value(), NoiseAtMost(sigma).value(), steps, Del(delta));
  EXPECT_TRUE(loss.has_value()) << rate << " " << sigma << " " << steps;
  return loss.value_or(SubsampledGaussianLoss());
}

SubsampledGaussianLoss Claiming(SubsampledGaussianLoss loss, double times) {
  loss.epsilon =
      Epsilon::FromPico(static_cast<int64_t>(static_cast<double>(loss.epsilon.pico()) * times));
  return loss;
}

TEST(TrainingPriceTest, RatesRoundUpAndNoiseDown) {
  EXPECT_EQ(RateAtLeast(0.5), (SamplingRate{1, 1}));
  EXPECT_EQ(RateAtLeast(1), (SamplingRate{1, 0}));
  EXPECT_EQ(RateAtLeast(0x1.0000000000001p-20), (SamplingRate{(int64_t{1} << 42) + 1, 62}));
  EXPECT_EQ(NoiseAtMost(1.5), (NoiseMultiplier{3, 1}));
  EXPECT_EQ(NoiseAtMost(0x1p20), (NoiseMultiplier{1 << 20, 0}));
  for (const double rate : {0.0, -0.5, 1.001, 0x1p-63, std::nan("")}) {
    EXPECT_FALSE(RateAtLeast(rate).has_value()) << rate;
  }
  for (const double sigma : {0.0, -1.0, 0x1p-11, 0x1p21, HUGE_VAL, std::nan("")}) {
    EXPECT_FALSE(NoiseAtMost(sigma).has_value()) << sigma;
  }
}

TEST(TrainingPriceTest, PricesTheLeastClaimAndNothingBelowIt) {
  const SubsampledGaussianLoss job = Job(0.01, 4, 10'000, "1e-5");
  EXPECT_NEAR(static_cast<double>(job.epsilon.pico()) * 1e-12, 0.94688, 1e-5);
  EXPECT_EQ(Price(job), (Amount{job.epsilon, job.delta}));
  EXPECT_EQ(PriceRoundUp(job), Price(job));
  EXPECT_FALSE(Price(Claiming(job, 0.9999)).has_value());
  EXPECT_TRUE(Price(Claiming(job, 1.5)).has_value());
}

TEST(TrainingPriceTest, WhatIsOutOfRangeHasNoPriceOnAnyTrack) {
  const SubsampledGaussianLoss good = Job(0.01, 4, 100, "1e-5");
  std::vector<SubsampledGaussianLoss> odd(9, good);
  odd[0].rate = {0, 0};
  odd[1].rate = {3, 1};
  odd[2].rate.denominator_log2 = 63;
  odd[3].sigma = {0, 0};
  odd[4].sigma = {1, 11};
  odd[5].sigma = {-4, 0};
  odd[6].steps = 0;
  odd[7].steps = kStepsMax + 1;
  odd[8].delta = Delta();
  for (const SubsampledGaussianLoss& loss : odd) {
    EXPECT_FALSE(Price(loss).has_value()) << ToText(loss);
    for (const TrackKind kind : {TrackKind::kBasic, TrackKind::kZeroConcentrated}) {
      EXPECT_EQ(PriceOn(Track{kind, 0}, loss), Unbounded()) << ToText(loss);
    }
    EXPECT_EQ(PriceOn(Track{TrackKind::kRenyi, 8}, loss), Unbounded()) << ToText(loss);
  }
}

TEST(TrainingPriceTest, EveryTrackPaysForEveryStep) {
  const SubsampledGaussianLoss job = Job(0.01, 4, 1000, "1e-6");
  const Track renyi{TrackKind::kRenyi, 23};
  const double nats = static_cast<double>(PriceOn(renyi, job).divergence.pico()) * 1e-12;
  EXPECT_GE(nats, 1000 * SubsampledGaussianRenyiUpper(0.01, 4, 23));
  EXPECT_NEAR(nats / (1000 * SubsampledGaussianRenyiUpper(0.01, 4, 23)), 1, 1e-9);
  EXPECT_EQ(PriceOn(renyi, job).delta, Delta());
  // Sampling does not help at every order at once: 1000 / (2 * 16), rounded up.
  const TrackAmount rho = PriceOn(Track{TrackKind::kZeroConcentrated, 0}, job);
  EXPECT_NEAR(static_cast<double>(rho.divergence.pico()) * 1e-12, 31.25, 1e-11);
  EXPECT_GE(rho.divergence.pico(), 31'250'000'000'000);
}

TEST(TrainingPriceTest, FullBatchesAreOneGaussian) {
  const SubsampledGaussianLoss job = Job(1, 10, 100, "1e-6");
  // 100 steps of sigma 10 are one of sigma 1: epsilon 4.8865 at 1e-6 by Balle and Wang.
  const SubsampledGaussianLoss once = Job(1, 1, 1, "1e-6");
  EXPECT_NEAR(static_cast<double>(job.epsilon.pico()) / static_cast<double>(once.epsilon.pico()), 1,
              1e-4);
}

TEST(TrainingPriceTest, TextInvertsExactly) {
  const SubsampledGaussianLoss job = Job(0.25, 1.5, 20, "1e-6");
  const std::string text = ToText(job);
  EXPECT_EQ(text.rfind("SubsampledGaussian{rate=1/2^2,sigma=3/2^1,steps=20,epsilon=", 0), 0u)
      << text;
  EXPECT_EQ(std::get<SubsampledGaussianLoss>(ParseMechanismLoss(text).value()), job);
  EXPECT_FALSE(ParseMechanismLoss(text + " ").ok());
  EXPECT_FALSE(ParseMechanismLoss("SubsampledGaussian{rate=1/2^2,sigma=3/2^1,steps=20}").ok());
}

TEST(TrainingPriceTest, CountsTheStepsThatFit) {
  const Delta delta = Del("1e-6");
  const SamplingRate rate = RateAtLeast(0.01).value();
  const NoiseMultiplier sigma = NoiseAtMost(4).value();
  const SubsampledGaussianLoss job = Job(0.01, 4, 700, "1e-6");
  const auto within = [&](const SubsampledGaussianLoss& one) { return one.epsilon <= job.epsilon; };
  EXPECT_EQ(StepsThatFit(rate, sigma, delta, within), 700);
  const auto none = [](const SubsampledGaussianLoss&) { return false; };
  EXPECT_EQ(StepsThatFit(rate, sigma, delta, none), 0);
}

// The second opinion sees integrals over the noise in place of binomial sums.
TEST(TrainingPriceTest, TheSecondOpinionAgreesOnEveryTrack) {
  for (const auto& job : {Job(0.01, 4, 10'000, "1e-5"), Job(0.01, 1, 2000, "1e-6"),
                          Job(1, 10, 100, "1e-6"), Job(0.5, 1, 10, "1e-12")}) {
    for (const int64_t order : {2, 8, 23, 64}) {
      const Track track{TrackKind::kRenyi, order};
      const auto audited = ledger::AuditPrice(track, job);
      const TrackAmount price = PriceOn(track, job);
      EXPECT_TRUE(ledger::Covers(price, audited, 1)) << ToText(job) << " " << order;
      if (!Within(price, Unbounded())) continue;
      const TrackAmount less{Divergence::FromPico(price.divergence.pico() / 1000 * 999), Delta()};
      EXPECT_FALSE(ledger::Covers(less, audited, 1)) << ToText(job) << " " << order;
    }
    const Track rho{TrackKind::kZeroConcentrated, 0};
    EXPECT_TRUE(ledger::Covers(PriceOn(rho, job), ledger::AuditPrice(rho, job), 1));
    EXPECT_TRUE(ledger::ClaimHolds(job));
    EXPECT_FALSE(ledger::ClaimHolds(Claiming(job, 0.95)));
  }
}

}  // namespace
}  // namespace tacit
