// Budget messages -> the terms that the accountant counts by, or where they are wrong.
#ifndef TACIT_SERVER_BUDGET_READER_H_
#define TACIT_SERVER_BUDGET_READER_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "accountant/terms.h"
#include "tacit/v1/policy.pb.h"

namespace tacit {

// All errors are kPolicyInvalid with `field` a path that begins with `path`, e.g. "budget[1].rho".

absl::StatusOr<Filter> ReadFilter(v1::Policy::Filter filter);
v1::Policy::Filter WriteFilter(Filter filter);

// The limit of a budget, of the filter's kind; what is of another kind must be left out.
absl::StatusOr<Limit> ReadLimit(const v1::Budget& budget, Filter filter, const std::string& path);

// An analyst's total, from scope "analyst:NAME" or "analyst:*".
absl::StatusOr<AnalystTerms> ReadAnalyst(const v1::Budget& budget, Filter filter,
                                         const std::string& path);

// Fills limit, analysts, roles and periods. One budget of the dataset and one of an analyst must be
// there.
absl::Status ReadBudgets(const v1::Policy& policy, LineageTerms& terms);

}  // namespace tacit

#endif  // TACIT_SERVER_BUDGET_READER_H_
