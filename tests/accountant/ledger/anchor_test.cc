#include "accountant/ledger/anchor.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "accountant/private_file.h"
#include "tests/accountant/sample_ledger.h"

namespace tacit::ledger {
namespace {

using namespace sample;  // NOLINT: the fixture of this folder

Head HeadAt(int64_t sequence, int64_t group) { return {sequence, group, Sha256("head")}; }

TEST(AnchorTest, ReadsWhatItWroteAndReplacesIt) {
  const std::string path = FreshPaths().anchor;
  ASSERT_TRUE(WriteAnchor(path, HeadAt(3, 2)).ok());
  EXPECT_EQ(ReadAnchor(path).value(), HeadAt(3, 2));
  WriteFile(path + ".new", "left by a crash");
  ASSERT_TRUE(WriteAnchor(path, HeadAt(4, 3)).ok());
  EXPECT_EQ(ReadAnchor(path).value(), HeadAt(4, 3));
  struct stat found {};
  ASSERT_EQ(stat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777, 0600u);
  EXPECT_NE(stat((path + ".new").c_str(), &found), 0);
}

TEST(AnchorTest, RefusesEveryFlippedByteOrReadsAnotherHead) {
  const std::string path = FreshPaths().anchor;
  ASSERT_TRUE(WriteAnchor(path, HeadAt(12, 7)).ok());
  const std::string whole = ReadFile(path);
  for (size_t i = 0; i < whole.size(); ++i) {
    for (const int mask : {1, 0x20, 0x80}) {
      std::string flipped = whole;
      flipped[i] = static_cast<char>(flipped[i] ^ mask);
      WriteFile(path, flipped);
      const auto read = ReadAnchor(path);
      EXPECT_FALSE(read.ok() && *read == HeadAt(12, 7)) << "byte " << i;
    }
  }
}

TEST(AnchorTest, RefusesWhatIsNotExactlyAnAnchor) {
  const std::string path = FreshPaths().anchor;
  EXPECT_EQ(WhyNot(ReadAnchor(path).status()), Reason::kLedgerRefused);
  ASSERT_TRUE(WriteAnchor(path, HeadAt(1, 1)).ok());
  const std::string whole = ReadFile(path);
  for (const std::string& text : {std::string(), whole + "\n", whole.substr(1),
                                  whole.substr(0, whole.size() - 1), std::string(4096, 'x')}) {
    WriteFile(path, text);
    EXPECT_EQ(WhyNot(ReadAnchor(path).status()), Reason::kLedgerRefused) << text;
  }
  WriteFile(path, whole);
  ASSERT_EQ(chmod(path.c_str(), 0644), 0);
  EXPECT_EQ(WhyNot(ReadAnchor(path).status()), Reason::kLedgerRefused);
}

TEST(AnchorTest, AcceptsEqualityAndOneGroupAheadOnly) {
  const Head anchored = HeadAt(5, 3);
  EXPECT_EQ(IsOneGroupAhead({anchored, anchored, anchored}).value(), false);
  EXPECT_EQ(IsOneGroupAhead({anchored, HeadAt(8, 4), anchored}).value(), true);
  const auto refused = [](const Comparison& seen) {
    return WhyNot(IsOneGroupAhead(seen).status()) == Reason::kLedgerRefused;
  };
  Head forked = anchored;
  forked.digest = Sha256("another history");
  EXPECT_TRUE(refused({anchored, HeadAt(9, 5), anchored}));      // two groups ahead
  EXPECT_TRUE(refused({anchored, HeadAt(4, 2), std::nullopt}));  // behind
  EXPECT_TRUE(refused({anchored, forked, forked}));              // beside, same length
  EXPECT_TRUE(refused({anchored, HeadAt(8, 4), forked}));        // beside, then ahead
  EXPECT_TRUE(refused({anchored, HeadAt(6, 3), anchored}));      // the anchored group grew
  EXPECT_TRUE(refused({anchored, HeadAt(8, 4), HeadAt(5, 2)}));  // groups were cut elsewhere
}

TEST(AnchorTest, LiesOutsideTheLedgersDirectory) {
  LedgerPaths paths = FreshPaths();
  const std::string root = paths.anchor.substr(0, paths.anchor.rfind('/'));
  ASSERT_EQ(mkdir(paths.directory.c_str(), 0700), 0);
  paths.directory = ResolvePrivateDirectory(paths.directory).value();
  ASSERT_EQ(symlink(paths.directory.c_str(), (root + "/link").c_str()), 0);
  EXPECT_TRUE(CheckOutside(paths.anchor, paths.directory).ok());
  EXPECT_TRUE(CheckOutside(paths.directory + "-anchor", paths.directory).ok());
  EXPECT_FALSE(CheckOutside(paths.directory + "/anchor", paths.directory).ok());
  EXPECT_FALSE(CheckOutside(paths.directory + "/../ledger/anchor", paths.directory).ok());
  EXPECT_FALSE(CheckOutside(root + "/link/anchor", paths.directory).ok());
  EXPECT_FALSE(CheckOutside(root + "/nowhere/anchor", paths.directory).ok());
}

}  // namespace
}  // namespace tacit::ledger
