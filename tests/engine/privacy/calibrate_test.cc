#include "engine/privacy/calibrate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "accountant/loss/gaussian.h"
#include "accountant/loss/selection.h"
#include "accountant/refusal.h"
#include "engine/privacy/sensitivity.h"
#include "tests/engine/privacy/plan_fixture.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

struct Calibrated {
  std::vector<CertifiedStatistic> statistics;
  absl::StatusOr<std::vector<MechanismLoss>> losses = std::vector<MechanismLoss>();
};

Calibrated Calibrate(const MeasureNode& measure) {
  Calibrated calibrated;
  for (const Statistic& statistic : measure.statistics) {
    calibrated.statistics.push_back(*FixSensitivity(statistic, measure.limits, measure.noise));
  }
  calibrated.losses =
      CalibrateStatistics(measure, measure.limits.groups_per_unit_max, calibrated.statistics);
  return calibrated;
}

Statistic RandomStatistic(TestRandom& random, Epsilon epsilon) {
  switch (random.Below(5)) {
    case 0:
      return CountRows(epsilon);
    case 1:
      return CountUnits(epsilon);
    case 2:
      return DistinctY(epsilon);
    case 3:
      return MedianY(0, 1 + random.Unit(), epsilon);
    default:
      return SumY(-std::ldexp(random.Unit(), static_cast<int>(random.Between(-20, 20))), 1, 0,
                  epsilon);
  }
}

// 1 to 5 statistics that share 0.01 to 10.
MeasureNode RandomMeasure(TestRandom& random, NoiseKind noise) {
  MeasureNode measure;
  measure.noise = noise;
  measure.limits = {int64_t{1} << random.Between(0, 20), random.Between(1, 100)};
  const double total = 0.01 * std::pow(1000, random.Unit());
  const auto count = random.Between(1, 5);
  for (int64_t i = 0; i < count; ++i) {
    const double share = total / static_cast<double>(count) * (0.1 + 0.9 * random.Unit());
    measure.statistics.push_back(
        RandomStatistic(random, Epsilon::FromPico(static_cast<int64_t>(share * 1e12))));
  }
  measure.noise_delta =
      Delta::FromAtto(static_cast<int64_t>(1e18 * std::pow(10, -3 - 9 * random.Unit())));
  return measure;
}

TEST(CalibrateTest, ALaplaceLossCostsAtMostItsShare) {
  TestRandom random(1);
  for (int trial = 0; trial < 5000; ++trial) {
    const MeasureNode measure = RandomMeasure(random, NoiseKind::kLaplace);
    const Calibrated calibrated = Calibrate(measure);
    if (!calibrated.losses.ok()) {
      ASSERT_EQ(ReasonOf(calibrated.losses.status()), Reason::kLimit);
      continue;
    }
    ASSERT_EQ(calibrated.losses->size(), measure.statistics.size());
    for (size_t i = 0; i < measure.statistics.size(); ++i) {
      const std::optional<Amount> price = PriceRoundUp((*calibrated.losses)[i]);
      ASSERT_TRUE(price.has_value());
      EXPECT_LE(price->epsilon, measure.statistics[i].epsilon);
      EXPECT_GE(static_cast<double>(price->epsilon.pico()),
                static_cast<double>(measure.statistics[i].epsilon.pico()) * (1 - 1e-9));
      EXPECT_EQ(price->delta, Delta());
      EXPECT_EQ(calibrated.statistics[i].epsilon, measure.statistics[i].epsilon);
    }
  }
}

// The loss speaks of the very noise that the statistic will get, and of the whole unit.
TEST(CalibrateTest, TheLossIsThatOfTheNoise) {
  MeasureNode measure;
  measure.limits = {3, 2};
  measure.statistics = {CountRows(Nats(500)), MedianY(0, 1, Nats(250))};
  const Calibrated calibrated = Calibrate(measure);
  ASSERT_TRUE(calibrated.losses.ok());
  const LaplaceScale twelve{12, 0};
  EXPECT_EQ(std::get<LaplaceScale>(calibrated.statistics[0].noise), twelve);
  EXPECT_EQ((*calibrated.losses)[0], MechanismLoss(DiscreteLaplaceLoss{6, twelve}));
  const LaplaceScale forty_eight{48, 0};  // 2 * 3 groups * linf 2 / 0.25
  EXPECT_EQ(std::get<LaplaceScale>(calibrated.statistics[1].noise), forty_eight);
  EXPECT_EQ((*calibrated.losses)[1], MechanismLoss(NoisyMaxLoss{3, 2, forty_eight}));
}

// The joint loss prices at the sum of the shares, unless the distance between discrete and
// continuous noise passes the thousandth of delta kept for it. It is never wasteful.
TEST(CalibrateTest, AJointGaussianLossCostsTheSumOfItsShares) {
  TestRandom random(2);
  int priced = 0;
  int unpriced = 0;
  for (int trial = 0; trial < 4000; ++trial) {
    const MeasureNode measure = RandomMeasure(random, NoiseKind::kGaussian);
    const Calibrated calibrated = Calibrate(measure);
    ASSERT_TRUE(calibrated.losses.ok()) << calibrated.losses.status();
    const auto* joint = std::get_if<DiscreteGaussianLoss>(&calibrated.losses->back());
    if (joint == nullptr) continue;  // quantiles alone
    int64_t shares = 0;
    double mu_squared = 0;
    double distance = 0;
    size_t part = 0;
    for (const CertifiedStatistic& statistic : calibrated.statistics) {
      if (statistic.kind == MeasureKind::kQuantile) continue;
      shares += statistic.epsilon.pico();
      const auto sigma = std::get<GaussianSigma>(statistic.noise).sigma;
      const GaussianPart expected{measure.limits.groups_per_unit_max, statistic.linf, sigma};
      ASSERT_EQ(joint->parts.at(part++), expected);
      const double step = static_cast<double>(expected.linf) / static_cast<double>(sigma);
      mu_squared += static_cast<double>(expected.groups) * step * step;
      distance += static_cast<double>(expected.groups) / 24 / std::pow(sigma, 2);
    }
    ASSERT_EQ(joint->parts.size(), part);
    ASSERT_EQ(joint->epsilon.pico(), shares);
    ASSERT_EQ(joint->delta, measure.noise_delta);
    const double best = GaussianMuLower(joint->epsilon, joint->delta);
    EXPECT_LE(std::sqrt(mu_squared), best);
    EXPECT_GE(std::sqrt(mu_squared), 0.99 * best);
    const std::optional<Amount> price = PriceRoundUp(*joint);
    if (price.has_value()) {
      ++priced;
      EXPECT_EQ(*price, (Amount{joint->epsilon, joint->delta}));
      continue;
    }
    ++unpriced;
    const double correction = (1 + std::exp(static_cast<double>(shares) / 1e12)) * distance;
    EXPECT_GT(correction, 0.0009 * static_cast<double>(measure.noise_delta.atto()) / 1e18)
        << measure.limits.groups_per_unit_max << " " << joint->epsilon.ToDecimal();
  }
  EXPECT_GT(priced, 20 * unpriced) << unpriced;
}

// What cannot be priced ends as a refusal that says what to change.
TEST(CalibrateTest, AGaussianLossWithoutPriceIsRefusedByCertify) {
  QueryPlan plan =
      PrivateVisitsPlan({1 << 20, 1}, {.epsilon = Nats(10000), .delta = Millionths(1)});
  plan.measure.statistics = {CountRows(Nats(20000))};
  plan.measure.noise = NoiseKind::kGaussian;
  plan.measure.noise_delta = Delta::FromAtto(1000);
  const Amount budget{Nats(8'000'000), Millionths(900'000)};
  const auto certificate = Certify(plan, VisitsSchema(), budget, DataVersion(1), "plan");
  EXPECT_EQ(ReasonOf(certificate.status()), Reason::kPrivacyParameter);
  EXPECT_NE(std::string(certificate.status().message()), "");
}

TEST(CalibrateTest, QuantilesStayOutsideTheJointPart) {
  MeasureNode measure;
  measure.limits = {3, 2};
  measure.noise = NoiseKind::kGaussian;
  measure.noise_delta = Millionths(1);
  measure.statistics = {MedianY(0, 1, Nats(250)), CountRows(Nats(500)), MedianY(0, 1, Nats(125)),
                        SumY(0, 1, 0, Nats(500))};
  const Calibrated calibrated = Calibrate(measure);
  ASSERT_TRUE(calibrated.losses.ok());
  ASSERT_EQ(calibrated.losses->size(), 3);
  EXPECT_EQ(PriceRoundUp((*calibrated.losses)[0])->epsilon, Nats(250));
  EXPECT_EQ(PriceRoundUp((*calibrated.losses)[1])->epsilon, Nats(125));
  EXPECT_EQ(*PriceRoundUp((*calibrated.losses)[2]), (Amount{Nats(1000), Millionths(1)}));
  EXPECT_EQ(std::get<DiscreteGaussianLoss>((*calibrated.losses)[2]).parts.size(), 2);
  EXPECT_TRUE(std::holds_alternative<LaplaceScale>(calibrated.statistics[2].noise));
  // Equal shares of mu squared: sigma goes with the sensitivity alone.
  const auto& parts = std::get<DiscreteGaussianLoss>((*calibrated.losses)[2]).parts;
  EXPECT_NEAR(static_cast<double>(parts[0].sigma) / static_cast<double>(parts[0].linf),
              static_cast<double>(parts[1].sigma) / static_cast<double>(parts[1].linf), 1e-6);
}

TEST(CalibrateTest, RefusesAShareOrDeltaOfZero) {
  MeasureNode measure;
  measure.limits = {3, 2};
  for (const NoiseKind noise : {NoiseKind::kLaplace, NoiseKind::kGaussian}) {
    measure.noise = noise;
    measure.noise_delta = Millionths(1);
    for (const Statistic& statistic :
         {CountRows(Epsilon()), DistinctY(Epsilon()), MedianY(0, 1, Epsilon())}) {
      measure.statistics = {statistic};
      EXPECT_EQ(ReasonOf(Calibrate(measure).losses.status()), Reason::kPrivacyParameter);
      measure.statistics = {CountRows(Nats(100)), statistic};
      EXPECT_EQ(ReasonOf(Calibrate(measure).losses.status()), Reason::kPrivacyParameter);
    }
  }
  measure.statistics = {CountRows(Nats(100))};
  measure.noise_delta = Delta();
  EXPECT_EQ(ReasonOf(Calibrate(measure).losses.status()), Reason::kPrivacyParameter);
}

TEST(CalibrateTest, RefusesNoiseBeyondExactIntegers) {
  MeasureNode measure;
  measure.limits = {1 << 20, int64_t{1} << 31};
  for (const NoiseKind noise : {NoiseKind::kLaplace, NoiseKind::kGaussian}) {
    measure.noise = noise;
    measure.noise_delta = Millionths(1);
    measure.statistics = {CountRows(Epsilon::FromPico(1)), MedianY(0, 1, Epsilon::FromPico(1))};
    EXPECT_EQ(ReasonOf(Calibrate(measure).losses.status()), Reason::kLimit);
  }
  measure.noise = NoiseKind::kGaussian;
  const int64_t most = std::numeric_limits<int64_t>::max();
  measure.statistics = {CountRows(Epsilon::FromPico(most)), CountRows(Epsilon::FromPico(most))};
  EXPECT_EQ(ReasonOf(Calibrate(measure).losses.status()), Reason::kPrivacyParameter);
}

std::vector<CertifiedStatistic> OneOf(const Statistic& statistic, ContributionLimits limits,
                                      NoiseKind noise) {
  MeasureNode measure;
  measure.limits = limits;
  measure.noise = noise;
  measure.noise_delta = Millionths(1);
  measure.statistics = {statistic};
  Calibrated calibrated = Calibrate(measure);
  EXPECT_TRUE(calibrated.losses.ok());
  return calibrated.statistics;
}

TEST(CalibrateTest, ASelectionOfItsOwnCostsWhatItOffers) {
  TestRandom random(3);
  for (int trial = 0; trial < 3000; ++trial) {
    const GroupSelection selection{
        .epsilon = Epsilon::FromPico(static_cast<int64_t>(1e10 * std::pow(1000, random.Unit()))),
        .delta = Delta::FromAtto(static_cast<int64_t>(1e18 * std::pow(10, -12 * random.Unit())))};
    const int64_t groups = int64_t{1} << random.Between(0, 20);
    const auto calibrated = CalibrateSelection(selection, groups, {});
    ASSERT_TRUE(calibrated.ok()) << calibrated.status();
    const auto& loss = std::get<TruncatedGeometricLoss>(calibrated->loss);
    EXPECT_EQ(loss.groups, groups);
    EXPECT_EQ(std::get<LaplaceScale>(calibrated->selection.noise), loss.scale);
    EXPECT_EQ(calibrated->selection.bound, loss.bound);
    EXPECT_EQ(calibrated->selection.count, -1);
    const std::optional<Amount> price = PriceRoundUp(calibrated->loss);
    ASSERT_TRUE(price.has_value());
    EXPECT_TRUE(Within(*price, {selection.epsilon, selection.delta}));
  }
}

TEST(CalibrateTest, ASelectionByCountCostsDeltaAlone) {
  for (const NoiseKind noise : {NoiseKind::kLaplace, NoiseKind::kGaussian}) {
    const auto counts = OneOf(CountRows(Nats(500)), {3, 2}, noise);
    const GroupSelection selection{.count = 0, .epsilon = Nats(70), .delta = Millionths(5)};
    const auto calibrated = CalibrateSelection(selection, 3, counts);
    ASSERT_TRUE(calibrated.ok()) << calibrated.status();
    EXPECT_EQ(PriceRoundUp(calibrated->loss), (Amount{Epsilon(), Millionths(5)}));
    EXPECT_EQ(calibrated->selection.epsilon, Epsilon());
    const auto& loss = std::get<ThresholdLoss>(calibrated->loss);
    EXPECT_EQ(loss.noise, counts[0].noise);
    EXPECT_EQ(loss.groups, 3);
    EXPECT_EQ(calibrated->selection.threshold, counts[0].linf + loss.gap);
  }
}

TEST(CalibrateTest, RefusesASelectionThatCannotDecide) {
  const auto why = [](const GroupSelection& selection,
                      const std::vector<CertifiedStatistic>& statistics) {
    return ReasonOf(CalibrateSelection(selection, 3, statistics).status());
  };
  const ContributionLimits limits{3, 2};
  const auto counts = OneOf(CountRows(Nats(500)), limits, NoiseKind::kLaplace);
  EXPECT_EQ(why({.epsilon = Nats(100)}, counts), Reason::kPrivacyParameter);  // no delta
  EXPECT_EQ(why({.count = 0}, counts), Reason::kPrivacyParameter);
  EXPECT_EQ(why({.delta = Millionths(1)}, counts), Reason::kPrivacyParameter);  // no epsilon
  EXPECT_EQ(why({.epsilon = Nats(1), .delta = Millionths(1'000'000)}, counts),
            Reason::kPrivacyParameter);
  EXPECT_EQ(why({.count = 1, .delta = Millionths(1)}, counts), Reason::kUnsupported);
  for (const Statistic& statistic :
       {DistinctY(Nats(100)), MedianY(0, 1, Nats(100)), SumY(0, 2, 1, Nats(100))}) {
    EXPECT_EQ(
        why({.count = 0, .delta = Millionths(1)}, OneOf(statistic, limits, NoiseKind::kLaplace)),
        Reason::kUnsupported)
        << statistic.name;
  }
}

}  // namespace
}  // namespace tacit
