// Which terms a lineage may have, and which it may never change.
#ifndef TACIT_ACCOUNTANT_TERMS_H_
#define TACIT_ACCOUNTANT_TERMS_H_

#include "absl/status/status.h"
#include "accountant/accountant.h"

namespace tacit {

// kPolicyInvalid, with the field named: an empty or unprintable name, a limit that is missing or
// zero, a delta under the pure filter, a per-query maximum outside (0, limit], an analyst listed
// twice.
absl::Status ValidateTerms(const LineageTerms& terms);

// What `after` may not change of `before`: kLineageImmutable, saying which and why.
absl::Status CheckImmutables(const LineageTerms& before, const LineageTerms& after);

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_TERMS_H_
