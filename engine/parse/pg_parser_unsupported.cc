#include "engine/parse/pg_parser_unsupported.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "accountant/refusal.h"
#include "engine/parse/pg_parser_fields.h"

namespace tacit {
namespace {

struct NodeSentence {
  PgQuery__Node__NodeCase kind;
  std::string_view what;
  std::string_view fix;
};

constexpr std::string_view kOneTable = "read one table, and ask one query for each";
constexpr std::string_view kAndOr = "write the condition with =, <, BETWEEN, IN, AND and OR";

constexpr NodeSentence kNodeSentences[] = {
    {PG_QUERY__NODE__NODE_SUB_LINK, "a sub-query in an expression is not supported",
     "ask for its answer in a query of its own and write the number here"},
    {PG_QUERY__NODE__NODE_SQLVALUE_FUNCTION,
     "the clock and the session are not part of an answer (CURRENT_DATE, CURRENT_USER, ...)",
     "write the value as a literal or a parameter"},
    {PG_QUERY__NODE__NODE_COLLATE_CLAUSE, "COLLATE is not supported",
     "leave it out; text is compared by its bytes"},
    {PG_QUERY__NODE__NODE_A_ARRAY_EXPR, "an array is not supported", "use IN (...)"},
    {PG_QUERY__NODE__NODE_A_INDIRECTION, "a subscript or field selection is not supported",
     "name a column"},
    {PG_QUERY__NODE__NODE_ROW_EXPR, "a row value is not supported",
     "compare the columns one by one with AND"},
    {PG_QUERY__NODE__NODE_GROUPING_FUNC, "GROUPING is not supported", "group by plain columns"},
    {PG_QUERY__NODE__NODE_GROUPING_SET, "ROLLUP, CUBE and GROUPING SETS are not supported",
     "group by plain columns, one query for each set"},
    {PG_QUERY__NODE__NODE_NAMED_ARG_EXPR, "a named argument is not supported",
     "give the argument by position"},
    {PG_QUERY__NODE__NODE_XML_EXPR, "XML functions are not supported", "leave them out"},
    {PG_QUERY__NODE__NODE_JOIN_EXPR, "JOIN is not supported yet", kOneTable},
    {PG_QUERY__NODE__NODE_RANGE_SUBSELECT, "a sub-query in FROM is not supported yet", kOneTable},
    {PG_QUERY__NODE__NODE_RANGE_FUNCTION, "a function in FROM is not supported", kOneTable},
    {PG_QUERY__NODE__NODE_RANGE_TABLE_FUNC, "a table function in FROM is not supported", kOneTable},
    {PG_QUERY__NODE__NODE_RANGE_TABLE_SAMPLE, "TABLESAMPLE is not supported",
     "leave it out; sampling would change the guarantee"},
    {PG_QUERY__NODE__NODE_SELECT_STMT, "a sub-query is not supported yet", kOneTable},
};

// The message a node holds; every case of the union is a pointer to one.
const ProtobufCMessage* ContentOf(const PgQuery__Node& node) {
  return node.node_case == PG_QUERY__NODE__NODE__NOT_SET
             ? nullptr
             : reinterpret_cast<const ProtobufCMessage*>(node.alias);
}

}  // namespace

absl::Status Unsupported(std::string_view what, std::string_view fix, int position) {
  return Refuse(Reason::kUnsupported, what, {.fix = std::string(fix), .position = position});
}

absl::Status RefuseNode(const PgQuery__Node& node, int otherwise) {
  const ProtobufCMessage* content = ContentOf(node);
  if (content == nullptr) return Unsupported("an empty expression", "write a column", otherwise);
  const int position = LocationOf(*content, otherwise);
  for (const NodeSentence& sentence : kNodeSentences) {
    if (sentence.kind == node.node_case) return Unsupported(sentence.what, sentence.fix, position);
  }
  return Unsupported(
      absl::StrCat("this construct is not supported (", std::string(TypeOf(*content)), ")"),
      "leave it out", position);
}

absl::Status RefuseStatement(std::string_view word, int position) {
  return Unsupported(
      absl::StrCat("only SELECT is answered, not ", absl::AsciiStrToUpper(std::string(word))),
      "ask with one SELECT of COUNT, SUM or AVG", position);
}

absl::Status RefuseOperatorForm(PgQuery__AExprKind kind, int position) {
  switch (kind) {
    case PG_QUERY__A__EXPR__KIND__AEXPR_OP_ANY:
    case PG_QUERY__A__EXPR__KIND__AEXPR_OP_ALL:
      return Unsupported("ANY and ALL over an array are not supported", "use IN (...)", position);
    case PG_QUERY__A__EXPR__KIND__AEXPR_SIMILAR:
      return Unsupported("SIMILAR TO is not supported", "use LIKE or ILIKE, with OR between them",
                         position);
    case PG_QUERY__A__EXPR__KIND__AEXPR_BETWEEN_SYM:
    case PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN_SYM:
      return Unsupported("BETWEEN SYMMETRIC is not supported",
                         "write BETWEEN with the smaller value first", position);
    default:
      return Unsupported("this form of operator is not supported", kAndOr, position);
  }
}

absl::Status RefuseOperator(std::string_view symbol, int position) {
  const bool text = symbol.starts_with('~') || symbol.starts_with("!~") || symbol == "^@";
  return Unsupported(absl::StrCat("the operator ", std::string(symbol), " is not supported"),
                     text ? "use LIKE or ILIKE" : "use + - * / %, or = <> < <= > >=", position);
}

}  // namespace tacit
