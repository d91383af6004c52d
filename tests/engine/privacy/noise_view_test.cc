#include "engine/privacy/noise_view.h"

#include <gtest/gtest.h>

#include "engine/privacy/certify.h"
#include "tests/engine/privacy/plan_fixture.h"

namespace tacit {
namespace {

TEST(NoiseViewTest, SpeaksInTheStatisticsOwnUnit) {
  QueryPlan plan = VisitsPlan(2, {2, 3});
  plan.measure.statistics = {CountRows(Nats(500)), SumY(-2, 4, 0, Nats(500))};
  const auto certificate = Certify(plan, VisitsSchema(), Nats(1000), DataVersion(1), "plan");
  ASSERT_TRUE(certificate.ok());
  const NoiseView count = ViewNoise(certificate->sums()[0]);
  EXPECT_EQ(count.mechanism, "discrete_laplace");
  EXPECT_DOUBLE_EQ(count.scale, 2 * 3 / 0.5);
  EXPECT_DOUBLE_EQ(count.sensitivity, 6);
  EXPECT_EQ(count.granularity, 1);
  EXPECT_EQ(count.epsilon.ToDecimal(), "0.5");
  const NoiseView sum = ViewNoise(certificate->sums()[1]);
  EXPECT_DOUBLE_EQ(sum.scale, 2 * 3 * 4 / 0.5);
  EXPECT_EQ(sum.bounds, (ValueBounds{-2, 4}));
  // The 95% point of a Laplace distribution is 3 scales.
  EXPECT_NEAR(NoiseHalfWidth(certificate->sums()[1], 0.95), 48 * 2.9957, 0.01);
}

}  // namespace
}  // namespace tacit
