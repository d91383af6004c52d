#include "engine/parse/pg_parser_statement.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/parse/pg_parser_expression.h"
#include "engine/parse/pg_parser_fields.h"
#include "engine/parse/pg_parser_from.h"
#include "engine/parse/pg_parser_unsupported.h"

namespace tacit {
namespace {

int PositionOf(const std::vector<Token>& tokens, int kind) {
  return FirstOf(tokens, kind).value_or(tokens.front().begin);
}

absl::Status CheckSetOperation(const PgQuery__SelectStmt& select,
                               const std::vector<Token>& tokens) {
  if (select.op == PG_QUERY__SET_OPERATION__SETOP_NONE) return absl::OkStatus();
  const int kind = select.op == PG_QUERY__SET_OPERATION__SETOP_UNION ? PG_QUERY__TOKEN__UNION
                   : select.op == PG_QUERY__SET_OPERATION__SETOP_INTERSECT
                       ? PG_QUERY__TOKEN__INTERSECT
                       : PG_QUERY__TOKEN__EXCEPT;
  return Unsupported("UNION, INTERSECT and EXCEPT are not supported: each side would be paid for",
                     "send each SELECT as a query of its own", PositionOf(tokens, kind));
}

// The clauses of a SELECT that are never read. What is missing here still meets RefuseUnreadFields.
absl::Status CheckClauses(const PgQuery__SelectStmt& select, const std::vector<Token>& tokens) {
  TACIT_RETURN_IF_ERROR(CheckSetOperation(select, tokens));
  if (select.n_values_lists > 0) {
    return Unsupported("VALUES is not supported", "ask with a SELECT over one table",
                       PositionOf(tokens, PG_QUERY__TOKEN__VALUES));
  }
  if (select.n_distinct_clause > 0) {
    return Unsupported("SELECT DISTINCT is not supported: rows cannot be read",
                       "GROUP BY the columns and ask for COUNT(*)",
                       PositionOf(tokens, PG_QUERY__TOKEN__DISTINCT));
  }
  if (select.into_clause != nullptr) {
    return Unsupported("SELECT INTO is not supported: tacit reads and never writes",
                       "leave INTO out", PositionOf(tokens, PG_QUERY__TOKEN__INTO));
  }
  if (select.n_window_clause > 0) {
    return Unsupported("WINDOW is not supported", "use GROUP BY",
                       PositionOf(tokens, PG_QUERY__TOKEN__WINDOW));
  }
  if (select.n_locking_clause > 0) {
    return Unsupported("FOR UPDATE and FOR SHARE are not supported: tacit reads and never writes",
                       "leave it out", PositionOf(tokens, PG_QUERY__TOKEN__FOR));
  }
  if (select.group_distinct) {
    return Unsupported("GROUP BY DISTINCT is not supported", "group by plain columns",
                       PositionOf(tokens, PG_QUERY__TOKEN__GROUP_P));
  }
  if (select.limit_option == PG_QUERY__LIMIT_OPTION__LIMIT_OPTION_WITH_TIES) {
    return Unsupported("FETCH ... WITH TIES is not supported", "use LIMIT",
                       PositionOf(tokens, PG_QUERY__TOKEN__FETCH));
  }
  return RefuseUnreadFields(
      select.base,
      {"with_clause", "target_list", "from_clause", "where_clause", "group_clause", "having_clause",
       "sort_clause", "limit_offset", "limit_count", "limit_option", "op"},
      PositionOf(tokens, PG_QUERY__TOKEN__SELECT));
}

absl::StatusOr<SelectTarget> ReadTarget(const PgQuery__Node& node, ExpressionReader& reader,
                                        int otherwise) {
  if (node.node_case != PG_QUERY__NODE__NODE_RES_TARGET) return RefuseNode(node, otherwise);
  const PgQuery__ResTarget& target = *node.res_target;
  const int position = LocationOf(target.base, otherwise);
  TACIT_RETURN_IF_ERROR(RefuseUnreadFields(target.base, {"name", "val"}, position));
  if (target.val == nullptr) return Unsupported("an empty target", "name a column", position);
  SelectTarget result;
  TACIT_ASSIGN_OR_RETURN(result.expression, reader.Read(*target.val, position));
  result.alias = TextOf(target.name);
  return result;
}

absl::StatusOr<SortItem> ReadSort(const PgQuery__Node& node, ExpressionReader& reader,
                                  int otherwise) {
  if (node.node_case != PG_QUERY__NODE__NODE_SORT_BY) return RefuseNode(node, otherwise);
  const PgQuery__SortBy& sort = *node.sort_by;
  const int position = LocationOf(sort.base, otherwise);
  if (sort.sortby_dir == PG_QUERY__SORT_BY_DIR__SORTBY_USING || sort.n_use_op > 0) {
    return Unsupported("ORDER BY ... USING is not supported", "use ASC or DESC", position);
  }
  TACIT_RETURN_IF_ERROR(
      RefuseUnreadFields(sort.base, {"node", "sortby_dir", "sortby_nulls"}, position));
  if (sort.node == nullptr) return Unsupported("an empty ORDER BY", "name a column", position);
  SortItem item;
  TACIT_ASSIGN_OR_RETURN(item.expression, reader.Read(*sort.node, position));
  item.descending = sort.sortby_dir == PG_QUERY__SORT_BY_DIR__SORTBY_DESC;
  if (sort.sortby_nulls == PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_FIRST) item.nulls_first = true;
  if (sort.sortby_nulls == PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_LAST) item.nulls_first = false;
  return item;
}

absl::Status ReadOptional(const PgQuery__Node* node, ExpressionReader& reader, int otherwise,
                          std::optional<SyntaxNode>& into) {
  if (node == nullptr) return absl::OkStatus();
  TACIT_ASSIGN_OR_RETURN(into, reader.Read(*node, otherwise));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<SelectStatement> ReadSelect(const PgQuery__SelectStmt& select,
                                           const std::vector<Token>& tokens, int depth) {
  // Words within brackets are those of a sub-query, or of COUNT(DISTINCT x).
  const std::vector<Token> own = OutsideBrackets(tokens);
  TACIT_RETURN_IF_ERROR(CheckClauses(select, own));
  const int start = PositionOf(own, PG_QUERY__TOKEN__SELECT);
  if (select.n_target_list == 0) {
    return Refuse(Reason::kOneStatement, "the SELECT asks for nothing",
                  {.fix = "ask for COUNT, SUM or AVG", .position = start});
  }
  SelectStatement statement;
  TACIT_ASSIGN_OR_RETURN(statement.with, ReadWith(select, tokens, depth));
  TACIT_ASSIGN_OR_RETURN(statement.from, ReadFrom(select, tokens, depth));
  ExpressionReader reader;
  for (size_t i = 0; i < select.n_target_list; ++i) {
    TACIT_ASSIGN_OR_RETURN(SelectTarget target, ReadTarget(*select.target_list[i], reader, start));
    statement.targets.push_back(std::move(target));
  }
  TACIT_RETURN_IF_ERROR(ReadOptional(select.where_clause, reader, start, statement.where));
  for (size_t i = 0; i < select.n_group_clause; ++i) {
    TACIT_ASSIGN_OR_RETURN(SyntaxNode key, reader.Read(*select.group_clause[i], start));
    statement.group_by.push_back(std::move(key));
  }
  TACIT_RETURN_IF_ERROR(ReadOptional(select.having_clause, reader, start, statement.having));
  for (size_t i = 0; i < select.n_sort_clause; ++i) {
    TACIT_ASSIGN_OR_RETURN(SortItem item, ReadSort(*select.sort_clause[i], reader, start));
    statement.order_by.push_back(std::move(item));
  }
  TACIT_RETURN_IF_ERROR(ReadOptional(select.limit_count, reader, start, statement.limit));
  TACIT_RETURN_IF_ERROR(ReadOptional(select.limit_offset, reader, start, statement.offset));
  return statement;
}

}  // namespace tacit
