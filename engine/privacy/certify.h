// A plan -> a Certificate, or a refusal. Trusted; the planner is not.
#ifndef TACIT_ENGINE_PRIVACY_CERTIFY_H_
#define TACIT_ENGINE_PRIVACY_CERTIFY_H_

#include "absl/status/statusor.h"
#include "engine/plan/nodes/query_plan.h"
#include "engine/privacy/certificate.h"

namespace tacit {

// Re-derives from the measure alone: the ownership of every row (one scan of one private table),
// the grid, clip and sensitivity of each statistic over all groups one unit can touch, the noise,
// the choice of groups, and that the accountant's price of it all is at most `budget`. `schema`
// must hold the scanned table; `plan_text` is the canonical plan, bound into the digest with the
// data version.
//
// Errors: from public things only: kUnsupported (not a scan/filter chain over a private table,
//         private groups without selection), kMissingBounds (no or non-finite bounds, sensitivity
//         0), kPrivacyParameter (shares above the budget or zero, no delta), kLimit (limits, groups
//         or scales beyond what exact integers hold).
// Proof:  certify.proof.md.
absl::StatusOr<Certificate> Certify(const QueryPlan& plan, const DatasetSchema& schema,
                                    const Amount& budget, DataVersion data_version,
                                    const std::string& plan_text);

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_CERTIFY_H_
