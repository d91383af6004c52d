#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "tests/client/fake_server.h"

namespace tacit::client {
namespace {

TEST(LedgerTest, ListsTheNewestEntriesWithExactTexts) {
  FakeServer server;
  server.answers().list_ledger_entries = [](const v1::ListLedgerEntriesRequest& request,
                                            v1::ListLedgerEntriesResponse& response) {
    EXPECT_EQ(request.dataset(), "datasets/fair");
    for (int i = 1; i <= 3; ++i) {
      v1::LedgerEntry* entry = response.add_entries();
      entry->set_sequence(i);
      entry->set_kind("DEBIT");
      entry->set_actor("alice");
      entry->set_epsilon("0.1");
      entry->set_detail("a,b");
      entry->set_hash(std::string(64, 'a'));
    }
    return grpc::Status::OK;
  };
  const RunResult result =
      RunTacit({"ledger", "log", "fair", "--limit", "2", "--format", "csv"}, &server);
  const std::string tail = ",\"\",DEBIT,alice,\"\",0.1,\"\",\"a,b\"," + std::string(64, 'a') + "\n";
  EXPECT_EQ(result.out,
            "sequence,time,kind,actor,request_id,epsilon,delta,detail,hash\n2" + tail + "3" + tail);
  EXPECT_EQ(RunTacit({"ledger", "log", "fair", "--limit", "0"}, &server).exit_code, 1);
  // A table is for reading: it shows the beginning of a hash.
  const std::string table = RunTacit({"ledger", "log", "fair"}, &server).out;
  EXPECT_NE(table.find("  a,b     aaaaaaaaaaaa\n"), std::string::npos) << table;
}

// A program in place of tacitd, found by PATH, that shows how it was called.
class LedgerServerTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = FreshFolder("ledger_path");
    const char* path = std::getenv("PATH");
    old_path_ = path == nullptr ? "" : path;
    setenv("PATH", (folder_ + ":" + old_path_).c_str(), 1);
  }
  void TearDown() override { setenv("PATH", old_path_.c_str(), 1); }

  void Install(const std::string& script) {
    WriteFile(folder_ + "/tacitd", "#!/bin/sh\n" + script + "\n");
    std::filesystem::permissions(folder_ + "/tacitd", std::filesystem::perms::owner_all);
  }
  std::string folder_;
  std::string old_path_;
};

TEST_F(LedgerServerTest, HandsInitAndVerifyToTheServerProgram) {
  Install("test \"$*\" = \"ledger-init --state a b --anchor c\"");
  EXPECT_EQ(RunTacit({"ledger", "init", "--state", "a b", "--anchor", "c"}).exit_code, 0);
  EXPECT_EQ(RunTacit({"ledger", "verify", "--state", "a b", "--anchor", "c"}).exit_code, 1);
  Install("test \"$1\" = ledger-verify");
  EXPECT_EQ(RunTacit({"ledger", "verify", "--state", "a", "--anchor", "c"}).exit_code, 0);
}

TEST_F(LedgerServerTest, HandsQuestionsAboutPricesToTheServerProgramInItsOwnWords) {
  Install("test \"$*\" = \"account fit --budget-epsilon 4 --epsilon 0.01\"");
  EXPECT_EQ(RunTacit({"account", "fit", "--epsilon", "0.01", "--budget-epsilon", "4"}).exit_code,
            0);
  EXPECT_EQ(RunTacit({"account", "cost", "--epsilon", "0.01"}).exit_code, 1);
  EXPECT_EQ(RunTacit({"account"}).exit_code, 1);
}

TEST_F(LedgerServerTest, ReportsADeathBySignalAsTrouble) {
  Install("kill -9 $$");
  EXPECT_EQ(RunTacit({"ledger", "init", "--state", "a", "--anchor", "c"}).exit_code, 3);
}

TEST_F(LedgerServerTest, SaysWhenThereIsNoServerProgram) {
  setenv("PATH", folder_.c_str(), 1);
  const RunResult result = RunTacit({"ledger", "init", "--state", "a", "--anchor", "c"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.err.find("cannot run tacitd"), std::string::npos);
}

}  // namespace
}  // namespace tacit::client
