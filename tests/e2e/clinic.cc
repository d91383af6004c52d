#include "tests/e2e/clinic.h"

#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace tacit {
namespace {

constexpr char kRows[] = R"sql(
CREATE TABLE people(age INTEGER, sex TEXT);
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 299)
INSERT INTO people SELECT 20 + i % 60, CASE i % 2 WHEN 0 THEN 'F' ELSE 'M' END FROM n;
)sql";

constexpr char kPolicy[] = R"toml(
dataset = "clinic"
source = "clinic.db"
filter = "pure"
[tables.people]
unit = "row"
invalid_rows = "refuse"
[tables.people.columns]
age = { type = "integer", bounds = [0, 120] }
sex = { type = "text", values = ["F", "M"] }
[[budget]]
scope = "dataset"
epsilon = "1000"
[[budget]]
scope = "analyst:*"
epsilon = "1000"
max_epsilon_per_query = "999"
)toml";

}  // namespace

std::string MakeClinic(const std::string& parent) {
  const testing::TestInfo* test = testing::UnitTest::GetInstance()->current_test_info();
  const std::string folder = parent + "/tacit_" + test->test_suite_name() + "_" + test->name();
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  sqlite3* database = nullptr;
  EXPECT_EQ(sqlite3_open((folder + "/clinic.db").c_str(), &database), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(database, kRows, nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(database);
  std::ofstream(folder + "/clinic.toml") << kPolicy;
  return folder;
}

CommandResult RunTacit(const TacitdProcess& server, const std::string& folder,
                       const std::string& user, const std::vector<std::string>& words) {
  std::vector<std::string> command = {TACIT, "--server", server.address(), "--user", user};
  command.insert(command.end(), words.begin(), words.end());
  const std::string output = folder + "/output";
  unlink(output.c_str());
  CommandResult result;
  result.exit_code = RunProgram(command, output);
  std::ostringstream text;
  text << std::ifstream(output).rdbuf();
  result.output = text.str();
  return result;
}

}  // namespace tacit
