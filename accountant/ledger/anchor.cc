#include "accountant/ledger/anchor.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
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

constexpr size_t kAnchorBytesMax = 512;

std::string Render(const Head& head) {
  return absl::StrCat("tacit anchor 1\nsequence ", head.sequence, "\ngroup ", head.group, "\nhead ",
                      head.digest.Hex(), "\n");
}

// The value after `key` in `line`, or nothing.
std::string ValueOf(const std::string& line, const std::string& key) {
  return line.rfind(key, 0) == 0 ? line.substr(key.size()) : "";
}

std::optional<Head> Parse(const std::string& text) {
  const std::vector<std::string> lines = absl::StrSplit(text, '\n');
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
                   ", the anchor expects ", Place(seen.anchored)),
      {.fix = "put back the ledger that belongs to this anchor; debits may have been lost"});
}

}  // namespace

absl::Status WriteAnchor(const std::string& path, const Head& head) {
  const std::string fresh = path + ".new";
  // A crash may have left one behind; it was never the anchor.
  if (unlink(fresh.c_str()) != 0 && errno != ENOENT) return RefuseErrno("cannot remove", fresh);
  TACIT_ASSIGN_OR_RETURN(const OwnedFd file, CreatePrivateFile(fresh));
  TACIT_RETURN_IF_ERROR(WriteAndSync(file, Render(head)));
  if (rename(fresh.c_str(), path.c_str()) != 0) return RefuseErrno("cannot replace", path);
  return SyncParent(path);
}

absl::StatusOr<Head> ReadAnchor(const std::string& path) {
  TACIT_ASSIGN_OR_RETURN(const OwnedFd file, OpenPrivateFile(path));
  std::string text(kAnchorBytesMax, '\0');
  const ssize_t length = read(file.get(), text.data(), text.size());
  if (length < 0) return RefuseErrno("cannot read", path);
  text.resize(static_cast<size_t>(length));
  const std::optional<Head> head = Parse(text);
  if (head.has_value()) return *head;
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

absl::StatusOr<bool> IsOneGroupAhead(const Comparison& seen) {
  if (seen.ledger == seen.anchored) return false;
  if (seen.ledger.sequence < seen.anchored.sequence) return Mismatch(seen, "is behind its anchor");
  if (seen.at_anchor != seen.anchored || seen.ledger.group == seen.anchored.group) {
    return Mismatch(seen, "has another history than its anchor");
  }
  if (seen.ledger.group > seen.anchored.group + 1) {
    return Mismatch(seen, "is ahead of its anchor by more than one commit group");
  }
  return true;
}

}  // namespace tacit::ledger
