#include "engine/storage/snapshot.h"

#include <openssl/sha.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <random>

#include "accountant/refusal.h"
#include "engine/storage/snapshot_format.h"
#include "tests/engine/storage/fixtures.h"

namespace tacit {
namespace {

// Maps a file of these bytes. A file of the same length is written over in place, which is much
// quicker than making one anew thousands of times.
absl::StatusOr<TablePtr> MapBytes(const std::string& bytes, const TableSchema& schema) {
  static const std::string path = FreshDirectory() + "/bytes.snap";
  static size_t size = 0;
  if (size == 0 || size != bytes.size()) WriteFile(path, "");
  std::fstream(path, std::ios::binary | std::ios::in | std::ios::out) << bytes;
  size = bytes.size();
  return MapSnapshot(path, schema);
}

std::string SnapshotBytes(const Table& table) {
  const std::string path = FreshDirectory() + "/t.snap";
  const absl::Status status = WriteSnapshot(table, path);
  EXPECT_TRUE(status.ok()) << status.message();
  return ReadFile(path);
}

// Gives changed bytes a checksum that matches, as a faulty or hostile writer would.
std::string Resealed(std::string bytes) {
  const size_t end = bytes.size() - SHA256_DIGEST_LENGTH;
  SHA256(reinterpret_cast<const uint8_t*>(bytes.data()), end,
         reinterpret_cast<uint8_t*>(bytes.data()) + end);
  return bytes;
}

TEST(SnapshotTest, RoundTripsEveryType) {
  const TablePtr table = BuildTable(VisitsSchema(), VisitsRows());
  const std::string path = FreshDirectory() + "/t.snap";
  ASSERT_TRUE(WriteSnapshot(*table, path).ok());
  const TablePtr mapped = *MapSnapshot(path, VisitsSchema());
  EXPECT_EQ(RowsOf(*mapped), RowsOf(*table));
  EXPECT_EQ(mapped->unit_offsets, table->unit_offsets);
  EXPECT_EQ(mapped->unit_ids.integers, table->unit_ids.integers);
  struct stat status;
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST(SnapshotTest, AlignsArrays) {
  const TablePtr table = BuildTable(VisitsSchema(), VisitsRows());
  const TablePtr mapped = *MapBytes(SnapshotBytes(*table), VisitsSchema());
  EXPECT_EQ(reinterpret_cast<uintptr_t>(mapped->columns[2].floats.data()) % 64, 0u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(mapped->unit_offsets.data()) % 64, 0u);
}

TEST(SnapshotTest, RefusesEveryFlippedByte) {
  const std::string bytes = SnapshotBytes(*BuildTable(VisitsSchema(), VisitsRows()));
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string flipped = bytes;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x10);
    const auto mapped = MapBytes(flipped, VisitsSchema());
    ASSERT_FALSE(mapped.ok()) << i;
    ASSERT_EQ(ReasonOf(mapped.status()), Reason::kSourceInvalid) << i;
  }
}

TEST(SnapshotTest, RefusesEveryTruncationAndGrowth) {
  const std::string bytes = SnapshotBytes(*BuildTable(VisitsSchema(), VisitsRows()));
  for (size_t size = 0; size < bytes.size(); ++size) {
    ASSERT_FALSE(MapBytes(bytes.substr(0, size), VisitsSchema()).ok()) << size;
  }
  EXPECT_FALSE(MapBytes(bytes + '\0', VisitsSchema()).ok());
  EXPECT_TRUE(MapBytes(bytes, VisitsSchema()).ok());
}

TEST(SnapshotTest, RefusesAnotherSchema) {
  const std::string bytes = SnapshotBytes(*BuildTable(VisitsSchema(), VisitsRows()));
  TableSchema schema = VisitsSchema();
  schema.columns[1].name = "renamed";
  EXPECT_EQ(ReasonOf(MapBytes(bytes, schema).status()), Reason::kSourceInvalid);
}

TEST(SnapshotTest, RefusesAnotherFormat) {
  std::string bytes = SnapshotBytes(*BuildTable(VisitsSchema(), VisitsRows()));
  bytes[8] = 2;
  EXPECT_EQ(ReasonOf(MapBytes(Resealed(bytes), VisitsSchema()).status()), Reason::kSourceInvalid);
}

// A right checksum over wrong structure must still never lead outside the file. What is accepted is
// read through, so that a sanitizer sees any stray access.
TEST(SnapshotTest, StaysInsideTheFileWhateverTheStructureSays) {
  const std::string bytes = SnapshotBytes(*BuildTable(VisitsSchema(), VisitsRows()));
  std::mt19937_64 random(5);
  int refused = 0;
  const auto try_bytes = [&](const std::string& changed) {
    const auto mapped = MapBytes(Resealed(changed), VisitsSchema());
    if (mapped.ok()) {
      EXPECT_EQ(RowsOf(**mapped).size(), static_cast<size_t>((*mapped)->row_count));
    } else {
      ++refused;
    }
  };
  for (size_t i = 0; i + SHA256_DIGEST_LENGTH < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(random());
    try_bytes(changed);
    changed[i] = '\xff';
    try_bytes(changed);
  }
  EXPECT_GT(refused, 100);
}

TEST(SnapshotTest, RefusesAnExistingPath) {
  const TablePtr table = BuildTable(VisitsSchema(), VisitsRows());
  const std::string path = FreshDirectory() + "/t.snap";
  WriteFile(path, "here first");
  EXPECT_EQ(ReasonOf(WriteSnapshot(*table, path)), Reason::kAlreadyExists);
  EXPECT_EQ(ReadFile(path), "here first");
}

TEST(SnapshotTest, IsEqualForEveryOrderOfRows) {
  Rows rows;
  std::mt19937_64 random(3);
  for (int i = 0; i < 500; ++i) {
    const Value label = random() % 5 == 0 ? Null() : Text("l" + std::to_string(random() % 7));
    const Value amount = random() % 5 == 0 ? Null() : Real(static_cast<double>(random() % 9));
    const Value flag = random() % 5 == 0 ? Null() : Bool(random() % 2 == 0);
    rows.push_back({Int(static_cast<int64_t>(random() % 40)), label, amount, flag});
  }
  const std::string first = SnapshotBytes(*BuildTable(VisitsSchema(), rows));
  for (int round = 0; round < 5; ++round) {
    std::shuffle(rows.begin(), rows.end(), random);
    ASSERT_TRUE(SnapshotBytes(*BuildTable(VisitsSchema(), rows)) == first) << round;
  }
}

TEST(SnapshotTest, HoldsAnEmptyTableAndAColumnOfNulls) {
  const TablePtr empty = *MapBytes(SnapshotBytes(*BuildTable(VisitsSchema(), {})), VisitsSchema());
  EXPECT_EQ(empty->row_count, 0);
  const Rows nulls = {{Int(1), Null(), Null(), Null()}};
  const TablePtr table =
      *MapBytes(SnapshotBytes(*BuildTable(VisitsSchema(), nulls)), VisitsSchema());
  EXPECT_EQ(RowsOf(*table), nulls);
}

}  // namespace
}  // namespace tacit
