#include "accountant/refusal.h"

#include <array>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "accountant/check.h"

namespace tacit {
namespace {

constexpr std::string_view kPayloadUrl = "tacit/refusal";
// Unit and record separators: no name, path or decimal text of ours holds them.
constexpr char kFieldEnd = '\x1e';
constexpr char kKeyEnd = '\x1f';

struct ReasonEntry {
  Reason reason;
  std::string_view name;
  absl::StatusCode code;
  RefusalKind kind;
};

constexpr auto kEntries = std::to_array<ReasonEntry>({
#define TACIT_REASON_ENTRY(enumerator, name, code, kind) \
  {Reason::enumerator, name, absl::StatusCode::code, RefusalKind::kind},
    TACIT_REASONS(TACIT_REASON_ENTRY)
#undef TACIT_REASON_ENTRY
});

const ReasonEntry& EntryOf(Reason reason) {
  const auto index = static_cast<size_t>(reason);
  TACIT_CHECK(index < kEntries.size());
  TACIT_CHECK(kEntries[index].reason == reason);
  return kEntries[index];
}

void Append(std::string& payload, std::string_view key, std::string_view value) {
  if (value.empty()) return;
  std::string clean(value);
  std::erase_if(clean, [](char c) { return c == kFieldEnd || c == kKeyEnd; });
  absl::StrAppend(&payload, std::string(key), std::string(1, kKeyEnd), clean,
                  std::string(1, kFieldEnd));
}

void Assign(RefusalDetail& detail, std::string_view key, std::string value) {
  if (key == "fix") detail.fix = std::move(value);
  if (key == "field") detail.field = std::move(value);
  if (key == "limit") detail.limit = std::move(value);
  if (key == "requested") detail.requested = std::move(value);
  if (key == "remaining") detail.remaining = std::move(value);
  if (key == "scope") detail.scope = std::move(value);
  int position = 0;
  if (key == "position" && absl::SimpleAtoi(value, &position)) detail.position = position;
}

// Calls `visit(key, value)` for each field of the payload; nothing for a foreign status.
template <typename Visit>
void VisitPayload(const absl::Status& status, Visit visit) {
  const auto payload = status.GetPayload(kPayloadUrl.data());
  if (!payload.has_value()) return;
  const std::string text(*payload);
  for (const auto& field : absl::StrSplit(text, kFieldEnd, absl::SkipEmpty())) {
    const std::pair<std::string, std::string> pair =
        absl::StrSplit(field, absl::MaxSplits(kKeyEnd, 1));
    visit(pair.first, pair.second);
  }
}

}  // namespace

absl::Status Refuse(Reason reason, std::string_view what, RefusalDetail detail) {
  std::string message(what);
  if (!detail.fix.empty()) absl::StrAppend(&message, "; ", detail.fix);
  absl::Status status(CodeOf(reason), message);
  std::string payload;
  Append(payload, "reason", absl::StrCat(static_cast<int>(reason)));
  Append(payload, "fix", detail.fix);
  Append(payload, "field", detail.field);
  Append(payload, "limit", detail.limit);
  Append(payload, "requested", detail.requested);
  Append(payload, "remaining", detail.remaining);
  Append(payload, "scope", detail.scope);
  if (detail.position.has_value()) Append(payload, "position", absl::StrCat(*detail.position));
  status.SetPayload(kPayloadUrl.data(), absl::Cord(payload));
  return status;
}

bool IsRefusal(const absl::Status& status) {
  return status.GetPayload(kPayloadUrl.data()).has_value();
}

Reason ReasonOf(const absl::Status& status) {
  Reason reason = Reason::kInternal;
  VisitPayload(status, [&](const std::string& key, const std::string& value) {
    int index = 0;
    if (key != "reason" || !absl::SimpleAtoi(value, &index)) return;
    if (index >= 0 && index < static_cast<int>(kEntries.size())) reason = kEntries[index].reason;
  });
  return reason;
}

RefusalDetail DetailOf(const absl::Status& status) {
  RefusalDetail detail;
  VisitPayload(status, [&](const std::string& key, const std::string& value) {
    Assign(detail, key, value);
  });
  return detail;
}

std::string_view ReasonName(Reason reason) { return EntryOf(reason).name; }
RefusalKind KindOf(Reason reason) { return EntryOf(reason).kind; }
absl::StatusCode CodeOf(Reason reason) { return EntryOf(reason).code; }

}  // namespace tacit
