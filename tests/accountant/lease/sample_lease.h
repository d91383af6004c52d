// Leases of the small ledger: small jobs at a delta of 1e-7, that its approximate terms admit.
#ifndef TACIT_TESTS_ACCOUNTANT_LEASE_SAMPLE_LEASE_H_
#define TACIT_TESTS_ACCOUNTANT_LEASE_SAMPLE_LEASE_H_

#include <string>

#include "accountant/loss/distribution/training_price.h"
#include "tests/accountant/sample_rows.h"

namespace tacit::sample {

inline const JobId kJob("night run");

inline SubsampledGaussianLoss StepsLoss(int64_t steps, double rate = 0.01) {
  return TrainingLossFor(RateAtLeast(rate).value(), NoiseAtMost(4).value(), steps, Del("1e-7"))
      .value();
}

inline LeaseCharge AskSteps(const std::string& request, int64_t steps) {
  LeaseCharge lease{Ask(request, "0.5"), kJob};
  lease.charge.losses = {StepsLoss(steps)};
  return lease;
}

inline Amount PriceOf(const LeaseCharge& lease) { return TotalPrice(lease.charge.losses); }

// Leases and expects steps.
inline StepLease MustLease(Accountant& accountant, const LeaseCharge& lease) {
  auto result = accountant.Lease(lease);
  EXPECT_TRUE(result.ok()) << result.status();
  EXPECT_TRUE(std::holds_alternative<StepLease>(*result));
  return std::get<StepLease>(*std::move(result));
}

// As the accountant would write it, on the tracks of `terms`.
inline ledger::LeaseRow LeaseRowOf(const std::string& request, int64_t steps,
                                   const LineageTerms& terms = ApproximateTerms()) {
  ledger::DebitRow debit = DebitRowOf(request, "0.5");
  debit.losses = {StepsLoss(steps)};
  debit.charged = TotalPrice(debit.losses);
  debit.by_track = PriceOn(PolicyRowOf(terms).tracks, debit.losses);
  return {std::move(debit), kJob, steps};
}

}  // namespace tacit::sample

#endif  // TACIT_TESTS_ACCOUNTANT_LEASE_SAMPLE_LEASE_H_
