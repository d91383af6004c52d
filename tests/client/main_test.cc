#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <string>

namespace tacit::client {
namespace {

struct Ran {
  int exit_code;
  std::string out;
};

// Runs the program itself, with standard output a pipe.
Ran RunProgram(const std::string& words) {
  FILE* program = popen((std::string(TACIT_PROGRAM) + " " + words).c_str(), "r");
  std::string out;
  for (int c = fgetc(program); c != EOF; c = fgetc(program)) out += static_cast<char>(c);
  const int status = pclose(program);
  return {WEXITSTATUS(status), out};
}

TEST(MainTest, PassesWordsAndExitCodesThrough) {
  const Ran version = RunProgram("--version");
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_TRUE(version.out.starts_with("tacit ")) << version.out;
  EXPECT_EQ(RunProgram("nonsense 2>/dev/null").exit_code, 1);
}

TEST(MainTest, IsPlainInAPipe) {
  const Ran failed = RunProgram("budget --server nonsense 2>&1");
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_TRUE(failed.out.starts_with("error: ")) << failed.out;
  EXPECT_EQ(failed.out.find('\x1b'), std::string::npos);
}

// A reader that stops early must not look like an error of ours, nor hang the program.
TEST(MainTest, EndsWhenItsReaderDoes) {
  EXPECT_EQ(RunProgram("completion fish | head -c 1 >/dev/null; echo done").out, "done\n");
}

}  // namespace
}  // namespace tacit::client
