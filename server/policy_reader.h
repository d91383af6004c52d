// A Policy message -> what the engine and the accountant need of it, or where it is wrong.
#ifndef TACIT_SERVER_POLICY_READER_H_
#define TACIT_SERVER_POLICY_READER_H_

#include <string>

#include "absl/status/statusor.h"
#include "accountant/accountant.h"
#include "engine/plan/nodes/schema.h"
#include "tacit/v1/policy.pb.h"

namespace tacit {

struct ReadPolicy {
  DatasetSchema schema;  // policy_version unset: the ledger gives it
  LineageTerms terms;
  std::string source;  // relative to the server's data directory, checked to stay inside
};

// Errors: kPolicyInvalid with `field` a path such as "tables.survey.columns.age.bounds" or
// "budget[1].epsilon". A missing bound, unit, limit or budget is an error, never a default.
absl::StatusOr<ReadPolicy> ReadPolicyMessage(const v1::Policy& policy);

// "datasets/fair" -> fair. Error: kRequest.
absl::StatusOr<DatasetId> ParseDatasetName(const std::string& name);

}  // namespace tacit

#endif  // TACIT_SERVER_POLICY_READER_H_
