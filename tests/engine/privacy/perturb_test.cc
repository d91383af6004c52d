#include "engine/privacy/perturb.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>

#include "accountant/accountant.h"
#include "accountant/refusal.h"
#include "engine/privacy/certify.h"
#include "engine/privacy/noise_view.h"
#include "tests/engine/privacy/plan_fixture.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

constexpr BoundingKey kKey{1, 2};

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
    LineageTerms terms{.dataset = DatasetId("visits"), .privacy_unit = "visits.subject"};
    terms.limit.epsilon = Nats(5000000);
    terms.analysts = {{AnalystId("*"), terms.limit, Nats(10000)}};
    ASSERT_TRUE(accountant_->AddPolicy(terms, "policy", "carol").ok());
    ASSERT_TRUE(accountant_->Publish(DatasetId("visits"), "carol").ok());
  }

  Certificate MakeCertificate(const std::string& plan_text, double upper = 1) {
    QueryPlan plan = VisitsPlan(3, {1, 1});
    plan.measure.statistics = {CountRows(Nats(500)), SumY(0, upper, 0, Nats(500))};
    return *Certify(plan, VisitsSchema(), Nats(1000), DataVersion(1), plan_text);
  }

  SpendReceipt Pay(const Certificate& certificate) {
    Charge charge{.dataset = DatasetId("visits"),
                  .analyst = AnalystId("alice"),
                  .request = RequestId(std::to_string(++requests_)),
                  .certificate = certificate.digest(),
                  .release_key = Sha256(std::to_string(requests_)),
                  .data_version = certificate.data_version(),
                  .policy_version = PolicyVersion(1),
                  .losses = certificate.losses()};
    absl::StatusOr<SpendResult> result = accountant_->Spend(charge);
    return std::get<SpendReceipt>(*std::move(result));
  }

  static Sealed<PartialSums> EmptySums(const Certificate& certificate) {
    static const NumberedUnits names({});
    static const auto hashes = HashGroups(VisitsPlan(3, {1, 1}).measure.keys, kKey);
    return UnitBounder(certificate, hashes, names, kKey).Finish();
  }

  std::unique_ptr<Accountant> accountant_;
  int requests_ = 0;
};

TEST_F(PerturbTest, EveryGroupOfEmptyDataGetsNoise) {
  const Certificate certificate = MakeCertificate("plan");
  RandomBits random = TapeForTest::Open(5);
  const auto release = Perturb(EmptySums(certificate), certificate, Pay(certificate), random);
  ASSERT_TRUE(release.ok()) << release.status();
  ASSERT_EQ(release->group_count(), 3);
  ASSERT_EQ(release->statistic_count(), 2);
  bool any = false;
  for (int64_t group = 0; group < 3; ++group) any = any || release->Value(group, 1) != 0;
  EXPECT_TRUE(any);
}

TEST_F(PerturbTest, AnswersLieOnThePublicLattice) {
  const Certificate certificate = MakeCertificate("plan", 0.3);
  RandomBits random = RandomBits::Open();
  const double grid = ViewNoise(certificate.sums()[1]).granularity;
  for (int i = 0; i < 200; ++i) {
    const auto release = Perturb(EmptySums(certificate), certificate, Pay(certificate), random);
    ASSERT_TRUE(release.ok());
    for (int64_t group = 0; group < 3; ++group) {
      const double steps = release->Value(group, 1) / grid;
      EXPECT_EQ(steps, std::nearbyint(steps));
      EXPECT_FALSE(release->Value(group, 0) == 0 && std::signbit(release->Value(group, 0)));
    }
  }
}

TEST_F(PerturbTest, RefusesAReceiptOfAnotherCertificate) {
  const Certificate paid = MakeCertificate("plan");
  const Certificate asked = MakeCertificate("another plan");
  RandomBits random = TapeForTest::Open(5);
  const auto release = Perturb(EmptySums(asked), asked, Pay(paid), random);
  EXPECT_EQ(ReasonOf(release.status()), Reason::kInternal);
}

TEST_F(PerturbTest, RefusesSumsOfAnotherCertificate) {
  const Certificate a = MakeCertificate("plan");
  const Certificate b = MakeCertificate("another plan");
  RandomBits random = TapeForTest::Open(5);
  EXPECT_FALSE(Perturb(EmptySums(b), a, Pay(a), random).ok());
}

TEST_F(PerturbTest, AReceiptBuysOneDraw) {
  const Certificate certificate = MakeCertificate("plan");
  RandomBits random = TapeForTest::Open(5);
  SpendReceipt receipt = Pay(certificate);
  ASSERT_TRUE(Perturb(EmptySums(certificate), certificate, std::move(receipt), random).ok());
  EXPECT_FALSE(receipt.valid());
  EXPECT_FALSE(Perturb(EmptySums(certificate), certificate, std::move(receipt), random).ok());
}

}  // namespace
}  // namespace tacit
