// Many callers, one budget: never a crumb too much, never a request paid twice.
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "tests/accountant/sample_ledger.h"

namespace tacit {
namespace {

using namespace sample;  // NOLINT: the fixture of the accountant's tests

constexpr int kThreads = 32;
constexpr int kFits = 400;  // of 0.01 each

// A budget for exactly kFits debits, of the dataset or of the analyst.
LineageTerms TermsThatFit(const std::string& dataset_limit, const std::string& analyst_limit) {
  LineageTerms terms = Terms();
  terms.limit = Pure(dataset_limit);
  terms.analysts = {{kAna, Pure(analyst_limit), Eps("1")}};
  return terms;
}

// Every thread asks for the same `requests` ids, each starting somewhere else. Returns receipts.
int Hammer(Accountant& accountant, int requests, std::atomic<int>& strange) {
  std::atomic<int> receipts = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < requests; ++i) {
        const int id = (i + t * requests / kThreads) % requests;
        const auto result = accountant.Spend(Ask("r" + std::to_string(id), "0.01"));
        if (result.ok()) {
          receipts += std::holds_alternative<SpendReceipt>(*result) ? 1 : 0;
          continue;
        }
        const Reason reason = ReasonOf(result.status());
        const bool expected =
            reason == Reason::kRequestInFlight || reason == Reason::kBudgetExhausted;
        strange += expected ? 0 : 1;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return receipts;
}

TEST(ContentionTest, AdmitsExactlyWhatFitsTheDataset) {
  const LedgerPaths paths = FreshPaths();
  {
    const auto accountant = NewLedger(paths, TermsThatFit("4", "9"));
    std::atomic<int> strange = 0;
    EXPECT_EQ(Hammer(*accountant, kFits + 100, strange), kFits);
    EXPECT_EQ(strange, 0);
    EXPECT_EQ(Spent(*accountant), Pure("4"));
    EXPECT_EQ(RowCount(*accountant), static_cast<size_t>(kFits + 2));
  }
  EXPECT_EQ(VerifyLedger(paths).value(), kFits + 2);
}

TEST(ContentionTest, AdmitsExactlyWhatFitsTheAnalyst) {
  const auto accountant = NewLedger(FreshPaths(), TermsThatFit("9", "4"));
  std::atomic<int> strange = 0;
  EXPECT_EQ(Hammer(*accountant, kFits + 100, strange), kFits);
  EXPECT_EQ(strange, 0);
  EXPECT_EQ(SpentBy(*accountant, kAna), Pure("4"));
}

TEST(ContentionTest, OneRequestIdRunsOnceAndEveryRetryGetsItsBytes) {
  const auto accountant = NewLedger(FreshPaths());
  const Charge charge = Ask("r1", "0.5");
  std::atomic<int> receipts = 0;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (bool answered = false; !answered;) {
        auto result = accountant->Spend(charge);
        if (!result.ok()) {
          wrong += ReasonOf(result.status()) == Reason::kRequestInFlight ? 0 : 1;
        } else if (auto* stored = std::get_if<StoredOutcome>(&*result)) {
          wrong += stored->bytes == "answer" ? 0 : 1;
          answered = true;
        } else {
          receipts += 1;
          wrong +=
              accountant
                      ->StoreOutcome(kSurvey, kAna, charge.request, OutcomeKind::kAnswer, "answer")
                      .ok()
                  ? 0
                  : 1;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(receipts, 1);
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(Spent(*accountant), Pure("0.5"));
}

TEST(ContentionTest, ReadersSeeOnlyWholeGroups) {
  const auto accountant = NewLedger(FreshPaths(), TermsThatFit("4", "4"));
  std::atomic<bool> done = false;
  std::atomic<int> torn = 0;
  std::thread reader([&] {
    while (!done) {
      const BudgetView view = accountant->DatasetBudget(kSurvey).value();
      torn += view.remaining == Remaining(view.limit, view.spent) ? 0 : 1;
      torn += view.spent.epsilon.pico() % Eps("0.01").pico() == 0 ? 0 : 1;
    }
  });
  std::atomic<int> strange = 0;
  Hammer(*accountant, 50, strange);
  done = true;
  reader.join();
  EXPECT_EQ(torn, 0);
}

}  // namespace
}  // namespace tacit
