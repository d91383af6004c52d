#include "accountant/private_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/accountant/sample_ledger.h"

namespace tacit::ledger {
namespace {

using namespace sample;  // NOLINT: the fixture of this folder

TEST(PrivateFileTest, CreatesOnceAndOpensAgain) {
  const std::string path = FreshPaths().anchor;
  EXPECT_FALSE(OpenPrivateFile(path).ok());
  {
    const auto made = CreatePrivateFile(path);
    ASSERT_TRUE(made.ok());
    EXPECT_TRUE(WriteAndSync(*made, "text").ok());
    EXPECT_TRUE(SyncParent(path).ok());
  }
  EXPECT_TRUE(OpenPrivateFile(path).ok());
  EXPECT_EQ(ReadFile(path), "text");
  EXPECT_EQ(WhyNot(CreatePrivateFile(path).status()), Reason::kLedgerRefused);
}

TEST(PrivateFileTest, RefusesLinksPipesAndOpenModes) {
  const std::string path = FreshPaths().anchor;
  ASSERT_TRUE(CreatePrivateFile(path).ok());
  ASSERT_EQ(symlink(path.c_str(), (path + ".symlink").c_str()), 0);
  EXPECT_FALSE(OpenPrivateFile(path + ".symlink").ok());
  ASSERT_EQ(mkfifo((path + ".fifo").c_str(), 0600), 0);
  EXPECT_FALSE(OpenPrivateFile(path + ".fifo").ok());
  ASSERT_EQ(chmod(path.c_str(), 0640), 0);
  EXPECT_FALSE(OpenPrivateFile(path).ok());
  ASSERT_EQ(chmod(path.c_str(), 0600), 0);
  ASSERT_EQ(link(path.c_str(), (path + ".second").c_str()), 0);
  EXPECT_FALSE(OpenPrivateFile(path).ok());
}

TEST(PrivateFileTest, ResolvesOnlyPrivateDirectories) {
  const std::string path = FreshPaths().directory;
  EXPECT_FALSE(ResolvePrivateDirectory(path).ok());
  ASSERT_EQ(mkdir(path.c_str(), 0700), 0);
  EXPECT_EQ(ResolvePrivateDirectory(path + "/.").value(), ResolvePrivateDirectory(path).value());
  ASSERT_EQ(chmod(path.c_str(), 0755), 0);
  EXPECT_EQ(WhyNot(ResolvePrivateDirectory(path).status()), Reason::kLedgerRefused);
}

TEST(PrivateFileTest, OneHolderOfTheLock) {
  const std::string path = FreshPaths().directory;
  ASSERT_EQ(mkdir(path.c_str(), 0700), 0);
  {
    const auto first = LockDirectory(path);
    ASSERT_TRUE(first.ok()) << first.status();
    const absl::Status second = LockDirectory(path).status();
    EXPECT_EQ(WhyNot(second), Reason::kLedgerRefused);
    EXPECT_NE(std::string(second.message()).find(path + "/ledger.lock"), std::string::npos);
  }
  EXPECT_TRUE(LockDirectory(path).ok());
}

TEST(PrivateFileTest, ClearsTheStartOfAFileThatWasClearedAlready) {
  const std::string path = FreshPaths().anchor;
  EXPECT_TRUE(MakeCleared(path, 2).ok());
  EXPECT_EQ(ReadFile(path), std::string(2, '\0'));
  EXPECT_TRUE(OpenPrivateFile(path).ok());
  WriteFile(path, std::string("\0\1text", 6));
  EXPECT_TRUE(MakeCleared(path, 2).ok());
  EXPECT_EQ(ReadFile(path), std::string("\0\0text", 6));
  WriteFile(path, "text");
  EXPECT_EQ(WhyNot(MakeCleared(path, 2)), Reason::kLedgerRefused);
  EXPECT_EQ(ReadFile(path), "text");
  ASSERT_EQ(symlink(path.c_str(), (path + ".link").c_str()), 0);
  EXPECT_FALSE(MakeCleared(path + ".link", 2).ok());
}

}  // namespace
}  // namespace tacit::ledger
