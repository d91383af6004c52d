#include "tests/conformance/storage_conformance.h"

#include "engine/storage/snapshot.h"
#include "engine/storage/sqlite_reader.h"

namespace tacit {
namespace {

TablePtr InMemory(const TableSchema& schema, const Rows& rows) { return BuildTable(schema, rows); }

TablePtr ViaSnapshot(const TableSchema& schema, const Rows& rows) {
  const std::string path = FreshDirectory() + "/t.snap";
  const absl::Status status = WriteSnapshot(*BuildTable(schema, rows), path);
  EXPECT_TRUE(status.ok()) << status.message();
  return *MapSnapshot(path, schema);
}

TablePtr ViaSqlite(const TableSchema& schema, const Rows& rows) {
  const std::string path = FreshDirectory() + "/source.db";
  WriteSqlite(path, schema, rows);
  const auto result = ReadSqliteTable(path, schema, nullptr);
  EXPECT_TRUE(result.ok()) << result.status().message();
  return result->table;
}

INSTANTIATE_TEST_SUITE_P(InMemory, StorageConformance, testing::Values(&InMemory));
INSTANTIATE_TEST_SUITE_P(Snapshot, StorageConformance, testing::Values(&ViaSnapshot));
INSTANTIATE_TEST_SUITE_P(Sqlite, StorageConformance, testing::Values(&ViaSqlite));

}  // namespace
}  // namespace tacit
