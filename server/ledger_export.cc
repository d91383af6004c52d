#include "server/ledger_export.h"

#include <google/protobuf/util/json_util.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "server/wire.h"

namespace tacit {
namespace {

// Zeros are printed too. A row's texts were checked to be UTF-8 before they became a row, which is
// all that can fail.
std::string Json(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(message, &text, options).ok()) return "{}";
  return text;
}

// An error stays with `out`.
void WriteLine(const std::string& line, std::FILE* out) {
  std::fwrite(line.data(), 1, line.size(), out);
  std::fputc('\n', out);
}

absl::Status Finish(const LedgerEnd& end, std::FILE* out) {
  v1::ExportedLedgerRow::End last;
  last.set_sequence(end.sequence);
  last.set_commit_group(end.group);
  last.set_head(end.digest.Hex());
  WriteLine("{\"end\":" + Json(last) + "}", out);
  if (std::fflush(out) == 0 && std::ferror(out) == 0) return absl::OkStatus();
  return Refuse(Reason::kInternal,
                absl::StrCat("the output cannot be written: ", std::strerror(errno)),
                {.fix = "make room and export again"});
}

}  // namespace

absl::Status WriteLedger(const LedgerPaths& paths, std::FILE* out) {
  const auto write = [&](const ExportedRow& exported) {
    v1::ExportedLedgerRow row;
    *row.mutable_entry() = WriteEntry(exported.entry);
    row.set_dataset(exported.entry.dataset.value());
    row.set_commit_group(exported.group);
    row.set_lineage(exported.lineage);
    row.set_payload(exported.payload);
    row.set_previous_hash(exported.previous_hash.Hex());
    WriteLine(Json(row), out);
  };
  TACIT_ASSIGN_OR_RETURN(const LedgerEnd end, ExportLedger(paths, write));
  return Finish(end, out);
}

absl::Status WriteLedgerEnd(const LedgerPaths& paths, std::FILE* out) {
  TACIT_ASSIGN_OR_RETURN(const LedgerEnd end, ExportLedger(paths, [](const ExportedRow&) {}));
  return Finish(end, out);
}

}  // namespace tacit
