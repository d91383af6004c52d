// LIKE and ILIKE, and functions of text whose arguments stand between words.
#include <utility>

#include "accountant/status_macros.h"
#include "engine/parse/pg_parser_expression.h"
#include "engine/parse/pg_parser_fields.h"

namespace tacit {
namespace {

// p ESCAPE e, which the grammar turns into pg_catalog.like_escape(p, e).
bool IsEscape(const PgQuery__Node& node) {
  return node.node_case == PG_QUERY__NODE__NODE_FUNC_CALL && node.func_call->n_funcname == 2 &&
         StringOf(*node.func_call->funcname[1]) == "like_escape" && node.func_call->n_args == 2;
}

// The b of SUBSTRING(x FOR b), which the grammar casts to an integer at no place in the text.
const PgQuery__Node* WithoutGivenCast(const PgQuery__Node* node) {
  const bool is_given = node != nullptr && node->node_case == PG_QUERY__NODE__NODE_TYPE_CAST &&
                        node->type_cast->location < 0;
  return is_given ? node->type_cast->arg : node;
}

}  // namespace

// The operator's name says which: ~~, !~~, ~~* or !~~*.
absl::StatusOr<SyntaxNode> ExpressionReader::ReadLike(const PgQuery__AExpr& operation, int depth) {
  SyntaxNode node;
  node.kind = SyntaxKind::kOperator;
  node.position = LocationOf(operation.base, 0);
  node.name = StringOf(*operation.name[0]);
  TACIT_RETURN_IF_ERROR(Append(operation.lexpr, depth + 1, node));
  if (operation.rexpr != nullptr && IsEscape(*operation.rexpr)) {
    const PgQuery__FuncCall& escape = *operation.rexpr->func_call;
    TACIT_RETURN_IF_ERROR(
        RefuseUnreadFields(escape.base, {"funcname", "args", "funcformat"}, node.position));
    TACIT_RETURN_IF_ERROR(AppendAll(escape.args, escape.n_args, depth + 1, node));
  } else {
    TACIT_RETURN_IF_ERROR(Append(operation.rexpr, depth + 1, node));
  }
  return node;
}

absl::Status ExpressionReader::AppendArguments(const PgQuery__FuncCall& call, int depth,
                                               SyntaxNode& parent) {
  if (parent.name != "substring") return AppendAll(call.args, call.n_args, depth, parent);
  for (size_t i = 0; i < call.n_args; ++i) {
    TACIT_RETURN_IF_ERROR(Append(WithoutGivenCast(call.args[i]), depth, parent));
  }
  return absl::OkStatus();
}

}  // namespace tacit
