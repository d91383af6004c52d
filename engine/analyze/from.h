// FROM: which rows a SELECT reads, and what their names mean.
//
// A sub-query without aggregates, in FROM or named by WITH, is a name for expressions over its own
// rows and a condition on them. Both are put in its place here, so that nothing after the analyzer
// knows of it: the answer, its bounds and its price are those of one SELECT over the table.
#ifndef TACIT_ENGINE_ANALYZE_FROM_H_
#define TACIT_ENGINE_ANALYZE_FROM_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "engine/analyze/parameters.h"
#include "engine/analyze/scope.h"
#include "engine/parse/ast.h"

namespace tacit {

struct BoundRows {
  RowScope scope;
  ExpressionPtr where;  // of all sub-queries, over the columns of the table; null: every row
};

// `schema` must outlive the result. Errors: kUnknownTable, kUnsupported for a sub-query that
// groups, aggregates, sorts or cuts, and what its expressions are refused for.
absl::StatusOr<BoundRows> BindFrom(const SelectStatement& statement, const DatasetSchema& schema,
                                   Parameters& parameters);

// Adds the statement's own WHERE to `where`, and what it says of the columns to the scope's ranges.
absl::Status AddWhere(const SelectStatement& statement, Parameters& parameters, RowScope& scope,
                      ExpressionPtr& where);

// The first function of SELECT, HAVING or ORDER BY that is of a group of rows and not of one row,
// or is unknown; null: none.
const SyntaxNode* FindAggregateIn(const SelectStatement& statement);

// PostgreSQL's name for an output without an alias. A cast is called as what it casts.
std::string OutputName(const SelectTarget& target);

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_FROM_H_
