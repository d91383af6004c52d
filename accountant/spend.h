// The decision about one charge: a pure function of the ledger's state and the charge.
#ifndef TACIT_ACCOUNTANT_SPEND_H_
#define TACIT_ACCOUNTANT_SPEND_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "accountant/accountant.h"
#include "accountant/budgets/state.h"

namespace tacit {

// What to do once the rows are durable.
struct SpendDecision {
  int64_t outcome_sequence = 0;  // the stored answer to hand out; 0: mint a receipt
  bool reused = false;
  Amount dataset_charged;
  Amount analyst_charged;
};

// Decides in the order of accountant/README.md, which is also the order of what an asker may learn.
// `clock` is the system's, in seconds since 1970; it says which period a budget is in.
// Claim:  adds a DEBIT, REUSE or RERUN row or none; a receipt may be minted only when this returns
//         outcome_sequence 0, and then `rows` holds exactly one DEBIT or RERUN row.
// Needs:  `state` counts every row admitted so far. Errors: as of Accountant::Spend; `rows`
// untouched.
absl::StatusOr<SpendDecision> DecideSpend(const ledger::State& state, const Charge& charge,
                                          int64_t clock, std::vector<ledger::Row>& rows);

// The same for a charge whose request id is taken to be new, without looking at the id.
absl::StatusOr<SpendDecision> DecideNewSpend(const ledger::State& state, const Charge& charge,
                                             int64_t clock, std::vector<ledger::Row>& rows);

// What became of a request id: everything of the answer but its bytes, and the row that holds them
// (0: none). kRequestIdReused: used before with another digest, where one is given.
struct PastDecision {
  PastRequest past;
  int64_t outcome_sequence = 0;
};
absl::StatusOr<PastDecision> DecidePast(const ledger::State& state, const DatasetId& dataset,
                                        const AnalystId& analyst, const RequestId& request,
                                        const std::optional<Digest>& request_digest);
// The same of the charge's own. Also kNotFound (no such grant), kRequest (no id, or too long).
absl::StatusOr<PastDecision> DecideKnown(const ledger::State& state, const Charge& charge);

// The row that stores an outcome. kInternal: no such debit, not running here, or a second outcome.
absl::StatusOr<ledger::Row> DecideOutcome(const ledger::State& state, const DatasetId& dataset,
                                          const AnalystId& analyst, const RequestId& request);

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_SPEND_H_
