#include "engine/privacy/sensitivity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "accountant/refusal.h"
#include "tests/engine/privacy/plan_fixture.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr int64_t kLimitMax = int64_t{1} << 31;  // as Certify

absl::StatusOr<CertifiedStatistic> Fix(const Statistic& statistic,
                                       ContributionLimits limits = {3, 2},
                                       NoiseKind noise = NoiseKind::kLaplace) {
  return FixSensitivity(statistic, limits, noise);
}

Reason WhyNot(const Statistic& statistic, ContributionLimits limits = {3, 2}) {
  const Reason laplace = ReasonOf(Fix(statistic, limits).status());
  EXPECT_EQ(laplace, ReasonOf(Fix(statistic, limits, NoiseKind::kGaussian).status()));
  return laplace;
}

Statistic IntegerSum(double lower, double upper) {
  Statistic sum = SumY(lower, upper, 0, Nats(100));
  sum.integral = true;
  return sum;
}

Statistic QuantileY(int64_t numerator, int64_t denominator, double lower = 0, double upper = 100) {
  Statistic quantile = MedianY(lower, upper, Nats(100));
  quantile.quantile = {numerator, denominator};
  return quantile;
}

// linf in the statistic's own unit.
double Linf(const Statistic& statistic, ContributionLimits limits, NoiseKind noise) {
  const auto fixed = Fix(statistic, limits, noise);
  if (!fixed.ok()) return kNan;
  return std::ldexp(static_cast<double>(fixed->linf), fixed->granularity_log2);
}

TEST(SensitivityTest, LinfIsRowsTimesTheLargestEntry) {
  for (const NoiseKind noise : {NoiseKind::kLaplace, NoiseKind::kGaussian}) {
    EXPECT_EQ(Linf(CountRows(Nats(1)), {3, 2}, noise), 2);
    EXPECT_EQ(Linf(CountUnits(Nats(1)), {3, 2}, noise), 1);
    EXPECT_EQ(Linf(DistinctY(Nats(1)), {3, 2}, noise), 2);
    EXPECT_EQ(Linf(SumY(-7, 3, 0, Nats(1)), {3, 2}, noise), 14);
    EXPECT_EQ(Linf(SumY(-3, 7, 0, Nats(1)), {1000, 5}, noise), 35);
    EXPECT_EQ(Linf(SumY(100, 110, 105, Nats(1)), {3, 2}, noise), 10);
    EXPECT_EQ(Linf(SumY(100, 110, 108, Nats(1)), {3, 2}, noise), 16);
    Statistic total = SumY(-7, 3, 0, Nats(1));
    total.bounding = Bounding::kUnitTotal;
    EXPECT_EQ(Linf(total, {3, 2}, noise), 7);
    // A quantile's scores are no values: they have no grid.
    EXPECT_EQ(Fix(QuantileY(3, 10), {3, 2}, noise)->linf, 2 * 7);
    EXPECT_EQ(Fix(QuantileY(9, 10), {3, 2}, noise)->linf, 2 * 9);
    EXPECT_EQ(Fix(QuantileY(1, 2), {3, 5}, noise)->linf, 5);
    // Towards the ends the rank may stand still while rows come.
    EXPECT_EQ(Fix(QuantileY(1, 10), {3, 2}, noise)->linf, 2 * 9);
    EXPECT_EQ(Fix(QuantileY(99, 1000), {3, 2}, noise)->linf, 2 * 1000);
    EXPECT_EQ(Fix(QuantileY(19, 20), {3, 2}, noise)->linf, 2 * 20);
    EXPECT_EQ(Fix(QuantileY(0, 2), {3, 2}, noise)->linf, 2 * 2);
    EXPECT_EQ(Fix(QuantileY(2, 2), {3, 2}, noise)->linf, 2 * 2);
  }
}

TEST(SensitivityTest, TheGridFollowsFromDeclaredBoundsAlone) {
  EXPECT_EQ(Fix(IntegerSum(0, 5))->granularity_log2, 0);
  EXPECT_EQ(Fix(IntegerSum(0, std::ldexp(1, 40)))->granularity_log2, 0);
  EXPECT_EQ(Fix(IntegerSum(0, std::ldexp(1, 40) + 1))->granularity_log2, 1);
  EXPECT_EQ(Fix(IntegerSum(-std::ldexp(1, 63), 0))->granularity_log2, 23);
  EXPECT_EQ(Fix(SumY(0, 1, 0, Nats(1)))->granularity_log2, -30);
  EXPECT_EQ(Fix(SumY(-3, 1, 0, Nats(1)))->granularity_log2, -28);
  EXPECT_EQ(Fix(QuantileY(1, 2, 0, 1))->granularity_log2, -30);
  EXPECT_EQ(Fix(QuantileY(1, 2, 0, 1), {3, 2}, NoiseKind::kGaussian)->granularity_log2, -30);
}

// A unit's whole change in L2 is then near 2^36 steps, where the discrete Gaussian is as good as
// the continuous one, whatever the limits.
TEST(SensitivityTest, UnderGaussianNoiseAUnitMovesManySteps) {
  TestRandom random(1);
  for (int trial = 0; trial < 2000; ++trial) {
    const ContributionLimits limits{random.Between(1, 1 << 20), random.Between(1, 1 << 10)};
    Statistic sum = SumY(-std::ldexp(random.Unit() + 0.5, static_cast<int>(random.Between(-9, 9))),
                         0, 0, Nats(1));
    if (random.Chance(0.5)) sum.bounding = Bounding::kUnitTotal;
    const auto fixed = Fix(sum, limits, NoiseKind::kGaussian);
    ASSERT_TRUE(fixed.ok());
    const double l2 = std::sqrt(static_cast<double>(limits.groups_per_unit_max)) *
                      static_cast<double>(fixed->linf);
    // Bound, rows and groups are each rounded to a power of two.
    EXPECT_GE(l2, std::ldexp(1, 33) * std::sqrt(2.0));
    EXPECT_LE(l2, std::ldexp(1, 36) * std::sqrt(2.0));
  }
}

TEST(SensitivityTest, GridRoundsBoundsOutwardAndCellsCoverThem) {
  TestRandom random(2);
  for (int i = 0; i < 10000; ++i) {
    const double scale = std::ldexp(1.0, static_cast<int>(random.Between(-300, 300)));
    double lower = (random.Unit() - 0.5) * scale;
    double upper = (random.Unit() - 0.5) * scale;
    if (lower > upper) std::swap(lower, upper);
    const ContributionLimits limits{random.Between(1, 9), random.Between(1, 9)};
    Statistic statistic =
        random.Chance(0.5) ? SumY(lower, upper, 0, Nats(1)) : QuantileY(1, 2, lower, upper);
    const auto fixed =
        Fix(statistic, limits, random.Chance(0.5) ? NoiseKind::kLaplace : NoiseKind::kGaussian);
    ASSERT_TRUE(fixed.ok()) << fixed.status();
    const double grid = std::ldexp(1.0, fixed->granularity_log2);
    EXPECT_LE(static_cast<double>(fixed->lower) * grid, lower);
    EXPECT_GE(static_cast<double>(fixed->upper) * grid, upper);
    EXPECT_GT(static_cast<double>(fixed->lower + 1) * grid, lower);
    EXPECT_LT(static_cast<double>(fixed->upper - 1) * grid, upper);
    if (statistic.kind == MeasureKind::kSum) {
      EXPECT_EQ(fixed->cells, 1);
      EXPECT_EQ(fixed->linf, limits.rows_per_group_and_unit_max *
                                 std::max(std::abs(fixed->lower), std::abs(fixed->upper)));
      continue;
    }
    EXPECT_GE(fixed->cells, 2);
    EXPECT_LE(fixed->cells, 1024);
    EXPECT_GE(fixed->cell_width, 1);
    // The last cell is needed and enough.
    EXPECT_LE(fixed->lower + (fixed->cells - 1) * fixed->cell_width, fixed->upper);
    EXPECT_GT(fixed->lower + fixed->cells * fixed->cell_width, fixed->upper);
  }
}

TEST(SensitivityTest, CellsOfIntegersAreAtMost1024) {
  for (int width = 1; width <= 5000; ++width) {
    Statistic quantile = QuantileY(1, 2, 7, 7 + width);
    quantile.integral = true;
    const auto fixed = Fix(quantile);
    ASSERT_TRUE(fixed.ok());
    ASSERT_LE(fixed->cells, 1024);
    ASSERT_GT(fixed->cells * fixed->cell_width, width);
    if (width < 1024) {
      ASSERT_EQ(fixed->cell_width, 1) << width;  // few integers: each its own
    }
  }
}

TEST(SensitivityTest, RefusesBoundsThatWouldLoseTheNoise) {
  const std::pair<double, double> bad[] = {
      {0, 0},    {-0.0, 0.0},    {0.0, -0.0},    {2, 1},          {kNan, 1},
      {0, kNan}, {kNan, kNan},   {0, kInfinity}, {-kInfinity, 0}, {kInfinity, kInfinity},
      {1, -1},   {kInfinity, 0}, {5e-324, 0}};
  for (const auto& [lower, upper] : bad) {
    EXPECT_EQ(WhyNot(SumY(lower, upper, 0, Nats(1))), Reason::kMissingBounds) << lower << upper;
    EXPECT_EQ(WhyNot(IntegerSum(lower, upper)), Reason::kMissingBounds) << lower << upper;
    EXPECT_EQ(WhyNot(QuantileY(1, 2, lower, upper)), Reason::kMissingBounds) << lower << upper;
  }
  const std::pair<double, double> far[] = {{0, 5e-324},        {-2.3e-308, 0}, {0, 1e300},
                                           {-1e308, 1e308},    {0, 1e-160},    {-1e308, 0},
                                           {-1.7e308, 1.7e308}};
  for (const auto& [lower, upper] : far) {
    EXPECT_EQ(WhyNot(SumY(lower, upper, 0, Nats(1))), Reason::kLimit) << lower << " " << upper;
    EXPECT_EQ(WhyNot(QuantileY(1, 2, lower, upper)), Reason::kLimit) << lower << " " << upper;
  }
  // One end far below the other is no harm.
  EXPECT_EQ(Linf(SumY(5e-324, 1, 0, Nats(1)), {1, 1}, NoiseKind::kLaplace), 1);
  EXPECT_EQ(Linf(SumY(-5e-324, 1, 0, Nats(1)), {1, 1}, NoiseKind::kLaplace), 1);
}

TEST(SensitivityTest, RefusesACentreThatIsMisplaced) {
  EXPECT_EQ(WhyNot(SumY(0, 1, kNan, Nats(1))), Reason::kMissingBounds);
  EXPECT_EQ(WhyNot(SumY(0, 1, kInfinity, Nats(1))), Reason::kMissingBounds);
  EXPECT_EQ(WhyNot(SumY(0, 1, 2, Nats(1))), Reason::kUnsupported);
  EXPECT_EQ(WhyNot(SumY(0, 1, -1e300, Nats(1))), Reason::kUnsupported);
  Statistic total = SumY(0, 2, 1, Nats(1));
  total.bounding = Bounding::kUnitTotal;
  EXPECT_EQ(WhyNot(total), Reason::kUnsupported);
  Statistic quantile = QuantileY(1, 2);
  quantile.centre = 50;
  EXPECT_EQ(WhyNot(quantile), Reason::kUnsupported);
  Statistic distinct = DistinctY(Nats(1));
  distinct.centre = 0.5;
  EXPECT_EQ(WhyNot(distinct), Reason::kUnsupported);
  // A constant taken off itself cannot move, so noise on it would be none.
  EXPECT_EQ(WhyNot(SumY(5, 5, 5, Nats(1))), Reason::kMissingBounds);
  EXPECT_EQ(Linf(SumY(5, 5, 0, Nats(1)), {1, 1}, NoiseKind::kLaplace), 5);
}

TEST(SensitivityTest, RefusesWhatIsNoQuantile) {
  const std::pair<int64_t, int64_t> bad[] = {
      {3, 2},  {-1, 2}, {1, -2}, {-2, -1},    {-1, -1},
      {0, -1}, {0, 0},  {1, 0},  {500, 1001}, {1, int64_t{1} << 62}};
  for (const auto& [numerator, denominator] : bad) {
    EXPECT_EQ(WhyNot(QuantileY(numerator, denominator)), Reason::kUnsupported)
        << numerator << "/" << denominator;
  }
  EXPECT_EQ(Fix(QuantileY(100, 1000))->linf, 2 * 900);
  EXPECT_EQ(Fix(QuantileY(999, 1000))->linf, 2 * 1000);
  // One cell leaves nothing to choose.
  Statistic constant = QuantileY(1, 2, 5, 5);
  EXPECT_EQ(WhyNot(constant), Reason::kMissingBounds);
  constant.integral = true;
  EXPECT_EQ(WhyNot(constant), Reason::kMissingBounds);
}

TEST(SensitivityTest, RefusesUnitTotalsAndUnitsOfCountsThatHaveNone) {
  Statistic distinct = DistinctY(Nats(1));
  distinct.bounding = Bounding::kUnitTotal;
  EXPECT_EQ(WhyNot(distinct), Reason::kUnsupported);
  Statistic quantile = QuantileY(1, 2);
  quantile.bounding = Bounding::kUnitTotal;
  EXPECT_EQ(WhyNot(quantile), Reason::kUnsupported);
  for (const ValueBounds bounds : {ValueBounds{0, 2}, ValueBounds{-1, 1}, ValueBounds{0, 0.5}}) {
    Statistic weighted = DistinctY(Nats(1));
    weighted.bounds = bounds;
    EXPECT_EQ(WhyNot(weighted), Reason::kUnsupported);
  }
}

TEST(SensitivityTest, TheLargestLimitsStayExactOrAreRefused) {
  const ContributionLimits most{kLimitMax, kLimitMax};
  EXPECT_EQ(Fix(CountRows(Nats(1)), most)->linf, kLimitMax);
  EXPECT_EQ(Fix(CountUnits(Nats(1)), most)->linf, 1);
  EXPECT_EQ(Fix(DistinctY(Nats(1)), most)->linf, kLimitMax);
  EXPECT_EQ(Fix(QuantileY(1, 1000), most)->linf, 1000 * kLimitMax);
  EXPECT_EQ(Fix(IntegerSum(0, std::ldexp(1, 29)), most)->linf, int64_t{1} << 60);
  EXPECT_EQ(ReasonOf(Fix(IntegerSum(0, std::ldexp(1, 29) + 1), most).status()), Reason::kLimit);
  EXPECT_EQ(ReasonOf(Fix(SumY(0, 1e9, 0, Nats(1)), {5, kLimitMax}).status()), Reason::kLimit);
  for (const Statistic& statistic :
       {CountRows(Nats(1)), CountUnits(Nats(1)), DistinctY(Nats(1)), SumY(-1e9, 1, 0, Nats(1))}) {
    const auto fixed = Fix(statistic, most, NoiseKind::kGaussian);
    ASSERT_TRUE(fixed.ok()) << fixed.status();
    // At least what one unit can add, however coarse the grid.
    const double value = std::ldexp(static_cast<double>(fixed->linf), fixed->granularity_log2);
    const bool by_rows = statistic.bounding == Bounding::kRows;
    const double largest = std::max(-statistic.bounds.lower, statistic.bounds.upper);
    EXPECT_GE(value, largest * (by_rows ? static_cast<double>(kLimitMax) : 1));
  }
}

}  // namespace
}  // namespace tacit
