#include "engine/answer_table.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "absl/types/span.h"
#include "engine/pipeline.h"
#include "tests/engine/pipeline_fixture.h"
#include "tests/support/statistics.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

class AnswerTableTest : public PipelineFixture {
 protected:
  AnswerTable TableOf(const std::string& sql, const Rows& rows, uint64_t seed,
                      const std::string& delta = "") {
    QueryRequest request = Ask(sql, "0.1");
    request.delta = delta;
    request.fresh = true;
    const absl::StatusOr<PreparedQuery> query = Prepare(request, schema_, DataVersion(1));
    EXPECT_TRUE(query.ok()) << query.status();
    QueryRunner runner(*accountant_, 1);
    TapeForTest::Play(runner, seed);
    AnswerTable table;
    const OutcomeWriter writer{.answer =
                                   [&](const AnswerTable& made) {
                                     table = made;
                                     return std::string("answer");
                                   },
                               .failure = [] { return std::string("failure"); }};
    EXPECT_TRUE(runner.Run(*query, Snapshot(rows), writer).ok());
    return table;
  }

  // By column, how often an interval of a one-row answer misses its truth.
  std::vector<int64_t> Outside(const std::string& sql, const Rows& rows,
                               absl::Span<const double> truths, int trials) {
    std::vector<int64_t> outside(truths.size());
    for (int trial = 0; trial < trials; ++trial) {
      const AnswerTable table = TableOf(sql, rows, static_cast<uint64_t>(trial) + 1);
      for (size_t column = 0; column < truths.size(); ++column) {
        const PresentedCell& cell = table.rows[0][column];
        EXPECT_TRUE(cell.has_interval);
        outside[column] += truths[column] < cell.low || truths[column] > cell.high;
      }
    }
    return outside;
  }
};

TEST_F(AnswerTableTest, ColumnsNameTheSumsTheyUse) {
  const AnswerTable table = TableOf(
      "SELECT kind, COUNT(*), AVG(w) AS mean, COUNT(*) * 2 + SUM(y) FROM visits GROUP BY kind", {},
      1);
  ASSERT_EQ(table.columns.size(), 4u);
  EXPECT_TRUE(table.columns[0].statistics.empty());
  EXPECT_EQ(table.columns[1].statistics.size(), 1u);
  EXPECT_EQ(table.columns[2].name, "mean");
  EXPECT_EQ(table.columns[2].statistics.size(), 2u);
  EXPECT_EQ(table.columns[3].statistics.size(), 2u);
  EXPECT_EQ(table.statistics.size(), 4u);  // count(*), sum and count of w, sum of y
  EXPECT_EQ(table.rows.size(), 3u);
}

// The stated confidence is kept: the true values lie in the intervals at least as often as said.
TEST_F(AnswerTableTest, IntervalsHoldTheTruthAsOftenAsTheySay) {
  Rows rows;
  for (int64_t subject = 0; subject < 400; ++subject) {
    rows.push_back({subject, std::string("a"), int64_t{1}, subject % 100, 2.0, true});
  }
  const double truths[] = {400, 2.0, 800 + 4 * (99 * 100 / 2)};
  constexpr int kTrials = 800;
  const std::vector<int64_t> outside =
      Outside("SELECT COUNT(*), AVG(w), COUNT(*) * 2 + SUM(y) FROM visits", rows, truths, kTrials);
  for (size_t column = 0; column < 3; ++column) {
    EXPECT_LT(BinomialDeviation(outside[column], kTrials, 1 - kConfidence), kNormalOneSided)
        << column;
  }
  // A single sum's interval is not merely wide: it misses about as often as it says.
  EXPECT_GT(BinomialDeviation(outside[0], kTrials, 1 - kConfidence), -kNormalTwoSided);
}

// The same for spread, whose interval is arithmetic over three statistics, and a count of values.
TEST_F(AnswerTableTest, IntervalsOfSpreadAndDistinctCountsHoldTheTruth) {
  Rows rows;
  double squares = 0;
  for (int64_t subject = 0; subject < 400; ++subject) {
    rows.push_back({subject, std::string("a"), int64_t{1}, subject % 100, 2.0, true});
    squares += std::pow(static_cast<double>(subject % 100) - 49.5, 2);
  }
  const double truths[] = {squares / 400, std::sqrt(squares / 399), 100};
  constexpr int kTrials = 400;
  const std::vector<int64_t> outside =
      Outside("SELECT VAR_POP(y), STDDEV(y), COUNT(DISTINCT y) FROM visits", rows, truths, kTrials);
  for (size_t column = 0; column < 3; ++column) {
    EXPECT_LT(BinomialDeviation(outside[column], kTrials, 1 - kConfidence), kNormalOneSided)
        << column;
  }
}

// Its error is one of rank: the interval is the bounds, and no half width is promised.
TEST_F(AnswerTableTest, AMedianHasItsBoundsForAnInterval) {
  const AnswerTable table = TableOf("SELECT MEDIAN(y) FROM visits", {}, 3);
  const PresentedCell& cell = table.rows[0][0];
  ASSERT_TRUE(cell.has_interval);
  EXPECT_EQ(cell.low, 0);
  EXPECT_GT(cell.high, 0);
  EXPECT_EQ(table.statistics[0].noise.mechanism, "permute_and_flip");
  EXPECT_EQ(cell.high, table.statistics[0].noise.bounds.upper);
}

TEST_F(AnswerTableTest, SelectionsAreDescribedWhereThereIsOne) {
  EXPECT_FALSE(TableOf("SELECT kind, COUNT(*) FROM visits GROUP BY kind", {}, 1).selection);
  const AnswerTable own = TableOf("SELECT y * y, COUNT(*) FROM visits GROUP BY 1", {}, 1, "1e-9");
  ASSERT_TRUE(own.selection.has_value());
  EXPECT_TRUE(own.rows.empty());
  EXPECT_EQ(own.selection->mechanism, "truncated_geometric");
  EXPECT_EQ(own.selection->epsilon.pico(), 50'000'000'000);
  const AnswerTable by_count =
      TableOf("SELECT y * y, COUNT(DISTINCT subject) FROM visits GROUP BY 1", {}, 1, "1e-9");
  ASSERT_TRUE(by_count.selection.has_value());
  EXPECT_EQ(by_count.selection->mechanism, "thresholded_discrete_laplace");
  EXPECT_EQ(by_count.selection->epsilon, Epsilon());
  EXPECT_EQ(by_count.selection->delta.atto(), 1'000'000'000);
}

TEST_F(AnswerTableTest, ExpectedErrorsOfPrivateGroupsNeedNoRow) {
  QueryRequest request =
      Ask("SELECT y * y, COUNT(*), AVG(w) FROM visits GROUP BY 1 HAVING COUNT(*) > 1e9", "0.1");
  request.delta = "1e-9";
  const auto query = Prepare(request, schema_, DataVersion(1));
  ASSERT_TRUE(query.ok()) << query.status();
  const std::vector<ExpectedError> errors = ExpectErrors(query->plan, query->certificate);
  ASSERT_EQ(errors.size(), 1u + 3u);
  EXPECT_EQ(errors[0].column, "count");
  EXPECT_EQ(errors[0].half_width, NoiseHalfWidth(query->certificate.statistics()[0], kConfidence));
}

// Where noise drowns few rows a slope may be anything, and of many it is known.
TEST_F(AnswerTableTest, ExpectedErrorsMayBeInfiniteForFewRowsAlone) {
  const auto errors_of = [&](const std::string& epsilon) {
    const auto query =
        Prepare(Ask("SELECT REGR_SLOPE(y, w) FROM visits", epsilon), schema_, DataVersion(1));
    EXPECT_TRUE(query.ok()) << query.status();
    return ExpectErrors(query->plan, query->certificate);
  };
  const std::vector<ExpectedError> errors = errors_of("0.5");
  ASSERT_EQ(errors.size(), 3u);
  EXPECT_TRUE(std::isinf(errors[0].half_width));
  EXPECT_TRUE(std::isfinite(errors[2].half_width));
  const std::vector<ExpectedError> drowned = errors_of("0.00001");
  ASSERT_EQ(drowned.size(), 1u);
  EXPECT_TRUE(std::isinf(drowned[0].half_width));
}

TEST_F(AnswerTableTest, ExpectedErrorsMatchTheIntervalsThatCome) {
  const std::string sql = "SELECT COUNT(*), SUM(y), AVG(w) FROM visits";
  const auto query = Prepare(Ask(sql, "0.1"), schema_, DataVersion(1));
  ASSERT_TRUE(query.ok());
  const std::vector<ExpectedError> errors = ExpectErrors(query->plan, query->certificate);
  ASSERT_EQ(errors.size(), 2u + 3u);
  const AnswerTable table = TableOf(sql, {}, 5);
  for (size_t column = 0; column < 2; ++column) {
    const PresentedCell& cell = table.rows[0][column];
    EXPECT_EQ(errors[column].assumed_rows, 0);
    EXPECT_DOUBLE_EQ(errors[column].half_width, (cell.high - cell.low) / 2);
  }
  EXPECT_EQ(errors[2].column, "avg");
  EXPECT_GE(errors[2].half_width, errors[3].half_width);
  EXPECT_GE(errors[3].half_width, errors[4].half_width);
}

}  // namespace
}  // namespace tacit
