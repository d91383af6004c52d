// Random questions on random databases, with and without one unit, with a frozen tape.
#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "accountant/refusal.h"
#include "tests/privacy/neighbour_bench.h"
#include "tests/privacy/random_dates.h"
#include "tests/privacy/random_math.h"
#include "tests/privacy/random_query.h"
#include "tests/privacy/random_texts.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

constexpr int kEmptiedPairs = 7000;  // times ten at night, like the others
constexpr int kRemovedPairs = 3000;
constexpr int kDatedPairs = 3000;
constexpr int kMathPairs = 2000;
constexpr int kTextPairs = 2000;
constexpr int kAsksPerDatabase = 8;

// What was met, so that a bench that meets nothing fails.
struct Coverage {
  int pairs = 0;
  int differing = 0;
  int private_groups = 0;
  int groups_changed = 0;
  int gaussian = 0;
  int quantiles = 0;
  int distinct = 0;
  int asked = 0;
  int refused = 0;

  void Add(const PreparedQuery& query, const Replay& one, const Replay& other) {
    ++pairs;
    differing += one.sums != other.sums ? 1 : 0;
    private_groups += query.certificate.selection().has_value() ? 1 : 0;
    groups_changed += one.shown != other.shown ? 1 : 0;
    gaussian += query.plan.measure.noise == NoiseKind::kGaussian ? 1 : 0;
    for (const CertifiedStatistic& statistic : query.certificate.statistics()) {
      quantiles += statistic.kind == MeasureKind::kQuantile ? 1 : 0;
      distinct += statistic.kind == MeasureKind::kDistinct ? 1 : 0;
    }
  }
};

// The unit with most rows, the first, the last, and a random one.
std::vector<int64_t> NeighboursOf(TestRandom& random, const Rows& rows) {
  std::map<int64_t, int> counts;
  for (const std::vector<Value>& row : rows) ++counts[std::get<int64_t>(row[0])];
  if (counts.empty()) return {};
  int64_t whale = counts.begin()->first;
  for (const auto& [subject, count] : counts) {
    if (count > counts[whale]) whale = subject;
  }
  const std::vector<int64_t> subjects = SubjectsOf(rows);
  return {whale, subjects.front(), subjects.back(), subjects[random.Below(subjects.size())]};
}

// Refusals come from the text and the schema alone: a WHERE that nothing satisfies, a rho that has
// no price, noise beyond integers.
void ExpectPublicRefusal(const absl::Status& status, const std::string& sql) {
  const Reason reason = ReasonOf(status);
  EXPECT_TRUE(reason == Reason::kMissingBounds || reason == Reason::kPrivacyParameter ||
              reason == Reason::kLimit)
      << sql << " " << status;
}

std::string Describe(const RandomAsk& ask, int64_t gone) {
  return ask.Sql() + " epsilon " + ask.epsilon + " delta " + ask.delta + " rho " + ask.rho +
         " without " + std::to_string(gone);
}

using Compare = std::function<std::string(const PreparedQuery&, const TablePtr& whole,
                                          const TablePtr& rest, uint64_t seed, Coverage&)>;

// Which databases, and what is asked of them.
struct World {
  DatasetSchema (*schema)(ContributionLimits);
  RandomAsk (*ask)(TestRandom&);
  Rows (*rows)(TestRandom&, const DatasetSchema&) = RandomRows;
};
constexpr World kTowns = {TownsSchema, RandomFullAsk};
constexpr World kDates = {DatedSchema, RandomDatedAsk};
constexpr World kMath = {TownsSchema, RandomMathAsk};
constexpr World kTexts = {TownsSchema, RandomTextAsk, RandomTextRows};

Coverage ForEachPair(const World& world, uint64_t seed, int pairs_wanted,
                     Rows (*without)(const Rows&, int64_t), const Compare& compare) {
  TestRandom random(seed);
  Coverage met;
  while (met.pairs < pairs_wanted * SampleFactor()) {
    const DatasetSchema schema = world.schema({random.Between(1, 5), random.Between(1, 4)});
    const Rows rows = world.rows(random, schema);
    const TablePtr whole = BuildTable(schema, rows);
    std::map<int64_t, TablePtr> rests;
    for (const int64_t gone : NeighboursOf(random, rows)) {
      rests[gone] = BuildTable(schema, without(rows, gone));
    }
    for (int asks = 0; asks < kAsksPerDatabase; ++asks) {
      const RandomAsk ask = world.ask(random);
      const absl::StatusOr<PreparedQuery> query = Prepare(ask.Request(), schema, DataVersion(1));
      ++met.asked;
      if (!query.ok()) {
        ++met.refused;
        ExpectPublicRefusal(query.status(), Describe(ask, 0));
        continue;
      }
      for (const auto& [gone, rest] : rests) {
        const std::string violation = compare(*query, whole, rest, random.Below(~uint64_t{0}), met);
        EXPECT_EQ(violation, "") << Describe(ask, gone);
        if (!violation.empty()) return met;
      }
    }
  }
  return met;
}

void ExpectEnough(const Coverage& met) {
  EXPECT_LT(met.refused, met.asked / 4);
  EXPECT_GT(met.differing, met.pairs / 3);
  EXPECT_GT(met.private_groups, met.pairs / 5);
}

// Replays both sides on one tape.
Compare Emptied() {
  return [bench = std::make_shared<NeighbourBench>()](const PreparedQuery& query,
                                                      const TablePtr& whole, const TablePtr& rest,
                                                      uint64_t seed, Coverage& met) {
    const Replay one = bench->Run(query, *whole, 1, seed);
    const Replay other = bench->Run(query, *rest, 2, seed);
    met.Add(query, one, other);
    return ViolationOf(query, one, other);
  };
}

TEST(NeighbourTest, OneUnitMovesWhatIsCertifiedAndNothingElse) {
  const Coverage met = ForEachPair(kTowns, 20260101, kEmptiedPairs, WithSubjectEmptied, Emptied());
  ExpectEnough(met);
  EXPECT_GT(met.groups_changed, met.pairs / 1000);
  EXPECT_GT(met.gaussian, met.pairs / 10);
  EXPECT_GT(met.quantiles, met.pairs / 100);
  EXPECT_GT(met.distinct, met.pairs / 4);
  RecordProperty("pairs", met.pairs);
  std::printf(
      "%d pairs: %d differ, %d of private groups, %d change what is shown, %d Gaussian, "
      "%d quantiles, %d distinct counts; %d of %d refused\n",
      met.pairs, met.differing, met.private_groups, met.groups_changed, met.gaussian, met.quantiles,
      met.distinct, met.refused, met.asked);
}

TEST(NeighbourTest, ARemovedUnitMovesSumsWithinTheCertificate) {
  const Coverage met =
      ForEachPair(kTowns, 77, kRemovedPairs, WithoutSubject,
                  [](const PreparedQuery& query, const TablePtr& whole, const TablePtr& rest,
                     uint64_t seed, Coverage& met) -> std::string {
                    const Replay one = MeasureOn(query, *whole, 1, seed);
                    const Replay other = MeasureOn(query, *rest, 2, seed);
                    met.Add(query, one, other);
                    if (one.word_after != other.word_after) return "measuring draws by the data";
                    return PreNoiseViolation(query, one, other);
                  });
  ExpectEnough(met);
  std::printf("%d pairs: %d differ, %d of private groups\n", met.pairs, met.differing,
              met.private_groups);
}

// Days, their months and their parts, as keys of both sorts, in WHERE and in aggregates.
TEST(NeighbourTest, OneUnitMovesWhatIsCertifiedOfDates) {
  const Coverage met = ForEachPair(kDates, 20240229, kDatedPairs, WithSubjectEmptied, Emptied());
  ExpectEnough(met);
  EXPECT_GT(met.groups_changed, met.pairs / 1000);
  std::printf(
      "%d pairs: %d differ, %d of private groups, %d change what is shown; %d of %d refused\n",
      met.pairs, met.differing, met.private_groups, met.groups_changed, met.refused, met.asked);
}

void ExpectEnoughGroups(const Coverage& met) {
  ExpectEnough(met);
  EXPECT_GT(met.groups_changed, met.pairs / 1000);
  std::printf(
      "%d pairs: %d differ, %d of private groups, %d change what is shown; %d of %d refused\n",
      met.pairs, met.differing, met.private_groups, met.groups_changed, met.refused, met.asked);
}

// Functions of numbers and casts, as keys of both sorts, in WHERE and in aggregates.
TEST(NeighbourTest, OneUnitMovesWhatIsCertifiedOfMath) {
  const Coverage met = ForEachPair(kMath, 20241126, kMathPairs, WithSubjectEmptied, Emptied());
  ExpectEnoughGroups(met);
}

// LIKE and functions of text, as keys of both sorts, in WHERE and in aggregates.
TEST(NeighbourTest, OneUnitMovesWhatIsCertifiedOfTexts) {
  const Coverage met = ForEachPair(kTexts, 20241125, kTextPairs, WithSubjectEmptied, Emptied());
  ExpectEnoughGroups(met);
}

// The bench itself: two units at once, or a unit beyond its limits, are not explained.
TEST(NeighbourTest, TheBenchSeesWhatOneUnitCannotDo) {
  TestRandom random(5);
  const DatasetSchema schema = TownsSchema({2, 1});
  Rows rows;
  for (int64_t subject = 1; subject <= 3; ++subject) {
    rows.push_back({subject, std::string("a"), int64_t{1}, int64_t{100}, 5.0, true,
                    std::string("oslo"), subject, true});
  }
  NeighbourBench bench;
  const auto seen = [&](const std::string& sql, const Rows& rest) {
    const auto query = Prepare({.dataset = DatasetId("visits"),
                                .analyst = AnalystId("alice"),
                                .sql = sql,
                                .epsilon = "1",
                                .delta = "1e-3"},
                               schema, DataVersion(1));
    EXPECT_TRUE(query.ok()) << query.status();
    return ViolationOf(*query, bench.Run(*query, *BuildTable(schema, rows), 1, 5),
                       bench.Run(*query, *BuildTable(schema, rest), 1, 5));
  };
  const Rows one_less = WithSubjectEmptied(rows, 1);
  const Rows two_less = WithSubjectEmptied(one_less, 2);
  const Rows all_less = WithSubjectEmptied(two_less, 3);
  const std::string counts = "SELECT COUNT(DISTINCT subject) FROM visits WHERE alive";
  EXPECT_EQ(seen(counts, one_less), "");
  EXPECT_NE(seen(counts, two_less), "");
  const std::string by_town = "SELECT town, SUM(y) FROM visits WHERE alive GROUP BY town";
  EXPECT_EQ(seen(by_town, one_less), "");
  EXPECT_NE(seen(by_town, two_less), "");
  const std::string by_code = "SELECT code, COUNT(*) FROM visits WHERE alive GROUP BY code";
  EXPECT_EQ(seen(by_code, one_less), "");
  EXPECT_NE(seen(by_code, all_less), "");
  EXPECT_NE(seen(by_code, WithoutSubject(rows, 1)), "");
  const std::string medians = "SELECT MEDIAN(y), COUNT(DISTINCT code) FROM visits WHERE alive";
  EXPECT_EQ(seen(medians, one_less), "");
  EXPECT_NE(seen(medians, two_less), "");
}

}  // namespace
}  // namespace tacit
