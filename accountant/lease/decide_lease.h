// The decision about one lease, on the ledger thread.
#ifndef TACIT_ACCOUNTANT_LEASE_DECIDE_LEASE_H_
#define TACIT_ACCOUNTANT_LEASE_DECIDE_LEASE_H_

#include <cstdint>
#include <memory>
#include <tuple>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "accountant/accountant.h"
#include "accountant/spend.h"

namespace tacit {

// Which leases of this process someone still holds. Of the ledger thread alone; the token that a
// lease lets go of may be let go of on any thread.
class HeldLeases {
 public:
  void Add(const Charge& charge, const std::weak_ptr<const bool>& held);
  bool IsHeld(const Charge& charge) const;

 private:
  using Key = std::tuple<DatasetId, AnalystId, RequestId>;
  static Key KeyOf(const Charge& charge) {
    return {charge.dataset, charge.analyst, charge.request};
  }

  absl::flat_hash_map<Key, std::weak_ptr<const bool>> held_;
};

// Works out the price of a training job, which takes tens of milliseconds, so that the ledger
// thread finds it remembered. Nothing else.
void PriceAhead(const Charge& charge);

// Claim:  adds one LEASE row or none; with outcome_sequence 0 exactly one, for a request id that
//         the ledger did not know.
// Needs:  as DecideSpend; `held` knows every lease of this process. Errors: as of
//         Accountant::Lease; `rows` untouched.
absl::StatusOr<SpendDecision> DecideLease(const ledger::State& state, const LeaseCharge& lease,
                                          const HeldLeases& held, int64_t clock,
                                          std::vector<ledger::Row>& rows);

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_LEASE_DECIDE_LEASE_H_
