#include "engine/storage/column_builder.h"

#include <cmath>
#include <limits>

#include "tests/engine/storage/fixtures.h"

namespace tacit {
namespace {

ColumnBuilder Column(ValueType type, bool nullable = false) {
  return ColumnBuilder({.name = "c", .type = type, .nullable = nullable}, /*is_unit=*/false);
}

TEST(ColumnBuilderTest, AcceptsItsOwnTypeOnly) {
  const CellView cells[] = {CellView::Bool(true), CellView::Integer(1), CellView::Float(0.5),
                            CellView::Text("t"), CellView::Blob()};
  const ValueType types[] = {ValueType::kBool, ValueType::kInt64, ValueType::kFloat64,
                             ValueType::kText};
  for (int t = 0; t < 4; ++t) {
    for (int c = 0; c < 5; ++c) {
      // The one conversion there is: an integer in a real column.
      const bool widens = types[t] == ValueType::kFloat64 && c == 1;
      EXPECT_EQ(Column(types[t]).Check(cells[c]).empty(), t == c || widens) << t << " " << c;
    }
  }
}

TEST(ColumnBuilderTest, TakesDatesAsTextOfOneFormAndAsDays) {
  ColumnBuilder column = Column(ValueType::kDate, /*nullable=*/true);
  for (const CellView& cell : {CellView::Text("2000-02-29"), CellView::OfDate({kDateMax}),
                               CellView(), CellView::Text("0001-01-01")}) {
    ASSERT_EQ(column.Check(cell), "");
    column.Append(cell);
  }
  for (const char* text : {"", "2023-02-29", "2024-01-01 00:00:00", "secret"}) {
    EXPECT_EQ(column.Check(CellView::Text(text)),
              "found text that is no date of the form YYYY-MM-DD");
  }
  EXPECT_NE(column.Check(CellView::OfDate({kDateMax + 1})), "");
  EXPECT_EQ(column.Check(CellView::Integer(20'000)), "found integer where date is declared");
  EXPECT_NE(column.Check(CellView::Float(2'460'000.5)), "");
  EXPECT_NE(column.Check(CellView::Bool(true)), "");
  EXPECT_NE(Column(ValueType::kInt64).Check(CellView::OfDate({1})), "");
  const auto finished = column.Finish();
  EXPECT_EQ(std::vector<int64_t>(finished.integers.begin(), finished.integers.end()),
            (std::vector<int64_t>{11'016, kDateMax, 0, kDateMin}));
}

TEST(ColumnBuilderTest, WidensExactIntegersOnly) {
  ColumnBuilder column = Column(ValueType::kFloat64);
  const int64_t exact = int64_t{1} << 53;
  EXPECT_EQ(column.Check(CellView::Integer(exact)), "");
  EXPECT_NE(column.Check(CellView::Integer(exact + 1)), "");
  EXPECT_EQ(column.Check(CellView::Integer(std::numeric_limits<int64_t>::min())), "");
  EXPECT_NE(column.Check(CellView::Integer(std::numeric_limits<int64_t>::max())), "");
}

TEST(ColumnBuilderTest, RefusesNonFiniteAndStoresPositiveZero) {
  ColumnBuilder column = Column(ValueType::kFloat64);
  EXPECT_NE(column.Check(CellView::Float(std::nan(""))), "");
  EXPECT_NE(column.Check(CellView::Float(std::numeric_limits<double>::infinity())), "");
  EXPECT_NE(column.Check(CellView::Float(-std::numeric_limits<double>::infinity())), "");
  ASSERT_EQ(column.Check(CellView::Float(-0.0)), "");
  column.Append(CellView::Float(-0.0));
  EXPECT_FALSE(std::signbit(column.Finish().floats[0]));
}

TEST(ColumnBuilderTest, NamesWhatWasFoundButNotTheValue) {
  EXPECT_EQ(Column(ValueType::kInt64).Check(CellView::Text("secret")),
            "found text where integer is declared");
  EXPECT_EQ(Column(ValueType::kInt64).Check({}), "found NULL where the column is not nullable");
}

TEST(ColumnBuilderTest, DictionaryIsSortedByBytesWhateverTheOrderOfArrival) {
  ColumnBuilder column = Column(ValueType::kText, true);
  for (const char* text : {"b", "\xc3\xa9", "", "a", "b", "Z"}) {
    ASSERT_EQ(column.Check(CellView::Text(text)), "");
    column.Append(CellView::Text(text));
  }
  column.Append({});
  column.SortDictionary();
  const ColumnStorage storage = column.Finish();
  const ColumnArray view = storage.View();
  ASSERT_EQ(view.dictionary.size(), 5u);
  const std::string_view expected[] = {"", "Z", "a", "b", "\xc3\xa9"};
  for (uint32_t code = 0; code < 5; ++code) EXPECT_EQ(view.dictionary.At(code), expected[code]);
  EXPECT_EQ(CellOf(view, 0), Text("b"));
  EXPECT_EQ(CellOf(view, 4), Text("b"));
  EXPECT_EQ(CellOf(view, 6), Null());
  EXPECT_EQ(view.codes[6], 0u);
}

TEST(ColumnBuilderTest, KeepsNoBitmapWithoutNull) {
  ColumnBuilder column = Column(ValueType::kInt64, true);
  column.Append(CellView::Integer(1));
  EXPECT_TRUE(column.Finish().validity.empty());
}

TEST(ColumnBuilderTest, ReordersValuesAndNullsTogether) {
  ColumnBuilder column = Column(ValueType::kInt64, true);
  column.Append(CellView::Integer(10));
  column.Append({});
  column.Append(CellView::Integer(30));
  column.Append(CellView::Integer(40));
  EXPECT_LT(column.Compare(1, 0), 0);
  column.Reorder({3, 1, 0, 2});
  column.ReorderWithin(1, {1, 0});
  const ColumnStorage storage = column.Finish();
  const ColumnArray view = storage.View();
  const Value expected[] = {Int(40), Int(10), Null(), Int(30)};
  for (int row = 0; row < 4; ++row) EXPECT_EQ(CellOf(view, row), expected[row]) << row;
}

}  // namespace
}  // namespace tacit
