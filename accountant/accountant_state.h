// What an Accountant is made of, for its own members alone.
#ifndef TACIT_ACCOUNTANT_ACCOUNTANT_STATE_H_
#define TACIT_ACCOUNTANT_ACCOUNTANT_STATE_H_

#include <utility>

#include "accountant/accountant.h"
#include "accountant/lease/decide_lease.h"
#include "accountant/ledger/writer.h"
#include "accountant/spend.h"

namespace tacit {

class Accountant::State {
 public:
  explicit State(ledger::OpenLedger open) : writer(std::move(open)) {}
  HeldLeases leases;  // of the ledger thread, which `writer` ends first
  ledger::Writer writer;
};

// Fills in what a decision hands out again. Leaves `stored` alone where it hands out nothing.
absl::Status ReadStored(const ledger::Store& store, const SpendDecision& decision,
                        StoredOutcome& stored);

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_ACCOUNTANT_STATE_H_
