#include "engine/privacy/mechanisms/truncated_geometric.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "accountant/loss/selection.h"
#include "accountant/refusal.h"
#include "tests/support/statistics.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

const int64_t kDraws = 1'000'000 * SampleFactor();

Epsilon Nats(double nats) { return Epsilon::FromPico(static_cast<int64_t>(nats * 1e12)); }
Delta DeltaOf(double delta) { return Delta::FromAtto(static_cast<int64_t>(delta * 1e18)); }

int64_t CountKept(const TruncatedGeometricLoss& loss, int64_t units, RandomBits& random,
                  int64_t draws) {
  const std::vector<int64_t> all(static_cast<size_t>(draws), units);
  std::vector<uint8_t> keep(all.size());
  KeepByTruncatedGeometric(all, loss.scale, loss.bound, random, absl::MakeSpan(keep));
  return std::count(keep.begin(), keep.end(), 1);
}

TEST(TruncatedGeometricTest, KeepsWithTheStatedProbability) {
  const TruncatedGeometricLoss cases[] = {*CalibrateTruncatedGeometric(1, Nats(1), DeltaOf(1e-2)),
                                          *CalibrateTruncatedGeometric(3, Nats(1), DeltaOf(1e-5)),
                                          *CalibrateTruncatedGeometric(1, Nats(3), DeltaOf(1e-3)),
                                          *CalibrateTruncatedGeometric(1, Nats(0.1), DeltaOf(0.5))};
  uint64_t seed = 0;
  for (const TruncatedGeometricLoss& loss : cases) {
    const int64_t bound = loss.bound;
    for (const int64_t units :
         {int64_t{1}, bound / 2, bound, bound + 1, 3 * bound / 2, 2 * bound}) {
      const double p = KeepProbability(loss, units);
      const auto trials = static_cast<double>(kDraws);
      if (trials * std::min(p, 1 - p) < 20) continue;  // too rare for the normal law
      RandomBits random = TapeForTest::Open(++seed);
      const int64_t kept = CountKept(loss, units, random, kDraws);
      EXPECT_LT(std::fabs(BinomialDeviation(kept, kDraws, p)), kNormalTwoSided)
          << units << " of " << bound;
    }
  }
  EXPECT_GE(seed, 16);
}

// One unit at the edge: kept with probability P[X = bound] and no more, which is what delta pays.
TEST(TruncatedGeometricTest, TheTestNoticesABoundThatIsOneTooSmall) {
  const auto loss = *CalibrateTruncatedGeometric(1, Nats(1), DeltaOf(1e-2));
  TruncatedGeometricLoss narrower = loss;
  --narrower.bound;
  RandomBits random = TapeForTest::Open(40);
  const int64_t kept = CountKept(narrower, 1, random, kDraws);
  EXPECT_GT(BinomialDeviation(kept, kDraws, KeepProbability(loss, 1)), kNormalTwoSided);
}

TEST(TruncatedGeometricTest, NeverKeepsAnEmptyGroupAndAlwaysALargeOne) {
  uint64_t seed = 50;
  for (const double epsilon : {0.01, 0.3, 2.0, 20.0}) {
    for (const double delta : {1e-9, 1e-3, 0.5, 0.99}) {
      const auto loss = *CalibrateTruncatedGeometric(1, Nats(epsilon), DeltaOf(delta));
      RandomBits random = TapeForTest::Open(++seed);
      EXPECT_EQ(CountKept(loss, 0, random, 20'000), 0);
      EXPECT_EQ(CountKept(loss, -1, random, 2'000), 0);
      EXPECT_EQ(CountKept(loss, 2 * loss.bound + 1, random, 20'000), 20'000);
      EXPECT_EQ(CountKept(loss, int64_t{1} << 40, random, 2'000), 2'000);
    }
  }
}

TEST(TruncatedGeometricTest, DrawsTheSameWhateverTheUnits) {
  const auto loss = *CalibrateTruncatedGeometric(2, Nats(0.5), DeltaOf(1e-6));
  for (const size_t groups : {size_t{1}, size_t{255}, size_t{257}, size_t{1000}}) {
    RandomBits empty_stream = TapeForTest::Open(60);
    RandomBits full_stream = TapeForTest::Open(60);
    std::vector<uint8_t> keep(groups);
    const std::vector<int64_t> empty(groups, 0);
    std::vector<int64_t> full(groups, 1000);
    full[groups / 2] = loss.bound;
    KeepByTruncatedGeometric(empty, loss.scale, loss.bound, empty_stream, absl::MakeSpan(keep));
    KeepByTruncatedGeometric(full, loss.scale, loss.bound, full_stream, absl::MakeSpan(keep));
    EXPECT_EQ(empty_stream.Next(), full_stream.Next());
  }
}

TEST(TruncatedGeometricTest, TheCalibratedLossHasAPriceWithinWhatIsAsked) {
  TestRandom random(7);
  for (int trial = 0; trial < 5000; ++trial) {
    const int64_t groups = int64_t{1} << random.Between(0, 20);
    const Epsilon epsilon = Nats(0.01 * std::pow(1000, random.Unit()));
    const Delta delta =
        random.Chance(0.1) ? DeltaOf(0.5) : DeltaOf(std::pow(10, -random.Unit() * 15));
    const auto loss = CalibrateTruncatedGeometric(groups, epsilon, delta);
    ASSERT_TRUE(loss.ok()) << loss.status();
    const auto price = PriceRoundUp(*loss);
    ASSERT_TRUE(price.has_value());
    EXPECT_TRUE(Within(*price, {epsilon, delta}));
    EXPECT_EQ(price->delta, delta);
    EXPECT_GE(static_cast<double>(price->epsilon.pico()),
              static_cast<double>(epsilon.pico()) * (1 - 1e-9));
    // No wider than needed, but for the sampler: it takes bounds that are not below the scale.
    const auto wide = (loss->scale.numerator >> loss->scale.denominator_log2) + 1;
    EXPECT_GE(loss->bound, wide);
    TruncatedGeometricLoss narrower = *loss;
    --narrower.bound;
    EXPECT_TRUE(loss->bound == wide || !PriceRoundUp(narrower).has_value());
  }
}

// A delta that pays for any bound is no reason for one that the sampler cannot draw.
TEST(TruncatedGeometricTest, ASillyDeltaWidensTheBoundToTheScale) {
  for (const double epsilon : {0.001, 0.01, 1.0, 100.0}) {
    const auto loss = CalibrateTruncatedGeometric(1, Nats(epsilon), DeltaOf(0.5));
    ASSERT_TRUE(loss.ok());
    EXPECT_GT(static_cast<double>(loss->bound), 1 / epsilon);
    EXPECT_TRUE(PriceRoundUp(*loss).has_value());
    RandomBits random = TapeForTest::Open(70);
    EXPECT_GE(CountKept(*loss, loss->bound + 1, random, 1000), 1);
  }
}

TEST(TruncatedGeometricTest, RefusesWhatWouldNotHide) {
  const auto why = [](int64_t groups, Epsilon epsilon, Delta delta) {
    return ReasonOf(CalibrateTruncatedGeometric(groups, epsilon, delta).status());
  };
  EXPECT_EQ(why(1, Epsilon(), DeltaOf(0.1)), Reason::kPrivacyParameter);
  EXPECT_EQ(why(0, Nats(1), DeltaOf(0.1)), Reason::kMissingBounds);
  EXPECT_EQ(why(1, Nats(1), Delta()), Reason::kLimit);
  EXPECT_EQ(why(int64_t{1} << 31, Epsilon::FromPico(1), DeltaOf(1e-9)), Reason::kLimit);
}

}  // namespace
}  // namespace tacit
