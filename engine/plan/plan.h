// A bound query -> a plan: fixes the limits, the noise and its split over the statistics.
#ifndef TACIT_ENGINE_PLAN_PLAN_H_
#define TACIT_ENGINE_PLAN_PLAN_H_

#include <string>

#include "absl/status/statusor.h"
#include "engine/analyze/analyze.h"
#include "engine/plan/choose_noise.h"
#include "engine/plan/nodes/query_plan.h"

namespace tacit {

// The most groups one query may show: the product of its keys' public values, or, with a private
// key, the first so many of those selected.
inline constexpr int64_t kGroupsMax = 100000;
// The most of groups times sums, of bytes of an answer, and of expression nodes evaluated over all
// groups. Public, and decided before anything is spent: what follows a debit must not fail for want
// of room.
inline constexpr int64_t kSumsMax = 1'000'000;
inline constexpr int64_t kAnswerBytesMax = int64_t{32} << 20;
inline constexpr int64_t kAnswerNodesMax = 20'000'000;

// Errors: kLimit (groups, size of the answer), kMissingPublicValues (a private key without delta),
// kPrivacyParameter (epsilon too small to split).
absl::StatusOr<QueryPlan> Plan(const BoundQuery& query, const DatasetSchema& schema,
                               const Offer& offer);

// What is asked, without noise or its split: the shares are 0, nothing is chosen privately. Equal
// for all offers. Errors: kLimit.
absl::StatusOr<QueryPlan> PlanQuestion(const BoundQuery& query, const DatasetSchema& schema);

// The plan as indented text, one node a line, canonical: equal plans print equally and different
// plans differently. Used in golden tests, in Estimate and as the key of release reuse.
std::string PrintPlan(const QueryPlan& plan, const DatasetSchema& schema);

}  // namespace tacit

#endif  // TACIT_ENGINE_PLAN_PLAN_H_
