#include "accountant/lease/decide_lease.h"

#include <gtest/gtest.h>

#include "tests/accountant/lease/sample_lease.h"

namespace tacit {
namespace {

using namespace sample;  // NOLINT: the fixture of this folder
using ledger::Row;
using ledger::State;

constexpr int64_t kNow = 1'700'000'000;

State Published() { return PublishedState(ApproximateTerms()); }

TEST(DecideLeaseTest, ALeaseRowHoldsTheChargeTheJobAndTheSteps) {
  const LeaseCharge lease = AskSteps("r1", 7);
  std::vector<Row> rows;
  const auto decision = DecideLease(Published(), lease, HeldLeases(), kNow, rows);
  ASSERT_TRUE(decision.ok()) << decision.status();
  EXPECT_EQ(decision->outcome_sequence, 0);
  EXPECT_EQ(decision->dataset_charged, PriceOf(lease));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].actor, "ana");
  const auto& row = std::get<ledger::LeaseRow>(rows[0].body);
  EXPECT_EQ(row.job, kJob);
  EXPECT_EQ(row.steps, 7);
  EXPECT_EQ(row.debit.losses, lease.charge.losses);
  EXPECT_EQ(row.debit.certificate, lease.charge.certificate);
  EXPECT_EQ(row.debit.charged, PriceOf(lease));
  EXPECT_EQ(row.debit.by_track,
            PriceOn(PolicyRowOf(ApproximateTerms()).tracks, lease.charge.losses));
}

TEST(DecideLeaseTest, ALeaseIsHeldUntilItsTokenIsLetGoOf) {
  const Charge charge = AskSteps("r1", 7).charge;
  HeldLeases held;
  EXPECT_FALSE(held.IsHeld(charge));
  auto token = std::make_shared<const bool>(true);
  held.Add(charge, token);
  EXPECT_TRUE(held.IsHeld(charge));
  EXPECT_FALSE(held.IsHeld(As(charge, kBob)));
  token.reset();
  EXPECT_FALSE(held.IsHeld(charge));
}

TEST(DecideLeaseTest, AKnownRequestAddsNoRow) {
  State state = Published();
  const LeaseCharge lease = AskSteps("r1", 7);
  std::vector<Row> rows;
  HeldLeases held;
  ASSERT_TRUE(DecideLease(state, lease, held, kNow, rows).ok());
  ASSERT_TRUE(state.Apply(3, rows[0]).ok());
  rows.clear();
  EXPECT_EQ(WhyNot(DecideLease(state, lease, held, kNow, rows).status()), Reason::kLeaseEnded);
  const auto token = std::make_shared<const bool>(true);
  held.Add(lease.charge, token);
  EXPECT_EQ(WhyNot(DecideLease(state, lease, held, kNow, rows).status()), Reason::kRequestInFlight);
  // Held or not, after a restart nobody has it.
  state.MarkOpened(3);
  EXPECT_EQ(WhyNot(DecideLease(state, lease, held, kNow, rows).status()), Reason::kLeaseEnded);
  EXPECT_TRUE(rows.empty());
}

}  // namespace
}  // namespace tacit
