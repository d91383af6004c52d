#include "engine/privacy/certify.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <optional>
#include <set>

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
  return Certify(plan, VisitsSchema(), {budget, Delta()}, DataVersion(1), "plan");
}

// In L1, over all groups.
int64_t L1Of(const Certificate& certificate, size_t index = 0) {
  return std::get<DiscreteLaplaceLoss>(certificate.losses()[index]).l1_sensitivity;
}

double GridOf(const Certificate& certificate) {
  return std::ldexp(1.0, certificate.statistics()[0].granularity_log2);
}

TEST(CertifyTest, SensitivityIsGroupsTimesRowsTimesTheLargerBound) {
  const auto count = CertifyOne(CountRows(Nats(1000)));
  ASSERT_TRUE(count.ok()) << count.status();
  EXPECT_EQ(L1Of(*count), 3 * 2 * 1);
  EXPECT_EQ(count->statistics()[0].granularity_log2, 0);

  const auto sum = CertifyOne(SumY(-7, 3, 0, Nats(1000)));
  ASSERT_TRUE(sum.ok());
  EXPECT_EQ(static_cast<double>(L1Of(*sum)) * GridOf(*sum), 3 * 2 * 7.0);
}

TEST(CertifyTest, RefusesKeysThatAreNoGroups) {
  const auto certify = [](const GroupKey& key) {
    QueryPlan plan = VisitsPlan(0, {3, 2});
    plan.measure.keys = {key};
    plan.measure.statistics = {CountRows(Nats(1))};
    plan.measure.groups_released_max = 10;
    if (key.is_private())
      plan.measure.selection = {.epsilon = Nats(1), .delta = Delta::FromAtto(1'000'000'000)};
    return Certify(plan, VisitsSchema(), {Nats(2), Delta::FromAtto(1'000'000'000)}, DataVersion(1),
                   "")
        .status();
  };
  EXPECT_TRUE(certify({.expression = ColumnExpression(0, ValueType::kText)}).ok());
  EXPECT_EQ(ReasonOf(certify({.expression = ColumnExpression(1, ValueType::kFloat64)})),
            Reason::kUnsupported);
  EXPECT_TRUE(certify({.expression = ColumnExpression(0, ValueType::kText),
                       .values = {std::string("a"), std::string("b"), Value()}})
                  .ok());
  EXPECT_EQ(ReasonOf(certify({.expression = ColumnExpression(0, ValueType::kText),
                              .values = {std::string("a"), std::string("a")}})),
            Reason::kUnsupported);
}

TEST(CertifyTest, AGridFollowsWhatEntersACentredSum) {
  // Values from 1024 to 1025 around their middle: a grid of 2^-10 of the bounds' own.
  const auto near = CertifyOne(SumY(1024, 1025, 1024.5, Nats(1000)), {1, 1});
  const auto wide = CertifyOne(SumY(0, 1025, 0, Nats(1000)), {1, 1});
  ASSERT_TRUE(near.ok() && wide.ok());
  EXPECT_EQ(GridOf(*near), GridOf(*wide) / 1024);
  EXPECT_EQ(static_cast<double>(L1Of(*near)) * GridOf(*near), 0.5);
}

TEST(CertifyTest, AUnitTotalDoesNotPayForRows) {
  const auto units = CertifyOne(CountUnits(Nats(1000)));
  ASSERT_TRUE(units.ok());
  EXPECT_EQ(L1Of(*units), 3);
}

TEST(CertifyTest, ACentreHalvesTheSensitivityOfAShiftedRange) {
  const auto sum = CertifyOne(SumY(100, 110, 105, Nats(1000)), {1, 1});
  ASSERT_TRUE(sum.ok());
  EXPECT_EQ(static_cast<double>(L1Of(*sum)) * GridOf(*sum), 5.0);
}

TEST(CertifyTest, FewerGroupsThanTheLimitLowerTheSensitivity) {
  const auto count = CertifyOne(CountRows(Nats(1000)), {30, 2}, 4);
  ASSERT_TRUE(count.ok());
  EXPECT_EQ(L1Of(*count), 4 * 2);
  const auto ungrouped = CertifyOne(CountRows(Nats(1000)), {30, 2}, 0);
  ASSERT_TRUE(ungrouped.ok());
  EXPECT_EQ(L1Of(*ungrouped), 2);
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
    const CertifiedStatistic& certified = sum->statistics()[0];
    const double grid = std::ldexp(1.0, certified.granularity_log2);
    EXPECT_LE(static_cast<double>(certified.lower) * grid, lower);
    EXPECT_GE(static_cast<double>(certified.upper) * grid, upper);
    EXPECT_GE(static_cast<double>(certified.linf) * grid,
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
  EXPECT_EQ(
      ReasonOf(Certify(plan, VisitsSchema(), Amount{Nats(1000)}, DataVersion(1), "plan").status()),
      Reason::kPrivacyParameter);
  plan.measure.statistics[1].epsilon = Nats(400);
  const auto certificate =
      Certify(plan, VisitsSchema(), Amount{Nats(1000)}, DataVersion(1), "plan");
  ASSERT_TRUE(certificate.ok());
  EXPECT_LE(TotalPrice(certificate->losses()).epsilon, Nats(1000));
  plan.measure.statistics[1].epsilon = Epsilon();
  EXPECT_FALSE(Certify(plan, VisitsSchema(), Amount{Nats(1000)}, DataVersion(1), "plan").ok());
}

TEST(CertifyTest, RefusesRowsThatNobodyOwns) {
  DatasetSchema schema = VisitsSchema();
  schema.tables[0].is_public = true;
  QueryPlan plan = VisitsPlan(2, {1, 1});
  plan.measure.statistics = {CountRows(Nats(100))};
  EXPECT_EQ(ReasonOf(Certify(plan, schema, Amount{Nats(1000)}, DataVersion(1), "plan").status()),
            Reason::kUnsupported);
  plan.measure.features[1].expression = ColumnExpression(9, ValueType::kFloat64);
  EXPECT_FALSE(Certify(plan, VisitsSchema(), Amount{Nats(1000)}, DataVersion(1), "plan").ok());
}

absl::StatusOr<Certificate> Ask(const QueryPlan& plan, Amount budget = {Nats(1000), Millionths(2)},
                                const std::string& text = "plan") {
  return Certify(plan, VisitsSchema(), budget, DataVersion(1), text);
}

QueryPlan PrivateCount(GroupSelection selection) {
  QueryPlan plan = PrivateVisitsPlan({3, 2}, selection);
  plan.measure.statistics = {CountRows(Nats(500))};
  return plan;
}

TEST(CertifyTest, StatisticsHaveSlotsOfTheirOwn) {
  QueryPlan plan = VisitsPlan(5, {3, 2});
  plan.measure.statistics = {CountRows(Nats(100)), MedianY(0, 1, Nats(100)), DistinctY(Nats(100))};
  const auto certificate = Ask(plan);
  ASSERT_TRUE(certificate.ok()) << certificate.status();
  const auto cells = static_cast<size_t>(certificate->statistics()[1].cells);
  EXPECT_EQ(certificate->statistics()[0].slot, 0);
  EXPECT_EQ(certificate->statistics()[1].slot, 1);
  EXPECT_EQ(certificate->statistics()[2].slot, 1 + cells);
  EXPECT_EQ(certificate->slots(), 2 + cells);
  EXPECT_EQ(certificate->group_count(), 5);
  EXPECT_EQ(certificate->groups_released_max(), 5);
  EXPECT_FALSE(certificate->selection().has_value());
  EXPECT_EQ(certificate->losses().size(), 3);
}

TEST(CertifyTest, PrivateGroupsAreSelectedAndPaidFor) {
  const auto own = Ask(PrivateCount({.epsilon = Nats(500), .delta = Millionths(2)}));
  ASSERT_TRUE(own.ok()) << own.status();
  EXPECT_EQ(own->group_count(), std::nullopt);
  EXPECT_EQ(own->limits().groups_per_unit_max, 3);  // no number of groups lowers it
  EXPECT_EQ(own->groups_released_max(), 1000);
  EXPECT_EQ(own->slots(), 2);  // the group's units stand last
  ASSERT_TRUE(own->selection().has_value());
  EXPECT_EQ(own->losses().size(), 2);
  EXPECT_EQ(TotalPrice(own->losses()), (Amount{Nats(1000), Millionths(2)}));
  const auto by_count = Ask(PrivateCount({.count = 0, .delta = Millionths(2)}));
  ASSERT_TRUE(by_count.ok()) << by_count.status();
  EXPECT_EQ(TotalPrice(by_count->losses()), (Amount{Nats(500), Millionths(2)}));
  EXPECT_NE(own->ToText(), by_count->ToText());
  // What the selection costs counts against the budget, in both parts.
  EXPECT_EQ(ReasonOf(Ask(PrivateCount({.epsilon = Nats(501), .delta = Millionths(2)})).status()),
            Reason::kPrivacyParameter);
  EXPECT_EQ(ReasonOf(Ask(PrivateCount({.epsilon = Nats(500), .delta = Millionths(3)})).status()),
            Reason::kPrivacyParameter);
}

TEST(CertifyTest, PrivateGroupsAndTheirSelectionGoTogether) {
  QueryPlan plan = PrivateCount({.epsilon = Nats(500), .delta = Millionths(1)});
  QueryPlan unselected = plan;
  unselected.measure.selection.reset();
  EXPECT_EQ(ReasonOf(Ask(unselected).status()), Reason::kUnsupported);
  QueryPlan listed = plan;
  listed.measure.keys[0].values = {Value("a")};
  EXPECT_EQ(ReasonOf(Ask(listed).status()), Reason::kUnsupported);
  // One private key among public ones makes the groups private.
  listed.measure.keys.push_back(plan.measure.keys[0]);
  const auto mixed = Ask(listed);
  ASSERT_TRUE(mixed.ok()) << mixed.status();
  EXPECT_EQ(mixed->group_count(), std::nullopt);
  listed.measure.selection.reset();
  EXPECT_EQ(ReasonOf(Ask(listed).status()), Reason::kUnsupported);
  for (const int64_t shown : {int64_t{0}, int64_t{-1}, int64_t{1} << 40}) {
    plan.measure.groups_released_max = shown;
    EXPECT_EQ(ReasonOf(Ask(plan).status()), Reason::kLimit);
  }
}

TEST(CertifyTest, GaussianNoiseIsPricedOnce) {
  QueryPlan plan = VisitsPlan(5, {3, 2});
  plan.measure.statistics = {CountRows(Nats(400)), SumY(0, 1, 0, Nats(300)),
                             MedianY(0, 1, Nats(300))};
  plan.measure.noise = NoiseKind::kGaussian;
  plan.measure.noise_delta = Millionths(2);
  const auto certificate = Ask(plan);
  ASSERT_TRUE(certificate.ok()) << certificate.status();
  EXPECT_EQ(certificate->losses().size(), 2);
  EXPECT_EQ(TotalPrice(certificate->losses()), (Amount{Nats(1000), Millionths(2)}));
  EXPECT_EQ(ReasonOf(Ask(plan, {Nats(1000), Millionths(1)}).status()), Reason::kPrivacyParameter);
  plan.measure.noise_delta = Delta();
  EXPECT_EQ(ReasonOf(Ask(plan).status()), Reason::kPrivacyParameter);
}

TEST(CertifyTest, RefusesFeaturesOfAnotherType) {
  const auto why = [](const Statistic& statistic, const Feature& feature) {
    QueryPlan plan = VisitsPlan(2, {1, 1});
    plan.measure.features[1] = feature;
    plan.measure.statistics = {statistic};
    const auto certificate = Ask(plan);
    return certificate.ok() ? std::string("ok")
                            : std::string(ReasonName(ReasonOf(certificate.status())));
  };
  const Feature text{FeatureKind::kValue, ColumnExpression(0, ValueType::kText)};
  const Feature present{FeatureKind::kNotNull, ColumnExpression(0, ValueType::kText)};
  const Feature number{FeatureKind::kValue, ColumnExpression(1, ValueType::kFloat64)};
  const Epsilon share = Nats(100);
  EXPECT_EQ(why(DistinctY(share), text), "ok");
  EXPECT_EQ(why(DistinctY(share), number), "ok");
  EXPECT_EQ(why(SumY(0, 1, 0, share), present), "ok");
  EXPECT_EQ(why(SumY(0, 1, 0, share), text), "UNSUPPORTED");
  EXPECT_EQ(why(MedianY(0, 1, share), text), "UNSUPPORTED");
  EXPECT_EQ(why(MedianY(0, 1, share), present), "UNSUPPORTED");
  EXPECT_EQ(why(DistinctY(share), present), "UNSUPPORTED");
  Statistic lost = SumY(0, 1, 0, share);
  for (const int feature : {-1, 2}) {
    lost.feature = feature;
    EXPECT_EQ(why(lost, number), "UNSUPPORTED");
  }
}

TEST(CertifyTest, RefusesMoreThanMemoryHolds) {
  QueryPlan plan = VisitsPlan(2, {1, 1});
  EXPECT_EQ(ReasonOf(Ask(plan).status()), Reason::kLimit);  // no statistics
  plan.measure.statistics.assign(257, CountRows(Nats(1)));
  EXPECT_EQ(ReasonOf(Ask(plan).status()), Reason::kLimit);
  plan.measure.statistics.resize(256);
  EXPECT_TRUE(Ask(plan).ok());
  // 1024 cells in each of 2^12 groups fill what may be held; one number a group more does not fit.
  plan.measure.keys[0].values.clear();
  for (int64_t i = 0; i < 4096; ++i) plan.measure.keys[0].values.emplace_back(i);
  Statistic quantile = MedianY(0, 1023, Nats(100));
  quantile.integral = true;
  plan.measure.statistics = {quantile};
  EXPECT_TRUE(Ask(plan).ok());
  plan.measure.statistics.push_back(CountRows(Nats(1)));
  EXPECT_EQ(ReasonOf(Ask(plan).status()), Reason::kLimit);
  // How many private groups there are is not known, so none of them gets a histogram.
  plan = PrivateCount({.epsilon = Nats(500), .delta = Millionths(1)});
  plan.measure.statistics.push_back(MedianY(0, 1, Nats(1)));
  EXPECT_EQ(ReasonOf(Ask(plan).status()), Reason::kUnsupported);
}

TEST(CertifyTest, TheDigestNamesQueryAndVersion) {
  const auto digest = [](const std::string& text, int64_t version) {
    QueryPlan plan = VisitsPlan(2, {1, 1});
    plan.measure.statistics = {CountRows(Nats(100))};
    return Certify(plan, VisitsSchema(), Amount{Nats(1000)}, DataVersion(version), text)->digest();
  };
  EXPECT_EQ(digest("plan", 1), digest("plan", 1));
  EXPECT_NE(digest("plan", 1), digest("plan", 2));
  EXPECT_NE(digest("plan", 1), digest("another", 1));
}

// Whatever changes the release changes the digest, though the plan's text be the same.
TEST(CertifyTest, TheDigestCoversEveryNumber) {
  QueryPlan plan = PrivateVisitsPlan({3, 2}, {.epsilon = Nats(100), .delta = Millionths(1)});
  plan.measure.statistics = {CountRows(Nats(100)), SumY(0, 1, 0, Nats(100))};
  std::vector<QueryPlan> plans(9, plan);
  plans[1].measure.limits = {2, 2};
  plans[2].measure.limits = {3, 1};
  plans[3].measure.statistics[1].bounds.upper = 2;
  plans[4].measure.statistics[1].epsilon = Nats(99);
  plans[5].measure.selection->delta = Millionths(2);
  plans[6].measure.selection->count = 0;
  plans[7].measure.groups_released_max = 999;
  plans[8].measure.statistics[1].feature = 0;
  std::set<Digest> digests;
  for (const QueryPlan& one : plans) {
    const auto certificate = Ask(one);
    ASSERT_TRUE(certificate.ok()) << certificate.status();
    EXPECT_TRUE(digests.insert(certificate->digest()).second) << certificate->ToText();
  }
}

}  // namespace
}  // namespace tacit
