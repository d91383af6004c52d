#include "engine/storage/table_builder.h"

#include <cmath>
#include <limits>

#include "accountant/refusal.h"
#include "tests/engine/storage/fixtures.h"

namespace tacit {
namespace {

// Adds the row to an empty builder.
absl::Status AddTo(TableSchema schema, const std::vector<Value>& row) {
  return TableBuilder(std::move(schema)).AddRow(row);
}

TEST(TableBuilderTest, RefusesEachKindOfBadCellNamingRowAndColumn) {
  const TableSchema schema = VisitsSchema();
  const std::pair<std::vector<Value>, std::string> cases[] = {
      {{Null(), Null(), Null(), Null()}, "unit"},
      {{Text("7"), Null(), Null(), Null()}, "unit"},
      {{Real(7), Null(), Null(), Null()}, "unit"},
      {{Int(7), Text("a\xff"), Null(), Null()}, "label"},
      {{Int(7), Text(std::string("a\0", 2)), Null(), Null()}, "label"},
      {{Int(7), Int(3), Null(), Null()}, "label"},
      {{Int(7), Null(), Real(std::nan("")), Null()}, "amount"},
      {{Int(7), Null(), Real(INFINITY), Null()}, "amount"},
      {{Int(7), Null(), Int((int64_t{1} << 53) + 1), Null()}, "amount"},
      {{Int(7), Null(), Text("nan"), Null()}, "amount"},
      {{Int(7), Null(), Null(), Int(1)}, "flag"},
  };
  for (const auto& [row, column] : cases) {
    const absl::Status status = AddTo(schema, row);
    ASSERT_FALSE(status.ok()) << column;
    EXPECT_EQ(ReasonOf(status), Reason::kSourceInvalid);
    const std::string message(status.message());
    EXPECT_NE(message.find("table \"visits\", row 1, column \"" + column + "\""), std::string::npos)
        << message;
    EXPECT_NE(message.find("invalid_rows = \"drop\""), std::string::npos) << message;
  }
}

TEST(TableBuilderTest, RefusesNullWhereNotNullable) {
  TableSchema schema = VisitsSchema();
  schema.columns[1].nullable = false;
  EXPECT_EQ(ReasonOf(AddTo(schema, {Int(1), Null(), Null(), Null()})), Reason::kSourceInvalid);
}

TEST(TableBuilderTest, KeepsNothingOfARefusedRow) {
  TableBuilder builder(VisitsSchema());
  ASSERT_FALSE(builder.AddRow({Int(1), Text("gone"), Real(1), Int(5)}).ok());
  ASSERT_TRUE(builder.AddRow({Int(1), Text("kept"), Real(1), Null()}).ok());
  const TablePtr table = *builder.Build();
  EXPECT_EQ(table->row_count, 1);
  EXPECT_EQ(table->columns[1].dictionary.size(), 1u);
}

TEST(TableBuilderTest, DropsAndCountsWhereThePolicySaysSo) {
  TableSchema schema = VisitsSchema();
  schema.drop_invalid_rows = true;
  TableBuilder builder(schema);
  EXPECT_TRUE(builder.AddRow({Null(), Null(), Null(), Null()}).ok());
  EXPECT_TRUE(builder.AddRow({Int(1), Null(), Real(std::nan("")), Null()}).ok());
  EXPECT_TRUE(builder.AddRow({Int(1), Null(), Null(), Null()}).ok());
  EXPECT_EQ(builder.dropped_rows(), 2);
  EXPECT_EQ((*builder.Build())->row_count, 1);
}

TEST(TableBuilderTest, NumbersRowsFromOneCountingDroppedOnes) {
  TableBuilder builder(VisitsSchema());
  ASSERT_TRUE(builder.AddRow({Int(1), Null(), Null(), Null()}).ok());
  const absl::Status status = builder.AddRow({Null(), Null(), Null(), Null()});
  EXPECT_NE(std::string(status.message()).find("row 2"), std::string::npos) << status.message();
}

TEST(TableBuilderTest, RefusesAUnitThatIsNeitherIntegerNorText) {
  TableSchema schema = VisitsSchema();
  schema.unit_column = 2;
  EXPECT_EQ(ReasonOf(AddTo(schema, {Int(1), Null(), Real(1), Null()})), Reason::kPolicyInvalid);
  EXPECT_EQ(ReasonOf(TableBuilder(schema).Build().status()), Reason::kPolicyInvalid);
}

TEST(TableBuilderTest, OrdersByUnitThenContentNullFirst) {
  const TablePtr table = BuildTable(VisitsSchema(), VisitsRows());
  const Rows expected = {
      {Int(-2), Null(), Real(-3), Bool(false)},   {Int(-2), Text("\xc3\xa9"), Real(0), Null()},
      {Int(7), Text("a"), Null(), Null()},        {Int(7), Text("a"), Real(2), Bool(true)},
      {Int(7), Text("b"), Real(1.5), Bool(true)}, {Int(40), Text(""), Real(1e300), Bool(false)}};
  EXPECT_EQ(RowsOf(*table), expected);
  EXPECT_EQ(table->unit_count, 3);
  EXPECT_EQ(std::vector<uint64_t>(table->unit_offsets.begin(), table->unit_offsets.end()),
            std::vector<uint64_t>({0, 2, 5, 6}));
}

TEST(TableBuilderTest, OrdersTextUnitsByBytes) {
  TableSchema schema;
  schema.name = "t";
  schema.columns = {{.name = "who", .type = ValueType::kText}};
  schema.unit_column = 0;
  const TablePtr table =
      BuildTable(schema, {{Text("b")}, {Text("\xc3\xa9")}, {Text("Z")}, {Text("b")}});
  EXPECT_EQ(table->unit_count, 3);
  EXPECT_EQ(CellOf(table->unit_ids, 0), Text("Z"));
  EXPECT_EQ(CellOf(table->unit_ids, 1), Text("b"));
  EXPECT_EQ(CellOf(table->unit_ids, 2), Text("\xc3\xa9"));
}

TEST(TableBuilderTest, KeepsRowOrderWhereTheUnitIsTheRow) {
  TableSchema schema;
  schema.name = "t";
  schema.columns = {{.name = "x"}};
  const TablePtr table = BuildTable(schema, {{Int(3)}, {Int(1)}, {Int(2)}});
  EXPECT_EQ(RowsOf(*table), Rows({{Int(3)}, {Int(1)}, {Int(2)}}));
  EXPECT_EQ(table->unit_count, 3);
  EXPECT_TRUE(table->unit_offsets.empty());
}

TEST(TableBuilderTest, BuildsAnEmptyTableAndIsEmptyAfterwards) {
  TableBuilder builder(VisitsSchema());
  ASSERT_TRUE(builder.AddRow({Int(1), Null(), Null(), Null()}).ok());
  EXPECT_EQ((*builder.Build())->row_count, 1);
  const TablePtr table = *builder.Build();
  EXPECT_EQ(table->row_count, 0);
  EXPECT_EQ(table->unit_count, 0);
  EXPECT_EQ(table->unit_offsets.size(), 1u);
}

}  // namespace
}  // namespace tacit
