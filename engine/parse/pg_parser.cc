#include "engine/parse/pg_parser.h"

#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/parse/pg_parser_statement.h"
#include "engine/parse/pg_parser_tokens.h"
#include "engine/parse/pg_parser_unsupported.h"

extern "C" {
#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>
}

namespace tacit {
namespace {

struct ParseResultCloser {
  void operator()(PgQuery__ParseResult* result) const {
    pg_query__parse_result__free_unpacked(result, nullptr);
  }
};

using ParseTree = std::unique_ptr<PgQuery__ParseResult, ParseResultCloser>;

struct RawParse {
  explicit RawParse(const std::string& sql) : result(pg_query_parse_protobuf(sql.c_str())) {}
  ~RawParse() { pg_query_free_protobuf_parse_result(result); }
  RawParse(const RawParse&) = delete;
  RawParse& operator=(const RawParse&) = delete;
  PgQueryProtobufParseResult result;
};

// The protobuf output, never the JSON: that one drops negative integers (-1 reads as 0).
absl::StatusOr<ParseTree> ParseText(const std::string& sql) {
  const RawParse raw(sql);
  if (const PgQueryError* error = raw.result.error; error != nullptr) {
    return ParseError(sql, error->message, error->cursorpos);
  }
  ParseTree tree(
      pg_query__parse_result__unpack(nullptr, raw.result.parse_tree.len,
                                     reinterpret_cast<const uint8_t*>(raw.result.parse_tree.data)));
  TACIT_CHECK(tree != nullptr);
  return tree;
}

absl::Status CheckOneStatement(const PgQuery__ParseResult& tree, const std::vector<Token>& tokens) {
  if (tree.n_stmts == 1) return absl::OkStatus();
  RefusalDetail detail{.fix = "send exactly one SELECT"};
  if (tree.n_stmts == 0) {
    return Refuse(Reason::kOneStatement, "the SQL text holds no statement", detail);
  }
  // The parser puts a statement right after the semicolon before it; its first token is what is
  // meant.
  for (const Token& token : tokens) {
    if (token.begin < tree.stmts[1]->stmt_location) continue;
    detail.position = token.begin;
    break;
  }
  return Refuse(Reason::kOneStatement,
                absl::StrCat("the SQL text holds ", tree.n_stmts, " statements"), detail);
}

}  // namespace

absl::StatusOr<SelectStatement> ReadStatementOnThisThread(const std::string& sql) {
  TACIT_ASSIGN_OR_RETURN(const std::vector<Token> tokens, ScanTokens(sql));
  TACIT_ASSIGN_OR_RETURN(const ParseTree tree, ParseText(sql));
  TACIT_RETURN_IF_ERROR(CheckOneStatement(*tree, tokens));
  const PgQuery__Node* statement = tree->stmts[0]->stmt;
  TACIT_CHECK(statement != nullptr && !tokens.empty());
  if (statement->node_case != PG_QUERY__NODE__NODE_SELECT_STMT) {
    const Token& first = tokens.front();
    return RefuseStatement(std::string_view(sql).substr(first.begin, first.end - first.begin),
                           first.begin);
  }
  return ReadSelect(*statement->select_stmt, tokens);
}

}  // namespace tacit
