// CASE, COALESCE, GREATEST, LEAST, NULLIF and IS DISTINCT FROM.
#include <utility>

#include "accountant/status_macros.h"
#include "engine/parse/pg_parser_expression.h"
#include "engine/parse/pg_parser_fields.h"
#include "engine/parse/pg_parser_unsupported.h"

namespace tacit {

absl::StatusOr<SyntaxNode> ExpressionReader::ReadCase(const PgQuery__CaseExpr& choice, int depth) {
  SyntaxNode node;
  node.kind = SyntaxKind::kCase;
  node.name = "case";
  node.position = LocationOf(choice.base, 0);
  TACIT_RETURN_IF_ERROR(
      RefuseUnreadFields(choice.base, {"arg", "args", "defresult"}, node.position));
  for (size_t i = 0; i < choice.n_args; ++i) {
    if (choice.args[i]->node_case != PG_QUERY__NODE__NODE_CASE_WHEN) {
      return RefuseNode(*choice.args[i], node.position);
    }
    const PgQuery__CaseWhen& when = *choice.args[i]->case_when;
    const int position = LocationOf(when.base, node.position);
    TACIT_RETURN_IF_ERROR(RefuseUnreadFields(when.base, {"expr", "result"}, position));
    if (choice.arg == nullptr) {
      TACIT_RETURN_IF_ERROR(Append(when.expr, depth + 1, node));
    } else {
      // CASE x WHEN 1 is CASE WHEN x = 1; what x costs is counted each time.
      SyntaxNode equal;
      equal.kind = SyntaxKind::kOperator;
      equal.name = "=";
      equal.position = position;
      TACIT_RETURN_IF_ERROR(Append(choice.arg, depth + 2, equal));
      TACIT_RETURN_IF_ERROR(Append(when.expr, depth + 2, equal));
      node.arguments.push_back(std::move(equal));
    }
    TACIT_RETURN_IF_ERROR(Append(when.result, depth + 1, node));
  }
  if (choice.defresult != nullptr) {
    TACIT_RETURN_IF_ERROR(Append(choice.defresult, depth + 1, node));
  } else {
    node.arguments.emplace_back().position = node.position;  // a literal NULL
  }
  return node;
}

absl::StatusOr<SyntaxNode> ExpressionReader::ReadCoalesce(const PgQuery__CoalesceExpr& choice,
                                                          int depth) {
  SyntaxNode node;
  node.kind = SyntaxKind::kCall;
  node.name = "coalesce";
  node.position = LocationOf(choice.base, 0);
  TACIT_RETURN_IF_ERROR(RefuseUnreadFields(choice.base, {"args"}, node.position));
  TACIT_RETURN_IF_ERROR(AppendAll(choice.args, choice.n_args, depth + 1, node));
  return node;
}

absl::StatusOr<SyntaxNode> ExpressionReader::ReadMinMax(const PgQuery__MinMaxExpr& choice,
                                                        int depth) {
  SyntaxNode node;
  node.kind = SyntaxKind::kCall;
  node.name = choice.op == PG_QUERY__MIN_MAX_OP__IS_LEAST ? "least" : "greatest";
  node.position = LocationOf(choice.base, 0);
  TACIT_RETURN_IF_ERROR(RefuseUnreadFields(choice.base, {"op", "args"}, node.position));
  TACIT_RETURN_IF_ERROR(AppendAll(choice.args, choice.n_args, depth + 1, node));
  return node;
}

absl::StatusOr<SyntaxNode> ExpressionReader::ReadPair(const PgQuery__AExpr& operation, int depth) {
  SyntaxNode node;
  node.position = LocationOf(operation.base, 0);
  if (operation.kind == PG_QUERY__A__EXPR__KIND__AEXPR_NULLIF) {
    node.kind = SyntaxKind::kCall;
    node.name = "nullif";
  } else {
    node.kind = SyntaxKind::kDistinctFrom;
    node.negated = operation.kind == PG_QUERY__A__EXPR__KIND__AEXPR_NOT_DISTINCT;
  }
  TACIT_RETURN_IF_ERROR(Append(operation.lexpr, depth + 1, node));
  TACIT_RETURN_IF_ERROR(Append(operation.rexpr, depth + 1, node));
  return node;
}

}  // namespace tacit
