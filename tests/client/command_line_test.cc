#include "client/command_line.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/client/fake_server.h"

namespace tacit::client {
namespace {

TEST(CommandLineTest, HelpAndVersionGoToStandardOutput) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"--help"}, {"--version"}, {"query", "--help"}, {"ledger", "init", "--help"}}) {
    const RunResult result = RunTacit(words);
    EXPECT_EQ(result.exit_code, 0) << words[0];
    EXPECT_FALSE(result.out.empty());
    EXPECT_EQ(result.err, "");
  }
}

TEST(CommandLineTest, EveryCommandHasAnExample) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"query"},
                                             {"estimate"},
                                             {"budget"},
                                             {"dataset"},
                                             {"dataset", "list"},
                                             {"dataset", "show"},
                                             {"dataset", "publish"},
                                             {"policy"},
                                             {"policy", "init"},
                                             {"policy", "check"},
                                             {"policy", "apply"},
                                             {"ledger"},
                                             {"ledger", "log"},
                                             {"ledger", "init"},
                                             {"ledger", "verify"},
                                             {"completion"}}) {
    std::vector<std::string> with_help = words;
    with_help.emplace_back("--help");
    EXPECT_NE(RunTacit(with_help).out.find("Example:\n  tacit " + words[0]), std::string::npos)
        << words.back();
  }
}

TEST(CommandLineTest, WrongUseExitsOneAndSaysSo) {
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{},
                                             {"nothing"},
                                             {"dataset"},
                                             {"query", "fair"},
                                             {"query", "fair", "SELECT 1"},
                                             {"budget", "--nonsense"},
                                             {"budget", "--format", "xml"},
                                             {"budget", "--timeout", "0"},
                                             {"completion", "tcsh"},
                                             {"budget", "--server", "nonsense"},
                                             {"budget", "--user", "two words"}}) {
    const RunResult result = RunTacit(words);
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_EQ(result.out, "");
    EXPECT_TRUE(result.err.starts_with("error: ")) << result.err;
  }
}

TEST(CommandLineTest, ErrorsAreJsonWhereAsked) {
  const RunResult result = RunTacit({"--format", "json", "query", "fair"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_TRUE(result.err.starts_with("{\"error\":{\"reason\":\"LOCAL\"")) << result.err;
}

TEST(CommandLineTest, GlobalFlagsMayFollowTheCommand) {
  FakeServer server;
  server.answers().list_datasets = [](const auto&, auto&) { return grpc::Status::OK; };
  EXPECT_EQ(RunTacit({"dataset", "list", "--user", "bob"}, &server).exit_code, 0);
  EXPECT_EQ(server.answers().user, "bob");
}

TEST(CommandLineTest, OutputThatCannotBeWrittenIsAnError) {
  std::ostringstream out;
  std::ostringstream err;
  out.setstate(std::ios::badbit);
  const char* words[] = {"tacit", "completion", "bash"};
  EXPECT_EQ(RunCommandLine(3, words, out, err), 1);
  EXPECT_NE(err.str().find("cannot be written"), std::string::npos);
}

}  // namespace
}  // namespace tacit::client
