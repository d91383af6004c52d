#include "engine/storage/dataset_store.h"

#include <sys/stat.h>

#include <filesystem>

#include "accountant/refusal.h"
#include "tests/engine/storage/fixtures.h"

namespace tacit {
namespace {

namespace fs = std::filesystem;

DatasetSchema Clinic() {
  DatasetSchema schema;
  schema.id = DatasetId("clinic");
  schema.policy_version = PolicyVersion(1);
  schema.tables = {VisitsSchema()};
  return schema;
}

std::string Source(const Rows& rows) {
  const std::string path = FreshDirectory() + "/source.db";
  WriteSqlite(path, VisitsSchema(), rows);
  return path;
}

mode_t ModeOf(const std::string& path) {
  struct stat status;
  EXPECT_EQ(stat(path.c_str(), &status), 0) << path;
  return status.st_mode & 0777;
}

void Publish(DatasetStore& store, const std::string& source, int64_t version) {
  auto staged = store.Stage(Clinic(), source, nullptr);
  ASSERT_TRUE(staged.ok()) << staged.status().message();
  const absl::Status status =
      store.Adopt(DatasetId("clinic"), *std::move(staged), DataVersion(version));
  ASSERT_TRUE(status.ok()) << status.message();
}

TEST(DatasetStoreTest, StagesAdoptsAndLoads) {
  const std::string root = FreshDirectory() + "/snapshots";
  const auto store = *DatasetStore::Open(root);
  int64_t rows_seen = 0;
  auto staged = *store->Stage(Clinic(), Source(VisitsRows()), [&](const BuildProgress& progress) {
    EXPECT_EQ(progress.table, "visits");
    EXPECT_EQ(progress.rows_total, 6);
    rows_seen = progress.rows_read;
  });
  EXPECT_EQ(rows_seen, 6);
  EXPECT_EQ(staged.rows(), 6);
  EXPECT_EQ(staged.dropped_rows(), 0);
  EXPECT_EQ(staged.bytes(),
            static_cast<int64_t>(fs::file_size(staged.directory() + "/visits.snap")));
  ASSERT_TRUE(store->Adopt(DatasetId("clinic"), std::move(staged), DataVersion(1)).ok());
  const DatasetSnapshotPtr snapshot = *store->Load(Clinic(), DataVersion(1));
  EXPECT_EQ(snapshot->version, DataVersion(1));
  EXPECT_EQ(snapshot->tables.at("visits")->row_count, 6);
}

TEST(DatasetStoreTest, KeepsItsFilesPrivate) {
  const std::string root = FreshDirectory() + "/snapshots";
  fs::create_directory(root);
  fs::permissions(root, fs::perms::all);
  Publish(**DatasetStore::Open(root), Source(VisitsRows()), 1);
  EXPECT_EQ(ModeOf(root), 0700u);
  EXPECT_EQ(ModeOf(root + "/clinic"), 0700u);
  EXPECT_EQ(ModeOf(root + "/clinic/1"), 0700u);
  EXPECT_EQ(ModeOf(root + "/clinic/1/visits.snap"), 0600u);
}

TEST(DatasetStoreTest, RemovesWhatIsNotAdopted) {
  const std::string root = FreshDirectory();
  const auto store = *DatasetStore::Open(root);
  { const auto staged = *store->Stage(Clinic(), Source(VisitsRows()), nullptr); }
  EXPECT_TRUE(fs::is_empty(root));
}

TEST(DatasetStoreTest, LeavesNothingOfAFailedBuild) {
  const std::string root = FreshDirectory();
  const auto store = *DatasetStore::Open(root);
  Publish(*store, Source(VisitsRows()), 1);
  const auto staged = store->Stage(
      Clinic(), Source({{Int(1), Null(), Null(), Null()}, {Null(), Null(), Null(), Null()}}),
      nullptr);
  EXPECT_EQ(ReasonOf(staged.status()), Reason::kSourceInvalid);
  EXPECT_EQ(std::distance(fs::directory_iterator(root), {}), 1);
  EXPECT_EQ((*store->Load(Clinic(), DataVersion(1)))->tables.at("visits")->row_count, 6);
}

TEST(DatasetStoreTest, OpenRemovesStagingLeftByACrashAndKeepsVersions) {
  const std::string root = FreshDirectory();
  Publish(**DatasetStore::Open(root), Source(VisitsRows()), 1);
  fs::create_directory(root + "/.staging-abcdef");
  WriteFile(root + "/.staging-abcdef/visits.snap.partial", "half");
  const auto store = *DatasetStore::Open(root);
  EXPECT_FALSE(fs::exists(root + "/.staging-abcdef"));
  EXPECT_TRUE(store->Load(Clinic(), DataVersion(1)).ok());
}

// Files under a version that nobody was ever served are left of a crash before the ledger named it.
TEST(DatasetStoreTest, ReplacesAVersionThatWasNeverServed) {
  const auto store = *DatasetStore::Open(FreshDirectory());
  Publish(*store, Source({}), 1);
  auto staged = *store->Stage(Clinic(), Source(VisitsRows()), nullptr);
  ASSERT_TRUE(store->Adopt(DatasetId("clinic"), std::move(staged), DataVersion(1)).ok());
  EXPECT_EQ((*store->Load(Clinic(), DataVersion(1)))->tables.at("visits")->row_count, 6);
}

TEST(DatasetStoreTest, KeepsTheLastVersionAndDropsThoseBefore) {
  const auto store = *DatasetStore::Open(FreshDirectory());
  for (int64_t version = 1; version <= 4; ++version) Publish(*store, Source(VisitsRows()), version);
  EXPECT_FALSE(store->Load(Clinic(), DataVersion(1)).ok());
  EXPECT_FALSE(store->Load(Clinic(), DataVersion(2)).ok());
  EXPECT_TRUE(store->Load(Clinic(), DataVersion(3)).ok());
  EXPECT_TRUE(store->Load(Clinic(), DataVersion(4)).ok());
}

TEST(DatasetStoreTest, NeverReplacesAVersionThatIsServed) {
  const auto store = *DatasetStore::Open(FreshDirectory());
  Publish(*store, Source(VisitsRows()), 1);
  ASSERT_TRUE(store->Load(Clinic(), DataVersion(1)).ok());
  auto staged = *store->Stage(Clinic(), Source({}), nullptr);
  EXPECT_EQ(ReasonOf(store->Adopt(DatasetId("clinic"), std::move(staged), DataVersion(1))),
            Reason::kAlreadyExists);
  EXPECT_EQ((*store->Load(Clinic(), DataVersion(1)))->tables.at("visits")->row_count, 6);
}

TEST(DatasetStoreTest, LoadSharesOneMapAndKeepsOldVersionsReadable) {
  const auto store = *DatasetStore::Open(FreshDirectory());
  Publish(*store, Source(VisitsRows()), 1);
  const DatasetSnapshotPtr first = *store->Load(Clinic(), DataVersion(1));
  EXPECT_EQ(*store->Load(Clinic(), DataVersion(1)), first);
  Publish(*store, Source({VisitsRows()[0]}), 2);
  const DatasetSnapshotPtr second = *store->Load(Clinic(), DataVersion(2));
  EXPECT_EQ(second->tables.at("visits")->row_count, 1);
  EXPECT_EQ(RowsOf(*first->tables.at("visits")), RowsOf(*BuildTable(VisitsSchema(), VisitsRows())));
  EXPECT_EQ((*store->Load(Clinic(), DataVersion(1)))->tables.at("visits")->row_count, 6);
}

TEST(DatasetStoreTest, ANewPolicyReadsTheSameVersionWithItsOwnSchema) {
  const auto store = *DatasetStore::Open(FreshDirectory());
  Publish(*store, Source(VisitsRows()), 1);
  ASSERT_TRUE(store->Load(Clinic(), DataVersion(1)).ok());
  DatasetSchema schema = Clinic();
  schema.policy_version = PolicyVersion(2);
  schema.tables[0].limits.groups_per_unit_max = 9;
  const DatasetSnapshotPtr snapshot = *store->Load(schema, DataVersion(1));
  EXPECT_EQ(snapshot->tables.at("visits")->schema.limits.groups_per_unit_max, 9);
}

TEST(DatasetStoreTest, SaysWhenAVersionIsGoneOrDamaged) {
  const std::string root = FreshDirectory();
  const auto store = *DatasetStore::Open(root);
  EXPECT_EQ(ReasonOf(store->Load(Clinic(), DataVersion(1)).status()), Reason::kNotFound);
  Publish(*store, Source(VisitsRows()), 1);
  const std::string path = root + "/clinic/1/visits.snap";
  std::string bytes = ReadFile(path);
  bytes[bytes.size() / 2] ^= 1;
  WriteFile(path, bytes);
  EXPECT_EQ(ReasonOf(store->Load(Clinic(), DataVersion(1)).status()), Reason::kSourceInvalid);
}

TEST(DatasetStoreTest, NamesNeverLeaveTheRoot) {
  const std::string parent = FreshDirectory();
  const auto store = *DatasetStore::Open(parent + "/root");
  DatasetSchema schema = Clinic();
  schema.id = DatasetId("../escaped");
  schema.tables[0].name = "../../up";
  const std::string source = FreshDirectory() + "/source.db";
  WriteSqlite(source, schema.tables[0], VisitsRows());
  auto staged = *store->Stage(schema, source, nullptr);
  ASSERT_TRUE(store->Adopt(schema.id, std::move(staged), DataVersion(1)).ok());
  EXPECT_TRUE(store->Load(schema, DataVersion(1)).ok());
  EXPECT_EQ(std::distance(fs::directory_iterator(parent), {}), 1);
}

}  // namespace
}  // namespace tacit
