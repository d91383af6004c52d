#include "engine/execute/key_ordinals.h"

#include <limits>

#include "tests/engine/execute/expressions.h"

namespace tacit {
namespace {

constexpr uint32_t kNone = kNoGroup;

// Ordinals of a nullable column holding `cells`, for the listed values.
std::vector<uint32_t> Ordinals(ValueType type, const std::vector<Value>& cells,
                               const std::vector<Value>& listed) {
  TableSchema schema;
  schema.name = "t";
  schema.columns = {{.name = "k", .type = type, .nullable = true}};
  Rows rows;
  for (const Value& cell : cells) rows.push_back({cell});
  const TablePtr table = BuildTable(schema, rows);
  const ScanNode scan = {.table = "t", .columns = {0}};
  const ScanColumns columns(scan, *table);
  KeyOrdinals key({.name = "k", .expression = Column(0, type), .values = listed}, columns);
  EXPECT_EQ(key.size(), listed.size());
  std::vector<uint32_t> ordinals(cells.size());
  key.Write({.first = 0, .count = static_cast<int>(cells.size())}, ordinals.data());
  return ordinals;
}

using Found = std::vector<uint32_t>;

TEST(KeyOrdinalsTest, FollowDeclaredOrderNotSortedOrder) {
  EXPECT_EQ(Ordinals(ValueType::kText, {Text("b"), Text("a"), Text("c")}, {Text("b"), Text("a")}),
            Found({0, 1, kNone}));
  EXPECT_EQ(Ordinals(ValueType::kInt64, {Int(5), Int(-2), Int(0)}, {Int(5), Int(-2)}),
            Found({0, 1, kNone}));
}

TEST(KeyOrdinalsTest, NullIsAKeyOnlyWhereListed) {
  EXPECT_EQ(Ordinals(ValueType::kText, {Null(), Text("a")}, {Text("a"), Null()}), Found({1, 0}));
  EXPECT_EQ(Ordinals(ValueType::kText, {Null(), Text("a")}, {Text("a")}), Found({kNone, 0}));
  EXPECT_EQ(Ordinals(ValueType::kInt64, {Null(), Int(0)}, {Int(0)}), Found({kNone, 0}));
  EXPECT_EQ(Ordinals(ValueType::kBool, {Null(), Bool(false)}, {Null()}), Found({0, kNone}));
}

TEST(KeyOrdinalsTest, ListedValuesNeedNoRow) {
  EXPECT_EQ(Ordinals(ValueType::kText, {Text("m")}, {Text("a"), Text("m"), Text("z")}), Found({1}));
  EXPECT_EQ(Ordinals(ValueType::kText, {Null(), Null()}, {Text("a")}), Found({kNone, kNone}));
}

TEST(KeyOrdinalsTest, SearchesWideIntegersAndFloats) {
  const int64_t low = std::numeric_limits<int64_t>::min();
  const int64_t high = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(Ordinals(ValueType::kInt64, {Int(high), Int(low), Int(0), Int(high - 1)},
                     {Int(0), Int(high), Int(low)}),
            Found({1, 2, 0, kNone}));
  EXPECT_EQ(Ordinals(ValueType::kFloat64, {Real(0.5), Real(0), Real(0.25)}, {Real(0), Real(0.5)}),
            Found({1, 0, kNone}));
}

TEST(KeyOrdinalsTest, IntegersOutsideTheTableBelongNowhere) {
  const int64_t low = std::numeric_limits<int64_t>::min();
  EXPECT_EQ(Ordinals(ValueType::kInt64, {Int(low), Int(0), Int(1), Int(2), Int(~low)}, {Int(1)}),
            Found({kNone, kNone, 0, kNone, kNone}));
}

TEST(KeyOrdinalsTest, BooleansFollowTheirList) {
  EXPECT_EQ(Ordinals(ValueType::kBool, {Bool(true), Bool(false)}, {Bool(true), Bool(false)}),
            Found({0, 1}));
}

}  // namespace
}  // namespace tacit
