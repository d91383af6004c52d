// Text to our own tree. The only place that knows pg_query.
#ifndef TACIT_ENGINE_PARSE_PARSE_H_
#define TACIT_ENGINE_PARSE_PARSE_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "engine/parse/ast.h"

namespace tacit {

inline constexpr int kSqlBytesMax = 16 * 1024;
inline constexpr int kSqlTokensMax = 4096;
inline constexpr int kIdentifierBytesMax = 63;
inline constexpr int kExpressionDepthMax = 32;
inline constexpr int kSubqueryDepthMax = 8;
inline constexpr int kExpressionNodesMax = 2000;
inline constexpr int kInListMax = 1000;

// Reads exactly one SELECT. Thread-safe: runs on one dedicated thread with a 16 MiB stack, because
// pg_query has no stack guard, leaks a TLS key a thread, and swaps fd 2 during a parse.
// Errors, all from the text alone: kParse, kOneStatement, kNulByte, kInvalidUtf8, kLimit,
// kUnsupported.
absl::StatusOr<SelectStatement> Parse(std::string_view sql);

}  // namespace tacit

#endif  // TACIT_ENGINE_PARSE_PARSE_H_
