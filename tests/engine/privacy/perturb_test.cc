#include "engine/privacy/perturb.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <set>

#include "accountant/accountant.h"
#include "accountant/refusal.h"
#include "engine/privacy/quantile.h"
#include "tests/engine/privacy/bound_fixture.h"

namespace tacit {
namespace {

class PerturbTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string root = testing::TempDir() + "/perturb_" +
                             testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(root);
    std::filesystem::create_directories(root);
    const LedgerPaths paths{root + "/ledger", root + "/anchor"};
    ASSERT_TRUE(Accountant::Init(paths).ok());
    accountant_ = *Accountant::Open(paths);
    LineageTerms terms{.dataset = DatasetId("visits"),
                       .filter = Filter::kApproximate,
                       .privacy_unit = "visits.subject"};
    terms.limit = Amount{Nats(5000000), Millionths(900'000)};
    terms.analysts = {{AnalystId("*"), terms.limit, Nats(10000)}};
    ASSERT_TRUE(accountant_->AddPolicy(terms, "policy", "carol").ok());
    ASSERT_TRUE(accountant_->Publish(DatasetId("visits"), "carol").ok());
  }

  Certificate MakeCertificate(const std::string& plan_text, double upper = 1) {
    QueryPlan plan = VisitsPlan(3, {1, 1});
    AddTextFeature(plan);
    plan.measure.statistics = {CountRows(Nats(500)), SumY(0, upper, 0, Nats(500))};
    return MustCertify(plan, plan_text);
  }

  absl::StatusOr<SpendResult> Spend(const Certificate& certificate, DataVersion data_version) {
    Charge charge{.dataset = DatasetId("visits"),
                  .analyst = AnalystId("alice"),
                  .request = RequestId(std::to_string(++requests_)),
                  .certificate = certificate.digest(),
                  .release_key = Sha256(std::to_string(requests_)),
                  .data_version = data_version,
                  .policy_version = PolicyVersion(1),
                  .losses = certificate.losses()};
    return accountant_->Spend(charge);
  }

  SpendReceipt Pay(const Certificate& certificate) {
    return std::get<SpendReceipt>(*Spend(certificate, certificate.data_version()));
  }

  absl::StatusOr<Release> Run(const Certificate& certificate, uint32_t groups,
                              const std::vector<Row>& rows, RandomBits& random) {
    const VisitsData data(certificate, groups, rows);
    Sealed<PartialSums> sums = data.Bound();
    UnitBounder::CountDistinct(certificate, sums);
    return Perturb(std::move(sums), certificate, data.groups(), Pay(certificate), random);
  }

  // Empty data over as many public groups as the certificate has.
  absl::StatusOr<Release> RunEmpty(const Certificate& certificate, RandomBits& random) {
    const ListedGroups groups(std::vector<Value>(static_cast<size_t>(*certificate.group_count())));
    const NumberedUnits names({});
    const BoundingKey key{1, 2};
    const auto hashes = HashGroups(groups, key);
    return Perturb(UnitBounder(certificate, hashes, names, key).Finish(), certificate, groups,
                   Pay(certificate), random);
  }

  std::unique_ptr<Accountant> accountant_;
  int requests_ = 0;
};

const ListedGroups kThree({GroupLetter(0), GroupLetter(1), GroupLetter(2)});

// An accepted one would read as kInternal too.
bool IsRefused(const absl::StatusOr<Release>& release) {
  return !release.ok() && ReasonOf(release.status()) == Reason::kInternal;
}

Sealed<PartialSums> EmptySums(const Certificate& certificate) {
  return VisitsData(certificate, 3, {}).Bound();
}

TEST_F(PerturbTest, EveryGroupOfEmptyDataGetsNoise) {
  const Certificate certificate = MakeCertificate("plan");
  RandomBits random = TapeForTest::Open(5);
  const auto release = Run(certificate, 3, {}, random);
  ASSERT_TRUE(release.ok()) << release.status();
  ASSERT_EQ(release->group_count(), 3);
  std::set<double> numbers;
  for (int64_t group = 0; group < 3; ++group) {
    EXPECT_EQ(release->Keys(group), std::vector<Value>{GroupLetter(group)});
    numbers.insert(release->Number(group, 1));
  }
  EXPECT_EQ(numbers.size(), 3);  // real numbers of fine grain: equal ones would share their noise
}

// 10^5 groups, so as many draws: sums under both noises, and the cells of a quantile.
TEST_F(PerturbTest, AnswersLieOnThePublicLattice) {
  constexpr int64_t kGroups = 100'000;
  for (const NoiseKind noise : {NoiseKind::kLaplace, NoiseKind::kGaussian}) {
    QueryPlan plan = VisitsPlan(1, {1, 1});
    plan.measure.keys[0].values.clear();
    for (int64_t i = 0; i < kGroups; ++i) plan.measure.keys[0].values.emplace_back(i);
    Statistic quantile = MedianY(0, 9, Nats(100));
    quantile.integral = true;
    plan.measure.statistics = {CountRows(Nats(500)), SumY(0, 0.3, 0, Nats(500)), quantile};
    plan.measure.noise = noise;
    plan.measure.noise_delta = Millionths(1);
    const Certificate certificate = MustCertify(plan);
    RandomBits random = TapeForTest::Open(6);
    const auto release = RunEmpty(certificate, random);
    ASSERT_TRUE(release.ok()) << release.status();
    ASSERT_EQ(release->group_count(), kGroups);
    std::set<double> cells;
    for (int64_t i = 0; i < certificate.statistics()[2].cells; ++i) {
      cells.insert(ValueOfCell(certificate.statistics()[2], i));
    }
    std::set<double> chosen;
    for (int64_t group = 0; group < kGroups; ++group) {
      for (int statistic = 0; statistic < 2; ++statistic) {
        const double number = release->Number(group, statistic);
        const double steps = std::ldexp(
            number, -certificate.statistics()[static_cast<size_t>(statistic)].granularity_log2);
        ASSERT_EQ(steps, std::nearbyint(steps));
        ASSERT_FALSE(number == 0 && std::signbit(number));
      }
      chosen.insert(release->Number(group, 2));
    }
    EXPECT_EQ(chosen, cells);  // without rows every cell is as good, and nothing else is said
  }
}

TEST_F(PerturbTest, RealQuantilesComeFromTheirCells) {
  QueryPlan plan = VisitsPlan(3, {1, 1});
  AddTextFeature(plan);
  plan.measure.statistics = {MedianY(-0.7, 0.4, Nats(1000))};
  const Certificate certificate = MustCertify(plan);
  std::set<double> cells;
  for (int64_t i = 0; i < certificate.statistics()[0].cells; ++i) {
    cells.insert(ValueOfCell(certificate.statistics()[0], i));
  }
  std::vector<Row> rows;
  for (int64_t unit = 0; unit < 3000; ++unit) {
    rows.push_back({.unit = unit, .group = static_cast<uint32_t>(unit % 3), .y = 0.25});
  }
  RandomBits random = TapeForTest::Open(7);
  const auto release = Run(certificate, 3, rows, random);
  ASSERT_TRUE(release.ok());
  for (int64_t group = 0; group < 3; ++group) {
    EXPECT_TRUE(cells.contains(release->Number(group, 0)));
    EXPECT_NEAR(release->Number(group, 0), 0.25, 0.002);  // all 1000 rows lie in one cell
  }
}

TEST_F(PerturbTest, RefusesAReceiptOfAnotherCertificate) {
  const Certificate paid = MakeCertificate("plan");
  const Certificate asked = MakeCertificate("another plan");
  RandomBits random = TapeForTest::Open(5);
  RandomBits untouched = TapeForTest::Open(5);
  const auto release = Perturb(EmptySums(asked), asked, kThree, Pay(paid), random);
  EXPECT_TRUE(IsRefused(release));
  EXPECT_EQ(random.Next(), untouched.Next());  // nothing was drawn
}

TEST_F(PerturbTest, RefusesAReceiptOfAnotherDataVersion) {
  QueryPlan plan = VisitsPlan(3, {1, 1});
  AddTextFeature(plan);
  plan.measure.statistics = {CountRows(Nats(500))};
  // The same digest cannot come from two versions, so the receipt is of the right certificate only.
  const Certificate certificate = MustCertify(plan);
  ASSERT_TRUE(accountant_->Publish(DatasetId("visits"), "carol").ok());
  absl::StatusOr<SpendResult> result = Spend(certificate, DataVersion(2));
  ASSERT_TRUE(result.ok()) << result.status();
  RandomBits random = TapeForTest::Open(5);
  const auto release = Perturb(EmptySums(certificate), certificate, kThree,
                               std::get<SpendReceipt>(*std::move(result)), random);
  EXPECT_TRUE(IsRefused(release));
}

TEST_F(PerturbTest, RefusesSumsOfAnotherCertificate) {
  const Certificate a = MakeCertificate("plan");
  const Certificate b = MakeCertificate("another plan");
  RandomBits random = TapeForTest::Open(5);
  EXPECT_TRUE(IsRefused(Perturb(EmptySums(b), a, kThree, Pay(a), random)));
}

TEST_F(PerturbTest, AReceiptBuysOneDraw) {
  const Certificate certificate = MakeCertificate("plan");
  RandomBits random = TapeForTest::Open(5);
  SpendReceipt receipt = Pay(certificate);
  ASSERT_TRUE(
      Perturb(EmptySums(certificate), certificate, kThree, std::move(receipt), random).ok());
  EXPECT_FALSE(receipt.valid());
  EXPECT_TRUE(
      IsRefused(Perturb(EmptySums(certificate), certificate, kThree, std::move(receipt), random)));
}

// Groups of 3000, 0, 1 and 3000 units: a lone one is shown with a probability below 1e-6.
std::vector<Row> UnevenRows() {
  std::vector<Row> rows;
  for (int64_t unit = 0; unit < 6001; ++unit) {
    rows.push_back({.unit = unit, .group = unit == 6000 ? 2 : unit % 2 == 0 ? 0u : 3u, .y = 1});
  }
  return rows;
}

QueryPlan PrivateCounts(int deciding, NoiseKind noise = NoiseKind::kLaplace) {
  GroupSelection selection{.count = deciding, .delta = Delta::FromAtto(900'000'000'000)};
  if (deciding < 0) selection.epsilon = Nats(1000);
  QueryPlan plan = PrivateVisitsPlan({1, 1}, selection);
  AddTextFeature(plan);
  plan.measure.statistics = {SumY(0, 1, 0, Nats(1000)), CountRows(Nats(1000))};
  plan.measure.noise = noise;
  plan.measure.noise_delta = Millionths(1);
  return plan;
}

TEST_F(PerturbTest, SuppressedGroupsAreAbsentAndTheOthersKeepTheirNumbers) {
  for (const NoiseKind noise : {NoiseKind::kLaplace, NoiseKind::kGaussian}) {
    for (const int deciding : {-1, 0, 1}) {
      const Certificate certificate = MustCertify(PrivateCounts(deciding, noise));
      RandomBits random = TapeForTest::Open(8);
      const auto release = Run(certificate, 4, UnevenRows(), random);
      ASSERT_TRUE(release.ok()) << release.status();
      ASSERT_EQ(release->group_count(), 2) << deciding;
      EXPECT_EQ(release->Keys(0), std::vector<Value>{GroupLetter(0)});
      EXPECT_EQ(release->Keys(1), std::vector<Value>{GroupLetter(3)});
      for (int64_t group = 0; group < 2; ++group) {
        EXPECT_NEAR(release->Number(group, 0), 3000, 60);
        EXPECT_NEAR(release->Number(group, 1), 3000, 60);
      }
    }
  }
}

TEST_F(PerturbTest, FirstGroupsInKeyOrderAreShown) {
  QueryPlan plan = PrivateCounts(-1);
  plan.measure.groups_released_max = 1;
  RandomBits random = TapeForTest::Open(9);
  const auto release = Run(MustCertify(plan), 4, UnevenRows(), random);
  ASSERT_TRUE(release.ok());
  ASSERT_EQ(release->group_count(), 1);
  EXPECT_EQ(release->Keys(0), std::vector<Value>{GroupLetter(0)});
}

// A statistic decides by the number that is shown: no group below the threshold, each above it.
TEST_F(PerturbTest, TheShownNumberIsTheOneThatDecided) {
  const Certificate certificate = MustCertify(PrivateCounts(1));
  const auto threshold = static_cast<double>(certificate.selection()->threshold);
  std::vector<Row> rows;
  for (int64_t unit = 0; unit < 26 * 14; ++unit) {
    rows.push_back({.unit = unit, .group = static_cast<uint32_t>(unit % 26), .y = 1});
  }
  RandomBits random = TapeForTest::Open(10);
  int64_t shown = 0;
  for (int i = 0; i < 50; ++i) {
    const auto release = Run(certificate, 26, rows, random);
    ASSERT_TRUE(release.ok());
    shown += release->group_count();
    for (int64_t group = 0; group < release->group_count(); ++group) {
      EXPECT_GE(release->Number(group, 1), threshold);
      if (group > 0) {
        EXPECT_LT(release->Keys(group - 1), release->Keys(group));
      }
    }
  }
  EXPECT_GT(shown, 0);
  EXPECT_LT(shown, 50 * 26);
}

// What is drawn depends on the certificate and the groups, never on what they hold.
TEST_F(PerturbTest, DataDoesNotMoveTheTape) {
  QueryPlan laplace = PublicPlan(4, {2, 2});
  QueryPlan gaussian = PublicPlan(4, {2, 2}, NoiseKind::kGaussian);
  const QueryPlan plans[] = {laplace, gaussian, PrivateCounts(-1), PrivateCounts(0),
                             PrivateCounts(1, NoiseKind::kGaussian)};
  std::vector<Row> few;
  for (uint32_t group = 0; group < 4; ++group) few.push_back({.unit = group, .group = group});
  std::vector<Row> many;
  TestRandom rows(11);
  for (int64_t unit = 0; unit < 5000; ++unit) {
    many.push_back(
        {.unit = unit,
         .group = unit < 4 ? static_cast<uint32_t>(unit) : static_cast<uint32_t>(rows.Below(3)),
         .y = rows.Unit() * 100 - 50,
         .text = std::to_string(rows.Below(100))});
  }
  for (const QueryPlan& plan : plans) {
    const Certificate certificate = MustCertify(plan);
    RandomBits of_few = TapeForTest::Open(12);
    RandomBits of_many = TapeForTest::Open(12);
    ASSERT_TRUE(Run(certificate, 4, few, of_few).ok());
    ASSERT_TRUE(Run(certificate, 4, many, of_many).ok());
    EXPECT_EQ(of_few.Next(), of_many.Next()) << certificate.ToText();
  }
}

TEST_F(PerturbTest, NoGroupsAreNoRelease) {
  const Certificate certificate = MustCertify(PrivateCounts(-1));
  RandomBits random = TapeForTest::Open(13);
  const auto release = Run(certificate, 4, {}, random);
  ASSERT_TRUE(release.ok());
  EXPECT_EQ(release->group_count(), 0);
}

using PerturbDeathTest = PerturbTest;

TEST_F(PerturbDeathTest, GroupsOfAnotherNumberStopTheProcess) {
  const Certificate certificate = MakeCertificate("plan");
  RandomBits random = TapeForTest::Open(14);
  SpendReceipt receipt = Pay(certificate);  // here: the ledger's thread is not in the child
  const ListedGroups two({GroupLetter(0), GroupLetter(1)});
  EXPECT_DEATH(static_cast<void>(
                   Perturb(EmptySums(certificate), certificate, two, std::move(receipt), random)),
               "invariant");
}

TEST_F(PerturbDeathTest, ValuesThatWereNotCountedStopTheProcess) {
  QueryPlan plan = VisitsPlan(3, {1, 1});
  AddTextFeature(plan);
  plan.measure.statistics = {DistinctY(Nats(500))};
  const Certificate certificate = MustCertify(plan);
  RandomBits random = TapeForTest::Open(15);
  SpendReceipt receipt = Pay(certificate);
  EXPECT_DEATH(static_cast<void>(Perturb(VisitsData(certificate, 3, {{.unit = 1, .y = 2}}).Bound(),
                                         certificate, kThree, std::move(receipt), random)),
               "invariant");
}

}  // namespace
}  // namespace tacit
