// What names mean below the waist (rows) and above it (group keys and answers).
#ifndef TACIT_ENGINE_ANALYZE_SCOPE_H_
#define TACIT_ENGINE_ANALYZE_SCOPE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/analyze/aggregates/aggregate.h"
#include "engine/analyze/bind_expression.h"
#include "engine/plan/nodes/schema.h"

namespace tacit {

// What one name of a row stands for: an expression over the columns of the table.
struct RowName {
  std::string name;
  ExpressionPtr expression;
  bool is_unit = false;  // the privacy unit itself, which may only be counted
};

// Over one row: a name is a column of the table, as kColumn with its index there, or what a
// sub-query in FROM calls an expression over such columns. The unit has no meaning here, and
// neither have aggregates.
class RowScope : public NameScope {
 public:
  // `table` must outlive this; `alias` is empty when FROM gives none.
  RowScope(const TableSchema& table, std::string alias);
  // What a sub-query in FROM leaves of the rows of `inner`.
  RowScope(const RowScope& inner, std::string alias, std::vector<RowName> names);

  absl::StatusOr<TypedExpression> BindColumn(const SyntaxNode& column) override;
  absl::StatusOr<TypedExpression> BindCall(const SyntaxNode& call) override;

  // The index in `names`, the unit included.
  // Errors: kUnknownTable (qualifier), kUnknownColumn, kUnsupported where two have that name.
  absl::StatusOr<int> Resolve(const SyntaxNode& column) const;
  bool Holds(const SyntaxNode& column) const;
  // kUnknownTable unless `name.qualifier` is empty or what FROM calls these rows.
  absl::Status CheckQualifier(const SyntaxNode& name) const;

  // `clause` names the place in errors: "WHERE", "an aggregate".
  void set_clause(std::string_view clause) { clause_ = clause; }
  // One a column of the table.
  const std::vector<ValueRange>& ranges() const { return ranges_; }
  void set_ranges(std::vector<ValueRange> ranges) { ranges_ = std::move(ranges); }
  const TableSchema& table() const { return *table_; }
  const std::vector<std::string>& column_names() const { return column_names_; }
  const std::vector<RowName>& names() const { return names_; }

 private:
  const TableSchema* table_;
  std::string called_;  // in qualifiers and errors
  std::string_view clause_ = "WHERE";
  std::vector<ValueRange> ranges_;
  std::vector<std::string> column_names_;
  std::vector<RowName> names_;
  int64_t nodes_ = 0;  // of what names were replaced by
};

// A target as later clauses may name it.
struct NamedOutput {
  std::string name;
  TypedExpression value;
};

// Over one group: a name is a key or, where there is no such column, an output; a call is an
// aggregate, collected for the measure and seen as kAnswer.
class GroupScope : public NameScope {
 public:
  GroupScope(RowScope& rows, Parameters& parameters) : rows_(rows), parameters_(parameters) {}

  absl::StatusOr<TypedExpression> BindColumn(const SyntaxNode& column) override;
  absl::StatusOr<TypedExpression> BindCall(const SyntaxNode& call) override;
  std::optional<TypedExpression> FindWhole(const SyntaxNode& node) override;

  // `key` is written as `syntax` and bound over rows. Keys are numbered as they are added.
  void AddKey(const SyntaxNode& syntax, const TypedExpression& key);
  void AddOutput(NamedOutput output) { outputs_.push_back(std::move(output)); }
  // Null when no output has that name. Errors: kUnsupported when two different ones have it.
  absl::StatusOr<const NamedOutput*> FindOutput(const SyntaxNode& name) const;

  const std::vector<NamedOutput>& outputs() const { return outputs_; }
  const std::vector<AggregateCall>& calls() const { return calls_; }

 private:
  struct Key {
    SyntaxNode syntax;
    TypedExpression answer;  // as a leaf above the measure
  };

  RowScope& rows_;
  Parameters& parameters_;
  std::vector<Key> keys_;
  std::vector<NamedOutput> outputs_;
  std::vector<AggregateCall> calls_;
};

// Drops the brackets around a whole expression: avg(a + b), not avg((a + b)).
std::string WithoutOuterBrackets(std::string text);

// kUnsupported for a function that is no aggregate of ours.
absl::Status RefuseFunction(const SyntaxNode& call);

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_SCOPE_H_
