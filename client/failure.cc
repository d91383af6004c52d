#include "client/failure.h"

#include <charconv>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace tacit::client {
namespace {

ExitCode ExitCodeOf(grpc::StatusCode code, const std::string& reason) {
  if (reason == "BUDGET_EXHAUSTED") return ExitCode::kBudgetExhausted;
  switch (code) {
    // Absent and forbidden look the same from outside, so they exit the same.
    case grpc::StatusCode::NOT_FOUND:
    case grpc::StatusCode::PERMISSION_DENIED:
    case grpc::StatusCode::UNAUTHENTICATED:
      return ExitCode::kNotAllowed;
    case grpc::StatusCode::INVALID_ARGUMENT:
    case grpc::StatusCode::FAILED_PRECONDITION:
    case grpc::StatusCode::ALREADY_EXISTS:
    case grpc::StatusCode::OUT_OF_RANGE:
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return ExitCode::kRefused;
    default:
      return ExitCode::kTrouble;
  }
}

void ReadErrorInfo(const google::rpc::ErrorInfo& info, Failure& failure) {
  failure.reason = info.reason();
  failure.metadata.insert(info.metadata().begin(), info.metadata().end());
  if (const auto fix = failure.metadata.find("fix"); fix != failure.metadata.end()) {
    failure.fix = fix->second;
  }
  if (const auto found = failure.metadata.find("position"); found != failure.metadata.end()) {
    const std::string& text = found->second;
    uint64_t position = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), position);
    if (error == std::errc() && end == text.data() + text.size()) failure.position = position;
  }
}

// The server's message ends with its fix; the two are printed apart.
void SplitFix(Failure& failure) {
  const std::string tail = "; " + failure.fix;
  if (!failure.fix.empty() && failure.message.ends_with(tail)) {
    failure.message.resize(failure.message.size() - tail.size());
  }
}

std::string FixOfCode(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::UNAVAILABLE:
      return "check that tacitd runs and that --server names it";
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return "ask again with the same --request-id, or allow more time with --timeout";
    case grpc::StatusCode::UNIMPLEMENTED:
      return "check that --server names a tacitd of this version";
    default:
      return "";
  }
}

}  // namespace

Failure LocalFailure(std::string_view message, std::string_view fix) {
  Failure failure;
  failure.message = std::string(message);
  failure.fix = std::string(fix);
  return failure;
}

Failure FailureFromStatus(const grpc::Status& status) {
  Failure failure;
  failure.reason = "CONNECTION";
  failure.message = status.error_message();
  google::rpc::Status details;
  if (details.ParseFromString(status.error_details())) {
    for (const google::protobuf::Any& any : details.details()) {
      google::rpc::ErrorInfo info;
      google::rpc::BadRequest bad_request;
      if (any.UnpackTo(&info)) ReadErrorInfo(info, failure);
      if (!any.UnpackTo(&bad_request)) continue;
      for (const auto& violation : bad_request.field_violations()) {
        failure.violations.push_back({violation.field(), violation.description()});
      }
    }
  }
  failure.exit_code = ExitCodeOf(status.error_code(), failure.reason);
  SplitFix(failure);
  if (failure.reason == "CONNECTION") failure.fix = FixOfCode(status.error_code());
  if (failure.message.empty()) {
    failure.message = "the server answered gRPC code " +
                      std::to_string(static_cast<int>(status.error_code())) + " without a text";
  }
  return failure;
}

}  // namespace tacit::client
