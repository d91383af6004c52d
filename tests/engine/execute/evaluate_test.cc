#include "engine/execute/evaluate.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "tests/engine/execute/expressions.h"

namespace tacit {
namespace {

using Kind = ExpressionKind;

// The reference: one row at a time, written from the meaning of each operator and nothing else.
class Reference {
 public:
  explicit Reference(const std::vector<Value>& row) : row_(row) {}

  Value Of(const Expression& e) const {
    switch (e.kind) {
      case Kind::kColumn:
        return row_[e.index];
      case Kind::kLiteral:
        return e.literal;
      case Kind::kAnd:
        return Connective(e, false);
      case Kind::kOr:
        return Connective(e, true);
      case Kind::kIsNull:
        return Bool(IsNull(Of(*e.arguments[0])));
      case Kind::kCase:
      case Kind::kCoalesce:
      case Kind::kGreatest:
      case Kind::kLeast:
        return Choice(e);
      default:
        break;
    }
    std::vector<Value> arguments;
    for (const ExpressionPtr& argument : e.arguments) arguments.push_back(Of(*argument));
    for (const Value& argument : arguments) {
      if (IsNull(argument)) return Null();
    }
    if (IsMath(e.kind)) return Math(e.kind, arguments);
    switch (e.kind) {
      case Kind::kNot:
        return Bool(!std::get<bool>(arguments[0]));
      case Kind::kInList: {
        for (const Value& candidate : e.list) {
          if (candidate == arguments[0]) return Bool(true);
        }
        return Bool(false);
      }
      case Kind::kToFloat:
        return Real(static_cast<double>(std::get<int64_t>(arguments[0])));
      case Kind::kEqual:
        return Bool(arguments[0] == arguments[1]);
      case Kind::kNotEqual:
        return Bool(arguments[0] != arguments[1]);
      case Kind::kLess:
        return Bool(arguments[0] < arguments[1]);
      case Kind::kLessEqual:
        return Bool(arguments[0] <= arguments[1]);
      case Kind::kGreater:
        return Bool(arguments[0] > arguments[1]);
      case Kind::kGreaterEqual:
        return Bool(arguments[0] >= arguments[1]);
      default:
        return e.type == ValueType::kInt64 ? Integer(e.kind, arguments) : Float(e.kind, arguments);
    }
  }

 private:
  Value Connective(const Expression& e, bool decisive) const {
    bool unknown = false;
    for (const ExpressionPtr& argument : e.arguments) {
      const Value value = Of(*argument);
      if (value == Bool(decisive)) return Bool(decisive);
      unknown |= IsNull(value);
    }
    return unknown ? Null() : Bool(!decisive);
  }

  Value Choice(const Expression& e) const {
    if (e.kind == Kind::kCase) {
      size_t i = 0;
      while (i + 1 < e.arguments.size() && Of(*e.arguments[i]) != Bool(true)) i += 2;
      return Of(*e.arguments[std::min(i + 1, e.arguments.size() - 1)]);
    }
    Value chosen;
    for (const ExpressionPtr& argument : e.arguments) {
      const Value value = Of(*argument);
      if (IsNull(value)) continue;
      if (e.kind == Kind::kCoalesce) return value;
      const bool beyond = e.kind == Kind::kGreatest ? value > chosen : value < chosen;
      if (IsNull(chosen) || beyond) chosen = value;
    }
    return chosen;
  }

  static Value Math(Kind kind, const std::vector<Value>& arguments) {
    if (kind == Kind::kBoolToInteger) return Int(std::get<bool>(arguments[0]) ? 1 : 0);
    if (kind == Kind::kToInteger) return ToInteger(arguments);
    if (const auto* integer = std::get_if<int64_t>(&arguments[0])) {
      if (*integer == std::numeric_limits<int64_t>::min()) return Null();
      return Int(*integer < 0 ? -*integer : *integer);
    }
    const double a = std::get<double>(arguments[0]);
    if (kind == Kind::kWidthBucket) {
      const double low = std::get<double>(arguments[1]);
      const double width = (std::get<double>(arguments[2]) - low) / kQuarters;
      // How far a is from the lowest edge is rounded, as in PostgreSQL; the edges are exact.
      int64_t edges = (low <= a ? 1 : 0) + (low + kQuarters * width <= a ? 1 : 0);
      for (int i = 1; i < kQuarters; ++i) edges += i * width <= a - low ? 1 : 0;
      return Int(edges);
    }
    double result = 0;
    if (kind == Kind::kAbs) result = std::fabs(a);
    if (kind == Kind::kCeil) result = -std::floor(-a);
    if (kind == Kind::kRound) result = std::rint(a);
    if (kind == Kind::kTrunc) result = a < 0 ? std::ceil(a) : std::floor(a);
    if (kind == Kind::kSign) result = a > 0 ? 1 : a < 0 ? -1 : 0;
    if (kind == Kind::kSqrt) result = std::sqrt(a);
    if (kind == Kind::kLn) result = std::log(a);
    if (kind == Kind::kLog10) result = std::log10(a);
    if (kind == Kind::kExp) result = std::exp(a);
    if (kind == Kind::kPower) result = std::pow(a, std::get<double>(arguments[1]));
    if (!std::isfinite(result)) return Null();
    return Real(result == 0 ? 0.0 : result);
  }

  static Value ToInteger(const std::vector<Value>& arguments) {
    const long double most = std::get<int64_t>(arguments[1]);
    const auto* integer = std::get_if<int64_t>(&arguments[0]);
    long double whole = 0;
    if (integer != nullptr) whole = *integer;
    if (integer == nullptr) whole = std::rint(std::get<double>(arguments[0]));
    if (whole < -most - 1 || whole > most) return Null();
    return Int(static_cast<int64_t>(whole));
  }

  static Value Integer(Kind kind, const std::vector<Value>& arguments) {
    const __int128 a = std::get<int64_t>(arguments[0]);
    const __int128 b = arguments.size() > 1 ? std::get<int64_t>(arguments[1]) : 0;
    if ((kind == Kind::kDivide || kind == Kind::kModulo) && b == 0) return Null();
    const __int128 result = kind == Kind::kNegate     ? -a
                            : kind == Kind::kAdd      ? a + b
                            : kind == Kind::kSubtract ? a - b
                            : kind == Kind::kMultiply ? a * b
                            : kind == Kind::kDivide   ? a / b
                                                      : a % b;
    if (result != static_cast<int64_t>(result)) return Null();
    return Int(static_cast<int64_t>(result));
  }

  static Value Float(Kind kind, const std::vector<Value>& arguments) {
    const double a = std::get<double>(arguments[0]);
    const double b = arguments.size() > 1 ? std::get<double>(arguments[1]) : 0;
    const double result = kind == Kind::kNegate     ? -a
                          : kind == Kind::kAdd      ? a + b
                          : kind == Kind::kSubtract ? a - b
                          : kind == Kind::kMultiply ? a * b
                                                    : a / b;
    if (!std::isfinite(result)) return Null();
    return Real(result == 0 ? 0.0 : result);
  }

  const std::vector<Value>& row_;
};

// Equal, and no float hides a negative zero.
void ExpectSame(const Value& found, const Value& expected, int round, int row) {
  ASSERT_EQ(found, expected) << "expression " << round << ", row " << row << ": " << ToText(found)
                             << " for " << ToText(expected);
  if (const auto* number = std::get_if<double>(&found)) {
    ASSERT_FALSE(*number == 0 && std::signbit(*number)) << round;
  }
}

TEST(EvaluateTest, AgreesWithTheReferenceOnRandomExpressionsAndEdgeValues) {
  // More than one batch, so that buffers are used again.
  const Rows rows = MixedRows(2500, /*tame=*/false, 1);
  const TablePtr table = BuildTable(MixedSchema(), rows);
  ExpressionGenerator generator(/*tame=*/false, 2);
  for (int round = 0; round < 120; ++round) {
    const ExpressionPtr expression = generator.Next(generator.AnyType(), 1 + round % 5);
    const std::vector<Value> found = EvaluateAll(*expression, *table, MixedScan());
    ASSERT_EQ(found.size(), rows.size());
    for (size_t row = 0; row < rows.size(); ++row) {
      ExpectSame(found[row], Reference(rows[row]).Of(*expression), round, row);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(EvaluateTest, GivesTheSameOnASelection) {
  const Rows rows = MixedRows(3000, /*tame=*/false, 3);
  const TablePtr table = BuildTable(MixedSchema(), rows);
  const ScanNode scan = MixedScan();
  const ScanColumns columns(scan, *table);
  std::mt19937_64 random(4);
  ExpressionGenerator generator(/*tame=*/false, 5);
  for (int round = 0; round < 300; ++round) {
    const ExpressionPtr expression = generator.Next(generator.AnyType(), 3);
    const RowExpressionPtr prepared = Prepare(*expression, columns);
    std::vector<uint16_t> selection;
    for (int i = 0; i < 2000; ++i) {
      if (random() % 10 == 0) selection.push_back(static_cast<uint16_t>(i));
    }
    const RowSet set = {.first = static_cast<int64_t>(random() % 1000),
                        .count = static_cast<int>(selection.size()),
                        .selection = selection.data()};
    const ValueVector values = prepared->Evaluate(set);
    for (int i = 0; i < set.count; ++i) {
      const int64_t row = set.first + selection[i];
      ExpectSame(ValueAt(*prepared, values, i), Reference(rows[row]).Of(*expression), round, row);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(EvaluateTest, NullRowsHoldZero) {
  const TablePtr table = BuildTable(MixedSchema(), MixedRows(2000, /*tame=*/false, 6));
  const ScanNode scan = MixedScan();
  const ScanColumns columns(scan, *table);
  ExpressionGenerator generator(/*tame=*/false, 7);
  for (int round = 0; round < 200; ++round) {
    const ExpressionPtr expression = generator.Next(generator.AnyType(), 3);
    const RowExpressionPtr prepared = Prepare(*expression, columns);
    const ValueVector values = prepared->Evaluate({.first = 0, .count = 2000});
    for (int i = 0; values.valid != nullptr && i < 2000; ++i) {
      if (values.valid[i] != 0) continue;
      if (values.booleans != nullptr) {
        ASSERT_EQ(values.booleans[i], 0);
      }
      if (values.integers != nullptr) {
        ASSERT_EQ(values.integers[i], 0);
      }
      if (values.codes != nullptr) {
        ASSERT_EQ(values.codes[i], 0u);
      }
    }
  }
}

std::string SqlSymbolOf(Kind kind) {
  switch (kind) {
    case Kind::kNegate:
    case Kind::kSubtract:
      return "-";
    case Kind::kAdd:
      return "+";
    case Kind::kMultiply:
      return "*";
    case Kind::kEqual:
      return "=";
    case Kind::kNotEqual:
      return "<>";
    case Kind::kLess:
      return "<";
    case Kind::kLessEqual:
      return "<=";
    case Kind::kGreater:
      return ">";
    case Kind::kGreaterEqual:
      return ">=";
    case Kind::kAnd:
      return " AND ";
    case Kind::kOr:
      return " OR ";
    case Kind::kNot:
      return "NOT ";
    default:
      return "";
  }
}

// An expression as SQL text with the same meaning in SQLite.
std::string SqlOf(const Expression& e) {
  const std::string symbol = SqlSymbolOf(e.kind);
  const std::map<Kind, std::string> functions = {
      {Kind::kAbs, "abs"}, {Kind::kCeil, "ceil"}, {Kind::kTrunc, "trunc"}, {Kind::kSqrt, "sqrt"}};
  if (const auto function = functions.find(e.kind); function != functions.end()) {
    return function->second + "(" + SqlOf(*e.arguments[0]) + ")";
  }
  switch (e.kind) {
    case Kind::kColumn:
      return "c" + std::to_string(e.index);
    case Kind::kLiteral:
      return "(" + SqlText(e.literal) + ")";
    case Kind::kToFloat:
      return "CAST(" + SqlOf(*e.arguments[0]) + " AS REAL)";
    case Kind::kBoolToInteger:
      return "CAST(" + SqlOf(*e.arguments[0]) + " AS INTEGER)";
    case Kind::kIsNull:
      return "(" + SqlOf(*e.arguments[0]) + " IS NULL)";
    case Kind::kCase: {
      std::string sql = "CASE";
      for (size_t i = 0; i + 1 < e.arguments.size(); i += 2) {
        sql += " WHEN " + SqlOf(*e.arguments[i]) + " THEN " + SqlOf(*e.arguments[i + 1]);
      }
      return sql + " ELSE " + SqlOf(*e.arguments.back()) + " END";
    }
    case Kind::kCoalesce: {
      std::string sql = "coalesce(" + SqlOf(*e.arguments[0]);
      for (size_t i = 1; i < e.arguments.size(); ++i) sql += "," + SqlOf(*e.arguments[i]);
      return sql + ")";
    }
    case Kind::kNegate:
    case Kind::kNot:
      return "(" + symbol + SqlOf(*e.arguments[0]) + ")";
    default:
      break;
  }
  std::string sql = "(" + SqlOf(*e.arguments[0]);
  if (e.kind == Kind::kInList) {
    sql += " IN (";
    for (size_t i = 0; i < e.list.size(); ++i) sql += (i == 0 ? "" : ",") + SqlText(e.list[i]);
    return sql + "))";
  }
  for (size_t i = 1; i < e.arguments.size(); ++i) sql += symbol + SqlOf(*e.arguments[i]);
  return sql + ")";
}

Value SqliteValue(sqlite3_stmt* statement, ValueType type) {
  if (sqlite3_column_type(statement, 0) == SQLITE_NULL) return Null();
  switch (type) {
    case ValueType::kBool:
      return Bool(sqlite3_column_int(statement, 0) != 0);
    case ValueType::kInt64:
      return Int(sqlite3_column_int64(statement, 0));
    case ValueType::kFloat64:
      return Real(sqlite3_column_double(statement, 0) + 0.0);
    case ValueType::kText:
    case ValueType::kDate:  // none of this schema's
      break;
  }
  return Text(reinterpret_cast<const char*>(sqlite3_column_text(statement, 0)));
}

// Where the rules of both are the same: no division, no overflow, no mixing of types.
TEST(EvaluateTest, AgreesWithSqliteWhereItsRulesAreOurs) {
  const Rows rows = MixedRows(200, /*tame=*/true, 8);
  const TablePtr table = BuildTable(MixedSchema(), rows);
  const std::string path = FreshDirectory() + "/mixed.db";
  WriteSqlite(path, MixedSchema(), rows);
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  ExpressionGenerator generator(/*tame=*/true, 9);
  for (int round = 0; round < 300; ++round) {
    const ExpressionPtr expression = generator.Next(generator.AnyType(), 4);
    const std::string sql = "SELECT " + SqlOf(*expression) + " FROM mixed ORDER BY rowid";
    sqlite3_stmt* statement = nullptr;
    ASSERT_EQ(sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr), SQLITE_OK) << sql;
    for (const Value& found : EvaluateAll(*expression, *table, MixedScan())) {
      ASSERT_EQ(sqlite3_step(statement), SQLITE_ROW);
      ASSERT_EQ(found, SqliteValue(statement, expression->type)) << sql;
    }
    sqlite3_finalize(statement);
  }
  sqlite3_close(database);
}

}  // namespace
}  // namespace tacit
