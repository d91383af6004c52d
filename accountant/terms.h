// What a curator declares of budgets: which terms a lineage may have, and which it may never
// change.
#ifndef TACIT_ACCOUNTANT_TERMS_H_
#define TACIT_ACCOUNTANT_TERMS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "accountant/filter.h"
#include "accountant/ids.h"
#include "accountant/loss/units.h"

namespace tacit {

// What one analyst may spend and ask at once. `analyst` "*" stands for anyone not named.
struct AnalystTerms {
  AnalystId analyst;
  Limit limit;
  Epsilon per_query_max;  // under basic composition, whatever the filter
};

// What the members of a role may spend together.
struct RoleTerms {
  std::string name;
  std::vector<AnalystId> members;
  Limit limit;
};

// A cap inside another budget that starts anew every `days` days, counted from 1970 in UTC.
// `scope` is "dataset", "role:NAME", "analyst:NAME" or "analyst:*".
struct PeriodTerms {
  std::string scope;
  int64_t days = 0;
  Limit limit;
};

// Disjoint parts of the people by columns that never change, on each of which a lineage counts
// apart. One cell: no parts.
struct Partition {
  std::string columns;  // canonical text, with all values
  int64_t cells = 1;
};

// What the ledger must know of a policy. Lineage, filter, unit and partition are immutable, for all
// datasets of the lineage alike.
struct LineageTerms {
  DatasetId dataset;
  LineageId lineage;  // whose people they are; empty: the dataset's own
  Filter filter = Filter::kPure;
  std::string privacy_unit;  // canonical text, e.g. "visits.patient_id" or "survey:row"
  Limit limit;               // over all analysts; never refreshes
  std::vector<AnalystTerms> analysts;
  std::vector<RoleTerms> roles;
  std::vector<PeriodTerms> periods;
  Partition partition;
};

// kPolicyInvalid, with the field named: an empty or unprintable name, a limit that is missing, zero
// or not of the filter's kind, a per-query maximum outside (0, limit], a name listed twice, a role
// without members, a period of nothing or of no days, more cells than are counted.
absl::Status ValidateTerms(const LineageTerms& terms);

// The lineage of these terms: the one named, else the dataset's own.
LineageId LineageOf(const LineageTerms& terms);

// What `after` may not change of `before`: kLineageImmutable, saying which and why. They may be of
// two datasets of one lineage.
absl::Status CheckImmutables(const LineageTerms& before, const LineageTerms& after);

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_TERMS_H_
