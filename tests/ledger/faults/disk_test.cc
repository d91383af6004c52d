#include "tests/ledger/faults/disk.h"

#include <gtest/gtest.h>

#include <string>

namespace tacit::faults {
namespace {

constexpr char kRoot[] = "/place";

Record Opened(const std::string& path, int32_t handle, bool created) {
  return {Record::kOpen, handle, 0, created ? 1 : 0, kRoot + path, ""};
}
Record Written(int32_t handle, int64_t offset, const std::string& bytes) {
  return {Record::kWrite, handle, offset, 0, "", bytes};
}
Record Synced(int32_t handle) { return {Record::kSync, handle, 0, 0, "", ""}; }

class DiskTest : public testing::Test {
 protected:
  void Apply(const std::vector<Record>& records) {
    for (const Record& record : records) disk_.Apply(record);
  }
  Image Cut(Fate fate) {
    return disk_.Cut([fate](int, bool) { return fate; }, random_);
  }

  std::mt19937_64 random_{1};
  Disk disk_{kRoot, {{"ledger"}, {{"ledger/db", "old"}}}};
};

TEST_F(DiskTest, AWriteIsUncertainUntilItsFileIsSynced) {
  Apply({Opened("/ledger/db", 1, false), Written(1, 0, "new")});
  EXPECT_EQ(disk_.uncertain(), 1);
  EXPECT_EQ(Cut(Fate::kLost).files.at("ledger/db"), "old");
  EXPECT_EQ(Cut(Fate::kKept).files.at("ledger/db"), "new");
  Apply({Synced(1)});
  EXPECT_EQ(disk_.uncertain(), 0);
  EXPECT_EQ(Cut(Fate::kLost).files.at("ledger/db"), "new");
}

TEST_F(DiskTest, ANameIsUncertainUntilItsDirectoryIsSynced) {
  Apply({Opened("/ledger/journal", 1, true), Written(1, 0, "pages"), Synced(1)});
  EXPECT_EQ(Cut(Fate::kLost).files.count("ledger/journal"), 0u);
  Apply({Opened("/ledger", 2, false), Synced(2)});
  EXPECT_EQ(Cut(Fate::kLost).files.at("ledger/journal"), "pages");
  Apply({{Record::kUnlink, 0, 0, 0, std::string(kRoot) + "/ledger/journal", ""}});
  EXPECT_EQ(Cut(Fate::kLost).files.at("ledger/journal"), "pages");
  EXPECT_EQ(Cut(Fate::kKept).files.count("ledger/journal"), 0u);
}

TEST_F(DiskTest, ATornWriteSurvivesBySectors) {
  const std::string pages(4096, 'n');
  Apply({Opened("/ledger/db", 1, false), Written(1, 0, pages)});
  const std::string torn = Cut(Fate::kTorn).files.at("ledger/db");
  EXPECT_NE(torn, pages);
  EXPECT_NE(torn, "old");
  int whole = 0;
  for (size_t at = 0; at + 512 <= torn.size(); at += 512) {
    whole += torn.compare(at, 512, pages, at, 512) == 0 ? 1 : 0;
  }
  EXPECT_GT(whole, 0);
}

TEST_F(DiskTest, WhatAFailedSyncLeftStaysUncertainUntilItIsWrittenAgain) {
  Apply({Opened("/ledger/db", 1, false),
         Written(1, 0, "new"),
         {Record::kFailedSync, 1, 0, 0, "", ""},
         Synced(1)});
  EXPECT_EQ(Cut(Fate::kLost).files.at("ledger/db"), "old");
  Apply({Written(1, 0, "new"), Synced(1)});
  EXPECT_EQ(Cut(Fate::kLost).files.at("ledger/db"), "new");
}

}  // namespace
}  // namespace tacit::faults
