#include "server/error_door.h"

#include <sys/random.h>

#include <cstdio>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/refusal.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace tacit {
namespace {

constexpr char kDomain[] = "tacit";
// Carries the reference of a failure that was given out before.
constexpr char kReferenceUrl[] = "tacit/reference";

grpc::Status Assemble(absl::StatusCode code, const std::string& message,
                      const google::rpc::ErrorInfo& info,
                      const google::rpc::BadRequest* violation) {
  google::rpc::Status details;
  details.set_code(static_cast<int>(code));
  details.set_message(message);
  details.add_details()->PackFrom(info);
  if (violation != nullptr) details.add_details()->PackFrom(*violation);
  return grpc::Status(static_cast<grpc::StatusCode>(code), message, details.SerializeAsString());
}

void PutIfSet(google::rpc::ErrorInfo& info, const std::string& key, const std::string& value) {
  if (!value.empty()) (*info.mutable_metadata())[key] = value;
}

grpc::Status Refusal(const absl::Status& status, Reason reason) {
  const RefusalDetail detail = DetailOf(status);
  const std::string message(status.message());
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(ReasonName(reason)));
  info.set_domain(kDomain);
  PutIfSet(info, "fix", detail.fix);
  PutIfSet(info, "limit", detail.limit);
  PutIfSet(info, "requested", detail.requested);
  PutIfSet(info, "remaining", detail.remaining);
  PutIfSet(info, "scope", detail.scope);
  if (detail.position.has_value()) PutIfSet(info, "position", absl::StrCat(*detail.position));
  if (detail.field.empty()) return Assemble(CodeOf(reason), message, info, nullptr);
  google::rpc::BadRequest request;
  auto* violation = request.add_field_violations();
  violation->set_field(detail.field);
  violation->set_description(message);
  return Assemble(CodeOf(reason), message, info, &request);
}

grpc::Status Ours(Reason reason, const std::string& reference) {
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(ReasonName(reason)));
  info.set_domain(kDomain);
  info.mutable_metadata()->insert({"reference", reference});
  const bool ledger = reason == Reason::kLedgerRefused || reason == Reason::kLedgerUnavailable;
  const std::string sentence = ledger
                                   ? "the ledger is not available; nothing was read or spent; ref "
                                   : "internal error; ref ";
  return Assemble(CodeOf(reason), sentence + reference, info, nullptr);
}

}  // namespace

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  if (status.code() == absl::StatusCode::kDeadlineExceeded) {
    return grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED,
                        "the deadline passed before work began; nothing was spent");
  }
  const Reason reason = ReasonOf(status);
  if (KindOf(reason) != RefusalKind::kOurs) return Refusal(status, reason);
  if (const auto stored = status.GetPayload(kReferenceUrl); stored.has_value()) {
    return Ours(reason, std::string(*stored));
  }
  const std::string reference = NewReference();
  // Only text we wrote ourselves: what a library says may hold SQL or values.
  const bool written_here = IsRefusal(status);
  std::fprintf(
      stderr, "error ref=%s reason=%s: %s\n", reference.c_str(),
      std::string(ReasonName(reason)).c_str(),
      written_here ? std::string(status.message()).c_str() : "(text of a library withheld)");
  return Ours(reason, reference);
}

std::string NewReference() {
  unsigned char bytes[8];
  TACIT_CHECK(getrandom(bytes, sizeof(bytes), 0) == static_cast<ssize_t>(sizeof(bytes)));
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(bytes), sizeof(bytes)));
}

absl::Status StoredFailure(const std::string& reference) {
  absl::Status status = Refuse(Reason::kInternal, "a stored failure");
  status.SetPayload(kReferenceUrl, absl::Cord(reference));
  return status;
}

}  // namespace tacit
