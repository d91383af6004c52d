#include <set>
#include <thread>

#include "engine/execute/execute.h"
#include "tests/engine/storage/fixtures.h"

namespace tacit {
namespace {

TableSchema UnitOnly(ValueType type) {
  TableSchema schema;
  schema.name = "t";
  schema.columns = {{.name = "unit", .type = type}};
  schema.unit_column = 0;
  return schema;
}

TEST(UnitNamesTest, IntegersAreTaggedLittleEndian) {
  const TablePtr table = BuildTable(UnitOnly(ValueType::kInt64), {{Int(258)}, {Int(-2)}});
  const auto names = NamesOf(*table);
  EXPECT_EQ(names->NameOf(0), std::string("\x01\xfe\xff\xff\xff\xff\xff\xff\xff"));
  EXPECT_EQ(names->NameOf(1), std::string("\x01\x02\x01\0\0\0\0\0\0", 9));
}

TEST(UnitNamesTest, TextsAreTaggedBytes) {
  const TablePtr table = BuildTable(UnitOnly(ValueType::kText), {{Text("bob")}, {Text("")}});
  const auto names = NamesOf(*table);
  EXPECT_EQ(names->NameOf(0), "\x02");
  EXPECT_EQ(names->NameOf(1),
            "\x02"
            "bob");
}

TEST(UnitNamesTest, DoNotDependOnWhoElseIsThere) {
  const TablePtr small = BuildTable(UnitOnly(ValueType::kText), {{Text("bob")}});
  const TablePtr large =
      BuildTable(UnitOnly(ValueType::kText), {{Text("bob")}, {Text("al")}, {Text("zoe")}});
  EXPECT_EQ(NamesOf(*small)->NameOf(0), NamesOf(*large)->NameOf(1));
}

TEST(UnitNamesTest, AreDistinctStableAndSafeToShareAmongThreads) {
  Rows rows;
  for (int i = 0; i < 20'000; ++i) rows.push_back({Int(i * 3)});
  const TablePtr table = BuildTable(UnitOnly(ValueType::kInt64), rows);
  const auto names = NamesOf(*table);
  std::vector<std::vector<std::string_view>> seen(4);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : seen) {
      threads.emplace_back([&] {
        for (uint32_t unit = 0; unit < 20'000; ++unit) mine.push_back(names->NameOf(unit));
      });
    }
  }
  for (const auto& mine : seen) EXPECT_EQ(mine, seen[0]);
  EXPECT_EQ(std::set<std::string_view>(seen[0].begin(), seen[0].end()).size(), 20'000u);
}

TEST(UnitNamesTest, RowsHaveNamesOfTheirOwnKind) {
  TableSchema schema = UnitOnly(ValueType::kInt64);
  schema.unit_column = std::nullopt;
  const TablePtr table = BuildTable(schema, {{Int(9)}, {Int(9)}});
  const auto names = NamesOf(*table);
  EXPECT_EQ(names->NameOf(1), std::string("\x03\x01\0\0\0\0\0\0\0", 9));
}

}  // namespace
}  // namespace tacit
