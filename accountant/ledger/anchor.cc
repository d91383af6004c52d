#include "accountant/ledger/anchor.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "accountant/private_file.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"

namespace tacit::ledger {
namespace {

// A slot is a block of the file system and of every disk, so that writing one leaves the other be.
constexpr size_t kSlotBytes = 4096;
constexpr size_t kFileBytes = 2 * kSlotBytes;

std::string Render(const Head& head) {
  std::string slot = absl::StrCat("tacit anchor 2\nsequence ", head.sequence, "\ngroup ",
                                  head.group, "\nhead ", head.digest.Hex(), "\n");
  absl::StrAppend(&slot, "check ", Sha256(slot).Hex(), "\n");
  slot.resize(kSlotBytes, '\n');
  return slot;
}

// The value after `key` in `line`, or nothing.
std::string ValueOf(const std::string& line, const std::string& key) {
  return line.rfind(key, 0) == 0 ? line.substr(key.size()) : "";
}

// Nothing where a crash tore it, or anything else than Render wrote.
std::optional<Head> Parse(const std::string& text) {
  const std::vector<std::string> lines = absl::StrSplit(text, absl::MaxSplits('\n', 4));
  Head head;
  if (lines.size() != 5 || !absl::SimpleAtoi(ValueOf(lines[1], "sequence "), &head.sequence) ||
      !absl::SimpleAtoi(ValueOf(lines[2], "group "), &head.group)) {
    return std::nullopt;
  }
  const std::string hex = ValueOf(lines[3], "head ");
  if (hex.size() != 2 * head.digest.bytes.size()) return std::nullopt;
  const std::string bytes = absl::HexStringToBytes(hex);
  std::copy(bytes.begin(), bytes.end(), head.digest.bytes.begin());
  // Text that is not hexadecimal decodes to something else, which the rendering then shows.
  if (Render(head) != text) return std::nullopt;
  return head;
}

std::string Place(const Head& head) {
  return absl::StrCat("row ", head.sequence, " of commit group ", head.group);
}

absl::Status Mismatch(const Comparison& seen, const std::string& what) {
  return Refuse(
      Reason::kLedgerRefused,
      absl::StrCat("the ledger ", what, ": it ends at ", Place(seen.ledger),
                   ", the anchor expects ", Place(seen.anchor.head)),
      {.fix = "put back the ledger that belongs to this anchor; debits may have been lost"});
}

// What the slots come to, if CreateAnchor, WriteAnchor or a crash within it can have left them so.
std::optional<Anchor> Newest(const std::optional<Head>& even, const std::optional<Head>& odd) {
  if (even.has_value() && even == odd && even->group == 0) return Anchor{*even, false};
  if (even.has_value() && even->group % 2 != 0) return std::nullopt;
  if (odd.has_value() && odd->group % 2 == 0) return std::nullopt;
  if (!even.has_value() && !odd.has_value()) return std::nullopt;
  if (!even.has_value() || !odd.has_value()) return Anchor{even.has_value() ? *even : *odd, true};
  const Head& newest = even->group > odd->group ? *even : *odd;
  const Head& before = even->group > odd->group ? *odd : *even;
  if (newest.group - 1 != before.group) return std::nullopt;
  return Anchor{newest, false};
}

}  // namespace

absl::Status CreateAnchor(const std::string& path, const Head& head) {
  TACIT_ASSIGN_OR_RETURN(const OwnedFd file, CreatePrivateFile(path));
  TACIT_RETURN_IF_ERROR(WriteAndSync(file, absl::StrCat(Render(head), Render(head))));
  return SyncParent(path);
}

absl::Status WriteAnchor(const std::string& path, const Head& head) {
  TACIT_ASSIGN_OR_RETURN(const OwnedFd file, OpenPrivateFile(path, O_RDWR));
  return WriteAndSync(file, Render(head), (head.group % 2) * static_cast<int64_t>(kSlotBytes));
}

absl::StatusOr<Anchor> ReadAnchor(const std::string& path) {
  TACIT_ASSIGN_OR_RETURN(const OwnedFd file, OpenPrivateFile(path));
  std::string text(kFileBytes + 1, '\0');
  const ssize_t length = read(file.get(), text.data(), text.size());
  if (length < 0) return RefuseErrno("cannot read", path);
  if (static_cast<size_t>(length) == kFileBytes) {
    const std::optional<Anchor> anchor =
        Newest(Parse(text.substr(0, kSlotBytes)), Parse(text.substr(kSlotBytes, kSlotBytes)));
    if (anchor.has_value()) return *anchor;
  }
  return Refuse(Reason::kLedgerRefused, absl::StrCat("the anchor ", path, " cannot be read"),
                {.fix = "restore ledger and anchor together from a trusted copy"});
}

absl::Status CheckOutside(const std::string& anchor, const std::string& directory) {
  std::error_code error;
  const std::filesystem::path parent =
      std::filesystem::canonical(std::filesystem::absolute(anchor).parent_path(), error);
  if (error) {
    return Refuse(Reason::kLedgerRefused,
                  absl::StrCat("the directory of the anchor ", anchor, " does not exist"),
                  {.fix = "create it, owned by the server's account"});
  }
  if (!absl::StartsWith(absl::StrCat(parent.string(), "/"), absl::StrCat(directory, "/"))) {
    return absl::OkStatus();
  }
  return Refuse(Reason::kLedgerRefused,
                absl::StrCat("the anchor ", anchor, " lies inside the ledger's directory"),
                {.fix = "name a path outside it, so that no backup restores both at once"});
}

absl::Status CheckAnchored(const Comparison& seen) {
  const Head& anchored = seen.anchor.head;
  if (seen.ledger == anchored && !seen.anchor.torn) return absl::OkStatus();
  if (seen.ledger.sequence < anchored.sequence) return Mismatch(seen, "is behind its anchor");
  // A crash that tears the anchor comes after a commit.
  if (seen.ledger == anchored) return Mismatch(seen, "lacks the group after its damaged anchor");
  if (seen.at_anchor != anchored || seen.ledger.group == anchored.group) {
    return Mismatch(seen, "has another history than its anchor");
  }
  if (seen.ledger.group > anchored.group + 1) {
    return Mismatch(seen, "is ahead of its anchor by more than one commit group");
  }
  return absl::OkStatus();
}

}  // namespace tacit::ledger
