#include <gtest/gtest.h>

#include <cstdio>
#include <sstream>

#include "tests/client/fake_server.h"

namespace tacit::client {
namespace {

// What bash offers for a line of words, the last of which is being typed.
std::string Complete(const std::string& words, int count) {
  const std::string folder = FreshFolder("completion");
  WriteFile(folder + "/script", RunTacit({"completion", "bash"}).out + "COMP_WORDS=(" + words +
                                    ")\nCOMP_CWORD=" + std::to_string(count - 1) +
                                    "\n_tacit\necho \"${COMPREPLY[*]}\"\n");
  FILE* shell = popen(("bash " + folder + "/script").c_str(), "r");
  std::string output;
  for (int c = fgetc(shell); c != EOF; c = fgetc(shell)) output += static_cast<char>(c);
  EXPECT_EQ(pclose(shell), 0);
  return output;
}

TEST(CompletionTest, BashOffersCommandsAndTheirFlags) {
  EXPECT_EQ(Complete("tacit da", 2), "dataset\n");
  EXPECT_EQ(Complete("tacit dataset ''", 3), "list show publish --help\n");
  EXPECT_EQ(Complete("tacit query fair --ep", 4), "--epsilon\n");
  EXPECT_EQ(Complete("tacit query fair --acc", 4), "--accuracy\n");
  EXPECT_EQ(Complete("tacit estimate fair --rh", 4), "--rho\n");
  EXPECT_EQ(Complete("tacit query fair --de", 4), "--delta\n");
  EXPECT_EQ(Complete("tacit --user alice ledger l", 5), "log\n");
}

TEST(CompletionTest, EveryShellKnowsEveryCommand) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const std::string script = RunTacit({"completion", shell}).out;
    for (const char* word :
         {"query", "estimate", "budget", "publish", "verify", "request-id", "dry-run", "anchor"}) {
      EXPECT_NE(script.find(word), std::string::npos) << shell << " " << word;
    }
  }
}

}  // namespace
}  // namespace tacit::client
