// Why something was not done: the one table of reasons, and how a reason travels in absl::Status.
//
// Every refusal is decided from the text of the request, the public schema, the policy and the
// ledger. None may depend on a row. `server/error_door` maps a reason to gRPC status and
// google.rpc.ErrorInfo.
#ifndef TACIT_ACCOUNTANT_REFUSAL_H_
#define TACIT_ACCOUNTANT_REFUSAL_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace tacit {

// Who can mend it. `kYours`: the caller, by changing the request. `kNotAllowed`: policy or budget.
// `kOurs`: the operator; the caller sees one fixed sentence and a reference.
enum class RefusalKind { kYours, kNotAllowed, kOurs };

// X(enumerator, wire name, absl code, kind)
#define TACIT_REASONS(X)                                                      \
  /* Text that is not one statement we can read. */                           \
  X(kParse, "PARSE", kInvalidArgument, kYours)                                \
  X(kOneStatement, "ONE_STATEMENT", kInvalidArgument, kYours)                 \
  X(kNulByte, "NUL_BYTE", kInvalidArgument, kYours)                           \
  X(kInvalidUtf8, "INVALID_UTF8", kInvalidArgument, kYours)                   \
  /* A statement we read and will not answer. */                              \
  X(kUnsupported, "UNSUPPORTED", kInvalidArgument, kYours)                    \
  X(kUnknownTable, "UNKNOWN_TABLE", kInvalidArgument, kYours)                 \
  X(kUnknownColumn, "UNKNOWN_COLUMN", kInvalidArgument, kYours)               \
  X(kTypeMismatch, "TYPE_MISMATCH", kInvalidArgument, kYours)                 \
  X(kNotGrouped, "NOT_GROUPED", kInvalidArgument, kYours)                     \
  X(kNoAggregate, "NO_AGGREGATE", kInvalidArgument, kYours)                   \
  X(kUnitColumn, "UNIT_COLUMN", kInvalidArgument, kYours)                     \
  X(kMissingBounds, "MISSING_BOUNDS", kInvalidArgument, kYours)               \
  X(kMissingPublicValues, "MISSING_PUBLIC_VALUES", kInvalidArgument, kYours)  \
  X(kLiteralRange, "LITERAL_RANGE", kInvalidArgument, kYours)                 \
  X(kParameter, "PARAMETER", kInvalidArgument, kYours)                        \
  X(kPrivacyParameter, "PRIVACY_PARAMETER", kInvalidArgument, kYours)         \
  X(kRequest, "REQUEST", kInvalidArgument, kYours)                            \
  X(kPolicyInvalid, "POLICY_INVALID", kInvalidArgument, kYours)               \
  /* Size limits; metadata `limit` names which. */                            \
  X(kLimit, "LIMIT", kResourceExhausted, kYours)                              \
  /* Policy, identity and budget. */                                          \
  X(kBudgetExhausted, "BUDGET_EXHAUSTED", kFailedPrecondition, kNotAllowed)   \
  X(kUnauthenticated, "UNAUTHENTICATED", kUnauthenticated, kNotAllowed)       \
  X(kPermissionDenied, "PERMISSION_DENIED", kPermissionDenied, kNotAllowed)   \
  X(kNotFound, "NOT_FOUND", kNotFound, kNotAllowed)                           \
  X(kAlreadyExists, "ALREADY_EXISTS", kAlreadyExists, kNotAllowed)            \
  X(kRequestIdReused, "REQUEST_ID_REUSED", kAlreadyExists, kNotAllowed)       \
  X(kRequestInFlight, "REQUEST_IN_FLIGHT", kAborted, kNotAllowed)             \
  X(kLeaseEnded, "LEASE_ENDED", kFailedPrecondition, kNotAllowed)             \
  X(kLineageImmutable, "LINEAGE_IMMUTABLE", kFailedPrecondition, kNotAllowed) \
  X(kNotPublished, "NOT_PUBLISHED", kFailedPrecondition, kNotAllowed)         \
  X(kDatasetClosed, "DATASET_CLOSED", kFailedPrecondition, kNotAllowed)       \
  /* For the curator alone: the source data or file is unusable. */           \
  X(kSourceInvalid, "SOURCE_INVALID", kFailedPrecondition, kNotAllowed)       \
  /* Ours. */                                                                 \
  X(kLedgerRefused, "LEDGER_REFUSED", kUnavailable, kOurs)                    \
  X(kLedgerUnavailable, "LEDGER_UNAVAILABLE", kUnavailable, kOurs)            \
  X(kInternal, "INTERNAL", kInternal, kOurs)

enum class Reason {
#define TACIT_REASON_ENUM(enumerator, name, code, kind) enumerator,
  TACIT_REASONS(TACIT_REASON_ENUM)
#undef TACIT_REASON_ENUM
};

// Where and how to mend it. Empty members are left out of the message.
struct RefusalDetail {
  std::string fix;              // one imperative sentence, no full stop needed
  std::optional<int> position;  // byte offset into the SQL text
  std::string field;            // path of the offending request or policy field
  std::string limit;            // for kLimit: the limit's name
  std::string requested;        // for kBudgetExhausted, decimal text
  std::string remaining;        // for kBudgetExhausted, decimal text
  std::string scope;            // for kBudgetExhausted: "dataset", "role:x", "analyst:x", ...
};

// A refusal as a status. `what` names the thing that is wrong; the fix is appended to the message.
absl::Status Refuse(Reason reason, std::string_view what, RefusalDetail detail = {});

// True for statuses made by Refuse, whose text we wrote ourselves.
bool IsRefusal(const absl::Status& status);

// Reads a refusal back. A status that is not one of ours reads as kInternal.
Reason ReasonOf(const absl::Status& status);
RefusalDetail DetailOf(const absl::Status& status);

std::string_view ReasonName(Reason reason);
RefusalKind KindOf(Reason reason);
absl::StatusCode CodeOf(Reason reason);

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_REFUSAL_H_
