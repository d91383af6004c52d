#include "accountant/lease/lease.h"

#include <gtest/gtest.h>

#include <ostream>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "tests/accountant/lease/sample_lease.h"

namespace tacit {
namespace {

using namespace sample;  // NOLINT: the fixture of this folder

// Neither can be defaulted, copied, assigned, or forged from its parts.
template <typename T>
constexpr bool kIsMoveOnly =
    !std::is_default_constructible_v<T> && !std::is_copy_constructible_v<T> &&
    !std::is_copy_assignable_v<T> && !std::is_move_assignable_v<T> && !std::is_aggregate_v<T> &&
    !std::is_trivially_copyable_v<T> && std::is_nothrow_move_constructible_v<T>;
static_assert(kIsMoveOnly<StepLease>);
static_assert(kIsMoveOnly<StepReceipt>);
static_assert(!std::is_constructible_v<StepReceipt, Digest, DataVersion, RequestId, int64_t>);
static_assert(!std::is_constructible_v<StepLease, Digest, DataVersion, RequestId, int64_t,
                                       std::shared_ptr<const bool>>);
static_assert(!std::is_constructible_v<StepReceipt, SpendReceipt>);
static_assert(!std::is_constructible_v<SpendReceipt, StepReceipt>);

std::unique_ptr<Accountant> Training(const LedgerPaths& paths = FreshPaths()) {
  return NewLedger(paths, ApproximateTerms());
}

TEST(LeaseTest, YieldsEachStepOnceAndNoneAfterTheLast) {
  const auto accountant = Training();
  const LeaseCharge asked = AskSteps("r1", 3);
  StepLease lease = MustLease(*accountant, asked);
  EXPECT_EQ(lease.steps(), 3);
  EXPECT_EQ(lease.request(), RequestId("r1"));
  for (int64_t step = 1; step <= 3; ++step) {
    EXPECT_EQ(lease.left(), 4 - step);
    const std::optional<StepReceipt> receipt = lease.Next();
    ASSERT_TRUE(receipt.has_value());
    EXPECT_TRUE(receipt->valid());
    EXPECT_EQ(receipt->step(), step);
    EXPECT_EQ(receipt->certificate(), asked.charge.certificate);
    EXPECT_EQ(receipt->data_version(), DataVersion(1));
    EXPECT_EQ(receipt->request(), RequestId("r1"));
  }
  EXPECT_EQ(lease.left(), 0);
  EXPECT_FALSE(lease.Next().has_value());
  EXPECT_FALSE(lease.Next().has_value());
}

TEST(LeaseTest, MovingVoidsTheSource) {
  const auto accountant = Training();
  StepLease first = MustLease(*accountant, AskSteps("r1", 5));
  StepReceipt receipt = *first.Next();
  StepLease second(std::move(first));
  EXPECT_FALSE(first.Next().has_value());  // NOLINT: what a moved-from lease is, is the point
  EXPECT_EQ(first.left(), 0);              // NOLINT
  EXPECT_EQ(second.left(), 4);
  EXPECT_EQ(second.Next()->step(), 2);
  const StepReceipt moved(std::move(receipt));
  EXPECT_TRUE(moved.valid());
  EXPECT_FALSE(receipt.valid());  // NOLINT
}

TEST(LeaseTest, IsDebitedWholeOnEveryTrackBeforeAnyStep) {
  const LedgerPaths paths = FreshPaths();
  const LeaseCharge asked = AskSteps("r1", 100);
  {
    const auto accountant = Training(paths);
    const StepLease lease = MustLease(*accountant, asked);
    EXPECT_EQ(Spent(*accountant), PriceOf(asked));
    EXPECT_EQ(SpentBy(*accountant, kAna), PriceOf(asked));
    const BudgetView view = accountant->DatasetBudget(kSurvey).value();
    ASSERT_EQ(view.tracks.size(), 2u);
    for (const TrackView& track : view.tracks) {
      EXPECT_EQ(track.spent, PriceOn(track.track, asked.charge.losses[0])) << ToText(track.track);
    }
    const LogEntry entry = accountant->Log(kSurvey, 2, 1).value().at(0);
    EXPECT_EQ(entry.kind, "LEASE");
    EXPECT_EQ(entry.request, "r1");
    EXPECT_EQ(entry.charged, PriceOf(asked));
    EXPECT_EQ(entry.detail.rfind("100 steps of job night run, SubsampledGaussian{", 0), 0u)
        << entry.detail;
  }
  EXPECT_EQ(VerifyLedger(paths).value(), 3);
  int leases = 0;
  EXPECT_TRUE(ExportLedger(paths, [&](const ExportedRow& row) {
                leases += row.entry.kind == "LEASE" ? 1 : 0;
              }).ok());
  EXPECT_EQ(leases, 1);
}

TEST(LeaseTest, ARetryNeverGetsSteps) {
  const auto accountant = Training();
  const LeaseCharge asked = AskSteps("r1", 10);
  {
    const StepLease lease = MustLease(*accountant, asked);
    EXPECT_EQ(WhyNot(accountant->Lease(asked).status()), Reason::kRequestInFlight);
    LeaseCharge other = asked;
    other.charge.request_digest = Sha256("other");
    EXPECT_EQ(WhyNot(accountant->Lease(other).status()), Reason::kRequestIdReused);
    MustStore(*accountant, asked.charge, "model");
  }
  const auto again = accountant->Lease(asked);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(std::get<StoredOutcome>(*again).bytes, "model");
  EXPECT_EQ(std::get<StoredOutcome>(*again).dataset_charged, PriceOf(asked));
  EXPECT_EQ(Spent(*accountant), PriceOf(asked));
}

TEST(LeaseTest, WhatWasLetGoOfStaysPaidAndCannotBeResumed) {
  const auto accountant = Training();
  const LeaseCharge asked = AskSteps("r1", 10);
  { StepLease lease = MustLease(*accountant, asked); }
  const absl::Status refused = accountant->Lease(asked).status();
  EXPECT_EQ(WhyNot(refused), Reason::kLeaseEnded);
  EXPECT_TRUE(Says(refused, "lease the later steps anew"));
  EXPECT_EQ(Spent(*accountant), PriceOf(asked));
  const StepLease later = MustLease(*accountant, AskSteps("r2", 10));
  EXPECT_EQ(Spent(*accountant), AddSaturating(PriceOf(asked), PriceOf(asked)));
}

TEST(LeaseTest, ARestartKeepsWhatWasLeased) {
  const LedgerPaths paths = FreshPaths();
  const LeaseCharge ended = AskSteps("r1", 10);
  const LeaseCharge done = AskSteps("r2", 10);
  {
    const auto accountant = Training(paths);
    const StepLease first = MustLease(*accountant, ended);
    const StepLease second = MustLease(*accountant, done);
    MustStore(*accountant, done.charge, "model");
  }
  const auto accountant = MustOpen(paths);
  const Amount both = AddSaturating(PriceOf(ended), PriceOf(done));
  EXPECT_EQ(Spent(*accountant), both);
  EXPECT_EQ(StateOf(*accountant, ended.charge), PastRequest::State::kLost);
  EXPECT_EQ(WhyNot(accountant->Lease(ended).status()), Reason::kLeaseEnded);
  EXPECT_EQ(WhyNot(accountant->Spend(ended.charge).status()), Reason::kRequestIdReused);
  EXPECT_EQ(WhyNot(accountant->StoreOutcome(kSurvey, kAna, ended.charge.request,
                                            OutcomeKind::kAnswer, "late")),
            Reason::kInternal);
  EXPECT_EQ(std::get<StoredOutcome>(accountant->Lease(done).value()).bytes, "model");
  EXPECT_EQ(Spent(*accountant), both);
}

TEST(LeaseTest, StepsAndAnswersNeverMix) {
  const auto accountant = Training();
  const LeaseCharge steps = AskSteps("r1", 10);
  EXPECT_EQ(WhyNot(accountant->Spend(steps.charge).status()), Reason::kPrivacyParameter);
  LeaseCharge other = steps;
  other.charge.losses = {PureLoss{Eps("0.1")}};
  EXPECT_EQ(WhyNot(accountant->Lease(other).status()), Reason::kPrivacyParameter);
  other.charge.losses = {StepsLoss(10), PureLoss{Eps("0.1")}};
  EXPECT_EQ(WhyNot(accountant->Lease(other).status()), Reason::kPrivacyParameter);
  EXPECT_EQ(WhyNot(accountant->Spend(other.charge).status()), Reason::kPrivacyParameter);
  EXPECT_EQ(WhyNot(accountant->Check(other.charge).status()), Reason::kPrivacyParameter);
  other.charge.losses.clear();
  EXPECT_EQ(WhyNot(accountant->Lease(other).status()), Reason::kPrivacyParameter);
  EXPECT_EQ(RowCount(*accountant), 2u);
  // Nor does an id that one of them paid for buy the other.
  const StepLease lease = MustLease(*accountant, steps);
  EXPECT_EQ(WhyNot(accountant->Spend(steps.charge).status()), Reason::kRequestIdReused);
  const Charge question = Ask("q1", "0.1");
  MustDebit(*accountant, question);
  EXPECT_EQ(WhyNot(accountant->Lease({question, kJob}).status()), Reason::kRequestIdReused);
}

TEST(LeaseTest, ItsOutcomeAnswersNothingElse) {
  const auto accountant = Training();
  const LeaseCharge first = AskSteps("r1", 10);
  const StepLease lease = MustLease(*accountant, first);
  MustStore(*accountant, first.charge, "model");
  LeaseCharge second = AskSteps("r2", 10);
  second.charge.release_key = first.charge.release_key;
  EXPECT_FALSE(accountant->Check(second.charge)->stored);
  EXPECT_EQ(MustLease(*accountant, second).left(), 10);
  Charge question = Ask("q1", "0.1");
  question.release_key = first.charge.release_key;
  MustDebit(*accountant, question);
}

TEST(LeaseTest, BlocksAddUpAsSeparateMechanisms) {
  const auto accountant = Training();
  const LeaseCharge whole = AskSteps("whole", 100);
  const LeaseCharge half = AskSteps("half 1", 50);
  const StepLease one = MustLease(*accountant, half);
  const StepLease two = MustLease(*accountant, AskSteps("half 2", 50));
  const Amount blocks = AddSaturating(PriceOf(half), PriceOf(half));
  EXPECT_EQ(Spent(*accountant), blocks);
  EXPECT_GT(blocks.epsilon, PriceOf(whole).epsilon);
  EXPECT_GT(blocks.delta, PriceOf(whole).delta);
  // Divergences of steps add up whoever leases them, to the last few units.
  const TrackView renyi = accountant->DatasetBudget(kSurvey)->tracks.at(1);
  EXPECT_NEAR(static_cast<double>(renyi.spent.divergence.pico()),
              static_cast<double>(PriceOn(renyi.track, whole.charge.losses[0]).divergence.pico()),
              4);
}

TEST(LeaseTest, WhatIsRefusedLeavesNoRow) {
  const auto accountant = Training();
  const auto why = [&](const LeaseCharge& lease) {
    return WhyNot(accountant->Lease(lease).status());
  };
  LeaseCharge lease = AskSteps("r1", 10);
  lease.charge.analyst = AnalystId("eve");
  lease.charge.dataset = DatasetId("nowhere");
  EXPECT_EQ(why(lease), Reason::kNotFound);
  lease = AskSteps("", 10);
  EXPECT_EQ(why(lease), Reason::kRequest);
  lease = AskSteps("r1", 10);
  for (const std::string& name : {std::string(), std::string(256, 'j')}) {
    lease.job = JobId(name);
    EXPECT_EQ(why(lease), Reason::kRequest);
  }
  // A claim that is not proved, steps that nobody can price, more than one request may cost.
  lease = AskSteps("r1", 10);
  auto& loss = std::get<SubsampledGaussianLoss>(lease.charge.losses[0]);
  loss.epsilon = Epsilon::FromPico(loss.epsilon.pico() / 2);
  EXPECT_EQ(why(lease), Reason::kPrivacyParameter);
  loss.steps = 0;
  EXPECT_EQ(why(lease), Reason::kPrivacyParameter);
  lease.charge.losses = {StepsLoss(20'000)};
  EXPECT_EQ(why(lease), Reason::kPrivacyParameter);
  // Each of bob's leases is admitted on its own, but not more of them than he has.
  lease = AskSteps("r1", 5000);
  lease.charge.analyst = kBob;
  const StepLease admitted = MustLease(*accountant, lease);
  lease.charge.request = RequestId("r2");
  EXPECT_EQ(why(lease), Reason::kBudgetExhausted);
  EXPECT_EQ(RowCount(*accountant), 3u);
  const auto pure = NewLedger(FreshPaths());
  EXPECT_EQ(WhyNot(pure->Lease(AskSteps("r1", 10)).status()), Reason::kPrivacyParameter);
}

TEST(LeaseTest, OfManyCallersWithOneIdOneGetsTheSteps) {
  const LedgerPaths paths = FreshPaths();
  {
    const auto accountant = Training(paths);
    const LeaseCharge asked = AskSteps("r1", 10);
    std::vector<std::optional<absl::StatusOr<LeaseResult>>> results(8);
    std::vector<std::thread> callers;
    for (auto& result : results) {
      callers.emplace_back([&] { result.emplace(accountant->Lease(asked)); });
    }
    for (std::thread& caller : callers) caller.join();
    int leases = 0;
    int in_flight = 0;
    for (const auto& result : results) {
      leases += result->ok() ? 1 : 0;
      in_flight += ReasonOf(result->status()) == Reason::kRequestInFlight ? 1 : 0;
    }
    EXPECT_EQ(leases, 1);
    EXPECT_EQ(in_flight, 7);
    EXPECT_EQ(Spent(*accountant), PriceOf(asked));
  }
  EXPECT_EQ(VerifyLedger(paths).value(), 3);
}

// A zCDP lineage has no use for sampling, and pays as for full batches.
TEST(LeaseTest, OnRhoItPaysForFullBatches) {
  LineageTerms terms = Terms();
  terms.filter = Filter::kZeroConcentrated;
  terms.limit.amount = {Epsilon(), Del("1e-6")};
  terms.limit.rho = Rho::FromPico(4'000'000'000'000);
  for (AnalystTerms& granted : terms.analysts) granted.limit = terms.limit;
  const LedgerPaths paths = FreshPaths();
  {
    const auto accountant = NewLedger(paths, terms);
    const StepLease lease = MustLease(*accountant, AskSteps("r1", 32));
    const TrackView rho = accountant->DatasetBudget(kSurvey)->tracks.at(0);
    EXPECT_NEAR(static_cast<double>(rho.spent.divergence.pico()), 1e12, 4);  // 32 / (2 * 4^2)
  }
  EXPECT_EQ(VerifyLedger(paths).value(), 3);
}

}  // namespace
}  // namespace tacit
