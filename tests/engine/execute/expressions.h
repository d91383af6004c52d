// What the execute tests share: expressions in few words, a table of every type with edge values,
// and an evaluation of one expression over all its rows.
#ifndef TACIT_TESTS_ENGINE_EXECUTE_EXPRESSIONS_H_
#define TACIT_TESTS_ENGINE_EXECUTE_EXPRESSIONS_H_

#include <limits>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "engine/execute/evaluate.h"
#include "tests/engine/storage/fixtures.h"

namespace tacit {

inline ExpressionPtr Make(ExpressionKind kind, ValueType type,
                          std::vector<ExpressionPtr> arguments) {
  auto expression = std::make_shared<Expression>();
  expression->kind = kind;
  expression->type = type;
  expression->arguments = std::move(arguments);
  return expression;
}

inline ExpressionPtr Leaf(ExpressionKind kind, int index, ValueType type) {
  auto expression = std::make_shared<Expression>();
  expression->kind = kind;
  expression->type = type;
  expression->index = index;
  return expression;
}

inline ExpressionPtr Column(int index, ValueType type) {
  return Leaf(ExpressionKind::kColumn, index, type);
}

inline ExpressionPtr Literal(Value value, ValueType type) {
  auto expression = std::make_shared<Expression>();
  expression->type = type;
  expression->literal = std::move(value);
  return expression;
}

inline ExpressionPtr Literal(Value value) {
  const ValueType types[] = {ValueType::kInt64, ValueType::kBool, ValueType::kInt64,
                             ValueType::kFloat64, ValueType::kText};
  return Literal(value, types[value.index()]);
}

// Arithmetic keeps the type of its left side; everything else is a truth value.
inline ExpressionPtr Binary(ExpressionKind kind, ExpressionPtr left, ExpressionPtr right) {
  const bool is_arithmetic = kind >= ExpressionKind::kAdd && kind <= ExpressionKind::kModulo;
  const ValueType type = is_arithmetic ? left->type : ValueType::kBool;
  return Make(kind, type, {std::move(left), std::move(right)});
}

inline ExpressionPtr InList(ExpressionPtr argument, std::vector<Value> list) {
  auto expression = std::make_shared<Expression>();
  expression->kind = ExpressionKind::kInList;
  expression->type = ValueType::kBool;
  expression->arguments = {std::move(argument)};
  expression->list = std::move(list);
  return expression;
}

// Columns 0-7: two of each of integer, real, text and boolean; the first of each pair is nullable.
inline TableSchema MixedSchema() {
  TableSchema schema;
  schema.name = "mixed";
  const ValueType types[] = {ValueType::kInt64, ValueType::kFloat64, ValueType::kText,
                             ValueType::kBool};
  for (int i = 0; i < 8; ++i) {
    schema.columns.push_back(
        {.name = "c" + std::to_string(i), .type = types[i / 2], .nullable = i % 2 == 0});
  }
  return schema;
}

inline ScanNode MixedScan() { return {.table = "mixed", .columns = {0, 1, 2, 3, 4, 5, 6, 7}}; }

// `tame` values are small enough that no sum or product of a few of them overflows or rounds.
inline Value RandomValue(ValueType type, bool tame, std::mt19937_64& random) {
  const int64_t small = static_cast<int64_t>(random() % 9) - 4;
  switch (type) {
    case ValueType::kBool:
      return Bool(random() % 2 == 0);
    case ValueType::kText: {
      const char* texts[] = {"", "a", "ab", "b", "\xc3\xa9", "it's"};
      return Text(texts[random() % 6]);
    }
    case ValueType::kInt64: {
      const int64_t edges[] = {std::numeric_limits<int64_t>::min(),
                               std::numeric_limits<int64_t>::max(),
                               std::numeric_limits<int64_t>::min() + 1,
                               int64_t{1} << 62,
                               -1,
                               0,
                               3'037'000'500};
      return Int(!tame && random() % 3 == 0 ? edges[random() % 7] : small);
    }
    case ValueType::kFloat64:
    case ValueType::kDate:  // no column of MixedSchema
      break;
  }
  const double edges[] = {std::numeric_limits<double>::max(),
                          -std::numeric_limits<double>::max(),
                          1e200,
                          -1e200,
                          5e-324,
                          0.0,
                          0x1p63};
  return Real(!tame && random() % 3 == 0 ? edges[random() % 7] : static_cast<double>(small) / 2);
}

inline Rows MixedRows(int count, bool tame, uint64_t seed) {
  std::mt19937_64 random(seed);
  Rows rows(count);
  for (std::vector<Value>& row : rows) {
    for (const ColumnSchema& column : MixedSchema().columns) {
      const bool is_null = column.nullable && random() % 4 == 0;
      row.push_back(is_null ? Null() : RandomValue(column.type, tame, random));
    }
  }
  return rows;
}

// How many buckets from -2 to 2 stand in random expressions, whose edges are exact.
constexpr int kQuarters = 16;

// Random well-typed expressions over the mixed table.
class ExpressionGenerator {
 public:
  // `tame` leaves out division, modulo, GREATEST and LEAST, whose rules differ between databases.
  ExpressionGenerator(bool tame, uint64_t seed) : tame_(tame), random_(seed) {}

  ExpressionPtr Next(ValueType type, int depth) {
    if (depth == 0 || random_() % 5 == 0) return NextLeaf(type);
    if (random_() % 5 == 0) return NextChoice(type, depth - 1);
    if (type == ValueType::kBool) return NextBoolean(depth - 1);
    if (type == ValueType::kText) return NextLeaf(type);
    if (type == ValueType::kFloat64 && random_() % 4 == 0) {
      return Make(ExpressionKind::kToFloat, type, {Next(ValueType::kInt64, depth - 1)});
    }
    if (random_() % 6 == 0) return NextMath(type, depth - 1);
    if (random_() % 6 == 0) return Make(ExpressionKind::kNegate, type, {Next(type, depth - 1)});
    const int kinds = tame_ ? 3 : (type == ValueType::kInt64 ? 5 : 4);
    const auto kind = static_cast<ExpressionKind>(static_cast<int>(ExpressionKind::kAdd) +
                                                  static_cast<int>(random_() % kinds));
    return Binary(kind, Next(type, depth - 1), Next(type, depth - 1));
  }

  ValueType AnyType() { return static_cast<ValueType>(random_() % 4); }

 private:
  ExpressionPtr NextLeaf(ValueType type) {
    if (random_() % 3 != 0) {
      int pair = 0;
      while (MixedSchema().columns[pair].type != type) pair += 2;
      return Column(pair + static_cast<int>(random_() % 2), type);
    }
    return Literal(random_() % 8 == 0 ? Null() : RandomValue(type, tame_, random_), type);
  }

  ExpressionPtr NextChoice(ValueType type, int depth) {
    const int kinds = tame_ ? 2 : 4;
    const auto kind = static_cast<ExpressionKind>(static_cast<int>(ExpressionKind::kCase) +
                                                  static_cast<int>(random_() % kinds));
    std::vector<ExpressionPtr> arguments;
    for (uint64_t i = 0; i <= random_() % 3; ++i) {
      if (kind == ExpressionKind::kCase) arguments.push_back(Next(ValueType::kBool, depth));
      arguments.push_back(Next(type, depth));
    }
    arguments.push_back(Next(type, depth));
    return Make(kind, type, std::move(arguments));
  }

  ExpressionPtr NextMath(ValueType type, int depth) {
    return type == ValueType::kInt64 ? NextWhole(depth) : NextReal(depth);
  }

  ExpressionPtr NextWhole(int depth) {
    const ValueType type = ValueType::kInt64;
    const ValueType from = random_() % 2 == 0 ? type : ValueType::kFloat64;
    switch (random_() % (tame_ ? 2 : 4)) {
      case 0:
        return Make(ExpressionKind::kAbs, type, {Next(type, depth)});
      case 1:
        return Make(ExpressionKind::kBoolToInteger, type, {Next(ValueType::kBool, depth)});
      case 2: {
        const int64_t most[] = {3, 2147483647, std::numeric_limits<int64_t>::max()};
        return Make(ExpressionKind::kToInteger, type,
                    {Next(from, depth), Literal(Int(most[random_() % 3]))});
      }
      default:
        return Make(ExpressionKind::kWidthBucket, type,
                    {Next(ValueType::kFloat64, depth), Literal(Real(-2)), Literal(Real(2)),
                     Literal(Int(kQuarters))});
    }
  }

  // `tame` leaves out what is rounded otherwise elsewhere, or has no value there.
  ExpressionPtr NextReal(int depth) {
    constexpr ExpressionKind kKinds[] = {ExpressionKind::kAbs,   ExpressionKind::kCeil,
                                         ExpressionKind::kTrunc, ExpressionKind::kSqrt,
                                         ExpressionKind::kSign,  ExpressionKind::kRound,
                                         ExpressionKind::kLn,    ExpressionKind::kLog10,
                                         ExpressionKind::kExp,   ExpressionKind::kPower};
    const ExpressionKind kind = kKinds[random_() % (tame_ ? 4 : 10)];
    std::vector<ExpressionPtr> arguments = {Next(ValueType::kFloat64, depth)};
    const double exponents[] = {2, 3, -1, 0.5, -2.5, 0};
    if (kind == ExpressionKind::kPower) {
      arguments.push_back(Literal(Real(exponents[random_() % 6])));
    }
    return Make(kind, ValueType::kFloat64, std::move(arguments));
  }

  ExpressionPtr NextBoolean(int depth) {
    switch (random_() % 6) {
      case 0:
        return Make(ExpressionKind::kNot, ValueType::kBool, {Next(ValueType::kBool, depth)});
      case 1:
        return Make(ExpressionKind::kIsNull, ValueType::kBool, {Next(AnyType(), depth)});
      case 2: {
        const ValueType type = AnyType();
        std::vector<Value> list;
        for (uint64_t i = 0; i <= random_() % 4; ++i) {
          list.push_back(RandomValue(type, tame_, random_));
        }
        return InList(Next(type, depth), std::move(list));
      }
      case 3: {
        const bool is_and = random_() % 2 == 0;
        std::vector<ExpressionPtr> arguments;
        for (uint64_t i = 0; i < 2 + random_() % 2; ++i) {
          arguments.push_back(Next(ValueType::kBool, depth));
        }
        return Make(is_and ? ExpressionKind::kAnd : ExpressionKind::kOr, ValueType::kBool,
                    std::move(arguments));
      }
      default: {
        const ValueType type = AnyType();
        const auto kind = static_cast<ExpressionKind>(static_cast<int>(ExpressionKind::kEqual) +
                                                      static_cast<int>(random_() % 6));
        return Binary(kind, Next(type, depth), Next(type, depth));
      }
    }
  }

  const bool tame_;
  std::mt19937_64 random_;
};

// The value of row i of a set as the vectorised evaluator found it.
inline Value ValueAt(const RowExpression& expression, const ValueVector& values, int i) {
  if (values.valid != nullptr && values.valid[i] == 0) return Null();
  switch (expression.type()) {
    case ValueType::kBool:
      return Bool(values.booleans[i] != 0);
    case ValueType::kInt64:
      return Int(values.integers[i]);
    case ValueType::kFloat64:
      return Real(values.floats[i]);
    case ValueType::kText:
      return Text(std::string(expression.dictionary()->At(values.codes[i])));
    case ValueType::kDate:
      return Value(Date{values.integers[i]});
  }
  return Null();
}

// Values of the expression for all rows of a table whose unit is the row.
inline std::vector<Value> EvaluateAll(const Expression& expression, const Table& table,
                                      const ScanNode& scan) {
  const ScanColumns columns(scan, table);
  const RowExpressionPtr prepared = Prepare(expression, columns);
  std::vector<Value> all;
  Scan rows_of(table, {.begin = 0, .end = table.unit_count});
  for (RowSet rows; rows_of.Next(rows);) {
    const ValueVector values = prepared->Evaluate(rows);
    for (int i = 0; i < rows.count; ++i) all.push_back(ValueAt(*prepared, values, i));
  }
  return all;
}

// The value over a single row of the mixed table, for tests of one rule.
inline Value EvaluateOne(const ExpressionPtr& expression, std::vector<Value> row = {}) {
  if (row.empty()) {
    row = {Null(), Int(1), Null(), Real(1), Null(), Text("a"), Null(), Bool(true)};
  }
  const TablePtr table = BuildTable(MixedSchema(), {row});
  return EvaluateAll(*expression, *table, MixedScan())[0];
}

}  // namespace tacit

#endif  // TACIT_TESTS_ENGINE_EXECUTE_EXPRESSIONS_H_
