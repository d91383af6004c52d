#include "engine/privacy/quantile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "engine/privacy/mechanisms/permute_and_flip.h"
#include "engine/privacy/sensitivity.h"
#include "tests/engine/privacy/plan_fixture.h"
#include "tests/support/statistics.h"
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

// Of any share, often near an end, with noise of any scale.
CertifiedStatistic RandomAsk(TestRandom& random, size_t cells) {
  const int64_t denominator = random.Between(1, 1000);
  const int64_t near = random.Between(0, denominator / 8);
  CertifiedStatistic statistic = Asks(random.Between(0, denominator), denominator, cells);
  if (random.Chance(0.3)) statistic.quantile.numerator = near;
  if (random.Chance(0.3)) statistic.quantile.numerator = denominator - near;
  statistic.noise = LaplaceScale{random.Between(0, 8 * denominator), 2};
  return statistic;
}

int64_t MostOf(const Quantile& quantile) {
  return IsOuter(quantile)
             ? quantile.denominator
             : std::max(quantile.numerator, quantile.denominator - quantile.numerator);
}

std::vector<__int128> RandomCounts(TestRandom& random, size_t cells) {
  std::vector<__int128> counts(cells);
  for (__int128& count : counts) {
    count = random.Chance(0.4) ? 0 : static_cast<__int128>(random.Below(random.Below(20) + 1));
  }
  return counts;
}

// The rank in 1/d of a row: the share of all rows, of an outer one not nearer to the ends of the
// rows than noise may lead.
__int128 RankBy(const CertifiedStatistic& statistic, __int128 rows) {
  const __int128 p = statistic.quantile.numerator;
  const __int128 d = statistic.quantile.denominator;
  if (10 * p >= d && 10 * p <= 9 * d) return p * rows;
  const double scale =
      std::ldexp(static_cast<double>(std::get<LaplaceScale>(statistic.noise).numerator),
                 -std::get<LaplaceScale>(statistic.noise).denominator_log2);
  const auto likely =
      static_cast<__int128>(std::ceil(scale * std::log(10 * static_cast<double>(statistic.cells))));
  const __int128 inside = std::min(likely, d * rows / 2);
  return std::clamp(p * rows, inside, d * rows - inside);
}

// The penalty as it is defined, each cell counted anew.
__int128 Defined(const CertifiedStatistic& statistic, const std::vector<__int128>& counts,
                 size_t cell) {
  const __int128 d = statistic.quantile.denominator;
  __int128 below = 0;
  __int128 all = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    if (i < cell) below += counts[i];
    all += counts[i];
  }
  const __int128 rank = RankBy(statistic, all);
  return std::max({__int128{0}, rank - d * (below + counts[cell]), d * below - rank});
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

// Zero exactly where the rows below are at most the rank and the rows up to the cell at least that,
// in a list of the rows themselves; and somewhere it is.
TEST(QuantileTest, TheQuantileAloneHasNoPenalty) {
  TestRandom random(2);
  for (int trial = 0; trial < 5000; ++trial) {
    const auto cells = static_cast<size_t>(random.Between(1, 20));
    const CertifiedStatistic statistic = RandomAsk(random, cells);
    const std::vector<__int128> counts = RandomCounts(random, cells);
    std::vector<size_t> rows;
    for (size_t i = 0; i < cells; ++i) rows.insert(rows.end(), static_cast<size_t>(counts[i]), i);
    const std::vector<__int128> penalties = QuantilePenalties(statistic, counts);
    const auto rank = static_cast<int64_t>(RankBy(statistic, static_cast<__int128>(rows.size())));
    for (size_t i = 0; i < cells; ++i) {
      const auto below = std::lower_bound(rows.begin(), rows.end(), i) - rows.begin();
      const auto up_to = std::upper_bound(rows.begin(), rows.end(), i) - rows.begin();
      const bool is_quantile = below * statistic.quantile.denominator <= rank &&
                               rank <= up_to * statistic.quantile.denominator;
      ASSERT_EQ(penalties[i] == 0, is_quantile) << i;
    }
    ASSERT_TRUE(std::count(penalties.begin(), penalties.end(), 0) > 0);
    if (rows.empty() || IsOuter(statistic.quantile)) continue;
    // So the textbook's quantile, the row of rank ceil(n p / d), is one.
    const int64_t whole = (static_cast<int64_t>(rows.size()) * statistic.quantile.numerator +
                           statistic.quantile.denominator - 1) /
                          statistic.quantile.denominator;
    ASSERT_TRUE(penalties[rows[static_cast<size_t>(whole - 1)]] == 0);
  }
}

// Cells beyond all rows have a penalty that noise is unlikely to make up for, if the rows are many
// enough for that.
TEST(QuantileTest, MinAndMaxKeepOffTheCellsBeyondAllRows) {
  for (const Quantile end : {Quantile{0, 2}, Quantile{2, 2}, Quantile{1, 100}, Quantile{99, 100}}) {
    CertifiedStatistic statistic = Asks(end.numerator, end.denominator, 100);
    statistic.noise = LaplaceScale{8 * end.denominator, 1};  // 4 rows
    const int64_t likely = LikelyPenalty(100, std::get<LaplaceScale>(statistic.noise));
    EXPECT_EQ(likely, static_cast<int64_t>(
                          std::ceil(4 * static_cast<double>(end.denominator) * std::log(1000.0))));
    for (const int rows : {0, 1, 7, 30, 56, 1000}) {
      std::vector<__int128> counts(100);
      for (int i = 0; i < rows; ++i) counts[static_cast<size_t>(30 + i % 40)] += 1;
      const auto penalties = QuantilePenalties(statistic, counts);
      const __int128 inside =
          std::min<__int128>(likely, end.denominator * static_cast<__int128>(rows) / 2);
      for (const size_t cell : {0, 29, 70, 99}) {
        EXPECT_TRUE(penalties[cell] >= inside) << rows << " " << cell;
      }
    }
  }
}

// Rows of one histogram at some cells of many, and what is chosen of it many times.
struct Chosen {
  int64_t unlikely = 0;  // of a penalty above the likely one
  int64_t beyond = 0;    // beyond all rows
};
Chosen ChooseOften(CertifiedStatistic statistic, int choices, int64_t noise_factor) {
  TestRandom random(6);
  std::vector<__int128> counts(static_cast<size_t>(statistic.cells));
  for (int row = 0; row < 600; ++row) counts[random.Below(80) + random.Below(80) + 60] += 1;
  const auto has_row = [](__int128 count) { return count > 0; };
  const auto first = std::find_if(counts.begin(), counts.end(), has_row) - counts.begin();
  const auto last = counts.rend() - std::find_if(counts.rbegin(), counts.rend(), has_row) - 1;
  auto scale = std::get<LaplaceScale>(statistic.noise);
  const int64_t likely = LikelyPenalty(statistic.cells, scale);
  const std::vector<__int128> penalties = QuantilePenalties(statistic, counts);
  scale.numerator *= noise_factor;
  RandomBits bits = TapeForTest::Open(7);
  Chosen chosen;
  for (int i = 0; i < choices; ++i) {
    const auto cell = static_cast<int64_t>(PermuteAndFlip(penalties, scale, bits));
    chosen.unlikely += penalties[static_cast<size_t>(cell)] > likely ? 1 : 0;
    chosen.beyond += cell < first || cell > last ? 1 : 0;
  }
  return chosen;
}

// As is shown with every answer: 95% are within the rank error, and an outer one within the rows.
// False-alarm rate of each comparison kFalseAlarmRate, by the normal limit of the binomial.
TEST(QuantileTest, ChoosesWithinItsRankErrorNineteenTimesInTwenty) {
  const int choices = 10'000 * SampleFactor();
  const double most = 0.05 * choices;
  const double limit = most + kNormalOneSided * std::sqrt(0.95 * most);
  for (const Quantile quantile :
       {Quantile{0, 2}, Quantile{2, 2}, Quantile{1, 2}, Quantile{99, 100}, Quantile{1, 4}}) {
    CertifiedStatistic statistic = Asks(quantile.numerator, quantile.denominator, 300);
    statistic.noise = LaplaceScale{4 * quantile.denominator, 0};
    const Chosen chosen = ChooseOften(statistic, choices, 1);
    EXPECT_LE(static_cast<double>(chosen.unlikely), limit) << quantile.numerator;
    EXPECT_LE(static_cast<double>(chosen.beyond), limit) << quantile.numerator;
    if (quantile.numerator % 2 != 0) continue;
    // The test notices four times the noise.
    EXPECT_GT(static_cast<double>(ChooseOften(statistic, choices, 4).beyond), limit);
  }
}

// The less noise, the nearer the end: at last it is the outermost row.
TEST(QuantileTest, WithoutNoiseTheOutermostRowIsMinAndMax) {
  std::vector<__int128> counts(50);
  counts[10] = 1;
  counts[20] = 5;
  counts[40] = 1;
  for (const auto& [numerator, cell] : {std::pair<int64_t, size_t>{0, 10}, {2, 40}}) {
    CertifiedStatistic statistic = Asks(numerator, 2, 50);
    statistic.noise = LaplaceScale{1, 10};
    const auto penalties = QuantilePenalties(statistic, counts);
    for (size_t i = 0; i < 50; ++i) EXPECT_EQ(penalties[i] == 0, i == cell) << i;
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
    const int64_t most = MostOf(statistic.quantile);
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
  CertifiedStatistic outer = Asks(0, 2, 2);
  outer.noise = LaplaceScale{1, 0};
  EXPECT_EQ(static_cast<int64_t>(QuantilePenalties(outer, std::vector<__int128>{40, 0})[1]), 77);
  EXPECT_EQ(static_cast<int64_t>(QuantilePenalties(outer, std::vector<__int128>{41, 0})[1]), 79);
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
