// The only maker of failing grpc::Status: every error leaves through here.
//
// A refusal becomes its code, its text and google.rpc.ErrorInfo{reason, domain "tacit"}. Whatever
// is ours becomes one fixed sentence and a reference; the cause goes to the operator's log, without
// SQL or values.
#ifndef TACIT_SERVER_ERROR_DOOR_H_
#define TACIT_SERVER_ERROR_DOOR_H_

#include <grpcpp/support/status.h>

#include <string>

#include "absl/status/status.h"

namespace tacit {

grpc::Status ToGrpc(const absl::Status& status);

// A new reference for an internal error, random and meaningless.
std::string NewReference();

// The fixed internal error with a reference given out before: an outcome that was stored as a
// failure.
absl::Status StoredFailure(const std::string& reference);

}  // namespace tacit

#endif  // TACIT_SERVER_ERROR_DOOR_H_
