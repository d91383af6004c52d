// A curator's TOML file -> tacit.v1.Policy.
//
// Syntax, shape, types, unknown and missing keys are checked here and named by line and key path.
// What a policy means (order of bounds, sums of budgets, names of units) is checked by the server
// alone, which answers with key paths; `LineOf` finds their lines.
//
// Paths are key paths with tables' and columns' own names, and positions from 0 in brackets:
// "tables.survey.columns.age.bounds", "budget[1].epsilon".
#ifndef TACIT_CLIENT_POLICY_TOML_H_
#define TACIT_CLIENT_POLICY_TOML_H_

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "client/toml_reader.h"
#include "tacit/v1/policy.pb.h"

namespace tacit::client {

// `policy` may be sent only if `problems` is empty. Tables and columns are in the order of the
// file.
struct CompiledPolicy {
  v1::Policy policy;
  std::map<std::string, int> lines;  // of every key path that stands in the file
  std::vector<PolicyProblem> problems;
};

CompiledPolicy CompilePolicy(std::string_view toml);

// The line of `path`, or of the nearest path around it that has one; 1 if none has.
int LineOf(const std::map<std::string, int>& lines, std::string_view path);

// "fair.toml:14:3: tables.survey.columns.age: unknown key ...; did you mean ...".
std::string ProblemText(std::string_view file, const PolicyProblem& problem);

}  // namespace tacit::client

#endif  // TACIT_CLIENT_POLICY_TOML_H_
