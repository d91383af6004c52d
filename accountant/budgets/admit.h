// What a charge costs a lineage, and whether every budget that holds its asker can bear it.
#ifndef TACIT_ACCOUNTANT_BUDGETS_ADMIT_H_
#define TACIT_ACCOUNTANT_BUDGETS_ADMIT_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "accountant/accountant.h"
#include "accountant/budgets/state.h"

namespace tacit {

// Who asks whom, where both exist. The first two point into the state they were found in.
struct Asker {
  const ledger::Lineage& lineage;
  const ledger::Dataset& dataset;
  AnalystTerms terms;
};

// Error: kNotFound, in one text for a dataset that does not exist and for one he was not granted.
absl::StatusOr<Asker> FindAsker(const ledger::Lineages& lineages, const Charge& charge);

// Whether a training job is among them. Such a job is leased, and stands alone.
bool HoldsTraining(const std::vector<MechanismLoss>& losses);

struct Cost {
  Amount basic;           // under basic composition, whatever the filter: what is shown and capped
  TrackAmounts by_track;  // what is counted
};

// Errors: kPrivacyParameter for a loss without a price, a training job beside another loss, a sum
// that is nothing or that the filter cannot count, cells that the lineage does not have, more than
// `per_query_max`.
absl::StatusOr<Cost> CostOf(const ledger::Lineage& lineage, const Charge& charge,
                            const Epsilon& per_query_max);

// One cost held against the budgets of one asker at one time.
struct Bearing {
  const ledger::Lineage& lineage;
  const ledger::Dataset& dataset;
  const AnalystId& analyst;
  int64_t time_seconds = 0;
  const std::vector<int64_t>& cells;
  const TrackAmounts& cost;
};

// Claim:  OK only when every budget that holds the asker admits the cost in every cell charged;
//         without `of_dataset` those of the dataset itself are left out.
// Needs:  `lineage` counts every row so far. Errors: kBudgetExhausted for the first that does not;
//         of the dataset and of roles the text does not say what remains.
absl::Status CheckBudgets(const Bearing& bearing, bool of_dataset);

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_BUDGETS_ADMIT_H_
