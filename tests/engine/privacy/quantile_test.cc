#include "engine/privacy/quantile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "engine/privacy/sensitivity.h"
#include "tests/engine/privacy/plan_fixture.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

CertifiedStatistic Asks(int64_t numerator, int64_t denominator, size_t cells) {
  CertifiedStatistic statistic;
  statistic.kind = MeasureKind::kQuantile;
  statistic.quantile = {numerator, denominator};
  statistic.cells = static_cast<int64_t>(cells);
  return statistic;
}

CertifiedStatistic RandomAsk(TestRandom& random, size_t cells) {
  const int64_t denominator = random.Between(2, 1000);
  return Asks(random.Between(1, denominator - 1), denominator, cells);
}

std::vector<__int128> RandomCounts(TestRandom& random, size_t cells) {
  std::vector<__int128> counts(cells);
  for (__int128& count : counts) {
    count = random.Chance(0.4) ? 0 : static_cast<__int128>(random.Below(random.Below(20) + 1));
  }
  return counts;
}

// The penalty as it is defined, each cell counted anew.
__int128 Defined(const CertifiedStatistic& statistic, const std::vector<__int128>& counts,
                 size_t cell) {
  const __int128 p = statistic.quantile.numerator;
  const __int128 rest = statistic.quantile.denominator - p;
  __int128 below = 0;
  __int128 above = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    if (i < cell) below += counts[i];
    if (i > cell) above += counts[i];
  }
  const __int128 equal = counts[cell];
  const __int128 too_low = p * above - rest * (below + equal);
  const __int128 too_high = rest * below - p * (equal + above);
  return std::max({__int128{0}, too_low, too_high});
}

TEST(QuantileTest, PenaltiesAreThoseOfTheDefinition) {
  TestRandom random(1);
  for (int trial = 0; trial < 5000; ++trial) {
    const auto cells = static_cast<size_t>(random.Between(1, 30));
    const CertifiedStatistic statistic = RandomAsk(random, cells);
    const std::vector<__int128> counts = RandomCounts(random, cells);
    const std::vector<__int128> penalties = QuantilePenalties(statistic, counts);
    ASSERT_EQ(penalties.size(), cells);
    for (size_t i = 0; i < cells; ++i) {
      ASSERT_TRUE(penalties[i] == Defined(statistic, counts, i)) << i;
    }
  }
}

// Zero exactly where the rows below are at most p/d of all and the rows up to the cell at least
// that, in a list of the rows themselves.
TEST(QuantileTest, TheQuantileAloneHasNoPenalty) {
  TestRandom random(2);
  for (int trial = 0; trial < 5000; ++trial) {
    const auto cells = static_cast<size_t>(random.Between(1, 20));
    const CertifiedStatistic statistic = RandomAsk(random, cells);
    const std::vector<__int128> counts = RandomCounts(random, cells);
    std::vector<size_t> rows;
    for (size_t i = 0; i < cells; ++i) rows.insert(rows.end(), static_cast<size_t>(counts[i]), i);
    const std::vector<__int128> penalties = QuantilePenalties(statistic, counts);
    for (size_t i = 0; i < cells; ++i) {
      const auto below = std::lower_bound(rows.begin(), rows.end(), i) - rows.begin();
      const auto up_to = std::upper_bound(rows.begin(), rows.end(), i) - rows.begin();
      const auto share = statistic.quantile.numerator * static_cast<int64_t>(rows.size());
      const bool is_quantile = below * statistic.quantile.denominator <= share &&
                               share <= up_to * statistic.quantile.denominator;
      ASSERT_EQ(penalties[i] == 0, is_quantile) << i;
    }
    if (rows.empty()) continue;
    // So the textbook's quantile, the row of rank ceil(n p / d), is one.
    const int64_t rank = (static_cast<int64_t>(rows.size()) * statistic.quantile.numerator +
                          statistic.quantile.denominator - 1) /
                         statistic.quantile.denominator;
    ASSERT_TRUE(penalties[rows[static_cast<size_t>(rank - 1)]] == 0);
  }
}

TEST(QuantileTest, ARowMovesEveryPenaltyByAtMostTheLargerPart) {
  TestRandom random(3);
  for (int trial = 0; trial < 5000; ++trial) {
    const auto cells = static_cast<size_t>(random.Between(1, 20));
    const CertifiedStatistic statistic = RandomAsk(random, cells);
    std::vector<__int128> counts = RandomCounts(random, cells);
    const auto before = QuantilePenalties(statistic, counts);
    counts[random.Below(cells)] += 1;
    const auto after = QuantilePenalties(statistic, counts);
    const int64_t most = std::max(statistic.quantile.numerator,
                                  statistic.quantile.denominator - statistic.quantile.numerator);
    for (size_t i = 0; i < cells; ++i) {
      ASSERT_LE(static_cast<int64_t>(after[i] - before[i]), most);
      ASSERT_GE(static_cast<int64_t>(after[i] - before[i]), -most);
    }
  }
  // The bound is reached: it is not merely safe.
  const CertifiedStatistic rare = Asks(9, 10, 2);
  const auto far = QuantilePenalties(rare, std::vector<__int128>{0, 7});
  EXPECT_EQ(static_cast<int64_t>(far[0]), 63);
  EXPECT_EQ(static_cast<int64_t>(QuantilePenalties(rare, std::vector<__int128>{0, 8})[0]), 72);
}

TEST(QuantileTest, AnEmptyGroupPrefersNothing) {
  for (const __int128 penalty : QuantilePenalties(Asks(1, 2, 5), std::vector<__int128>(5))) {
    EXPECT_TRUE(penalty == 0);
  }
}

// A penalty of 2^96 rows in 1000 parts does not wrap.
TEST(QuantileTest, LargeCountsDoNotOverflow) {
  const __int128 many = static_cast<__int128>(1) << 96;
  const auto penalties = QuantilePenalties(Asks(999, 1000, 3), std::vector<__int128>{0, 0, many});
  EXPECT_TRUE(penalties[0] == 999 * many);
  EXPECT_TRUE(penalties[2] == 0);
}

TEST(QuantileTest, TheValueOfACellLiesInItAndInsideTheBounds) {
  TestRandom random(4);
  for (int trial = 0; trial < 2000; ++trial) {
    Statistic asked = MedianY(0, 1, Nats(1));
    asked.integral = random.Chance(0.5);
    asked.bounds.lower = std::floor((random.Unit() - 0.5) * 10000);
    asked.bounds.upper = asked.bounds.lower + static_cast<double>(random.Between(1, 5000));
    const auto statistic = FixSensitivity(asked, {1, 1}, NoiseKind::kLaplace);
    ASSERT_TRUE(statistic.ok());
    const double grid = std::ldexp(1.0, statistic->granularity_log2);
    double last = -HUGE_VAL;
    for (int64_t cell = 0; cell < statistic->cells; ++cell) {
      const double value = ValueOfCell(*statistic, cell);
      const auto first = static_cast<double>(statistic->lower + cell * statistic->cell_width);
      ASSERT_GE(value, first * grid);
      ASSERT_LE(value, (first + static_cast<double>(statistic->cell_width)) * grid);
      ASSERT_GE(value, asked.bounds.lower);
      ASSERT_LE(value, asked.bounds.upper);
      ASSERT_GT(value, last);
      if (asked.integral) {
        ASSERT_EQ(value, std::nearbyint(value));
      }
      last = value;
    }
  }
}

// As perturb.h promises of every released number.
TEST(QuantileTest, TheValueOfACellIsAMultipleOfTheGranularity) {
  TestRandom random(5);
  for (int trial = 0; trial < 200; ++trial) {
    const Statistic asked = MedianY(-random.Unit(), random.Unit(), Nats(1));
    const auto statistic = FixSensitivity(asked, {1, 1}, NoiseKind::kLaplace);
    ASSERT_TRUE(statistic.ok());
    for (int64_t cell = 0; cell < statistic->cells; ++cell) {
      const double steps = std::ldexp(ValueOfCell(*statistic, cell), -statistic->granularity_log2);
      ASSERT_EQ(steps, std::nearbyint(steps)) << statistic->cell_width;
    }
  }
}

}  // namespace
}  // namespace tacit
