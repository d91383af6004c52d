#include "engine/parse/pg_parser_expression.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/parse/parse.h"
#include "engine/parse/pg_parser_fields.h"
#include "engine/parse/pg_parser_literal.h"
#include "engine/parse/pg_parser_unsupported.h"

namespace tacit {
namespace {

bool IsArithmetic(std::string_view symbol) {
  return symbol == "+" || symbol == "-" || symbol == "*" || symbol == "/" || symbol == "%";
}

bool IsComparison(std::string_view symbol) {
  return symbol == "=" || symbol == "<>" || symbol == "<" || symbol == "<=" || symbol == ">" ||
         symbol == ">=";
}

// What chains without nesting deeper.
bool IsChained(std::string_view symbol) { return IsArithmetic(symbol) || symbol == "||"; }

// The operator's symbol; empty for OPERATOR(schema.symbol).
std::string SymbolOf(const PgQuery__AExpr& operation) {
  return operation.n_name == 1 ? StringOf(*operation.name[0]) : "";
}

// a + b in (a + b) + c: read at the same depth as its parent.
bool IsChain(const PgQuery__Node& node) {
  return node.node_case == PG_QUERY__NODE__NODE_A_EXPR &&
         node.a_expr->kind == PG_QUERY__A__EXPR__KIND__AEXPR_OP && node.a_expr->lexpr != nullptr &&
         IsChained(SymbolOf(*node.a_expr));
}

// EXTRACT(field FROM x), which the grammar turns into pg_catalog.extract('field', x), and TRIM and
// SUBSTRING with words between their arguments.
bool IsInWords(const PgQuery__FuncCall& call) {
  if (call.funcformat != PG_QUERY__COERCION_FORM__COERCE_SQL_SYNTAX || call.n_funcname != 2 ||
      StringOf(*call.funcname[0]) != "pg_catalog") {
    return false;
  }
  const std::string name = StringOf(*call.funcname[1]);
  return name == "extract" || name == "substring" || name == "btrim" || name == "ltrim" ||
         name == "rtrim";
}

absl::Status CheckPlainCall(const PgQuery__FuncCall& call, int position) {
  if (call.over != nullptr) {
    return Unsupported("a window function (OVER) is not supported", "use GROUP BY", position);
  }
  if (call.n_agg_order > 0 && !call.agg_within_group) {
    return Unsupported("ORDER BY inside an aggregate is not supported",
                       "leave it out; order does not change COUNT, SUM or AVG", position);
  }
  const bool sql_syntax = call.funcformat == PG_QUERY__COERCION_FORM__COERCE_SQL_SYNTAX;
  if (!IsInWords(call) && (sql_syntax || call.n_funcname != 1)) {
    return Unsupported("this function is not supported yet", "ask for COUNT, SUM or AVG", position);
  }
  return RefuseUnreadFields(call.base,
                            {"funcname", "args", "agg_star", "agg_distinct", "agg_order",
                             "agg_within_group", "agg_filter", "funcformat"},
                            position);
}

}  // namespace

std::string StringOf(const PgQuery__Node& node) {
  if (node.node_case != PG_QUERY__NODE__NODE_STRING || node.string->sval == nullptr) return "";
  return node.string->sval;
}

absl::StatusOr<SyntaxNode> ExpressionReader::Read(const PgQuery__Node& node, int otherwise) {
  return ReadNested(node, otherwise, 1);
}

absl::StatusOr<SyntaxNode> ExpressionReader::ReadNested(const PgQuery__Node& node, int otherwise,
                                                        int depth) {
  if (depth > kExpressionDepthMax) {
    return Refuse(
        Reason::kLimit,
        absl::StrCat("an expression is nested deeper than ", kExpressionDepthMax, " levels"),
        {.fix = "remove brackets or nested operators",
         .position = otherwise,
         .limit = "expression_depth"});
  }
  if (++nodes_ > kExpressionNodesMax) {
    return Refuse(Reason::kLimit,
                  absl::StrCat("the expressions have more than ", kExpressionNodesMax, " parts"),
                  {.fix = "shorten the query", .position = otherwise, .limit = "expression_nodes"});
  }
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_A_CONST:
      return ReadConstant(*node.a_const, otherwise);
    case PG_QUERY__NODE__NODE_COLUMN_REF:
      return ReadColumn(*node.column_ref, otherwise);
    case PG_QUERY__NODE__NODE_PARAM_REF:
      return ReadParameter(*node.param_ref, otherwise);
    case PG_QUERY__NODE__NODE_A_EXPR:
      return ReadOperator(*node.a_expr, depth);
    case PG_QUERY__NODE__NODE_BOOL_EXPR:
      return ReadLogic(*node.bool_expr, depth);
    case PG_QUERY__NODE__NODE_FUNC_CALL:
      return ReadCall(*node.func_call, depth);
    case PG_QUERY__NODE__NODE_TYPE_CAST:
      return ReadCast(*node.type_cast, otherwise, depth);
    case PG_QUERY__NODE__NODE_NULL_TEST:
      return ReadNullTest(*node.null_test, depth);
    case PG_QUERY__NODE__NODE_BOOLEAN_TEST:
      return ReadTruthTest(*node.boolean_test, depth);
    case PG_QUERY__NODE__NODE_CASE_EXPR:
      return ReadCase(*node.case_expr, depth);
    case PG_QUERY__NODE__NODE_COALESCE_EXPR:
      return ReadCoalesce(*node.coalesce_expr, depth);
    case PG_QUERY__NODE__NODE_MIN_MAX_EXPR:
      return ReadMinMax(*node.min_max_expr, depth);
    default:
      return RefuseNode(node, otherwise);
  }
}

absl::Status ExpressionReader::Append(const PgQuery__Node* node, int depth, SyntaxNode& parent) {
  if (node == nullptr) return Unsupported("an empty expression", "write a column", parent.position);
  TACIT_ASSIGN_OR_RETURN(SyntaxNode child, ReadNested(*node, parent.position, depth));
  parent.arguments.push_back(std::move(child));
  return absl::OkStatus();
}

absl::Status ExpressionReader::AppendAll(PgQuery__Node* const* nodes, size_t count, int depth,
                                         SyntaxNode& parent) {
  for (size_t i = 0; i < count; ++i) TACIT_RETURN_IF_ERROR(Append(nodes[i], depth, parent));
  return absl::OkStatus();
}

absl::StatusOr<SyntaxNode> ExpressionReader::ReadOperator(const PgQuery__AExpr& operation,
                                                          int depth) {
  const int position = LocationOf(operation.base, 0);
  TACIT_RETURN_IF_ERROR(
      RefuseUnreadFields(operation.base, {"kind", "name", "lexpr", "rexpr"}, position));
  switch (operation.kind) {
    case PG_QUERY__A__EXPR__KIND__AEXPR_OP:
      break;
    case PG_QUERY__A__EXPR__KIND__AEXPR_IN:
      return ReadList(operation, depth);
    case PG_QUERY__A__EXPR__KIND__AEXPR_BETWEEN:
    case PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN:
      return ReadRange(operation, depth);
    case PG_QUERY__A__EXPR__KIND__AEXPR_DISTINCT:
    case PG_QUERY__A__EXPR__KIND__AEXPR_NOT_DISTINCT:
    case PG_QUERY__A__EXPR__KIND__AEXPR_NULLIF:
      return ReadPair(operation, depth);
    case PG_QUERY__A__EXPR__KIND__AEXPR_LIKE:
    case PG_QUERY__A__EXPR__KIND__AEXPR_ILIKE:
      return ReadLike(operation, depth);
    default:
      return RefuseOperatorForm(operation.kind, position);
  }
  const std::string symbol = SymbolOf(operation);
  if (!IsChained(symbol) && !IsComparison(symbol)) {
    return RefuseOperator(symbol.empty() ? "OPERATOR(...)" : symbol, position);
  }
  SyntaxNode node;
  node.kind = SyntaxKind::kOperator;
  node.position = position;
  node.name = symbol;
  if (operation.lexpr == nullptr) {
    if (symbol != "-" && symbol != "+") return RefuseOperator(symbol, position);
    TACIT_RETURN_IF_ERROR(Append(operation.rexpr, depth + 1, node));
    return node;
  }
  const bool chain = IsChained(symbol) && IsChain(*operation.lexpr);
  TACIT_RETURN_IF_ERROR(Append(operation.lexpr, chain ? depth : depth + 1, node));
  TACIT_RETURN_IF_ERROR(Append(operation.rexpr, depth + 1, node));
  return node;
}

absl::StatusOr<SyntaxNode> ExpressionReader::ReadRange(const PgQuery__AExpr& operation, int depth) {
  SyntaxNode node;
  node.kind = SyntaxKind::kBetween;
  node.position = LocationOf(operation.base, 0);
  node.negated = operation.kind == PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN;
  TACIT_RETURN_IF_ERROR(Append(operation.lexpr, depth + 1, node));
  if (operation.rexpr == nullptr || operation.rexpr->node_case != PG_QUERY__NODE__NODE_LIST ||
      operation.rexpr->list->n_items != 2) {
    return Unsupported("this form of BETWEEN is not supported", "write x BETWEEN low AND high",
                       node.position);
  }
  const PgQuery__List& ends = *operation.rexpr->list;
  TACIT_RETURN_IF_ERROR(Append(ends.items[0], depth + 1, node));
  TACIT_RETURN_IF_ERROR(Append(ends.items[1], depth + 1, node));
  return node;
}

absl::StatusOr<SyntaxNode> ExpressionReader::ReadList(const PgQuery__AExpr& operation, int depth) {
  SyntaxNode node;
  node.kind = SyntaxKind::kIn;
  node.position = LocationOf(operation.base, 0);
  node.negated = SymbolOf(operation) == "<>";
  TACIT_RETURN_IF_ERROR(Append(operation.lexpr, depth + 1, node));
  if (operation.rexpr == nullptr || operation.rexpr->node_case != PG_QUERY__NODE__NODE_LIST) {
    return Unsupported("this form of IN is not supported", "write x IN (1, 2, 3)", node.position);
  }
  const PgQuery__List& list = *operation.rexpr->list;
  if (list.n_items > kInListMax) {
    return Refuse(
        Reason::kLimit,
        absl::StrCat("an IN list has ", list.n_items, " items; the most is ", kInListMax),
        {.fix = "use BETWEEN, or fewer items", .position = node.position, .limit = "in_list"});
  }
  TACIT_RETURN_IF_ERROR(AppendAll(list.items, list.n_items, depth + 1, node));
  return node;
}

absl::StatusOr<SyntaxNode> ExpressionReader::ReadLogic(const PgQuery__BoolExpr& logic, int depth) {
  SyntaxNode node;
  node.position = LocationOf(logic.base, 0);
  TACIT_RETURN_IF_ERROR(RefuseUnreadFields(logic.base, {"boolop", "args"}, node.position));
  switch (logic.boolop) {
    case PG_QUERY__BOOL_EXPR_TYPE__AND_EXPR:
      node.kind = SyntaxKind::kAnd;
      break;
    case PG_QUERY__BOOL_EXPR_TYPE__OR_EXPR:
      node.kind = SyntaxKind::kOr;
      break;
    case PG_QUERY__BOOL_EXPR_TYPE__NOT_EXPR:
      node.kind = SyntaxKind::kNot;
      break;
    default:
      return Unsupported("this logical operator is not supported", "use AND, OR and NOT",
                         node.position);
  }
  TACIT_RETURN_IF_ERROR(AppendAll(logic.args, logic.n_args, depth + 1, node));
  TACIT_CHECK(node.kind == SyntaxKind::kNot ? node.arguments.size() == 1
                                            : node.arguments.size() >= 2);
  return node;
}

absl::StatusOr<SyntaxNode> ExpressionReader::ReadCall(const PgQuery__FuncCall& call, int depth) {
  SyntaxNode node;
  node.kind = SyntaxKind::kCall;
  node.position = LocationOf(call.base, 0);
  TACIT_RETURN_IF_ERROR(CheckPlainCall(call, node.position));
  node.name = StringOf(*call.funcname[call.n_funcname - 1]);
  node.distinct = call.agg_distinct;
  node.star = call.agg_star;
  TACIT_RETURN_IF_ERROR(call.agg_within_group ? ReadWithinGroup(call, depth, node)
                                              : AppendArguments(call, depth + 1, node));
  node.filtered = call.agg_filter != nullptr;
  if (node.filtered) TACIT_RETURN_IF_ERROR(Append(call.agg_filter, depth + 1, node));
  return node;
}

absl::StatusOr<SyntaxNode> ExpressionReader::ReadNullTest(const PgQuery__NullTest& test,
                                                          int depth) {
  SyntaxNode node;
  node.kind = SyntaxKind::kIsNull;
  node.position = LocationOf(test.base, 0);
  node.negated = test.nulltesttype == PG_QUERY__NULL_TEST_TYPE__IS_NOT_NULL;
  TACIT_RETURN_IF_ERROR(RefuseUnreadFields(test.base, {"arg", "nulltesttype"}, node.position));
  TACIT_RETURN_IF_ERROR(Append(test.arg, depth + 1, node));
  return node;
}

absl::StatusOr<SyntaxNode> ExpressionReader::ReadTruthTest(const PgQuery__BooleanTest& test,
                                                           int depth) {
  SyntaxNode node;
  node.position = LocationOf(test.base, 0);
  TACIT_RETURN_IF_ERROR(RefuseUnreadFields(test.base, {"arg", "booltesttype"}, node.position));
  const auto type = test.booltesttype;
  const bool truth =
      type == PG_QUERY__BOOL_TEST_TYPE__IS_TRUE || type == PG_QUERY__BOOL_TEST_TYPE__IS_NOT_TRUE;
  const bool falsehood =
      type == PG_QUERY__BOOL_TEST_TYPE__IS_FALSE || type == PG_QUERY__BOOL_TEST_TYPE__IS_NOT_FALSE;
  node.kind = truth       ? SyntaxKind::kIsTrue
              : falsehood ? SyntaxKind::kIsFalse
                          : SyntaxKind::kIsUnknown;
  node.negated = type == PG_QUERY__BOOL_TEST_TYPE__IS_NOT_TRUE ||
                 type == PG_QUERY__BOOL_TEST_TYPE__IS_NOT_FALSE ||
                 type == PG_QUERY__BOOL_TEST_TYPE__IS_NOT_UNKNOWN;
  TACIT_RETURN_IF_ERROR(Append(test.arg, depth + 1, node));
  return node;
}

}  // namespace tacit
