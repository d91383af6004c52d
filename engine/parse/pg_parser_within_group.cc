// f(fraction) WITHIN GROUP (ORDER BY x): what it orders by becomes an argument.
#include <utility>

#include "absl/strings/str_cat.h"
#include "accountant/status_macros.h"
#include "engine/parse/pg_parser_expression.h"
#include "engine/parse/pg_parser_fields.h"
#include "engine/parse/pg_parser_unsupported.h"

namespace tacit {
namespace {

absl::Status CheckOrder(const PgQuery__FuncCall& call, int position) {
  for (size_t i = 0; i < call.n_args; ++i) {
    if (call.args[i]->node_case != PG_QUERY__NODE__NODE_A_ARRAY_EXPR) continue;
    return Unsupported("an array of fractions is not supported",
                       "ask for each fraction by a call of its own",
                       LocationOf(call.args[i]->a_array_expr->base, position));
  }
  if (call.n_agg_order == 1 && call.agg_order[0]->node_case == PG_QUERY__NODE__NODE_SORT_BY) {
    return absl::OkStatus();
  }
  return Unsupported(absl::StrCat("WITHIN GROUP orders by one value, not by ", call.n_agg_order),
                     "write WITHIN GROUP (ORDER BY x)", position);
}

}  // namespace

absl::Status ExpressionReader::ReadWithinGroup(const PgQuery__FuncCall& call, int depth,
                                               SyntaxNode& node) {
  TACIT_RETURN_IF_ERROR(CheckOrder(call, node.position));
  const PgQuery__SortBy& sort = *call.agg_order[0]->sort_by;
  const int position = LocationOf(sort.base, node.position);
  if (sort.sortby_dir == PG_QUERY__SORT_BY_DIR__SORTBY_USING || sort.n_use_op > 0) {
    return Unsupported("ORDER BY ... USING is not supported", "use ASC or DESC", position);
  }
  const bool places_nulls = sort.sortby_nulls == PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_FIRST ||
                            sort.sortby_nulls == PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_LAST;
  if (places_nulls) {
    return Unsupported("NULLS FIRST and NULLS LAST have no meaning in WITHIN GROUP",
                       "leave it out; rows where the value is NULL do not count", position);
  }
  TACIT_RETURN_IF_ERROR(
      RefuseUnreadFields(sort.base, {"node", "sortby_dir", "sortby_nulls"}, position));
  TACIT_RETURN_IF_ERROR(AppendAll(call.args, call.n_args, depth + 1, node));
  TACIT_RETURN_IF_ERROR(Append(sort.node, depth + 1, node));
  node.within_group = true;
  node.descending = sort.sortby_dir == PG_QUERY__SORT_BY_DIR__SORTBY_DESC;
  return absl::OkStatus();
}

}  // namespace tacit
