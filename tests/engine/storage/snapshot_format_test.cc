#include "engine/storage/snapshot_format.h"

#include "tests/engine/storage/fixtures.h"

namespace tacit {
namespace {

TEST(SchemaDigestTest, ChangesWithWhateverShapesAFile) {
  const Digest digest = SchemaDigest(VisitsSchema());
  TableSchema schema = VisitsSchema();
  schema.name = "other";
  EXPECT_NE(SchemaDigest(schema), digest);
  schema = VisitsSchema();
  schema.columns[1].name = "other";
  EXPECT_NE(SchemaDigest(schema), digest);
  schema = VisitsSchema();
  schema.columns[2].type = ValueType::kInt64;
  EXPECT_NE(SchemaDigest(schema), digest);
  schema = VisitsSchema();
  schema.columns[2].nullable = false;
  EXPECT_NE(SchemaDigest(schema), digest);
  schema = VisitsSchema();
  schema.unit_column = std::nullopt;
  EXPECT_NE(SchemaDigest(schema), digest);
  schema = VisitsSchema();
  std::swap(schema.columns[2], schema.columns[3]);
  EXPECT_NE(SchemaDigest(schema), digest);
}

TEST(SchemaDigestTest, IgnoresWhatAPolicyMayChange) {
  TableSchema schema = VisitsSchema();
  schema.columns[2].bounds = {.lower = 0, .upper = 9};
  schema.columns[1].public_values = {Text("a")};
  schema.limits.groups_per_unit_max = 9;
  schema.drop_invalid_rows = true;
  EXPECT_EQ(SchemaDigest(schema), SchemaDigest(VisitsSchema()));
}

TEST(SectionsTest, StandInFixedOrderWithBitmapsOnlyWhereNeeded) {
  const TablePtr table = BuildTable(VisitsSchema(), VisitsRows());
  std::vector<std::pair<SectionPart, uint32_t>> found;
  for (const SectionContent& section : SectionsOf(*table)) {
    found.emplace_back(section.part, section.column);
  }
  const std::vector<std::pair<SectionPart, uint32_t>> expected = {
      {SectionPart::kValues, 0},          {SectionPart::kValues, 1},
      {SectionPart::kValidity, 1},        {SectionPart::kDictionaryOffsets, 1},
      {SectionPart::kDictionaryBytes, 1}, {SectionPart::kValues, 2},
      {SectionPart::kValidity, 2},        {SectionPart::kValues, 3},
      {SectionPart::kValidity, 3},        {SectionPart::kUnitOffsets, kNoColumn},
      {SectionPart::kUnitIds, kNoColumn}};
  EXPECT_EQ(found, expected);
}

TEST(AlignSectionTest, RoundsUp) {
  EXPECT_EQ(AlignSection(0), 0u);
  EXPECT_EQ(AlignSection(1), 64u);
  EXPECT_EQ(AlignSection(64), 64u);
}

}  // namespace
}  // namespace tacit
