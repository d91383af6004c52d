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

Anchor Whole(int64_t sequence, int64_t group) { return {HeadAt(sequence, group), false}; }
Anchor Torn(int64_t sequence, int64_t group) { return {HeadAt(sequence, group), true}; }

// Where an anchor was just written for groups 0 to `group`, group g ending with row g + 5.
std::string AnchorAt(int64_t group) {
  std::string path = FreshPaths().anchor;
  EXPECT_TRUE(CreateAnchor(path, HeadAt(5, 0)).ok());
  for (int64_t g = 1; g <= group; ++g) EXPECT_TRUE(WriteAnchor(path, HeadAt(g + 5, g)).ok());
  return path;
}

TEST(AnchorTest, ReadsWhatItWroteLast) {
  const std::string path = AnchorAt(0);
  EXPECT_EQ(ReadAnchor(path).value(), Whole(5, 0));
  for (int64_t group = 0; group < 6; ++group) {
    ASSERT_TRUE(WriteAnchor(path, HeadAt(group + 5, group)).ok());
    EXPECT_EQ(ReadAnchor(path).value(), Whole(group + 5, group));
    ASSERT_TRUE(WriteAnchor(path, HeadAt(group + 5, group)).ok());  // as a start does
    EXPECT_EQ(ReadAnchor(path).value(), Whole(group + 5, group));
  }
  struct stat found {};
  ASSERT_EQ(stat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 07777, 0600u);
  EXPECT_FALSE(CreateAnchor(path, HeadAt(5, 0)).ok());
}

// A crash within WriteAnchor leaves any part of the new slot and the old bytes elsewhere.
TEST(AnchorTest, ATornWriteLeavesTheGroupBeforeIt) {
  for (const int64_t group : {1, 2, 7, 10}) {
    const std::string path = AnchorAt(group - 1);
    const std::string before = ReadFile(path);
    ASSERT_TRUE(WriteAnchor(path, HeadAt(group + 5, group)).ok());
    const std::string after = ReadFile(path);
    ASSERT_EQ(before.size(), after.size());
    for (size_t cut = 0; cut < after.size(); cut += cut % 4096 < 300 ? 1 : 129) {
      for (const bool first : {true, false}) {
        const std::string& head = first ? after : before;
        const std::string& tail = first ? before : after;
        const std::string mixed = head.substr(0, cut) + tail.substr(cut);
        WriteFile(path, mixed);
        const auto read = ReadAnchor(path);
        ASSERT_TRUE(read.ok()) << read.status();
        if (mixed == after) {
          EXPECT_EQ(*read, Whole(group + 5, group));
        } else if (mixed == before) {
          EXPECT_EQ(*read, Whole(group + 4, group - 1));
        } else {
          EXPECT_EQ(*read, Torn(group + 4, group - 1)) << cut;
        }
      }
    }
    ASSERT_TRUE(WriteAnchor(path, HeadAt(group + 5, group)).ok());
    EXPECT_EQ(ReadAnchor(path).value(), Whole(group + 5, group));
  }
}

TEST(AnchorTest, NoFlippedByteGoesUnnoticed) {
  const std::string path = AnchorAt(7);
  const std::string whole = ReadFile(path);
  for (size_t i = 0; i < whole.size(); ++i) {
    for (const int mask : {1, 0x20, 0x80}) {
      std::string flipped = whole;
      flipped[i] = static_cast<char>(flipped[i] ^ mask);
      WriteFile(path, flipped);
      const auto read = ReadAnchor(path);
      ASSERT_TRUE(read.ok());  // one slot is still whole, and CheckAnchored knows what may follow
      EXPECT_EQ(*read, i < 4096 ? Torn(12, 7) : Torn(11, 6)) << "byte " << i;
    }
  }
}

TEST(AnchorTest, RefusesWhatIsNotExactlyAnAnchor) {
  const std::string path = FreshPaths().anchor;
  EXPECT_EQ(WhyNot(ReadAnchor(path).status()), Reason::kLedgerRefused);
  const std::string whole = ReadFile(AnchorAt(7));
  const std::string later = ReadFile(AnchorAt(9));
  ASSERT_TRUE(CreatePrivateFile(path).ok());
  for (const std::string& text :
       {std::string(), whole + "\n", whole.substr(1), whole.substr(0, whole.size() - 1),
        whole.substr(0, 4096), std::string(8192, 'x'), whole.substr(4096) + whole.substr(0, 4096),
        whole.substr(0, 4096) + whole.substr(0, 4096), whole.substr(0, 4096) + later.substr(4096),
        whole.substr(4096) + whole.substr(4096)}) {
    WriteFile(path, text);
    EXPECT_EQ(WhyNot(ReadAnchor(path).status()), Reason::kLedgerRefused) << text;
  }
  WriteFile(path, whole);
  EXPECT_TRUE(ReadAnchor(path).ok());
  ASSERT_EQ(chmod(path.c_str(), 0644), 0);
  EXPECT_EQ(WhyNot(ReadAnchor(path).status()), Reason::kLedgerRefused);
}

TEST(AnchorTest, AcceptsEqualityAndOneGroupAheadOnly) {
  const Head at = HeadAt(5, 3);
  const Anchor anchor = {at};
  EXPECT_TRUE(CheckAnchored({anchor, at, at}).ok());
  EXPECT_TRUE(CheckAnchored({anchor, HeadAt(8, 4), at}).ok());
  EXPECT_TRUE(CheckAnchored({Torn(5, 3), HeadAt(8, 4), at}).ok());
  const auto refused = [](const Comparison& seen) {
    return WhyNot(CheckAnchored(seen)) == Reason::kLedgerRefused;
  };
  Head forked = at;
  forked.digest = Sha256("another history");
  EXPECT_TRUE(refused({anchor, HeadAt(9, 5), at}));            // two groups ahead
  EXPECT_TRUE(refused({anchor, HeadAt(4, 2), std::nullopt}));  // behind
  EXPECT_TRUE(refused({anchor, forked, forked}));              // beside, same length
  EXPECT_TRUE(refused({anchor, HeadAt(8, 4), forked}));        // beside, then ahead
  EXPECT_TRUE(refused({anchor, HeadAt(6, 3), at}));            // the anchored group grew
  EXPECT_TRUE(refused({anchor, HeadAt(8, 4), HeadAt(5, 2)}));  // groups were cut elsewhere
  EXPECT_TRUE(refused({Torn(5, 3), at, at}));                  // what tore it had committed
  EXPECT_TRUE(refused({Torn(5, 3), HeadAt(9, 5), at}));        // two groups ahead of a torn one
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
