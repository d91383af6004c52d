// pg_query's expression nodes to ours, node kind by node kind and field by field.
#ifndef TACIT_ENGINE_PARSE_PG_PARSER_EXPRESSION_H_
#define TACIT_ENGINE_PARSE_PG_PARSER_EXPRESSION_H_

#include "absl/status/statusor.h"
#include "engine/parse/ast.h"

extern "C" {
#include <pg_query/pg_query.pb-c.h>
}

namespace tacit {

// Reads the expressions of one statement and counts their nodes together.
class ExpressionReader {
 public:
  // Depth counts nesting; a chain of operators of one level (a + b + c) and a chain of AND or OR is
  // one level deep, since only the node limit need bound it.
  // Errors: kUnsupported, kLiteralRange, kParameter, kLimit.
  absl::StatusOr<SyntaxNode> Read(const PgQuery__Node& node, int otherwise);

 private:
  absl::StatusOr<SyntaxNode> ReadNested(const PgQuery__Node& node, int otherwise, int depth);
  absl::StatusOr<SyntaxNode> ReadOperator(const PgQuery__AExpr& operation, int depth);
  absl::StatusOr<SyntaxNode> ReadRange(const PgQuery__AExpr& operation, int depth);
  absl::StatusOr<SyntaxNode> ReadList(const PgQuery__AExpr& operation, int depth);
  absl::StatusOr<SyntaxNode> ReadLogic(const PgQuery__BoolExpr& logic, int depth);
  absl::StatusOr<SyntaxNode> ReadCall(const PgQuery__FuncCall& call, int depth);
  absl::StatusOr<SyntaxNode> ReadNullTest(const PgQuery__NullTest& test, int depth);
  absl::StatusOr<SyntaxNode> ReadTruthTest(const PgQuery__BooleanTest& test, int depth);
  // DATE '2024-02-29', which is a literal, CAST(x AS type) and x::type: pg_parser_cast.cc.
  absl::StatusOr<SyntaxNode> ReadCast(const PgQuery__TypeCast& cast, int otherwise, int depth);
  // The arguments and what they order by: pg_parser_within_group.cc.
  absl::Status ReadWithinGroup(const PgQuery__FuncCall& call, int depth, SyntaxNode& node);
  // Choices: pg_parser_choice.cc.
  absl::StatusOr<SyntaxNode> ReadCase(const PgQuery__CaseExpr& choice, int depth);
  absl::StatusOr<SyntaxNode> ReadCoalesce(const PgQuery__CoalesceExpr& choice, int depth);
  absl::StatusOr<SyntaxNode> ReadMinMax(const PgQuery__MinMaxExpr& choice, int depth);
  absl::StatusOr<SyntaxNode> ReadPair(const PgQuery__AExpr& operation, int depth);
  // LIKE, and arguments in words: pg_parser_text.cc.
  absl::StatusOr<SyntaxNode> ReadLike(const PgQuery__AExpr& operation, int depth);
  absl::Status AppendArguments(const PgQuery__FuncCall& call, int depth, SyntaxNode& parent);
  absl::Status AppendAll(PgQuery__Node* const* nodes, size_t count, int depth, SyntaxNode& parent);
  absl::Status Append(const PgQuery__Node* node, int depth, SyntaxNode& parent);

  int nodes_ = 0;
};

// The text of a String node, or an empty text for any other node.
std::string StringOf(const PgQuery__Node& node);

}  // namespace tacit

#endif  // TACIT_ENGINE_PARSE_PG_PARSER_EXPRESSION_H_
