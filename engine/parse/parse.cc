#include "engine/parse/parse.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/parse/parser_thread.h"
#include "engine/parse/pg_parser.h"
#include "engine/plan/nodes/utf8.h"

namespace tacit {
namespace {

absl::Status CheckBytes(std::string_view sql) {
  if (sql.size() > kSqlBytesMax) {
    return Refuse(
        Reason::kLimit,
        absl::StrCat("the SQL text has ", sql.size(), " bytes; the most is ", kSqlBytesMax),
        {.fix = "shorten it, or send long lists as fewer, wider conditions", .limit = "sql_bytes"});
  }
  // Before UTF-8: pg_query stops reading at a NUL, while logs and cache keys would see the rest.
  if (const size_t nul = sql.find('\0'); nul != std::string_view::npos) {
    return Refuse(Reason::kNulByte, "the SQL text holds a NUL byte",
                  {.fix = "remove it", .position = static_cast<int>(nul)});
  }
  if (const size_t bad = FirstInvalidUtf8(sql); bad != std::string_view::npos) {
    return Refuse(Reason::kInvalidUtf8, "the SQL text is not valid UTF-8",
                  {.fix = "send UTF-8", .position = static_cast<int>(bad)});
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SelectStatement> Parse(std::string_view sql) {
  TACIT_RETURN_IF_ERROR(CheckBytes(sql));
  const std::string text(sql);  // pg_query reads up to a NUL
  absl::StatusOr<SelectStatement> statement = absl::UnknownError("not parsed");
  TACIT_RETURN_IF_ERROR(RunOnParserThread([&] { statement = ReadStatementOnThisThread(text); }));
  return statement;
}

}  // namespace tacit
