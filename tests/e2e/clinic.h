// A clinic's database and policy in a fresh folder, and the command line to use them with.
#ifndef TACIT_TESTS_E2E_CLINIC_H_
#define TACIT_TESTS_E2E_CLINIC_H_

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/tacitd_process.h"

namespace tacit {

// A folder of the running test below `parent`, emptied: clinic.db with people(age, sex) of 300
// rows, a person each, and clinic.toml with budgets of 1000.
std::string MakeClinic(const std::string& parent = testing::TempDir());

struct CommandResult {
  int exit_code = 0;
  std::string output;  // stdout and stderr
};

// Runs `tacit --server ADDRESS --user USER words...`.
CommandResult RunTacit(const TacitdProcess& server, const std::string& folder,
                       const std::string& user, const std::vector<std::string>& words);

}  // namespace tacit

#endif  // TACIT_TESTS_E2E_CLINIC_H_
