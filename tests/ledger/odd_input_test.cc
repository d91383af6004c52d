// Names, amounts and calls that nobody should send: each is refused without a trace, or
// means exactly what it says, also after a restart.
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/accountant/sample_ledger.h"
#include "tests/ledger/faults/extent.h"
#include "tests/ledger/faults/image.h"

namespace tacit {
namespace {

using namespace sample;  // NOLINT: the fixture of the accountant's tests

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();

// Texts that mean something to a C string, a database, a terminal or a file system.
std::vector<std::string> OddTexts() {
  return {"",
          std::string("\0", 1),
          std::string("a\0b", 3),
          "a",
          "A",
          " a",
          "a ",
          "*",
          "a\n",
          "\x1b[2J",
          "\xff\xfe",
          "caf\xc3\xa9",
          "cafe\xcc\x81",
          "'; DROP TABLE ledger_row; --",
          "../../ledger.db",
          std::string(255, 'x'),
          std::string(256, 'x'),
          std::string(1 << 20, 'x')};
}

class OddInputTest : public testing::Test {
 protected:
  const faults::Scratch scratch_;
  const LedgerPaths paths_ = scratch_.paths();
};

TEST_F(OddInputTest, EveryRequestIdIsItselfAloneOrRefused) {
  auto accountant = NewLedger(paths_);
  std::vector<std::string> admitted;
  for (const std::string& id : OddTexts()) {
    const Charge charge = Ask(id, "0.01");
    const size_t rows = RowCount(*accountant);
    if (id.empty() || id.size() > 255) {
      EXPECT_EQ(WhyNot(accountant->Spend(charge).status()), Reason::kRequest);
      EXPECT_EQ(RowCount(*accountant), rows);
      continue;
    }
    MustDebit(*accountant, charge);
    MustStore(*accountant, charge, "answer to " + id);
    admitted.push_back(id);
  }
  const auto expect_all = [&] {
    for (const std::string& id : admitted) {
      EXPECT_EQ(MustRecall(*accountant, Ask(id, "0.01")).bytes, "answer to " + id);
    }
    EXPECT_EQ(Spent(*accountant).epsilon.pico(),
              Eps("0.01").pico() * static_cast<int64_t>(admitted.size()));
  };
  expect_all();
  accountant.reset();
  EXPECT_TRUE(VerifyLedger(paths_).ok());
  accountant = MustOpen(paths_);
  expect_all();
}

TEST_F(OddInputTest, EveryAnalystHasHisOwnTotal) {
  LineageTerms terms = Terms();
  terms.limit = Pure("100");
  auto accountant = NewLedger(paths_, terms);
  std::map<AnalystId, Amount> totals;
  int number = 0;
  for (const std::string& name : OddTexts()) {
    const AnalystId analyst(name);
    const std::string cost = "0.0" + std::to_string(10 + number++);
    const Charge charge = As(Ask("r", cost), analyst);
    if (name.empty() || name == "*") {
      EXPECT_EQ(WhyNot(accountant->Spend(charge).status()), Reason::kNotFound);
      continue;
    }
    MustDebit(*accountant, charge);
    totals[analyst] = Pure(cost);
  }
  accountant.reset();
  accountant = MustOpen(paths_);
  for (const auto& [analyst, total] : totals) EXPECT_EQ(SpentBy(*accountant, analyst), total);
}

TEST_F(OddInputTest, ADatasetWithAnOddNameIsRefusedOrItself) {
  auto accountant = NewLedger(paths_);
  std::vector<DatasetId> made;
  for (const std::string& name : OddTexts()) {
    LineageTerms terms = Terms();
    terms.dataset = DatasetId(name);
    Charge charge = Ask("r", "0.5");
    charge.dataset = terms.dataset;
    EXPECT_EQ(WhyNot(accountant->Spend(charge).status()), Reason::kNotFound);
    EXPECT_EQ(WhyNot(accountant->Publish(terms.dataset, "curator").status()), Reason::kNotFound);
    if (!accountant->CheckPolicy(terms).ok()) {
      EXPECT_EQ(WhyNot(accountant->AddPolicy(terms, "", "curator").status()),
                Reason::kPolicyInvalid);
      continue;
    }
    ASSERT_TRUE(accountant->AddPolicy(terms, name, name).ok());
    ASSERT_TRUE(accountant->Publish(terms.dataset, name).ok());
    MustDebit(*accountant, charge);
    made.push_back(terms.dataset);
  }
  EXPECT_GE(made.size(), 8u);
  accountant.reset();
  accountant = MustOpen(paths_);
  for (const DatasetId& dataset : made) {
    EXPECT_EQ(accountant->DatasetBudget(dataset)->spent, Pure("0.5"));
    EXPECT_EQ(accountant->Log(dataset, 0, 100)->size(), 3u);
  }
  EXPECT_EQ(Spent(*accountant), Amount());
}

// There is nothing to call. What stores an outcome is the only thing that names a debit, and it
// gives nothing back.
template <typename Ledger>
concept CanRefund = requires(Ledger ledger, Charge charge) {
  ledger.Refund(charge);
}
|| requires(Ledger ledger, Charge charge) { ledger.Cancel(charge); };
static_assert(!CanRefund<Accountant>);

TEST_F(OddInputTest, AnOutcomeForAnUnknownRequestChangesNothing) {
  const auto accountant = NewLedger(paths_);
  MustDebit(*accountant, Ask("known", "0.5"));
  const size_t rows = RowCount(*accountant);
  for (const std::string& id : OddTexts()) {
    for (const OutcomeKind kind : {OutcomeKind::kAnswer, OutcomeKind::kFailure}) {
      for (const auto& [dataset, analyst] : {std::pair{kSurvey, kAna},
                                             {kSurvey, kBob},
                                             {kSurvey, AnalystId("*")},
                                             {DatasetId("other"), kAna}}) {
        EXPECT_EQ(WhyNot(accountant->StoreOutcome(dataset, analyst, RequestId(id), kind, "refund")),
                  Reason::kInternal);
      }
    }
  }
  EXPECT_EQ(WhyNot(accountant->StoreOutcome(kSurvey, kBob, RequestId("known"),
                                            OutcomeKind::kFailure, "refund")),
            Reason::kInternal);
  EXPECT_EQ(RowCount(*accountant), rows);
  EXPECT_EQ(Spent(*accountant), Pure("0.5"));
}

TEST_F(OddInputTest, AFailureGivesNothingBack) {
  const auto accountant = NewLedger(paths_);
  MustDebit(*accountant, Ask("r1", "0.5"));
  MustStore(*accountant, Ask("r1", "0.5"), "failed", OutcomeKind::kFailure);
  EXPECT_EQ(Spent(*accountant), Pure("0.5"));
  EXPECT_EQ(SpentBy(*accountant, kAna), Pure("0.5"));
}

TEST_F(OddInputTest, EveryTextOfAnAmountIsExactOrRefused) {
  for (const char* text :
       {"nan", "-nan", "inf", "-inf", "-0", "-0.0", "-1", "-1e-300", "1e308", "9223372036854775807",
        "18446744073709551616", "1e2147483648", "1e-2147483649"}) {
    for (const Rounding rounding : {Rounding::kCost, Rounding::kLimit}) {
      EXPECT_FALSE(Epsilon::Parse(text, rounding).ok()) << text;
      EXPECT_FALSE(Delta::Parse(text, rounding).ok()) << text;
    }
  }
  // A subnormal cost is a whole unit, a subnormal limit none.
  for (const char* text : {"5e-324", "2.2250738585072011e-308"}) {
    EXPECT_EQ(Epsilon::Parse(text, Rounding::kCost)->pico(), 1) << text;
    EXPECT_EQ(Epsilon::Parse(text, Rounding::kLimit)->pico(), 0) << text;
    EXPECT_EQ(Delta::Parse(text, Rounding::kCost)->atto(), 1) << text;
    EXPECT_EQ(Delta::Parse(text, Rounding::kLimit)->atto(), 0) << text;
  }
}

// Losses with every extreme in every field.
std::vector<MechanismLoss> ExtremeLosses() {
  const std::vector<int64_t> numbers = {kLeast, -1, 0, 1, (int64_t{1} << 62) - 1, kMost};
  std::vector<MechanismLoss> losses;
  for (const int64_t a : numbers) {
    for (const int64_t b : numbers) {
      for (const int shift : {-1, 0, 62, 63, std::numeric_limits<int>::max()}) {
        const LaplaceScale scale{b, shift};
        losses.emplace_back(DiscreteLaplaceLoss{a, scale});
        losses.emplace_back(NoisyMaxLoss{a, 1, scale});
        losses.emplace_back(NoisyMaxLoss{1, a, scale});
        losses.emplace_back(TruncatedGeometricLoss{a, scale, b, Delta::FromAtto(1)});
        losses.emplace_back(ThresholdLoss{a, b, scale, Delta::FromAtto(kMost)});
      }
      losses.emplace_back(ThresholdLoss{a, b, GaussianSigma{a}, Delta::FromAtto(1)});
      losses.emplace_back(
          DiscreteGaussianLoss{{{a, b, 1}, {1, a, b}}, Eps("1"), Delta::FromAtto(9)});
    }
  }
  losses.emplace_back(PureLoss{});
  losses.emplace_back(PureLoss{Epsilon::FromPico(1)});
  losses.emplace_back(PureLoss{Epsilon::FromPico(kMost)});
  losses.emplace_back(DiscreteGaussianLoss{});
  return losses;
}

TEST_F(OddInputTest, AnExtremeCostIsRefusedOrChargedInFull) {
  LineageTerms terms = ApproximateTerms();
  const auto accountant = NewLedger(paths_, terms);
  Amount spent;
  int admitted = 0;
  int number = 0;
  for (const MechanismLoss& loss : ExtremeLosses()) {
    Charge charge = Ask("r" + std::to_string(number++), "1");
    charge.losses = {loss};
    const auto result = accountant->Spend(charge);
    if (result.ok()) {
      const std::optional<Amount> price = PriceRoundUp(loss);
      ASSERT_TRUE(price.has_value()) << ToText(loss);
      EXPECT_GT(price->epsilon, Epsilon()) << ToText(loss);
      spent = AddSaturating(spent, *price);
      ++admitted;
    } else {
      const Reason reason = ReasonOf(result.status());
      EXPECT_TRUE(reason == Reason::kPrivacyParameter || reason == Reason::kBudgetExhausted)
          << ToText(loss) << ": " << result.status();
    }
    ASSERT_EQ(Spent(*accountant), spent) << ToText(loss);
    ASSERT_TRUE(Within(spent, terms.limit.amount)) << ToText(loss);
  }
  EXPECT_GT(admitted, 0);
}

TEST_F(OddInputTest, ManyLargestCostsDoNotWrapAround) {
  const auto accountant = NewLedger(paths_);
  for (const size_t count : {2u, 3u, 4u, 1000u}) {
    Charge charge = Ask("r" + std::to_string(count), "1");
    for (const Epsilon& epsilon : {Epsilon::FromPico(kMost), Eps("9000000")}) {
      charge.losses.clear();
      for (size_t i = 0; i < count; ++i) charge.losses.emplace_back(PureLoss{epsilon});
      EXPECT_EQ(WhyNot(accountant->Spend(charge).status()), Reason::kPrivacyParameter);
    }
  }
  EXPECT_EQ(Spent(*accountant), Amount());
}

TEST_F(OddInputTest, AnExtremeLimitIsRefused) {
  const auto accountant = NewLedger(paths_);
  const size_t rows = RowCount(*accountant);
  for (const int64_t pico : {int64_t{0}, int64_t{9'000'000'000'000'000'001}, kMost}) {
    LineageTerms terms = Terms();
    terms.limit.amount.epsilon = Epsilon::FromPico(pico);
    EXPECT_EQ(WhyNot(accountant->AddPolicy(terms, "", "c").status()), Reason::kPolicyInvalid);
    terms = Terms();
    terms.analysts[0].limit.amount.epsilon = Epsilon::FromPico(pico);
    EXPECT_EQ(WhyNot(accountant->AddPolicy(terms, "", "c").status()), Reason::kPolicyInvalid);
    terms = Terms();
    terms.analysts[0].per_query_max = Epsilon::FromPico(pico);
    EXPECT_EQ(WhyNot(accountant->AddPolicy(terms, "", "c").status()), Reason::kPolicyInvalid);
  }
  EXPECT_EQ(RowCount(*accountant), rows);
}

// Whatever is called in whatever order, no total ever falls or passes its limit.
TEST_F(OddInputTest, NoTotalEverFalls) {
  std::mt19937_64 random(faults::Seed());
  auto accountant = NewLedger(paths_);
  Amount dataset;
  Amount analyst;
  for (int i = 0; i < (faults::IsWhole() ? 5'000 : 1'000); ++i) {
    const std::string id = std::to_string(random() % 60);
    const Charge charge = As(
        WithKey(Ask(id, "0.0" + std::to_string(1 + random() % 3)), std::to_string(random() % 20)),
        random() % 2 == 0 ? kAna : kBob);
    switch (random() % 8) {
      case 0:
        (void)accountant->StoreOutcome(kSurvey, charge.analyst, charge.request,
                                       static_cast<OutcomeKind>(random() % 2), "x");
        break;
      case 1:
        (void)accountant->AddPolicy(Terms(), "again", "curator");
        break;
      case 2:
        (void)accountant->Check(charge);
        break;
      case 3:
        accountant.reset();
        accountant = MustOpen(paths_);
        break;
      default:
        (void)accountant->Spend(charge);
    }
    const Amount dataset_now = Spent(*accountant);
    const Amount analyst_now = SpentBy(*accountant, kAna);
    ASSERT_TRUE(Within(dataset, dataset_now) && Within(dataset_now, Terms().limit.amount)) << i;
    ASSERT_TRUE(Within(analyst, analyst_now) && Within(analyst_now, Pure("2"))) << i;
    dataset = dataset_now;
    analyst = analyst_now;
  }
  EXPECT_GT(dataset.epsilon, Epsilon());
}

}  // namespace
}  // namespace tacit
