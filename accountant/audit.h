// A second opinion on a ledger: totals added up without the code that admits spends.
#ifndef TACIT_ACCOUNTANT_AUDIT_H_
#define TACIT_ACCOUNTANT_AUDIT_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "absl/status/status.h"
#include "accountant/ledger/row.h"

namespace tacit::ledger {

// Takes every row in order. Errors: kLedgerRefused, naming the row, when a debit is not the price
// of its losses, a total passes the limit that stood at the time, a request id was paid twice, or a
// row names a debit that it may not name.
class Auditor {
 public:
  absl::Status Visit(int64_t sequence, const Row& row);

 private:
  struct Paid {
    std::string lineage;
    std::string analyst;
    std::string request;
    Amount charged;
    bool rerun = false;
    bool outcome = false;
  };
  struct Totals {
    LineageTerms terms;
    Amount spent;
    std::map<std::string, Amount> spent_by_analyst;
  };

  absl::Status Audit(int64_t sequence, const Row& row, const DebitRow& debit);
  absl::Status Audit(int64_t sequence, const Row& row, const ReuseRow& reuse);
  absl::Status Audit(int64_t sequence, const Row& row, const RerunRow& rerun);
  absl::Status Audit(int64_t sequence, const Row& row, const OutcomeRow& outcome);
  absl::Status Audit(int64_t sequence, const Row& row, const PolicyRow& policy);
  absl::Status Audit(int64_t sequence, const Row& row, const PublishRow& publish);

  std::map<std::string, Totals> totals_;  // by lineage
  std::map<int64_t, Paid> debits_;        // by sequence
  std::set<std::tuple<std::string, std::string, std::string>> requests_;
};

}  // namespace tacit::ledger

#endif  // TACIT_ACCOUNTANT_AUDIT_H_
