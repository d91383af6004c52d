// Starting, refusing to start, and what a restart keeps.
#include "server/server.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "accountant/refusal.h"
#include "tests/server/running_server.h"

namespace tacit {
namespace {

TEST(ServerTest, ARestartKeepsPolicyDataAndSpending) {
  RunningServer server;
  ASSERT_TRUE(server.Start().ok());
  server.ApplyAndPublish();
  v1::ExecuteResponse response;
  ASSERT_TRUE(server.Ask(server.Question("SELECT COUNT(*) FROM people", "1"), &response).ok());
  server.Stop();
  ASSERT_TRUE(server.Start().ok());
  EXPECT_EQ(server.SpentByAll(), "1");
  ASSERT_TRUE(server.Ask(server.Question("SELECT SUM(age) FROM people", "1"), &response).ok());
  EXPECT_EQ(server.SpentByAll(), "2");
  EXPECT_EQ(server.Ledger().size(), 6u);  // policy, publish, two debits, two outcomes
}

TEST(ServerTest, NeverMakesALedger) {
  RunningServer server;
  std::filesystem::remove_all(server.root() + "/state/ledger");
  const absl::Status status = server.Start();
  EXPECT_EQ(ReasonOf(status), Reason::kLedgerRefused) << status;
  EXPECT_FALSE(std::filesystem::exists(server.root() + "/state/ledger"));
}

TEST(ServerTest, OneByteOfTheLedgerChangedIsRefused) {
  RunningServer server;
  ASSERT_TRUE(server.Start().ok());
  server.ApplyAndPublish();
  server.Stop();
  const std::string path = server.root() + "/state/ledger/ledger.db";
  std::string bytes(std::filesystem::file_size(path), '\0');
  std::ifstream(path, std::ios::binary)
      .read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  const size_t at = bytes.find("visits.subject");
  ASSERT_NE(at, std::string::npos);
  bytes[at] = 'w';
  std::ofstream(path, std::ios::binary)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  EXPECT_EQ(ReasonOf(server.Start()), Reason::kLedgerRefused);
}

TEST(ServerTest, ASecondServerOnTheLedgerIsRefused) {
  RunningServer server;
  ASSERT_TRUE(server.Start().ok());
  const auto second = Server::Start(
      server.options(), std::make_unique<DevelopmentAuthenticator>(std::set<std::string>{}));
  EXPECT_EQ(ReasonOf(second.status()), Reason::kLedgerRefused) << second.status();
}

TEST(ServerTest, ListensOnLoopbackOnly) {
  EXPECT_TRUE(IsLoopbackAddress("127.0.0.1:0"));
  EXPECT_TRUE(IsLoopbackAddress("localhost:7433"));
  EXPECT_TRUE(IsLoopbackAddress("[::1]:7433"));
  EXPECT_FALSE(IsLoopbackAddress("0.0.0.0:7433"));
  EXPECT_FALSE(IsLoopbackAddress("[::]:7433"));
  EXPECT_FALSE(IsLoopbackAddress("192.168.0.1:7433"));
  EXPECT_FALSE(IsLoopbackAddress("127.evil.example:7433"));
  EXPECT_FALSE(IsLoopbackAddress("127.0.0.1:99999"));
  EXPECT_FALSE(IsLoopbackAddress("127.0.0.1"));
  EXPECT_FALSE(IsLoopbackAddress("127.0.0.1:x"));
}

// A snapshot damaged on disk is not served; the budget stays and a new publish mends it.
TEST(ServerTest, ADamagedSnapshotWaitsForAPublish) {
  RunningServer server;
  ASSERT_TRUE(server.Start().ok());
  server.ApplyAndPublish();
  server.Stop();
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(server.root() + "/state/snapshots")) {
    if (!entry.is_regular_file()) continue;
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(entry.file_size() / 2));
    file.put('\x5a');
  }
  ASSERT_TRUE(server.Start().ok());
  v1::ExecuteResponse response;
  EXPECT_EQ(
      ReadFailure(server.Ask(server.Question("SELECT COUNT(*) FROM people"), &response)).reason,
      "NOT_PUBLISHED");
  v1::PublishResponse last;
  ASSERT_TRUE(server.Publish(&last).ok());
  EXPECT_TRUE(server.Ask(server.Question("SELECT COUNT(*) FROM people"), &response).ok());
}

}  // namespace
}  // namespace tacit
