// Larger real sets with many rows a person, through the real programs. Skipped where the files are
// not.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "tests/e2e/clinic.h"

namespace tacit {
namespace {

// Where the shared sets lie: TACIT_SHARED, else beside the checkout.
std::string SharedData() {
  const char* named = std::getenv("TACIT_SHARED");
  return (named != nullptr ? std::string(named) : std::string(TACIT_SOURCE_DIR "/../shared")) +
         "/data";
}

constexpr char kDiabetesPolicy[] = R"toml(
dataset = "diabetes"
source = "diabetes.db"
filter = "pure"
[tables.encounters]
unit = { column = "patient_nbr" }
max_groups_per_unit = 2
max_rows_per_group = 3
invalid_rows = "refuse"
[tables.encounters.columns]
patient_nbr = { type = "integer" }
gender = { type = "text", values = ["Female", "Male"] }
time_in_hospital = { type = "integer", bounds = [1, 14] }
num_medications = { type = "integer", bounds = [0, 81] }
[[budget]]
scope = "dataset"
epsilon = "100"
[[budget]]
scope = "analyst:*"
epsilon = "100"
max_epsilon_per_query = "10"
)toml";

// 101,766 encounters of 71,518 patients, of 1 to 40 encounters each.
TEST(RealDataTest, DiabetesEncountersAreBoundedByPatient) {
  const std::string source = SharedData() + "/medical/diabetic_data.csv.gz";
  if (!std::filesystem::exists(source)) GTEST_SKIP() << "the shared data sets are not here";
  const std::string folder = MakeClinic();
  const std::string load =
      "gzip -dc '" + source + "' | sqlite3 -bail '" + folder +
      "/diabetes.db' '.import --csv /dev/stdin raw' 'CREATE TABLE encounters AS SELECT "
      "CAST(patient_nbr AS INTEGER) AS patient_nbr, gender, CAST(time_in_hospital AS INTEGER) "
      "AS time_in_hospital, CAST(num_medications AS INTEGER) AS num_medications FROM raw'";
  ASSERT_EQ(RunProgram({"/bin/sh", "-c", load}, folder + "/load.log"), 0);
  std::ofstream(folder + "/diabetes.toml") << kDiabetesPolicy;
  TacitdProcess server(TACITD, "carol", folder);
  ASSERT_EQ(
      RunTacit(server, folder, "carol", {"policy", "apply", folder + "/diabetes.toml"}).exit_code,
      0);
  const CommandResult published =
      RunTacit(server, folder, "carol", {"dataset", "publish", "diabetes"});
  ASSERT_EQ(published.exit_code, 0) << published.output;
  EXPECT_NE(published.output.find("101766 rows"), std::string::npos) << published.output;
  const CommandResult units =
      RunTacit(server, folder, "alice",
               {"query", "diabetes", "SELECT COUNT(DISTINCT patient_nbr) FROM encounters",
                "--epsilon", "10", "--format", "csv"});
  ASSERT_EQ(units.exit_code, 0) << units.output;
  // Noise of scale 0.1: beyond 5 with a chance of e^-50.
  EXPECT_NEAR(std::stod(units.output.substr(units.output.find('\n') + 1)), 71518, 5);
  // Patients of more than three encounters are cut to three, so this is below 101,766 whatever the
  // noise.
  const CommandResult rows = RunTacit(server, folder, "alice",
                                      {"query", "diabetes", "SELECT COUNT(*) FROM encounters",
                                       "--epsilon", "10", "--format", "csv"});
  ASSERT_EQ(rows.exit_code, 0) << rows.output;
  const double counted = std::stod(rows.output.substr(rows.output.find('\n') + 1));
  EXPECT_LT(counted, 101000);
  EXPECT_GT(counted, 85000);
  const CommandResult means = RunTacit(server, folder, "alice",
                                       {"query", "diabetes",
                                        "SELECT gender, AVG(time_in_hospital) AS days FROM "
                                        "encounters GROUP BY gender ORDER BY gender",
                                        "--epsilon", "10", "--format", "csv"});
  ASSERT_EQ(means.exit_code, 0) << means.output;
  EXPECT_NE(means.output.find("\nFemale,4."), std::string::npos) << means.output;
  EXPECT_NE(means.output.find("\nMale,4."), std::string::npos) << means.output;
}

}  // namespace
}  // namespace tacit
