#include "engine/top_up.h"

#include <gtest/gtest.h>

#include <cmath>

#include "accountant/refusal.h"
#include "tests/engine/pipeline_fixture.h"
#include "tests/support/statistics.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

const char* const kCount = "SELECT COUNT(*) FROM visits";

// So many subjects, a row each, of alternating kinds and towns.
Rows Subjects(int count) {
  Rows rows;
  for (int64_t i = 0; i < count; ++i) {
    rows.push_back({i, std::string("a"), i % 2 + 1, int64_t{50}, 2.0, true,
                    std::string(i % 2 == 0 ? "north" : "south"), int64_t{7}, true});
  }
  return rows;
}

class TopUpTest : public PipelineFixture {
 protected:
  void SetUp() override {
    schema_ = TownsSchema({2, 2});
    PipelineFixture::SetUp();
  }

  struct Asked {
    AnswerTable table;
    Amount charged;
    std::vector<MechanismLoss> losses;
    EarlierAnswer earlier() const { return {table.noised, Sha256(table.noised.question)}; }
  };

  QueryRequest About(const std::string& sql, const std::string& epsilon,
                     const std::string& delta = "") {
    QueryRequest request = Ask(sql, epsilon);
    request.delta = delta;
    request.fresh = true;
    return request;
  }

  Asked Answer(QueryRequest request, const Rows& rows, uint64_t seed,
               const Asked* earlier = nullptr) {
    const EarlierAnswer base = earlier == nullptr ? EarlierAnswer{} : earlier->earlier();
    if (earlier != nullptr) request.top_up = RequestId("earlier");
    const auto query =
        Prepare(request, schema_, DataVersion(1), earlier == nullptr ? nullptr : &base);
    EXPECT_TRUE(query.ok()) << query.status();
    Asked asked{.losses = query->charge.losses};
    QueryRunner runner(*accountant_, 1);
    TapeForTest::Play(runner, seed);
    const OutcomeWriter writer{.answer =
                                   [&](const AnswerTable& made) {
                                     asked.table = made;
                                     return std::string("answer");
                                   },
                               .failure = [] { return std::string("failure"); }};
    const auto outcome = runner.Run(*query, Snapshot(rows), writer);
    EXPECT_TRUE(outcome.ok()) << outcome.status();
    asked.charged = outcome->dataset_charged;
    return asked;
  }

  Reason WhyNot(QueryRequest request, const EarlierAnswer& earlier,
                DataVersion version = DataVersion(1)) {
    request.top_up = RequestId("earlier");
    return ReasonOf(Prepare(request, schema_, version, &earlier).status());
  }
};

double Epsilons(const Amount& amount) { return static_cast<double>(amount.epsilon.pico()) * 1e-12; }

double SquaredMu(const std::vector<MechanismLoss>& losses) {
  double squares = 0;
  for (const GaussianPart& part : std::get<DiscreteGaussianLoss>(losses.at(0)).parts) {
    const double moved = static_cast<double>(part.linf) / static_cast<double>(part.sigma);
    squares += static_cast<double>(part.groups) * moved * moved;
  }
  return squares;
}

// Laplace precision is the square of epsilon: the fresh draw pays the root of the difference.
TEST_F(TopUpTest, LaplaceNoisePaysForTheMissingPrecision) {
  const Asked first = Answer(About(kCount, "0.3"), Subjects(100), 1);
  const Asked more = Answer(About(kCount, "0.5"), Subjects(100), 2, &first);
  EXPECT_NEAR(Epsilons(more.charged), 0.4, 1e-9);
  EXPECT_EQ(Spent(), "0.7");
  const double wanted = VarianceOf(Answer(About(kCount, "0.5"), {}, 3).table.noised.noise[0]);
  EXPECT_NEAR(VarianceOf(more.table.noised.noise[0]), wanted, wanted * 1e-9);
  EXPECT_EQ(more.table.top_up->draws, 2);
}

// Every sum that is drawn anew is charged, not one of them.
TEST_F(TopUpTest, SeveralSumsArePaidForTogether) {
  const std::string sql = "SELECT COUNT(*), SUM(y), SUM(w) FROM visits";
  const Asked first = Answer(About(sql, "0.3"), Subjects(100), 1);
  const Asked more = Answer(About(sql, "0.5"), Subjects(100), 2, &first);
  EXPECT_EQ(more.losses.size(), 3u);
  EXPECT_NEAR(Epsilons(more.charged), 0.4, 1e-9);
  EXPECT_NEAR(std::stod(Spent()), 0.7, 1e-9);
}

// Gaussian: exactly the rho that is missing, at any number of statistics.
TEST_F(TopUpTest, GaussianNoisePaysTheDifferenceInRho) {
  const std::string sql = "SELECT kind, COUNT(*), SUM(y), SUM(w) FROM visits GROUP BY kind";
  const auto about = [&](const std::string& rho) {
    QueryRequest request = About(sql, "", "1e-9");
    request.rho = rho;
    return request;
  };
  const Asked first = Answer(about("0.01"), Subjects(100), 1);
  const Asked whole = Answer(about("0.05"), Subjects(100), 2);
  const Asked more = Answer(about("0.05"), Subjects(100), 3, &first);
  const double missing = SquaredMu(whole.losses) - SquaredMu(first.losses);
  EXPECT_GE(SquaredMu(more.losses), missing * (1 - 1e-9));
  EXPECT_LE(SquaredMu(more.losses), missing * (1 + 1e-6));
  for (size_t i = 0; i < 3; ++i) {
    const double wanted = VarianceOf(whole.table.noised.noise[i]);
    EXPECT_LE(VarianceOf(more.table.noised.noise[i]), wanted * (1 + 1e-9));
  }
}

TEST_F(TopUpTest, AnAccuracyIsThatOfTheCombinedIntervals) {
  for (const bool is_gaussian : {false, true}) {
    QueryRequest target = About(kCount, "", is_gaussian ? "1e-9" : "");
    target.accuracy = "20";
    QueryRequest start = About(kCount, is_gaussian ? "" : "0.1", is_gaussian ? "1e-9" : "");
    if (is_gaussian) start.rho = "0.001";
    const Asked first = Answer(start, Subjects(100), 1);
    const Asked more = Answer(target, Subjects(100), 2, &first);
    const PresentedCell& cell = more.table.rows[0][0];
    EXPECT_LE((cell.high - cell.low) / 2, 20);
    EXPECT_GE((cell.high - cell.low) / 2, 19.5);
  }
}

// Over 3,000 pairs of draws the squared error is the target's, and the intervals hold the truth.
// The fourth moment of a Laplace draw is 6 variances squared, and that of a sum less: each of the
// three one-sided tests has a false-alarm rate of kFalseAlarmRate.
TEST_F(TopUpTest, TheCombinedErrorIsTheTargets) {
  constexpr int kTrials = 250;
  constexpr int kGroups = 12;
  constexpr int kPairs = kTrials * kGroups;
  const std::string sql = "SELECT kind, place, COUNT(*) FROM visits GROUP BY kind, place";
  const Rows rows = Subjects(40);
  double squares = 0;
  int outside = 0;
  double wanted = 0;
  for (uint64_t trial = 0; trial < kTrials; ++trial) {
    const Asked first = Answer(About(sql, "0.03"), rows, 2 * trial + 1);
    const Asked more = Answer(About(sql, "0.05"), rows, 2 * trial + 2, &first);
    ASSERT_EQ(more.table.rows.size(), static_cast<size_t>(kGroups));
    for (size_t group = 0; group < kGroups; ++group) {
      const NoisedGroups::Group& noised = more.table.noised.groups[group];
      const bool is_full =
          noised.keys[0] != Value(int64_t{3}) && noised.keys[1] == Value(std::string("a"));
      const double truth = is_full ? 20 : 0;
      squares += std::pow(noised.numbers[0] - truth, 2);
      const PresentedCell& cell = more.table.rows[group][2];
      outside += cell.low > truth || cell.high < truth ? 1 : 0;
    }
    wanted = VarianceOf(more.table.noised.noise[0]);
  }
  const double l1 = 4;  // at most two rows a subject in each of two groups
  EXPECT_NEAR(wanted, 2 * l1 * l1 / 0.05 / 0.05, wanted * 1e-6);
  const double slack = kNormalOneSided * std::sqrt(5.0 / kPairs);
  EXPECT_LT(squares / kPairs, wanted * (1 + slack));
  EXPECT_GT(squares / kPairs, wanted * (1 - slack));
  EXPECT_LT(outside, kPairs * 0.05 + kNormalOneSided * std::sqrt(kPairs * 0.05 * 0.95));
}

// Sums are combined, and what is cut by HAVING or LIMIT too; ratios, order and cuts come after.
TEST_F(TopUpTest, CombinesBeforeRatiosAndCuts) {
  const std::string sql =
      "SELECT kind, COUNT(*), AVG(y) FROM visits GROUP BY kind HAVING COUNT(*) > 100 "
      "ORDER BY AVG(y) DESC LIMIT 1";
  const Asked first = Answer(About(sql, "1"), Subjects(400), 1);
  EXPECT_EQ(first.table.noised.groups.size(), 3u);
  const Asked more = Answer(About(sql, "50"), Subjects(400), 2, &first);
  ASSERT_EQ(more.table.noised.groups.size(), 3u);
  EXPECT_NEAR(more.table.noised.groups[0].numbers[0], 200, 5);
  EXPECT_NEAR(more.table.noised.groups[2].numbers[0], 0, 5);
  ASSERT_EQ(more.table.rows.size(), 1u);
  EXPECT_NEAR(std::get<double>(more.table.rows[0][2].value), 50, 2);
}

// The groups that were shown are public by now: no selection, no delta, the same groups again.
TEST_F(TopUpTest, EarlierPrivateGroupsAreListed) {
  const std::string sql = "SELECT town, COUNT(*) FROM visits GROUP BY town";
  Rows rows = Subjects(600);
  const Asked first = Answer(About(sql, "0.5", "1e-6"), rows, 1);
  ASSERT_TRUE(first.table.selection.has_value());
  ASSERT_EQ(first.table.rows.size(), 2u);
  for (int64_t i = 0; i < 500; ++i) {  // a town that would be chosen now and was not shown then
    rows.push_back({1000 + i, std::string("a"), int64_t{1}, int64_t{50}, 2.0, true,
                    std::string("east"), int64_t{7}, true});
  }
  const Asked more = Answer(About(sql, "5"), rows, 2, &first);
  EXPECT_EQ(more.charged.delta, Delta());
  EXPECT_FALSE(more.table.selection.has_value());
  ASSERT_EQ(more.table.rows.size(), 2u);
  EXPECT_EQ(more.table.rows[0][0].value, Value(std::string("north")));
  EXPECT_EQ(more.table.noised.question, first.table.noised.question);
}

TEST_F(TopUpTest, AToppedUpAnswerIsToppedUpAgain) {
  const Asked first = Answer(About(kCount, "0.3"), Subjects(100), 1);
  const Asked second = Answer(About(kCount, "0.5"), Subjects(100), 2, &first);
  const Asked third = Answer(About(kCount, "1.3"), Subjects(100), 3, &second);
  EXPECT_NEAR(Epsilons(third.charged), 1.2, 1e-9);
  EXPECT_EQ(third.table.top_up->draws, 3);
}

// Two towns, two kinds: only the pairs that were shown come back.
TEST_F(TopUpTest, OnlyEarlierTuplesComeBack) {
  const std::string sql = "SELECT town, code, COUNT(*) FROM visits GROUP BY town, code";
  Rows rows = Subjects(600);
  for (std::vector<Value>& row : rows) {
    if (row[6] == Value(std::string("north"))) row[7] = int64_t{8};
  }
  const Asked first = Answer(About(sql, "0.5", "1e-6"), rows, 1);
  ASSERT_EQ(first.table.rows.size(), 2u);
  const Asked more = Answer(About(sql, "5"), rows, 2, &first);
  EXPECT_EQ(more.table.rows.size(), 2u);
}

// Of several private keys all combinations are drawn, within the limit of any question.
TEST_F(TopUpTest, KeysThatCombineToTooManyGroupsAreRefused) {
  const std::string sql = "SELECT town, code, COUNT(*) FROM visits GROUP BY town, code";
  EarlierAnswer earlier = Answer(About(sql, "0.5", "1e-6"), Subjects(600), 1).earlier();
  for (int64_t i = 0; i < 400; ++i) {
    earlier.noised.groups.push_back({{std::to_string(i), i}, {50.0}});
  }
  EXPECT_EQ(WhyNot(About(sql, "5"), earlier), Reason::kLimit);
}

TEST_F(TopUpTest, WhatCannotBeToppedUpIsRefused) {
  const Asked first = Answer(About(kCount, "0.3"), Subjects(100), 1);
  const EarlierAnswer earlier = first.earlier();
  EXPECT_EQ(WhyNot(About("SELECT COUNT(*) FROM visits WHERE y > 3", "1"), earlier),
            Reason::kRequest);
  EXPECT_EQ(WhyNot(About(kCount, "1"), earlier, DataVersion(2)), Reason::kRequest);
  EXPECT_EQ(WhyNot(About(kCount, "0.3"), earlier), Reason::kRequest) << "reached already";
  QueryRequest by_rho = About(kCount, "", "1e-9");
  by_rho.rho = "1";
  EXPECT_EQ(WhyNot(by_rho, earlier), Reason::kPrivacyParameter);
  EXPECT_EQ(WhyNot(About("SELECT MEDIAN(y) FROM visits", "1"), earlier), Reason::kUnsupported);
  EarlierAnswer many = earlier;
  many.noised.draws = 8;
  EXPECT_EQ(WhyNot(About(kCount, "1"), many), Reason::kUnsupported);
  const std::string towns = "SELECT town, COUNT(*) FROM visits GROUP BY town";
  const Asked none = Answer(About(towns, "0.5", "1e-6"), {}, 1);
  EXPECT_EQ(WhyNot(About(towns, "1"), none.earlier()), Reason::kRequest);
  const Asked gaussian = Answer(
      [&] {
        QueryRequest request = About(kCount, "", "1e-9");
        request.rho = "0.01";
        return request;
      }(),
      {}, 1);
  EXPECT_EQ(WhyNot(About(kCount, "1"), gaussian.earlier()), Reason::kPrivacyParameter);
}

// A statistic that is accurate enough is not drawn again.
TEST_F(TopUpTest, OnlyWhatIsMissingIsDrawn) {
  const std::string sql = "SELECT COUNT(*), SUM(y) FROM visits";
  const Asked first = Answer(About(sql, "1"), Subjects(100), 1);
  EarlierAnswer lopsided = first.earlier();
  lopsided.noised.noise[0].scales = {1e-3};
  QueryRequest request = About(sql, "2");
  request.top_up = RequestId("earlier");
  const auto query = Prepare(request, schema_, DataVersion(1), &lopsided);
  ASSERT_TRUE(query.ok()) << query.status();
  EXPECT_EQ(query->certificate.statistics().size(), 1u);
  EXPECT_EQ(query->certificate.statistics()[0].name, "sum(y)");
  EXPECT_EQ(query->top_up->fresh_of, (std::vector<int>{-1, 0}));
}

// The certificate and the release key name the earlier answer.
TEST_F(TopUpTest, AnotherEarlierAnswerIsAnotherRelease) {
  const Asked first = Answer(About(kCount, "0.3"), Subjects(100), 1);
  EarlierAnswer one = first.earlier();
  EarlierAnswer other = one;
  other.digest = Sha256("other bytes");
  QueryRequest request = About(kCount, "1");
  request.top_up = RequestId("earlier");
  const auto from_one = Prepare(request, schema_, DataVersion(1), &one);
  const auto from_other = Prepare(request, schema_, DataVersion(1), &other);
  ASSERT_TRUE(from_one.ok() && from_other.ok());
  EXPECT_NE(from_one->charge.release_key, from_other->charge.release_key);
  EXPECT_NE(from_one->charge.certificate, from_other->charge.certificate);
}

}  // namespace
}  // namespace tacit
