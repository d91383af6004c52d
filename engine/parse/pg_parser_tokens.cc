#include "engine/parse/pg_parser_tokens.h"

#include <cstddef>
#include <memory>
#include <string_view>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/parse/parse.h"

extern "C" {
#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>
}

namespace tacit {
namespace {

// PostgreSQL's messages quote at most one token of the text; this bounds what that can be.
constexpr size_t kMessageBytesMax = 200;

constexpr int kOpeningBracket = PG_QUERY__TOKEN__ASCII_40;
constexpr int kClosingBracket = PG_QUERY__TOKEN__ASCII_41;

// A dollar sign and six digits.
constexpr size_t kParameterBytesMax = 7;

bool IsAscii(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x80) return false;
  }
  return true;
}

// Bytes the identifier has once its quotes are read.
size_t IdentifierLength(std::string_view source) {
  if (source.empty() || source.front() != '"') return source.size();
  size_t length = 0;
  for (size_t i = 1; i + 1 < source.size(); ++i, ++length) {
    if (source[i] == '"') ++i;  // "" is one quote
  }
  return length;
}

absl::Status CheckIdentifier(std::string_view source, int position) {
  if (!IsAscii(source)) {
    return Refuse(Reason::kUnsupported, "an identifier holds a character that is not ASCII",
                  {.fix = "use the table and column names as the curator declared them",
                   .position = position});
  }
  if (IdentifierLength(source) > kIdentifierBytesMax) {
    return Refuse(Reason::kUnsupported,
                  absl::StrCat("an identifier is longer than ", kIdentifierBytesMax, " bytes"),
                  {.fix = "shorten it", .position = position});
  }
  return absl::OkStatus();
}

// pg_query cuts a parameter's number to 32 bits: $4294967297 would read as $1.
absl::Status CheckParameter(std::string_view source, int position) {
  if (source.size() <= kParameterBytesMax) return absl::OkStatus();
  return Refuse(Reason::kParameter, "a parameter's number is out of range",
                {.fix = "number parameters $1, $2, ...", .position = position});
}

absl::Status CheckToken(const PgQuery__ScanToken& token, std::string_view source) {
  switch (token.token) {
    case PG_QUERY__TOKEN__IDENT:
      return CheckIdentifier(source, token.start);
    case PG_QUERY__TOKEN__PARAM:
      return CheckParameter(source, token.start);
    case PG_QUERY__TOKEN__UIDENT:
      return Refuse(Reason::kUnsupported,
                    "an identifier with Unicode escapes (U&\"...\") is not supported",
                    {.fix = "write the name as the curator declared it", .position = token.start});
    default:
      return absl::OkStatus();
  }
}

// BigQuery's spelling is three tokens that PostgreSQL's grammar cannot read.
absl::Status CheckDifferentialPrivacyClause(const std::string& sql,
                                            const std::vector<Token>& tokens) {
  for (size_t i = 0; i + 2 < tokens.size(); ++i) {
    const bool select_with =
        tokens[i].kind == PG_QUERY__TOKEN__SELECT && tokens[i + 1].kind == PG_QUERY__TOKEN__WITH;
    const Token& third = tokens[i + 2];
    const std::string word = sql.substr(third.begin, third.end - third.begin);
    if (!select_with || !absl::EqualsIgnoreCase(word, "differential_privacy")) continue;
    return Refuse(
        Reason::kUnsupported, "SELECT WITH DIFFERENTIAL_PRIVACY is not supported yet",
        {.fix = "write a plain SELECT and give epsilon in the request; every answer is private",
         .position = tokens[i + 1].begin});
  }
  return absl::OkStatus();
}

struct ScanResultCloser {
  void operator()(PgQuery__ScanResult* result) const {
    pg_query__scan_result__free_unpacked(result, nullptr);
  }
};

struct RawScan {
  explicit RawScan(const std::string& sql) : result(pg_query_scan(sql.c_str())) {}
  ~RawScan() { pg_query_free_scan_result(result); }
  RawScan(const RawScan&) = delete;
  RawScan& operator=(const RawScan&) = delete;
  PgQueryScanResult result;
};

}  // namespace

absl::Status ParseError(const std::string& sql, const char* message, int cursor) {
  std::string text = message == nullptr ? "the SQL text could not be read" : message;
  if (text.size() > kMessageBytesMax) {
    // Cuts between characters, so that the message stays UTF-8.
    size_t end = kMessageBytesMax;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    text = absl::StrCat(text.substr(0, end), "...");
  }
  RefusalDetail detail;
  if (cursor > 0) {
    int characters = 0;
    size_t position = 0;
    for (; position < sql.size(); ++position) {
      if ((static_cast<unsigned char>(sql[position]) & 0xc0) != 0x80 && ++characters == cursor)
        break;
    }
    detail.position = static_cast<int>(position);
  }
  return Refuse(Reason::kParse, text, detail);
}

absl::StatusOr<std::vector<Token>> ScanTokens(const std::string& sql) {
  const RawScan raw(sql);
  if (const PgQueryError* error = raw.result.error; error != nullptr) {
    return ParseError(sql, error->message, error->cursorpos);
  }
  const std::unique_ptr<PgQuery__ScanResult, ScanResultCloser> scan(pg_query__scan_result__unpack(
      nullptr, raw.result.pbuf.len, reinterpret_cast<const uint8_t*>(raw.result.pbuf.data)));
  TACIT_CHECK(scan != nullptr);
  if (scan->n_tokens > kSqlTokensMax) {
    return Refuse(
        Reason::kLimit,
        absl::StrCat("the SQL text has ", scan->n_tokens, " tokens; the most is ", kSqlTokensMax),
        {.fix = "shorten it", .limit = "tokens"});
  }
  std::vector<Token> tokens;
  for (size_t i = 0; i < scan->n_tokens; ++i) {
    const PgQuery__ScanToken& token = *scan->tokens[i];
    TACIT_CHECK(token.start >= 0 && token.start <= token.end);
    TACIT_CHECK(token.end <= static_cast<int>(sql.size()));
    if (token.token == PG_QUERY__TOKEN__SQL_COMMENT || token.token == PG_QUERY__TOKEN__C_COMMENT)
      continue;
    const std::string_view source(sql.data() + token.start, token.end - token.start);
    TACIT_RETURN_IF_ERROR(CheckToken(token, source));
    tokens.push_back({.kind = token.token, .begin = token.start, .end = token.end});
  }
  TACIT_RETURN_IF_ERROR(CheckDifferentialPrivacyClause(sql, tokens));
  return tokens;
}

std::optional<int> FirstOf(const std::vector<Token>& tokens, int kind) {
  for (const Token& token : tokens) {
    if (token.kind == kind) return token.begin;
  }
  return std::nullopt;
}

std::vector<Token> OutsideBrackets(const std::vector<Token>& tokens) {
  std::vector<Token> outside;
  int depth = 0;
  for (const Token& token : tokens) {
    if (token.kind == kClosingBracket) --depth;
    if (depth <= 0) outside.push_back(token);
    if (token.kind == kOpeningBracket) ++depth;
  }
  return outside;
}

std::vector<Token> InBracketsAround(const std::vector<Token>& tokens, int position) {
  std::vector<size_t> open;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].kind == kOpeningBracket) open.push_back(i);
    if (tokens[i].kind != kClosingBracket || open.empty()) continue;
    const size_t first = open.back() + 1;
    open.pop_back();
    if (tokens[i].begin < position || first == i || tokens[first].begin > position) continue;
    return std::vector<Token>(tokens.begin() + static_cast<std::ptrdiff_t>(first),
                              tokens.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return tokens;
}

}  // namespace tacit
