#include "client/commands/session.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>

#include "tests/client/fake_server.h"

namespace tacit::client {
namespace {

class SessionTest : public testing::Test {
 protected:
  void SetUp() override {
    unsetenv("NO_COLOR");
    unsetenv("LC_ALL");
    setenv("LC_CTYPE", "C.UTF-8", 1);
  }
  Session TerminalSession() {
    return Session({.out = out_, .err = err_, .out_is_terminal = true, .err_is_terminal = true});
  }
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(SessionTest, ColoursNeedATerminalAndNobodyAgainst) {
  EXPECT_TRUE(TerminalSession().OutStyle().has_colour);
  Session pipe({.out = out_, .err = err_});
  EXPECT_FALSE(pipe.OutStyle().has_colour);
  EXPECT_FALSE(pipe.OutStyle().has_unicode);
  Session refused = TerminalSession();
  refused.options().no_colour = true;
  EXPECT_FALSE(refused.OutStyle().has_colour);
  EXPECT_TRUE(refused.OutStyle().has_unicode);
  setenv("NO_COLOR", "1", 1);
  EXPECT_FALSE(TerminalSession().OutStyle().has_colour);
}

TEST_F(SessionTest, BoxesNeedAUtf8Locale) {
  EXPECT_TRUE(TerminalSession().OutStyle().has_unicode);
  setenv("LC_ALL", "C", 1);
  EXPECT_FALSE(TerminalSession().OutStyle().has_unicode);
}

TEST_F(SessionTest, GridsComeInEveryFormat) {
  const Grid grid = {.header = {"a", "b"},
                     .align = {Grid::Align::kLeft, Grid::Align::kLeft},
                     .rows = {{"1", "x,y"}, {"2", ""}}};
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"table", "a  b\n-  ---\n1  x,y\n2\n"},
      {"csv", "a,b\n1,\"x,y\"\n2,\"\"\n"},
      {"json", "[{\"a\":\"1\",\"b\":\"x,y\"},{\"a\":\"2\",\"b\":\"\"}]\n"},
      {"jsonl", "{\"a\":\"1\",\"b\":\"x,y\"}\n{\"a\":\"2\",\"b\":\"\"}\n"}};
  for (const auto& [format, text] : expected) {
    out_.str("");
    Session session({.out = out_, .err = err_});
    session.options().format = format;
    session.PrintGrid(grid);
    EXPECT_EQ(out_.str(), text);
  }
}

TEST_F(SessionTest, TellsTheNamelessToSayWhoTheyAre) {
  Session session({.out = out_, .err = err_});
  Failure failure;
  failure.reason = "UNAUTHENTICATED";
  failure.exit_code = ExitCode::kNotAllowed;
  session.Fail(failure);
  EXPECT_EQ(session.exit_code(), ExitCode::kNotAllowed);
  EXPECT_NE(err_.str().find("--user NAME"), std::string::npos);
}

TEST_F(SessionTest, RefusesTextThatIsNotUtf8) {
  EXPECT_TRUE(WireText("x", "fair é").ok());
  EXPECT_FALSE(WireText("x", "\xff").ok());
  EXPECT_FALSE(WireText("x", std::string("a\0b", 3)).ok());
}

TEST_F(SessionTest, ReadsFilesUpToALimit) {
  const std::string folder = FreshFolder("session_files");
  WriteFile(folder + "/a", "12345");
  EXPECT_EQ(ReadFile(folder + "/a", 5).value(), "12345");
  EXPECT_FALSE(ReadFile(folder + "/a", 4).ok());
  EXPECT_FALSE(ReadFile(folder + "/none", 5).ok());
  EXPECT_NE(ReadFile(folder, 5).failure().message.find("is a folder"), std::string::npos);
}

}  // namespace
}  // namespace tacit::client
