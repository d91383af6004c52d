// The token pass: what can be judged before the recursive parser sees the text.
#ifndef TACIT_ENGINE_PARSE_PG_PARSER_TOKENS_H_
#define TACIT_ENGINE_PARSE_PG_PARSER_TOKENS_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace tacit {

struct Token {
  int kind = 0;   // PgQuery__Token
  int begin = 0;  // byte offsets into the SQL text
  int end = 0;
};

// The tokens of `sql` in order, comments left out.
// Errors: kParse; kParameter for numbers that pg_query would wrap; kLimit "tokens" (comments
// count); kUnsupported for identifiers that are not ASCII, longer than kIdentifierBytesMax
// (PostgreSQL would cut them silently) or written with Unicode escapes.
absl::StatusOr<std::vector<Token>> ScanTokens(const std::string& sql);

// Where the first token of `kind` begins.
std::optional<int> FirstOf(const std::vector<Token>& tokens, int kind);

// The tokens that stand in no brackets, the outermost brackets themselves included.
std::vector<Token> OutsideBrackets(const std::vector<Token>& tokens);

// The tokens in the innermost brackets around `position`; all of them where there are none.
std::vector<Token> InBracketsAround(const std::vector<Token>& tokens, int position);

// PostgreSQL's error as ours. `cursor` counts characters from 1; 0 means unknown.
absl::Status ParseError(const std::string& sql, const char* message, int cursor);

}  // namespace tacit

#endif  // TACIT_ENGINE_PARSE_PG_PARSER_TOKENS_H_
