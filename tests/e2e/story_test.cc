// What a curator and an analyst do, through the real programs.
#include <gtest/gtest.h>
#include <signal.h>

#include "tests/e2e/clinic.h"

namespace tacit {
namespace {

constexpr char kCount[] = "SELECT COUNT(*) FROM people";
constexpr char kRequest[] = "5d3b0f0a-7c9e-4c5d-9a52-3f8f6f1f2a01";

class StoryTest : public testing::Test {
 protected:
  void SetUp() override {
    Expect(0, "carol", {"policy", "apply", folder_ + "/clinic.toml"});
    Expect(0, "carol", {"dataset", "publish", "clinic"});
  }

  std::string Expect(int exit_code, const std::string& user,
                     const std::vector<std::string>& words) {
    const CommandResult result = RunTacit(server_, folder_, user, words);
    EXPECT_EQ(result.exit_code, exit_code) << words[0] << " " << words[1] << "\n" << result.output;
    return result.output;
  }

  const std::string folder_ = MakeClinic();
  TacitdProcess server_{TACITD, "carol", folder_};
};

TEST_F(StoryTest, ExitCodesSayWhatHappened) {
  Expect(0, "alice", {"query", "clinic", kCount, "--epsilon", "0.5"});
  Expect(0, "alice", {"estimate", "clinic", kCount, "--epsilon", "0.5"});
  Expect(2, "alice", {"query", "clinic", "SELECT age FROM people", "--epsilon", "0.5"});
  Expect(2, "alice", {"query", "clinic", kCount, "--epsilon", "nan"});
  Expect(0, "bob", {"query", "clinic", kCount, "--epsilon", "999"});
  Expect(4, "bob", {"query", "clinic", kCount, "--epsilon", "2", "--fresh"});
  Expect(5, "alice", {"query", "other", kCount, "--epsilon", "0.5"});
  Expect(5, "alice", {"ledger", "log", "clinic"});
  Expect(1, "alice", {"query", "clinic"});
  const std::string budget = Expect(0, "alice", {"budget", "clinic", "--format", "csv"});
  EXPECT_NE(budget.find("999.5"), std::string::npos) << budget;
}

TEST_F(StoryTest, ARestartKeepsAnswersAndSpending) {
  const std::vector<std::string> ask = {"query",    "clinic", kCount,         "--epsilon", "0.5",
                                        "--format", "csv",    "--request-id", kRequest};
  const std::string before = Expect(0, "alice", ask);
  EXPECT_EQ(server_.Stop(SIGTERM), 0);
  std::vector<std::string> verify = {TACITD, "ledger-verify"};
  for (const std::string& word : server_.LedgerOptions()) verify.push_back(word);
  EXPECT_EQ(RunProgram(verify, folder_ + "/verify"), 0);
  Expect(3, "alice", ask);
  server_.Start();
  EXPECT_EQ(Expect(0, "alice", ask), before);
  EXPECT_NE(Expect(0, "alice", {"budget", "clinic", "--format", "csv"}).find("999.5"),
            std::string::npos);
}

TEST_F(StoryTest, ADraftedPolicyIsRefusedUntilItIsFilledIn) {
  const std::string draft = Expect(0, "carol", {"policy", "init", folder_ + "/clinic.db"});
  EXPECT_EQ(draft.find("'F'"), std::string::npos);
  FILE* file = fopen((folder_ + "/draft.toml").c_str(), "w");
  ASSERT_NE(file, nullptr);
  fputs(draft.c_str(), file);
  fclose(file);
  EXPECT_NE(Expect(1, "carol", {"policy", "apply", folder_ + "/draft.toml"}).find("filter"),
            std::string::npos);
}

}  // namespace
}  // namespace tacit
