#include "engine/execute/filter.h"

#include "tests/engine/execute/expressions.h"

namespace tacit {
namespace {

using Kind = ExpressionKind;

// Rows 0..count-1 hold their number in column c1 and NULL in c0 where the number is odd.
TablePtr Numbered(int count) {
  Rows rows;
  for (int i = 0; i < count; ++i) {
    rows.push_back({i % 2 == 0 ? Int(i) : Null(), Int(i), Null(), Real(0), Null(), Text(""), Null(),
                    Bool(true)});
  }
  return BuildTable(MixedSchema(), rows);
}

Filter MakeFilter(const std::vector<ExpressionPtr>& predicates, const Table& table) {
  const ScanNode scan = MixedScan();
  const ScanColumns columns(scan, table);
  std::vector<RowExpressionPtr> prepared;
  for (const ExpressionPtr& predicate : predicates) {
    prepared.push_back(Prepare(*predicate, columns));
  }
  return Filter(std::move(prepared));
}

std::vector<int> Kept(const std::vector<ExpressionPtr>& predicates, const Table& table, int first,
                      int count) {
  Filter filter = MakeFilter(predicates, table);
  RowSet rows = {.first = first, .count = count};
  filter.Narrow(rows);
  std::vector<int> kept;
  for (int i = 0; i < rows.count; ++i) {
    kept.push_back(rows.selection == nullptr ? i : rows.selection[i]);
  }
  return kept;
}

TEST(FilterTest, KeepsTrueOnly) {
  const TablePtr table = Numbered(10);
  const ExpressionPtr nullable = Column(0, ValueType::kInt64);
  EXPECT_EQ(Kept({Binary(Kind::kGreater, nullable, Literal(Int(3)))}, *table, 0, 10),
            std::vector<int>({4, 6, 8}));
}

TEST(FilterTest, AllPredicatesMustHold) {
  const TablePtr table = Numbered(10);
  const ExpressionPtr number = Column(1, ValueType::kInt64);
  EXPECT_EQ(Kept({Binary(Kind::kGreater, number, Literal(Int(3))),
                  Binary(Kind::kLess, number, Literal(Int(7)))},
                 *table, 2, 8),
            std::vector<int>({2, 3, 4}));
}

TEST(FilterTest, LeavesASetThatAllPassAsItIs) {
  const TablePtr table = Numbered(10);
  const ExpressionPtr everything =
      Binary(Kind::kGreaterEqual, Column(1, ValueType::kInt64), Literal(Int(0)));
  for (const std::vector<ExpressionPtr>& predicates :
       {std::vector<ExpressionPtr>{}, std::vector<ExpressionPtr>{everything}}) {
    Filter filter = MakeFilter(predicates, *table);
    RowSet rows = {.first = 0, .count = 10};
    filter.Narrow(rows);
    EXPECT_EQ(rows.selection, nullptr);
    EXPECT_EQ(rows.count, 10);
  }
}

TEST(FilterTest, FillsAWholeBatch) {
  const TablePtr table = Numbered(kBatchRowsMax);
  const ExpressionPtr number = Column(1, ValueType::kInt64);
  EXPECT_EQ(
      Kept({Binary(Kind::kNotEqual, number, Literal(Int(0)))}, *table, 0, kBatchRowsMax).size(),
      static_cast<size_t>(kBatchRowsMax) - 1);
  EXPECT_TRUE(
      Kept({Binary(Kind::kLess, number, Literal(Int(0)))}, *table, 0, kBatchRowsMax).empty());
}

}  // namespace
}  // namespace tacit
