// Clause by clause from names to meaning, in the order the clauses depend on each other.
#ifndef TACIT_ENGINE_ANALYZE_BIND_H_
#define TACIT_ENGINE_ANALYZE_BIND_H_

#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "engine/analyze/analyze.h"
#include "engine/analyze/from.h"
#include "engine/analyze/parameters.h"
#include "engine/analyze/scope.h"
#include "engine/parse/ast.h"

namespace tacit {

// Fills one BoundQuery. Call each method once, in the order declared: WHERE narrows what every
// later clause knows of a column, keys give names to targets, targets to HAVING and ORDER BY.
class QueryBinder {
 public:
  // `rows` is what FROM gives. `statement` and `parameters` must outlive this.
  QueryBinder(const SelectStatement& statement, BoundRows rows, Parameters& parameters);

  absl::Status BindWhere();
  absl::Status BindKeys();
  absl::Status BindTargets();
  absl::Status BindHaving();
  absl::Status BindOrder();
  absl::Status BindLimits();
  // Turns the calls that were met into statistics and answers.
  absl::Status MeasureCalls();

  BoundQuery Take();

 private:
  absl::StatusOr<const SyntaxNode*> ResolveKey(const SyntaxNode& key) const;
  absl::Status AddKey(const SyntaxNode& item);
  absl::StatusOr<std::vector<Value>> PublicValuesOf(const SyntaxNode& item,
                                                    const TypedExpression& key) const;
  absl::StatusOr<TypedExpression> BindSortItem(const SyntaxNode& node);
  absl::StatusOr<std::optional<int64_t>> BindCount(const SyntaxNode& node, std::string_view clause);

  const SelectStatement& statement_;
  Parameters& parameters_;
  RowScope rows_;
  GroupScope groups_;
  BoundQuery query_;
};

// Rows cannot be read: refuses (kNoAggregate) a statement that calls no function in SELECT, HAVING
// or ORDER BY. Whether the function exists is for later.
absl::Status CheckAsksAggregate(const SelectStatement& statement);

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_BIND_H_
