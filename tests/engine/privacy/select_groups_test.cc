#include "engine/privacy/select_groups.h"

#include <gtest/gtest.h>

#include <numeric>

#include "tests/engine/privacy/plan_fixture.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

constexpr int64_t kMany = int64_t{1} << 40;  // units that no noise hides

// Sums under `certificate` of which only the groups' units matter.
PartialSums UnitsOf(const Certificate& certificate, const std::vector<int64_t>& units) {
  PartialSums sums;
  const size_t slots = certificate.slots();
  sums.numbers.assign(units.size() * slots, 0);
  for (size_t group = 0; group < units.size(); ++group) {
    sums.numbers[group * slots + slots - 1] = units[group];
  }
  return sums;
}

Certificate OwnSelection(int64_t shown = 1000) {
  QueryPlan plan =
      PrivateVisitsPlan({2, 3}, {.epsilon = Nats(1000), .delta = Millionths(1)}, shown);
  plan.measure.statistics = {CountRows(Nats(500)), CountUnits(Nats(500))};
  return MustCertify(plan);
}

Certificate SelectionByCount(int count, int64_t shown = 1000) {
  QueryPlan plan = PrivateVisitsPlan({2, 3}, {.count = count, .delta = Millionths(1)}, shown);
  plan.measure.statistics = {CountRows(Nats(500)), CountUnits(Nats(250))};
  return MustCertify(plan);
}

using Groups = std::vector<uint32_t>;

TEST(SelectGroupsTest, PublicGroupsAreAllShownInOrder) {
  QueryPlan plan = VisitsPlan(5, {2, 3});
  plan.measure.statistics = {CountRows(Nats(500))};
  const Certificate certificate = MustCertify(plan);
  PartialSums sums;
  sums.numbers = {0, 5, 0, -3, 0};
  RandomBits random = TapeForTest::Open(1);
  RandomBits untouched = TapeForTest::Open(1);
  EXPECT_EQ(SelectGroups(certificate, sums, {}, random), (Groups{0, 1, 2, 3, 4}));
  EXPECT_EQ(random.Next(), untouched.Next());
}

TEST(SelectGroupsDeathTest, ANumberOfGroupsThatIsNotPublicStopsTheProcess) {
  QueryPlan plan = VisitsPlan(5, {2, 3});
  plan.measure.statistics = {CountRows(Nats(500))};
  const Certificate certificate = MustCertify(plan);
  PartialSums sums;
  sums.numbers = {0, 5, 0, 0};
  RandomBits random = TapeForTest::Open(1);
  EXPECT_DEATH(SelectGroups(certificate, sums, {}, random), "invariant");
}

TEST(SelectGroupsTest, ASelectionOfItsOwnLooksAtUnits) {
  const Certificate certificate = OwnSelection();
  PartialSums sums = UnitsOf(certificate, {0, kMany, 0, kMany, kMany, 0});
  // Other numbers of a group decide nothing.
  for (size_t group = 0; group < 6; ++group) {
    sums.numbers[group * certificate.slots()] = group % 2 == 0 ? 1000 * kMany : -1000 * kMany;
  }
  RandomBits random = TapeForTest::Open(2);
  EXPECT_EQ(SelectGroups(certificate, sums, {}, random), (Groups{1, 3, 4}));
  EXPECT_EQ(SelectGroups(certificate, UnitsOf(certificate, {}), {}, random), Groups());
}

TEST(SelectGroupsTest, TheFirstGroupsInKeyOrderAreShown) {
  RandomBits random = TapeForTest::Open(3);
  const Certificate own = OwnSelection(2);
  EXPECT_EQ(SelectGroups(own, UnitsOf(own, {0, kMany, kMany, kMany}), {}, random), (Groups{1, 2}));
  const Certificate by_count = SelectionByCount(0, 3);
  const std::vector<__int128> noised = {kMany, 0, kMany, kMany, kMany};
  EXPECT_EQ(SelectGroups(by_count, UnitsOf(by_count, {1, 1, 1, 1, 1}), noised, random),
            (Groups{0, 2, 3}));
}

TEST(SelectGroupsTest, AThresholdComparesTheDecidingStatistic) {
  const Certificate by_rows = SelectionByCount(0);
  const Certificate by_units = SelectionByCount(1);
  // Twice the noise and rows besides: another threshold.
  EXPECT_EQ(by_rows.statistics()[0].linf, 3);
  EXPECT_EQ(by_units.statistics()[1].linf, 1);
  ASSERT_NE(by_rows.selection()->threshold, by_units.selection()->threshold);
  for (const Certificate* certificate : {&by_rows, &by_units}) {
    const int64_t threshold = certificate->selection()->threshold;
    const std::vector<__int128> noised = {threshold - 1, threshold, threshold + 1, kMany, -kMany};
    RandomBits random = TapeForTest::Open(4);
    RandomBits untouched = TapeForTest::Open(4);
    // A group without units is not shown, nor are units without a noised count that reaches.
    EXPECT_EQ(
        SelectGroups(*certificate, UnitsOf(*certificate, {9, 1, 7, 0, kMany}), noised, random),
        (Groups{1, 2}));
    EXPECT_EQ(random.Next(), untouched.Next());  // the count's noise was drawn already
  }
}

TEST(SelectGroupsTest, DrawsTheSameWhateverTheUnits) {
  const Certificate certificate = OwnSelection(1);
  RandomBits empty_stream = TapeForTest::Open(5);
  RandomBits full_stream = TapeForTest::Open(5);
  SelectGroups(certificate, UnitsOf(certificate, std::vector<int64_t>(300, 0)), {}, empty_stream);
  SelectGroups(certificate, UnitsOf(certificate, std::vector<int64_t>(300, kMany)), {},
               full_stream);
  EXPECT_EQ(empty_stream.Next(), full_stream.Next());
}

}  // namespace
}  // namespace tacit
