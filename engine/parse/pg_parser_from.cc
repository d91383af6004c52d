#include "engine/parse/pg_parser_from.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/parse/parse.h"
#include "engine/parse/pg_parser_fields.h"
#include "engine/parse/pg_parser_statement.h"
#include "engine/parse/pg_parser_unsupported.h"

namespace tacit {
namespace {

absl::StatusOr<std::vector<std::string>> ReadNames(PgQuery__Node* const* nodes, size_t count,
                                                   int position) {
  std::vector<std::string> names;
  for (size_t i = 0; i < count; ++i) {
    if (nodes[i]->node_case != PG_QUERY__NODE__NODE_STRING) return RefuseNode(*nodes[i], position);
    names.push_back(TextOf(nodes[i]->string->sval));
  }
  return names;
}

absl::StatusOr<TableReference> ReadTable(const PgQuery__RangeVar& table,
                                         const std::vector<Token>& tokens) {
  TableReference reference{.name = TextOf(table.relname), .position = LocationOf(table.base, 0)};
  if (!TextOf(table.schemaname).empty() || !TextOf(table.catalogname).empty()) {
    return Unsupported("a schema before a table's name is not supported",
                       "write the table's name alone", reference.position);
  }
  if (!table.inh) {
    return Unsupported("FROM ONLY is not supported", "leave ONLY out",
                       FirstOf(tokens, PG_QUERY__TOKEN__ONLY).value_or(reference.position));
  }
  // `inh` and `relpersistence` say "plain table" in every SELECT.
  TACIT_RETURN_IF_ERROR(RefuseUnreadFields(
      table.base, {"relname", "schemaname", "catalogname", "inh", "relpersistence", "alias"},
      reference.position));
  if (table.alias != nullptr) {
    TACIT_RETURN_IF_ERROR(RefuseUnreadFields(table.alias->base, {"aliasname"}, reference.position));
    reference.alias = TextOf(table.alias->aliasname);
  }
  return reference;
}

// Somewhere in the text of a SELECT that stands in brackets after `before`: where its first target
// is, or else the first word in brackets.
int PlaceOf(const PgQuery__SelectStmt& select, const std::vector<Token>& tokens, int before) {
  const PgQuery__SelectStmt* leftmost = &select;
  while (leftmost->larg != nullptr) leftmost = leftmost->larg;
  if (leftmost->n_target_list > 0 &&
      leftmost->target_list[0]->node_case == PG_QUERY__NODE__NODE_RES_TARGET) {
    return LocationOf(leftmost->target_list[0]->res_target->base, before);
  }
  bool inside = false;
  for (const Token& token : tokens) {
    if (inside && token.begin > before) return token.begin;
    inside = token.kind == PG_QUERY__TOKEN__ASCII_40;
  }
  return before;
}

absl::StatusOr<SelectStatement> ReadSubquery(const PgQuery__Node* node,
                                             const std::vector<Token>& tokens, int otherwise,
                                             int depth) {
  if (node == nullptr) return Unsupported("an empty sub-query", "write a SELECT", otherwise);
  if (node->node_case != PG_QUERY__NODE__NODE_SELECT_STMT) {
    return Unsupported(
        "a sub-query that is no SELECT is not supported: tacit reads and never writes",
        "write a SELECT", otherwise);
  }
  if (depth >= kSubqueryDepthMax) {
    return Refuse(Reason::kLimit,
                  absl::StrCat("sub-queries are nested deeper than ", kSubqueryDepthMax, " levels"),
                  {.fix = "write fewer of them", .position = otherwise, .limit = "subqueries"});
  }
  const PgQuery__SelectStmt& select = *node->select_stmt;
  return ReadSelect(select, InBracketsAround(tokens, PlaceOf(select, tokens, otherwise)),
                    depth + 1);
}

absl::StatusOr<TableReference> ReadRangeSubselect(const PgQuery__RangeSubselect& from,
                                                  const std::vector<Token>& tokens, int position,
                                                  int depth) {
  if (from.lateral) {
    return Unsupported("LATERAL is not supported", "leave it out",
                       FirstOf(tokens, PG_QUERY__TOKEN__LATERAL_P).value_or(position));
  }
  TACIT_RETURN_IF_ERROR(RefuseUnreadFields(from.base, {"lateral", "subquery", "alias"}, position));
  TableReference reference{.position = position};
  TACIT_ASSIGN_OR_RETURN(SelectStatement subquery,
                         ReadSubquery(from.subquery, tokens, position, depth));
  reference.subquery.push_back(std::move(subquery));
  if (from.alias != nullptr) {
    TACIT_RETURN_IF_ERROR(
        RefuseUnreadFields(from.alias->base, {"aliasname", "colnames"}, position));
    reference.alias = TextOf(from.alias->aliasname);
    TACIT_ASSIGN_OR_RETURN(reference.columns,
                           ReadNames(from.alias->colnames, from.alias->n_colnames, position));
  }
  return reference;
}

absl::StatusOr<TableReference> ReadCommonTable(const PgQuery__Node& node,
                                               const std::vector<Token>& tokens, int otherwise,
                                               int depth) {
  if (node.node_case != PG_QUERY__NODE__NODE_COMMON_TABLE_EXPR) return RefuseNode(node, otherwise);
  const PgQuery__CommonTableExpr& table = *node.common_table_expr;
  const int position = LocationOf(table.base, otherwise);
  // MATERIALIZED or not: the answer is the same.
  TACIT_RETURN_IF_ERROR(RefuseUnreadFields(
      table.base, {"ctename", "aliascolnames", "ctematerialized", "ctequery"}, position));
  TableReference reference{.alias = TextOf(table.ctename), .position = position};
  TACIT_ASSIGN_OR_RETURN(reference.columns,
                         ReadNames(table.aliascolnames, table.n_aliascolnames, position));
  TACIT_ASSIGN_OR_RETURN(SelectStatement subquery,
                         ReadSubquery(table.ctequery, tokens, position, depth));
  reference.subquery.push_back(std::move(subquery));
  return reference;
}

}  // namespace

absl::StatusOr<TableReference> ReadFrom(const PgQuery__SelectStmt& select,
                                        const std::vector<Token>& tokens, int depth) {
  const std::vector<Token> own = OutsideBrackets(tokens);
  const int start = tokens.front().begin;
  if (select.n_from_clause == 0) {
    return Unsupported("a query without FROM is not supported",
                       "name one table: SELECT ... FROM table",
                       FirstOf(own, PG_QUERY__TOKEN__SELECT).value_or(start));
  }
  const int position = FirstOf(own, PG_QUERY__TOKEN__FROM).value_or(start);
  if (select.n_from_clause > 1) {
    return Unsupported("several tables in FROM are not supported yet",
                       "read one table, and ask one query for each", position);
  }
  const PgQuery__Node& node = *select.from_clause[0];
  if (node.node_case == PG_QUERY__NODE__NODE_RANGE_SUBSELECT) {
    return ReadRangeSubselect(*node.range_subselect, tokens, position, depth);
  }
  if (node.node_case != PG_QUERY__NODE__NODE_RANGE_VAR) return RefuseNode(node, position);
  return ReadTable(*node.range_var, own);
}

absl::StatusOr<std::vector<TableReference>> ReadWith(const PgQuery__SelectStmt& select,
                                                     const std::vector<Token>& tokens, int depth) {
  std::vector<TableReference> tables;
  if (select.with_clause == nullptr) return tables;
  const PgQuery__WithClause& with = *select.with_clause;
  const int position = LocationOf(with.base, tokens.front().begin);
  if (with.recursive) {
    return Unsupported("WITH RECURSIVE is not supported", "leave RECURSIVE out", position);
  }
  TACIT_RETURN_IF_ERROR(RefuseUnreadFields(with.base, {"ctes", "recursive"}, position));
  for (size_t i = 0; i < with.n_ctes; ++i) {
    TACIT_ASSIGN_OR_RETURN(TableReference table,
                           ReadCommonTable(*with.ctes[i], tokens, position, depth));
    for (const TableReference& before : tables) {
      if (before.alias != table.alias) continue;
      return Unsupported(absl::StrCat("WITH names ", table.alias, " twice"),
                         "give each its own name", table.position);
    }
    tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace tacit
