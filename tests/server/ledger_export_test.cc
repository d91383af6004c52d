#include "server/ledger_export.h"

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_split.h"
#include "tacit/v1/budget.pb.h"
#include "tests/accountant/sample_ledger.h"

namespace tacit {
namespace {

struct Written {
  absl::Status status;
  std::vector<v1::ExportedLedgerRow> lines;
};

Written Write(absl::Status (*write)(const LedgerPaths&, std::FILE*), const LedgerPaths& paths) {
  char* bytes = nullptr;
  size_t size = 0;
  std::FILE* out = open_memstream(&bytes, &size);
  Written written;
  written.status = write(paths, out);
  std::fclose(out);
  for (const auto line : absl::StrSplit(std::string(bytes, size), '\n', absl::SkipEmpty())) {
    v1::ExportedLedgerRow& row = written.lines.emplace_back();
    EXPECT_TRUE(google::protobuf::util::JsonStringToMessage(std::string(line), &row).ok()) << line;
  }
  std::free(bytes);
  return written;
}

// As accountant/ledger/README.md tells other programs to frame what is hashed.
void Append(std::string& framed, int64_t number) {
  for (int i = 0; i < 8; ++i) framed.push_back(static_cast<char>(number >> (8 * i) & 0xff));
}
void Append(std::string& framed, const std::string& text) {
  Append(framed, static_cast<int64_t>(text.size()));
  framed.append(text);
}

using namespace sample;  // NOLINT: the fixture of the accountant

LedgerPaths SomeHistory(const std::string& epsilon = "0.25") {
  LedgerPaths paths = FreshPaths();
  const auto accountant = NewLedger(paths);
  MustDebit(*accountant, Ask("r1", "0.5"));
  MustDebit(*accountant, Ask("r2", epsilon));
  return paths;
}

TEST(LedgerExportTest, HoldsAllThatAStrangerNeedsToComputeTheChain) {
  const Written written = Write(WriteLedger, SomeHistory());
  ASSERT_TRUE(written.status.ok()) << written.status;
  ASSERT_EQ(written.lines.size(), 5u);      // a policy, a publication, two debits, the end
  std::map<std::string, std::string> last;  // hash by lineage
  std::string head = Sha256("tacit ledger").Hex();
  for (size_t i = 0; i + 1 < written.lines.size(); ++i) {
    const v1::ExportedLedgerRow& row = written.lines[i];
    EXPECT_EQ(row.entry().sequence(), static_cast<int64_t>(i) + 1);
    std::string& previous = last.try_emplace(row.lineage(), std::string(64, '0')).first->second;
    EXPECT_EQ(row.previous_hash(), previous);
    std::string framed;
    Append(framed, std::string("tacit ledger row"));
    Append(framed, absl::HexStringToBytes(row.previous_hash()));
    Append(framed, row.entry().sequence());
    Append(framed, row.commit_group());
    Append(framed, row.lineage());
    Append(framed, row.entry().kind());
    Append(framed, row.payload());
    previous = Sha256(framed).Hex();
    EXPECT_EQ(row.entry().hash(), previous);
    std::string heads;
    Append(heads, head);
    Append(heads, previous);
    head = Sha256(heads).Hex();
  }
  EXPECT_EQ(written.lines.back().end().head(), head);
  EXPECT_EQ(written.lines.back().end().sequence(), 4);
  EXPECT_EQ(written.lines[3].entry().epsilon(), "0.25");
  EXPECT_EQ(written.lines[3].dataset(), Ask("r1", "0.5").dataset.value());
}

TEST(LedgerExportTest, TheHeadIsTheLastLineOfAnExportAlone) {
  const LedgerPaths paths = SomeHistory();
  const Written head = Write(WriteLedgerEnd, paths);
  ASSERT_TRUE(head.status.ok()) << head.status;
  ASSERT_EQ(head.lines.size(), 1u);
  EXPECT_EQ(head.lines[0].DebugString(), Write(WriteLedger, paths).lines.back().DebugString());
}

TEST(LedgerExportTest, AnEmptyLedgerSaysZeroRatherThanNothing) {
  const LedgerPaths paths = FreshPaths();
  ASSERT_TRUE(Accountant::Init(paths).ok());
  char text[512] = {};
  std::FILE* out = fmemopen(text, sizeof(text), "w");
  ASSERT_TRUE(WriteLedgerEnd(paths, out).ok());
  std::fclose(out);
  EXPECT_NE(std::string(text).find("\"sequence\":\"0\""), std::string::npos) << text;
}

TEST(LedgerExportTest, ALedgerBesideItsAnchorGetsNoEnd) {
  LedgerPaths paths = SomeHistory();
  paths.anchor = SomeHistory("0.125").anchor;
  const Written whole = Write(WriteLedger, paths);
  EXPECT_FALSE(whole.status.ok());
  for (const v1::ExportedLedgerRow& row : whole.lines) EXPECT_FALSE(row.has_end());
  EXPECT_TRUE(Write(WriteLedgerEnd, paths).lines.empty());
}

TEST(LedgerExportTest, AFullDiskIsNoSilentSuccess) {
  const LedgerPaths paths = SomeHistory();
  std::FILE* full = std::fopen("/dev/full", "w");
  ASSERT_NE(full, nullptr);
  EXPECT_FALSE(WriteLedger(paths, full).ok());
  std::fclose(full);
}

}  // namespace
}  // namespace tacit
