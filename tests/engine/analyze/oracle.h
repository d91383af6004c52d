// A scalar evaluator written from the rules alone, and random expressions, to check inference
// against.
#ifndef TACIT_TESTS_ENGINE_ANALYZE_ORACLE_H_
#define TACIT_TESTS_ENGINE_ANALYZE_ORACLE_H_

#include <random>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/analyze/analyze.h"
#include "engine/plan/nodes/expression.h"

namespace tacit {

// Total: overflow, division by zero and results that are not finite are NULL.
Value Evaluate(const Expression& expression, const std::vector<Value>& row);

ExpressionPtr Column(int index, ValueType type = ValueType::kInt64, bool nullable = false);
ExpressionPtr Literal(const Value& value);
ExpressionPtr Operation(ExpressionKind kind, ValueType type, std::vector<ExpressionPtr> arguments);

// A call of a function, without its arguments.
SyntaxNode Call(const std::string& name);

// Over two integer columns; `depth` levels of operators.
ExpressionPtr RandomNumber(std::mt19937& random, int depth);
ExpressionPtr RandomCondition(std::mt19937& random, int depth);

// Parses and analyses against a golden schema.
absl::StatusOr<BoundQuery> Bind(const std::string& sql, const DatasetSchema& schema,
                                const std::vector<Value>& parameters = {});

// The result points into the schema, which must outlive it.
absl::StatusOr<BoundQuery> Bind(const std::string& sql, DatasetSchema&& schema,
                                const std::vector<Value>& parameters = {}) = delete;

}  // namespace tacit

#endif  // TACIT_TESTS_ENGINE_ANALYZE_ORACLE_H_
