#include "engine/storage/durable_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "accountant/refusal.h"
#include "tests/engine/storage/fixtures.h"

namespace tacit {
namespace {

TEST(DurableFileTest, BearsItsNameOnlyAfterCommit) {
  const std::string path = FreshDirectory() + "/file";
  auto file = *DurableFile::Create(path);
  ASSERT_TRUE(file->Append("whole ").ok());
  ASSERT_TRUE(file->Append("file").ok());
  EXPECT_FALSE(std::filesystem::exists(path));
  ASSERT_TRUE(file->Commit().ok());
  EXPECT_EQ(ReadFile(path), "whole file");
  struct stat status;
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
}

TEST(DurableFileTest, LeavesNothingWhenDropped) {
  const std::string directory = FreshDirectory();
  {
    auto file = *DurableFile::Create(directory + "/file");
    ASSERT_TRUE(file->Append("half").ok());
  }
  EXPECT_TRUE(std::filesystem::is_empty(directory));
}

TEST(DurableFileTest, ReplacesWhatACrashLeftButNotAFile) {
  const std::string path = FreshDirectory() + "/file";
  WriteFile(path + ".partial", "left behind");
  auto file = *DurableFile::Create(path);
  ASSERT_TRUE(file->Append("new").ok());
  ASSERT_TRUE(file->Commit().ok());
  EXPECT_EQ(ReadFile(path), "new");
  EXPECT_EQ(ReasonOf(DurableFile::Create(path).status()), Reason::kAlreadyExists);
}

TEST(DurableFileTest, CommitRefusesANameTakenMeanwhile) {
  const std::string path = FreshDirectory() + "/file";
  auto file = *DurableFile::Create(path);
  WriteFile(path, "other");
  EXPECT_EQ(ReasonOf(file->Commit()), Reason::kAlreadyExists);
  EXPECT_EQ(ReadFile(path), "other");
}

TEST(RenameDurablyTest, RefusesAnExistingDirectory) {
  const std::string root = FreshDirectory();
  std::filesystem::create_directory(root + "/a");
  std::filesystem::create_directory(root + "/b");
  EXPECT_EQ(ReasonOf(RenameDurably(root + "/a", root + "/b")), Reason::kAlreadyExists);
  EXPECT_TRUE(RenameDurably(root + "/a", root + "/c").ok());
}

TEST(MappedFileTest, MapsRegularFilesOnly) {
  const std::string root = FreshDirectory();
  WriteFile(root + "/file", "bytes");
  EXPECT_EQ((*MappedFile::Open(root + "/file"))->bytes(), "bytes");
  std::filesystem::create_symlink(root + "/file", root + "/link");
  ASSERT_EQ(mkfifo((root + "/fifo").c_str(), 0600), 0);
  WriteFile(root + "/empty", "");
  for (const char* name : {"/link", "/fifo", "/empty", "/missing", "/"}) {
    EXPECT_EQ(ReasonOf(MappedFile::Open(root + name).status()), Reason::kSourceInvalid) << name;
  }
}

TEST(ParentOfTest, NamesTheDirectory) {
  EXPECT_EQ(ParentOf("/a/b"), "/a");
  EXPECT_EQ(ParentOf("/a"), "/");
  EXPECT_EQ(ParentOf("a"), ".");
}

}  // namespace
}  // namespace tacit
