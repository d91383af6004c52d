// Top-ups on neighbours: the earlier answer is public, so both sides start from its same bytes, and
// what is drawn anew must be explained by one unit like any other query.
#include <gtest/gtest.h>

#include <cmath>

#include "accountant/refusal.h"
#include "tests/privacy/neighbour_bench.h"
#include "tests/privacy/random_query.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

constexpr int kPairs = 800;  // times ten at night, like the others

struct Coverage {
  int pairs = 0;
  int differing = 0;
  int listed_groups = 0;  // private keys, public by now
  int gaussian = 0;
  int several = 0;
  int asked = 0;
  int refused = 0;

  void Add(const RandomAsk& ask, const PreparedQuery& query, const Replay& one,
           const Replay& other) {
    ++pairs;
    differing += one.sums != other.sums ? 1 : 0;
    listed_groups += ask.has_private_key ? 1 : 0;
    gaussian += query.plan.measure.noise == NoiseKind::kGaussian ? 1 : 0;
    several += query.certificate.statistics().size() > 1 ? 1 : 0;
  }
};

// Several times what the earlier answer was asked for, at a delta for either noise.
QueryRequest MoreThan(const RandomAsk& ask, bool is_gaussian) {
  QueryRequest more = ask.Request();
  more.top_up = RequestId("earlier");
  more.epsilon = is_gaussian ? "" : "30";
  more.rho = is_gaussian ? "8" : "";
  more.delta = is_gaussian ? "1e-3" : "";
  return more;
}

// The combined numbers differ by the fresh ones' share of what the sums differ, and where the sums
// do not, to the last bit.
std::string CombinedViolation(const PreparedQuery& query, const Replay& one, const Replay& other) {
  const NoisedGroups& left = one.table.noised;
  const NoisedGroups& right = other.table.noised;
  const std::vector<NoisedGroups::Group>& earlier = query.top_up->earlier.noised.groups;
  if (left.groups.size() != earlier.size() || right.groups.size() != earlier.size()) {
    return "other groups than the earlier answer's";
  }
  for (size_t at = 0; at < earlier.size(); ++at) {
    if (left.groups[at].keys != earlier[at].keys || right.groups[at].keys != earlier[at].keys) {
      return "another key than the earlier answer's";
    }
    for (size_t i = 0; i < earlier[at].numbers.size(); ++i) {
      const int drawn = query.top_up->fresh_of[i];
      const double apart = left.groups[at].numbers[i] - right.groups[at].numbers[i];
      if (drawn < 0) {
        if (apart != 0 || left.groups[at].numbers[i] != earlier[at].numbers[i]) {
          return "a number moved that was not drawn anew";
        }
        continue;
      }
      const CertifiedStatistic& fresh = query.certificate.statistics()[static_cast<size_t>(drawn)];
      const double most = query.top_up->weights[i] *
                          std::ldexp(static_cast<double>(fresh.linf), fresh.granularity_log2);
      const double rounding =
          1e-12 * (std::fabs(left.groups[at].numbers[i]) + std::fabs(right.groups[at].numbers[i]));
      if (std::fabs(apart) > most + rounding) return fresh.name + " moved by more than its share";
    }
  }
  return "";
}

TEST(TopUpReplayTest, OneUnitMovesTheFreshDrawAloneAndAsCertified) {
  TestRandom random(404);
  NeighbourBench bench;
  Coverage met;
  while (met.pairs < kPairs * SampleFactor()) {
    const DatasetSchema schema = TownsSchema({random.Between(1, 5), random.Between(1, 4)});
    const Rows rows = RandomRows(random, schema);
    if (rows.empty()) continue;
    const TablePtr whole = BuildTable(schema, rows);
    RandomAsk ask = RandomFullAsk(random);
    if (ask.has_private_key && ask.rho.empty()) {  // else few groups of so few units are shown
      ask.epsilon = "8";
      ask.delta = "0.2";
    }
    const absl::StatusOr<PreparedQuery> first = Prepare(ask.Request(), schema, DataVersion(1));
    if (!first.ok()) continue;
    EarlierAnswer earlier;
    earlier.noised = bench.Run(*first, *whole, 1, random.Below(~uint64_t{0})).table.noised;
    earlier.noised.question = first->question;
    earlier.digest = Sha256(ask.Sql());
    const bool is_gaussian = first->plan.measure.noise == NoiseKind::kGaussian;
    const absl::StatusOr<PreparedQuery> more =
        Prepare(MoreThan(ask, is_gaussian), schema, DataVersion(1), &earlier);
    ++met.asked;
    if (!more.ok()) {
      ++met.refused;  // medians, no groups, or accurate enough: decided before any row is read
      const Reason reason = ReasonOf(more.status());
      EXPECT_TRUE(reason == Reason::kUnsupported || reason == Reason::kRequest ||
                  reason == Reason::kPrivacyParameter)
          << ask.Sql() << " " << more.status();
      continue;
    }
    const std::vector<int64_t> subjects = SubjectsOf(rows);
    for (const int64_t gone : {subjects.front(), subjects[random.Below(subjects.size())]}) {
      const TablePtr rest = BuildTable(schema, WithSubjectEmptied(rows, gone));
      const uint64_t seed = random.Below(~uint64_t{0});
      const Replay one = bench.Run(*more, *whole, 1, seed);
      const Replay other = bench.Run(*more, *rest, 2, seed);
      met.Add(ask, *more, one, other);
      std::string violation = ViolationOf(*more, one, other);
      if (violation.empty()) violation = CombinedViolation(*more, one, other);
      ASSERT_EQ(violation, "") << ask.Sql() << " without " << gone;
    }
  }
  EXPECT_LT(met.refused, met.asked / 2);
  EXPECT_GT(met.differing, met.pairs / 3);
  EXPECT_GT(met.listed_groups, met.pairs / 20);
  EXPECT_GT(met.gaussian, met.pairs / 20);
  EXPECT_GT(met.several, met.pairs / 4);
  std::printf(
      "%d pairs: %d differ, %d of listed groups, %d Gaussian, %d of several sums; "
      "%d of %d refused\n",
      met.pairs, met.differing, met.listed_groups, met.gaussian, met.several, met.refused,
      met.asked);
}

}  // namespace
}  // namespace tacit
