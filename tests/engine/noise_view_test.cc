#include "engine/noise_view.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/engine/privacy/plan_fixture.h"

namespace tacit {
namespace {

TEST(NoiseViewTest, SpeaksInTheStatisticsOwnUnit) {
  QueryPlan plan = VisitsPlan(2, {2, 3});
  plan.measure.statistics = {CountRows(Nats(500)), SumY(-2, 4, 0, Nats(500))};
  const Certificate certificate = MustCertify(plan);
  const NoiseView count = ViewNoise(certificate.statistics()[0], certificate.limits());
  EXPECT_EQ(count.mechanism, "discrete_laplace");
  EXPECT_DOUBLE_EQ(count.scale, 2 * 3 / 0.5);
  EXPECT_DOUBLE_EQ(count.sensitivity, 6);
  EXPECT_EQ(count.granularity, 1);
  EXPECT_EQ(count.epsilon.ToDecimal(), "0.5");
  const NoiseView sum = ViewNoise(certificate.statistics()[1], certificate.limits());
  EXPECT_DOUBLE_EQ(sum.scale, 2 * 3 * 4 / 0.5);
  EXPECT_EQ(sum.bounds, (ValueBounds{-2, 4}));
  EXPECT_EQ(sum.rank_error, 0);
  // The 95% point of a Laplace distribution is 3 scales.
  EXPECT_NEAR(NoiseHalfWidth(certificate.statistics()[1], 0.95), 48 * 2.9957, 0.01);
}

TEST(NoiseViewTest, GaussianNoiseIsMeasuredInL2) {
  QueryPlan plan = VisitsPlan(9, {4, 3});
  plan.measure.statistics = {SumY(-2, 4, 0, Nats(500))};
  plan.measure.noise = NoiseKind::kGaussian;
  plan.measure.noise_delta = Millionths(1);
  const Certificate certificate = MustCertify(plan);
  const NoiseView sum = ViewNoise(certificate.statistics()[0], certificate.limits());
  EXPECT_EQ(sum.mechanism, "discrete_gaussian");
  EXPECT_DOUBLE_EQ(sum.sensitivity, 2 * 3 * 4);  // sqrt(4) groups
  EXPECT_GT(sum.scale, sum.sensitivity);
  EXPECT_NEAR(NoiseHalfWidth(certificate.statistics()[0], 0.95), 1.959964 * sum.scale,
              1e-5 * sum.scale);
}

// A quantile's noise is in rows of rank error; what that is in values only the data knows.
TEST(NoiseViewTest, AQuantileCountsRows) {
  QueryPlan plan = VisitsPlan(9, {4, 3});
  Statistic quantile = MedianY(0, 8, Nats(500));
  quantile.quantile = {9, 10};
  plan.measure.statistics = {quantile};
  const Certificate certificate = MustCertify(plan);
  const NoiseView view = ViewNoise(certificate.statistics()[0], certificate.limits());
  EXPECT_EQ(view.mechanism, "permute_and_flip");
  EXPECT_DOUBLE_EQ(view.sensitivity, 4 * 3 * 0.9);
  EXPECT_DOUBLE_EQ(view.scale, 2 * 4 * 3 * 0.9 / 0.5);
  EXPECT_EQ(view.bounds, (ValueBounds{0, 8}));
  // In rows too, and rounded up to a tenth of one.
  EXPECT_EQ(certificate.statistics()[0].cells, 1024);
  EXPECT_GE(view.rank_error, view.scale * std::log(10240));
  EXPECT_LE(view.rank_error, view.scale * std::log(10240) + 0.1);
  EXPECT_TRUE(std::isinf(NoiseHalfWidth(certificate.statistics()[0], 0.95)));
}

TEST(NoiseViewTest, ASelectionSaysHowManyUnitsItTakes) {
  QueryPlan plan = PrivateVisitsPlan({2, 3}, {.epsilon = Nats(250), .delta = Millionths(1)});
  plan.measure.statistics = {CountRows(Nats(500)), SumY(0, 0.25, 0, Nats(500))};
  const Certificate own = MustCertify(plan);
  const SelectionView view = ViewSelection(own);
  EXPECT_EQ(view.mechanism, "truncated_geometric");
  EXPECT_EQ(view.epsilon, Nats(250));
  EXPECT_EQ(view.delta, Millionths(1));
  EXPECT_EQ(view.units_for_half, static_cast<double>(own.selection()->bound) + 1);
  plan.measure.selection = GroupSelection{.count = 1, .delta = Millionths(3)};
  const Certificate by_sum = MustCertify(plan);
  const SelectionView thresholded = ViewSelection(by_sum);
  EXPECT_EQ(thresholded.mechanism, "thresholded_discrete_laplace");
  EXPECT_EQ(thresholded.epsilon, Epsilon());
  EXPECT_EQ(thresholded.delta, Millionths(3));
  // In the sum's own unit: linf and about twelve scales.
  const double scale = 2 * 3 * 0.25 / 0.5;
  EXPECT_NEAR(thresholded.units_for_half, 3 * 0.25 + scale * std::log(2 / (2 * 3e-6)), 0.01);
}

}  // namespace
}  // namespace tacit
