// More accuracy for an answer that was paid for before: how much fresh noise reaches the target,
// and how the two are combined. The fresh draw is an ordinary query with certificate, debit and
// receipt of its own; what is combined with it was released before, so that combining reveals
// nothing.
#ifndef TACIT_ENGINE_TOP_UP_H_
#define TACIT_ENGINE_TOP_UP_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/answer_table.h"
#include "engine/combined_noise.h"
#include "engine/target.h"

namespace tacit {

// A stored answer of the asker's own.
struct EarlierAnswer {
  NoisedGroups noised;
  Digest digest;  // of the stored bytes
};

// What a question is known by, whatever its noise: hex of the digest of dataset, policy version,
// data version and plan. Answers to equal questions may be combined. Errors: those of PlanQuestion.
absl::StatusOr<std::string> DigestQuestion(const BoundQuery& query, const DatasetSchema& schema,
                                           DataVersion data_version);

struct TopUp {
  EarlierAnswer earlier;
  QueryPlan whole;              // all statistics, the earlier groups public, at the noise aimed at
  std::vector<int> fresh_of;    // by statistic: its place in the fresh plan, or -1
  std::vector<double> weights;  // by statistic: of the fresh number, 0 where there is none
  std::vector<CombinedNoise> noise;         // by statistic, combined
  std::vector<AnswerStatistic> statistics;  // by statistic, as shown to the analyst
  TopUpView view;
  // What the fresh draw may cost, and its plan: the statistics that need it alone.
  Amount budget;
  QueryPlan fresh;
  std::string plan_text;  // canonical, names the earlier answer
};

// Solves for the fresh noise. A statistic's target is the variance that `target` would buy for it
// from nothing, with noise of the earlier answer's kind and the earlier groups as public keys; the
// fresh variance is 1 / (1 / target - 1 / earlier). With a half width for a target, that of the
// combined intervals. Of Gaussian noise exactly the missing rho is paid, of Laplace noise the root
// of the difference of squares of the epsilons. `question`: that of `query`. Reads no row.
//
// Errors: those of OfferFor, Plan and Certify; kRequest when the earlier answer is to another
// question, has no groups, or is as accurate as the target already; kUnsupported for quantiles and
// for answers of too many draws; kLimit where the earlier keys combine to too many groups;
// kPrivacyParameter for a target that needs the other kind of noise.
absl::StatusOr<TopUp> PlanTopUp(const EarlierAnswer& earlier, const std::string& question,
                                const Target& target, const BoundQuery& query,
                                const DatasetSchema& schema, DataVersion data_version);

// Post-processing: the earlier groups with both numbers combined, then as TabulateRelease.
AnswerTable TabulateTopUp(const TopUp& top_up, const Certificate& fresh, const Release& release);

// Intervals of the combined noise around assumed sums.
std::vector<ExpectedError> ExpectErrors(const TopUp& top_up);

}  // namespace tacit

#endif  // TACIT_ENGINE_TOP_UP_H_
