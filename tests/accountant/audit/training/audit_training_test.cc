#include "accountant/audit/training/audit_training.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "accountant/audit/audit_price.h"
#include "accountant/loss/distribution/training_price.h"

namespace tacit::ledger {
namespace {

Delta Del(const std::string& decimal) { return Delta::Parse(decimal, Rounding::kLimit).value(); }
double Value(const Delta& delta) { return static_cast<double>(delta.atto()) * 1e-18; }

SubsampledGaussianLoss Priced(double rate, double sigma, int64_t steps, const std::string& delta) {
  const auto loss =
      TrainingLossFor(RateAtLeast(rate).value(), NoiseAtMost(sigma).value(), steps, Del(delta));
  EXPECT_TRUE(loss.has_value()) << rate << " " << sigma << " " << steps;
  return loss.value_or(SubsampledGaussianLoss());
}

SubsampledGaussianLoss Claiming(SubsampledGaussianLoss loss, double epsilon, double delta) {
  loss.epsilon = Epsilon::FromPico(static_cast<int64_t>(epsilon * 1e12));
  loss.delta = Delta::FromAtto(static_cast<int64_t>(delta * 1e18));
  return loss;
}

// Balle and Wang 2018, Theorem 8.
double GaussianDelta(double mu, double epsilon) {
  const auto below = [](double x) { return std::erfc(-x / std::sqrt(2.0)) / 2; };
  return below(mu / 2 - epsilon / mu) - std::exp(epsilon) * below(-mu / 2 - epsilon / mu);
}

// The ledger's own price is never refused, and one that is a twentieth lower always is.
TEST(AuditTrainingTest, BelievesWhatIsPricedAndRefusesATwentiethLess) {
  for (const auto& job :
       {Priced(0.01, 4, 10'000, "1e-5"), Priced(0.01, 1, 2000, "1e-6"),
        Priced(0.001, 0.7, 5000, "1e-6"), Priced(0.0001, 1, 10'000, "1e-6"),
        Priced(0.05, 4.2, 400, "1e-5"), Priced(1, 10, 100, "1e-6"), Priced(0.5, 1, 10, "1e-6"),
        Priced(0.5, 1, 10, "1e-12"), Priced(0.25, 1.5, 20, "1e-17"), Priced(0.3, 0.05, 2, "1e-6"),
        Priced(0.01, 4, 1, "1e-6"), Priced(0.01, 50, 3, "1e-9")}) {
    EXPECT_TRUE(ClaimHolds(job)) << ToText(job);
    SubsampledGaussianLoss less = job;
    less.epsilon = Epsilon::FromPico(job.epsilon.pico() / 20 * 19);
    EXPECT_FALSE(ClaimHolds(less)) << ToText(less);
  }
}

// Full batches are one Gaussian, whose delta is known exactly.
TEST(AuditTrainingTest, IsBelowTheExactDeltaAndNearIt) {
  for (const int64_t steps : {1, 5000}) {
    for (const double mu : {0.2, 1.0, 4.0}) {
      for (const double epsilon : {0.5, 3.0}) {
        const double exact = GaussianDelta(mu, epsilon);
        if (exact < 1e-15) continue;
        SubsampledGaussianLoss job{RateAtLeast(1).value(),
                                   NoiseAtMost(std::sqrt(static_cast<double>(steps)) / mu).value(),
                                   steps};
        job = Claiming(job, epsilon, exact);
        EXPECT_LE(TrainingDeltaLower(job), exact * (1 + 1e-9)) << ToText(job);
        const double nearby = GaussianDelta(mu, epsilon * 1.02);
        EXPECT_GE(TrainingDeltaLower(job), nearby * 0.98) << ToText(job);
      }
    }
  }
}

// One step at a rate of 0.8: 0.0816951787 where the unit was removed, 0.0231 where it was added.
TEST(AuditTrainingTest, TakesTheWorseDirectionOfOneStep) {
  const SubsampledGaussianLoss job = Claiming(
      {RateAtLeast(0.8).value(), NoiseAtMost(1).value(), 1, Epsilon(), Delta()}, 1, 0.0816951787);
  EXPECT_LE(TrainingDeltaLower(job), 0.0816951787);
  EXPECT_GE(TrainingDeltaLower(job), 0.0816951787 * 0.995);
}

// Two steps by a sum over the noise of both: the unit removed, rate 0.3, sigma 1, epsilon 1.
TEST(AuditTrainingTest, AgreesWithADirectSumOverTwoSteps) {
  const double distance = 1.0 / 128;
  double exact = 0;
  std::vector<std::pair<double, double>> one;  // mass and loss
  for (double z = -10; z < 11; z += distance) {
    const double loss = std::log1p(0.3 * std::expm1(z - 0.5));
    const double normal = std::exp(-z * z / 2) / std::sqrt(2 * M_PI) * distance;
    one.emplace_back(normal * std::exp(loss), loss);
  }
  for (const auto& [first_mass, first] : one) {
    for (const auto& [second_mass, second] : one) {
      if (first + second <= 1) continue;
      exact += first_mass * second_mass * -std::expm1(1 - first - second);
    }
  }
  const SubsampledGaussianLoss job =
      Claiming({RateAtLeast(0.3).value(), NoiseAtMost(1).value(), 2, Epsilon(), Delta()}, 1, exact);
  EXPECT_LE(TrainingDeltaLower(job), exact * (1 + 1e-4));
  EXPECT_GE(TrainingDeltaLower(job), exact * 0.97);
}

TEST(AuditTrainingTest, BelievesNothingThatIsNoJob) {
  const SubsampledGaussianLoss good = Priced(0.01, 4, 100, "1e-5");
  std::vector<SubsampledGaussianLoss> odd(7, good);
  odd[0].rate = {0, 0};
  odd[1].rate = {3, 1};
  odd[2].sigma = {0, 0};
  odd[3].sigma = {1, 11};
  odd[4].steps = 0;
  odd[5].epsilon = Epsilon();
  odd[6].delta = Delta();
  for (const SubsampledGaussianLoss& loss : odd) EXPECT_FALSE(ClaimHolds(loss)) << ToText(loss);
}

// A job too long for the grid gives a lower bound that is loose, never a wrong one.
TEST(AuditTrainingTest, IsStillALowerBoundOfTheLongestJobs) {
  const SubsampledGaussianLoss job = Priced(0.001, 2, kStepsMax, "1e-6");
  EXPECT_LE(TrainingDeltaLower(job), Value(job.delta));
  EXPECT_GT(TrainingDeltaLower(job), 0);
}

}  // namespace
}  // namespace tacit::ledger
