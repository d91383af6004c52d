#include "server/call.h"

#include "absl/strings/str_cat.h"

namespace tacit {

CallMetadata MetadataOf(const grpc::CallbackServerContext& context) {
  CallMetadata metadata;
  for (const auto& [key, value] : context.client_metadata()) {
    metadata.emplace(std::string(key.data(), key.size()), std::string(value.data(), value.size()));
  }
  return metadata;
}

absl::Status CheckDeadline(std::chrono::system_clock::time_point deadline) {
  if (deadline > std::chrono::system_clock::now()) return absl::OkStatus();
  return absl::DeadlineExceededError("deadline");
}

absl::Status EnterCall(CallContext& calls) {
  if (calls.calls_in_flight.fetch_add(1) < kCallsInFlightMax) return absl::OkStatus();
  calls.calls_in_flight.fetch_sub(1);
  return Refuse(Reason::kLimit, absl::StrCat("more than ", kCallsInFlightMax, " calls at once"),
                {.fix = "try again in a moment", .limit = "calls"});
}

}  // namespace tacit
