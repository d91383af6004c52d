// One SELECT as our own small tree: what the parser understood, before any name has a meaning.
//
// Plain values, owned by value; no pg_query type passes this header. Every node carries the byte
// offset in the SQL text it came from, so that a refusal can point at it.
#ifndef TACIT_ENGINE_PARSE_AST_H_
#define TACIT_ENGINE_PARSE_AST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/plan/nodes/date.h"

namespace tacit {

enum class SyntaxKind {
  kColumn,        // `name`, perhaps after `qualifier`
  kStar,          // *, perhaps after `qualifier`; only as a target
  kLiteral,       // `literal`
  kParameter,     // $n: `parameter`, from 1
  kCall,          // `name`(arguments), with `distinct`, `star`, `within_group`, `filtered`
  kCast,          // one argument, to the type `name`: as PostgreSQL spells it, such as "bigint"
  kOperator,      // `name` of + - * / % || = <> < <= > >=, two arguments; + and - also one;
                  // LIKE is ~~ or !~~, ILIKE ~~* or !~~*, with ESCAPE three arguments
  kAnd,           // two or more arguments, flattened
  kOr,            // two or more arguments, flattened
  kNot,           // one argument
  kBetween,       // value, low, high; perhaps `negated`
  kIn,            // value, then the list; perhaps `negated`
  kIsNull,        // one argument; perhaps `negated`
  kIsTrue,        // one argument; perhaps `negated`
  kIsFalse,       // one argument; perhaps `negated`
  kIsUnknown,     // one argument; perhaps `negated`
  kDistinctFrom,  // two arguments, IS DISTINCT FROM; perhaps `negated`
  kCase,          // condition, value, ..., and what ELSE says, NULL where it says nothing
};

// NULL is std::monostate. Floats are finite; text is UTF-8 without NUL.
using SyntaxLiteral = std::variant<std::monostate, bool, int64_t, double, std::string, Date>;

struct SyntaxNode {
  SyntaxKind kind = SyntaxKind::kLiteral;
  int position = 0;       // byte offset in the SQL text; an operator's own, not its left argument's
  std::string name;       // as PostgreSQL folds it: lower case unless quoted
  std::string qualifier;  // empty: none
  SyntaxLiteral literal;
  int parameter = 0;
  bool distinct = false;
  bool star = false;
  bool within_group =
      false;                // then what WITHIN GROUP orders by is the last argument, but for FILTER
  bool descending = false;  // of that order
  bool filtered = false;    // the last argument is what FILTER says
  bool negated = false;
  std::vector<SyntaxNode> arguments;
};

// The same expression, wherever it stands.
bool SameSyntax(const SyntaxNode& a, const SyntaxNode& b);

struct SelectStatement;

// A table by its name, a sub-query in FROM, or in WITH one that has a name.
struct TableReference {
  std::string name;                       // empty: a sub-query
  std::string alias;                      // empty: none
  std::vector<std::string> columns;       // new names for the first columns of a sub-query
  std::vector<SelectStatement> subquery;  // one, or none
  int position = 0;
};

struct SelectTarget {
  SyntaxNode expression;
  std::string alias;  // empty: none
};

struct SortItem {
  SyntaxNode expression;
  bool descending = false;
  std::optional<bool> nulls_first;  // nullopt: PostgreSQL's default
};

struct SelectStatement {
  std::vector<TableReference> with;   // sub-queries, each by its alias
  std::vector<SelectTarget> targets;  // at least one
  TableReference from;
  std::optional<SyntaxNode> where;
  std::vector<SyntaxNode> group_by;
  std::optional<SyntaxNode> having;
  std::vector<SortItem> order_by;
  std::optional<SyntaxNode> limit;
  std::optional<SyntaxNode> offset;
};

}  // namespace tacit

#endif  // TACIT_ENGINE_PARSE_AST_H_
