#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/accountant/sample_ledger.h"

namespace tacit {
namespace {

using namespace sample;  // NOLINT: the fixture of this folder

constexpr int64_t kPageBytes = 4096;

// The ledger was whole when it was opened, so only rows that no longer lie in memory can turn out
// unreadable: a log that says less than it should is worse than none.
TEST(LogTest, ALogThatCannotBeReadIsAnErrorAndNotAShorterOne) {
  const LedgerPaths paths = FreshPaths();
  const auto accountant = NewLedger(paths);
  const std::string large(200'000, 'p');
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(accountant->AddPolicy(Terms(), large, "carol").ok());
  ASSERT_EQ(accountant->Log(kSurvey, 0, 1000)->size(), 42u);
  const auto bytes = static_cast<int64_t>(std::filesystem::file_size(LedgerFile(paths)));
  const std::string nothing(static_cast<size_t>(bytes - kPageBytes), '\0');
  std::fstream file(LedgerFile(paths), std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(kPageBytes).write(nothing.data(), bytes - kPageBytes);
  file.close();
  const auto log = accountant->Log(kSurvey, 0, 1000);
  EXPECT_FALSE(log.ok()) << log->size() << " of 42 rows";
}

}  // namespace
}  // namespace tacit
