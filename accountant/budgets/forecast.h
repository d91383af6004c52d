// What a charge would count, and how many like it would fit: for those who plan, never to decide.
#ifndef TACIT_ACCOUNTANT_BUDGETS_FORECAST_H_
#define TACIT_ACCOUNTANT_BUDGETS_FORECAST_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "accountant/accountant.h"
#include "accountant/budgets/state.h"

namespace tacit {

// Claim:  of the asker's own budgets alone. `clock`: seconds since 1970; it says which period a
//         budget is in.
// Needs:  `lineages` counts every row so far. Errors: kNotFound without a grant; those of CostOf.
absl::StatusOr<Forecast> ForecastOf(const ledger::Lineages& lineages, const Charge& charge,
                                    int64_t clock);

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_BUDGETS_FORECAST_H_
