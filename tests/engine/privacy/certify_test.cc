#include "engine/privacy/certify.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "accountant/accountant.h"
#include "accountant/refusal.h"
#include "tests/engine/privacy/plan_fixture.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

absl::StatusOr<Certificate> CertifyOne(const Statistic& statistic,
                                       ContributionLimits limits = {3, 2}, int groups = 5,
                                       Epsilon budget = Nats(1000)) {
  QueryPlan plan = VisitsPlan(groups, limits);
  plan.measure.statistics = {statistic};
  return Certify(plan, VisitsSchema(), budget, DataVersion(1), "plan");
}

TEST(CertifyTest, SensitivityIsGroupsTimesRowsTimesTheLargerBound) {
  const auto count = CertifyOne(CountRows(Nats(1000)));
  ASSERT_TRUE(count.ok()) << count.status();
  EXPECT_EQ(count->sums()[0].l1_sensitivity, 3 * 2 * 1);
  EXPECT_EQ(count->sums()[0].granularity_log2, 0);

  const auto sum = CertifyOne(SumY(-7, 3, 0, Nats(1000)));
  ASSERT_TRUE(sum.ok());
  const double grid = std::ldexp(1.0, sum->sums()[0].granularity_log2);
  EXPECT_EQ(static_cast<double>(sum->sums()[0].l1_sensitivity) * grid, 3 * 2 * 7.0);
}

TEST(CertifyTest, AUnitTotalDoesNotPayForRows) {
  const auto units = CertifyOne(CountUnits(Nats(1000)));
  ASSERT_TRUE(units.ok());
  EXPECT_EQ(units->sums()[0].l1_sensitivity, 3);
}

TEST(CertifyTest, ACentreHalvesTheSensitivityOfAShiftedRange) {
  const auto sum = CertifyOne(SumY(100, 110, 105, Nats(1000)), {1, 1});
  ASSERT_TRUE(sum.ok());
  const double grid = std::ldexp(1.0, sum->sums()[0].granularity_log2);
  EXPECT_EQ(static_cast<double>(sum->sums()[0].l1_sensitivity) * grid, 5.0);
}

TEST(CertifyTest, FewerGroupsThanTheLimitLowerTheSensitivity) {
  const auto count = CertifyOne(CountRows(Nats(1000)), {30, 2}, 4);
  ASSERT_TRUE(count.ok());
  EXPECT_EQ(count->sums()[0].l1_sensitivity, 4 * 2);
  const auto ungrouped = CertifyOne(CountRows(Nats(1000)), {30, 2}, 0);
  ASSERT_TRUE(ungrouped.ok());
  EXPECT_EQ(ungrouped->sums()[0].l1_sensitivity, 2);
}

TEST(CertifyTest, GridRoundsBoundsOutward) {
  TestRandom random(1);
  for (int i = 0; i < 10000; ++i) {
    const double scale = std::ldexp(1.0, static_cast<int>(random.Between(-300, 300)));
    double lower = (random.Unit() - 0.5) * scale;
    double upper = (random.Unit() - 0.5) * scale;
    if (lower > upper) std::swap(lower, upper);
    const auto sum = CertifyOne(SumY(lower, upper, 0, Nats(1000)), {1, 1});
    ASSERT_TRUE(sum.ok()) << sum.status();
    const CertifiedSum& certified = sum->sums()[0];
    const double grid = std::ldexp(1.0, certified.granularity_log2);
    EXPECT_LE(static_cast<double>(certified.lower) * grid, lower);
    EXPECT_GE(static_cast<double>(certified.upper) * grid, upper);
    EXPECT_GE(static_cast<double>(certified.l1_sensitivity) * grid,
              std::max(std::fabs(lower), std::fabs(upper)));
  }
}

TEST(CertifyTest, RefusesBoundsThatWouldLoseTheNoise) {
  const std::pair<double, double> bad[] = {{0, 0},    {-0.0, 0.0},    {2, 1},         {kNan, 1},
                                           {0, kNan}, {0, kInfinity}, {-kInfinity, 0}};
  for (const auto& [lower, upper] : bad) {
    EXPECT_EQ(ReasonOf(CertifyOne(SumY(lower, upper, 0, Nats(1000))).status()),
              Reason::kMissingBounds)
        << lower << " " << upper;
  }
  EXPECT_EQ(ReasonOf(CertifyOne(SumY(0, 5e-324, 0, Nats(1000))).status()), Reason::kLimit);
  EXPECT_EQ(ReasonOf(CertifyOne(SumY(0, 1e300, 0, Nats(1000))).status()), Reason::kLimit);
  EXPECT_FALSE(CertifyOne(SumY(0, 1, kNan, Nats(1000))).ok());
  EXPECT_FALSE(CertifyOne(SumY(0, 1, 2, Nats(1000))).ok());
}

TEST(CertifyTest, RefusesLimitsThatAreMissingOrHuge) {
  for (const ContributionLimits limits :
       {ContributionLimits{0, 1}, ContributionLimits{1, 0}, ContributionLimits{-1, 1},
        ContributionLimits{1, -5}, ContributionLimits{1, int64_t{1} << 40}}) {
    EXPECT_EQ(ReasonOf(CertifyOne(CountRows(Nats(1000)), limits).status()), Reason::kLimit);
  }
  EXPECT_EQ(ReasonOf(CertifyOne(SumY(0, 1e9, 0, Nats(1000)), {5, int64_t{1} << 31}).status()),
            Reason::kLimit);
}

TEST(CertifyTest, TheSharesMayNotPassTheBudget) {
  QueryPlan plan = VisitsPlan(2, {1, 1});
  plan.measure.statistics = {CountRows(Nats(600)), SumY(0, 1, 0, Nats(500))};
  EXPECT_EQ(ReasonOf(Certify(plan, VisitsSchema(), Nats(1000), DataVersion(1), "plan").status()),
            Reason::kPrivacyParameter);
  plan.measure.statistics[1].epsilon = Nats(400);
  const auto certificate = Certify(plan, VisitsSchema(), Nats(1000), DataVersion(1), "plan");
  ASSERT_TRUE(certificate.ok());
  EXPECT_LE(TotalPrice(certificate->losses()).epsilon, Nats(1000));
  plan.measure.statistics[1].epsilon = Epsilon();
  EXPECT_FALSE(Certify(plan, VisitsSchema(), Nats(1000), DataVersion(1), "plan").ok());
}

TEST(CertifyTest, RefusesRowsThatNobodyOwns) {
  DatasetSchema schema = VisitsSchema();
  schema.tables[0].is_public = true;
  QueryPlan plan = VisitsPlan(2, {1, 1});
  plan.measure.statistics = {CountRows(Nats(100))};
  EXPECT_EQ(ReasonOf(Certify(plan, schema, Nats(1000), DataVersion(1), "plan").status()),
            Reason::kUnsupported);
  plan.measure.features[1].expression = ColumnExpression(9, ValueType::kFloat64);
  EXPECT_FALSE(Certify(plan, VisitsSchema(), Nats(1000), DataVersion(1), "plan").ok());
}

TEST(CertifyTest, TheDigestNamesQueryAndVersion) {
  const auto digest = [](const std::string& text, int64_t version) {
    QueryPlan plan = VisitsPlan(2, {1, 1});
    plan.measure.statistics = {CountRows(Nats(100))};
    return Certify(plan, VisitsSchema(), Nats(1000), DataVersion(version), text)->digest();
  };
  EXPECT_EQ(digest("plan", 1), digest("plan", 1));
  EXPECT_NE(digest("plan", 1), digest("plan", 2));
  EXPECT_NE(digest("plan", 1), digest("another", 1));
}

}  // namespace
}  // namespace tacit
