// The decisions about what curators declare: pure functions of the ledger's state.
#ifndef TACIT_ACCOUNTANT_BUDGETS_CURATE_H_
#define TACIT_ACCOUNTANT_BUDGETS_CURATE_H_

#include <string>

#include "absl/status/statusor.h"
#include "accountant/accountant.h"
#include "accountant/budgets/state.h"

namespace tacit {

// The row of a first or later policy. Errors: those of ValidateTerms and CheckImmutables, of the
// dataset's own policies and of its lineage's; kLineageImmutable for a retired dataset.
absl::StatusOr<ledger::Row> DecidePolicy(const ledger::Lineages& lineages,
                                         const LineageTerms& terms);

// The rows of Accountant's functions of these names. Errors: kNotFound, kPolicyInvalid for a limit
// or name, kAlreadyExists for a grant, kDatasetClosed for a status that cannot follow, kRequest for
// an author or reason that is empty or too long.
absl::StatusOr<ledger::Row> DecidePublish(const ledger::Lineages& lineages,
                                          const DatasetId& dataset);
absl::StatusOr<ledger::Row> DecideGrant(const ledger::Lineages& lineages, const DatasetId& dataset,
                                        const AnalystTerms& terms, const CuratorNote& note);
absl::StatusOr<ledger::Row> DecideLimit(const ledger::Lineages& lineages, const DatasetId& dataset,
                                        const std::string& scope, const Limit& limit,
                                        const CuratorNote& note);
absl::StatusOr<ledger::Row> DecideStatus(const ledger::Lineages& lineages, const DatasetId& dataset,
                                         DatasetStatus status, const CuratorNote& note);

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_BUDGETS_CURATE_H_
