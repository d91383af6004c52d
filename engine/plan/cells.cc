#include "engine/plan/cells.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "engine/plan/nodes/partition.h"

namespace tacit {
namespace {

constexpr size_t kCellsNamed = 8;

// By cell: whether some row of it may make a predicate true, or false. NULL is neither.
struct Truth {
  std::vector<bool> may_hold;
  std::vector<bool> may_fail;
};

// `kind` of two values of one type that are not NULL; nullopt where this file does not say.
std::optional<bool> Compare(ExpressionKind kind, const Value& left, const Value& right) {
  if (left.index() != right.index()) return std::nullopt;
  if (kind == ExpressionKind::kEqual) return left == right;
  if (kind == ExpressionKind::kNotEqual) return left != right;
  if (!std::holds_alternative<int64_t>(left)) return std::nullopt;
  if (kind == ExpressionKind::kLess) return left < right;
  if (kind == ExpressionKind::kLessEqual) return left <= right;
  if (kind == ExpressionKind::kGreater) return left > right;
  return left >= right;
}

class CellReader {
 public:
  CellReader(const TableSchema& table, const std::vector<int>& scan_columns)
      : keys_(PartitionOf(table)), count_(CellCount(table)), scan_columns_(scan_columns) {}

  Truth Read(const Expression& expression) const {
    switch (expression.kind) {
      case ExpressionKind::kAnd:
      case ExpressionKind::kOr:
        return ReadChain(expression);
      case ExpressionKind::kNot: {
        Truth inner = Read(*expression.arguments[0]);
        return {std::move(inner.may_fail), std::move(inner.may_hold)};
      }
      default:
        return ReadLeaf(expression);
    }
  }

 private:
  Truth ReadChain(const Expression& chain) const {
    const bool is_and = chain.kind == ExpressionKind::kAnd;
    Truth truth = Read(*chain.arguments[0]);
    for (size_t i = 1; i < chain.arguments.size(); ++i) {
      const Truth next = Read(*chain.arguments[i]);
      for (size_t cell = 0; cell < truth.may_hold.size(); ++cell) {
        const bool hold = truth.may_hold[cell];
        const bool fail = truth.may_fail[cell];
        truth.may_hold[cell] = is_and ? hold && next.may_hold[cell] : hold || next.may_hold[cell];
        truth.may_fail[cell] = is_and ? fail || next.may_fail[cell] : fail && next.may_fail[cell];
      }
    }
    return truth;
  }

  // Partition columns hold no NULL, so what is known of a cell's value is true or false.
  Truth ReadLeaf(const Expression& leaf) const {
    const auto size = static_cast<size_t>(count_);
    Truth truth{std::vector<bool>(size, true), std::vector<bool>(size, true)};
    for (const PartitionKey& key : keys_) {
      for (size_t cell = 0; cell < size; ++cell) {
        const size_t digit = cell / static_cast<size_t>(key.stride) % key.values.size();
        const std::optional<bool> holds = Holds(leaf, key, key.values[digit]);
        if (!holds.has_value()) break;  // unknown of one cell, unknown of all
        truth.may_hold[cell] = *holds;
        truth.may_fail[cell] = !*holds;
      }
    }
    return truth;
  }

  // Whether `leaf` is true where the key's column is `value`; nullopt where it depends on more.
  std::optional<bool> Holds(const Expression& leaf, const PartitionKey& key,
                            const Value& value) const {
    if (IsColumn(leaf, key)) {
      const bool* truth = std::get_if<bool>(&value);
      return truth == nullptr ? std::nullopt : std::optional<bool>(*truth);
    }
    if (leaf.kind == ExpressionKind::kInList && IsColumn(*leaf.arguments[0], key)) {
      for (const Value& listed : leaf.list) {
        if (listed.index() != value.index()) return std::nullopt;
      }
      return std::find(leaf.list.begin(), leaf.list.end(), value) != leaf.list.end();
    }
    if (!IsComparison(leaf.kind)) return std::nullopt;
    const Expression& left = *leaf.arguments[0];
    const Expression& right = *leaf.arguments[1];
    if (IsColumn(left, key) && right.kind == ExpressionKind::kLiteral) {
      return Compare(leaf.kind, value, right.literal);
    }
    if (IsColumn(right, key) && left.kind == ExpressionKind::kLiteral) {
      return Compare(Mirrored(leaf.kind), value, left.literal);
    }
    return std::nullopt;
  }

  bool IsColumn(const Expression& expression, const PartitionKey& key) const {
    return expression.kind == ExpressionKind::kColumn &&
           scan_columns_[static_cast<size_t>(expression.index)] == key.column;
  }

  const std::vector<PartitionKey> keys_;
  const int64_t count_;
  const std::vector<int>& scan_columns_;
};

}  // namespace

std::vector<int64_t> CellsOf(const ExpressionPtr& where, const TableSchema& table,
                             const std::vector<int>& scan_columns) {
  if (where == nullptr || table.partition_columns.empty()) return {};
  const Truth truth = CellReader(table, scan_columns).Read(*where);
  std::vector<int64_t> cells;
  for (size_t cell = 0; cell < truth.may_hold.size(); ++cell) {
    if (truth.may_hold[cell]) cells.push_back(static_cast<int64_t>(cell));
  }
  // An empty list means all cells: that is also what a WHERE that no cell fits is charged.
  if (cells.size() == truth.may_hold.size()) cells.clear();
  return cells;
}

std::string PrintCells(const std::vector<int64_t>& cells, const TableSchema& table) {
  std::string text = absl::StrCat("    cells ", cells.size(), " of ", CellCount(table), " [",
                                  absl::StrJoin(cells, " "), "]");
  for (size_t i = 0; i < std::min(cells.size(), kCellsNamed); ++i) {
    absl::StrAppend(&text, i == 0 ? " " : "; ", CellText(table, cells[i]));
  }
  return absl::StrCat(text, cells.size() > kCellsNamed ? "; ..." : "", "\n");
}

}  // namespace tacit
