#include "client/policy_toml.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace tacit::client {
namespace {

constexpr char kFair[] = R"(dataset = "fair"
source = "fair.db"
filter = "pure"

[tables.survey]
unit = "row"
invalid_rows = "refuse"
[tables.survey.columns]
religious = { type = "integer", bounds = [1, 4], values = [1, 2, 3, 4] }
age       = { type = "real", bounds = [17, 42.5] }
trt       = { type = "text", nullable = true, values = ["placebo", "progabide"] }

[tables.visits]
unit = { column = "subject" }
max_groups_per_unit = 2
max_rows_per_group = 4
invalid_rows = "drop"
columns.subject = { type = "integer" }

[tables.codes]
public = true
invalid_rows = "refuse"
columns.code = { type = "boolean" }

[[budget]]
scope = "dataset"
epsilon = "3"

[[budget]]
scope = "analyst:*"
epsilon = 1.5
delta = "0"
max_epsilon_per_query = "0.5"
)";

// kFair with one piece replaced.
CompiledPolicy CompileWith(const std::string& from, const std::string& to) {
  std::string text = kFair;
  const size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  text.replace(at, from.size(), to);
  return CompilePolicy(text);
}

TEST(PolicyTomlTest, CompilesEveryPart) {
  const CompiledPolicy compiled = CompilePolicy(kFair);
  ASSERT_TRUE(compiled.problems.empty()) << ProblemText("f", compiled.problems[0]);
  const v1::Policy& policy = compiled.policy;
  EXPECT_EQ(policy.dataset(), "fair");
  EXPECT_EQ(policy.source(), "fair.db");
  EXPECT_EQ(policy.filter(), v1::Policy::FILTER_PURE);
  ASSERT_EQ(policy.tables_size(), 3);
  const v1::Table& survey = policy.tables(0);
  EXPECT_TRUE(survey.unit_is_row());
  EXPECT_EQ(survey.invalid_rows(), v1::Table::INVALID_ROWS_REFUSE);
  ASSERT_EQ(survey.columns_size(), 3);
  // In the order of the file, not of the alphabet.
  EXPECT_EQ(survey.columns(0).name(), "religious");
  EXPECT_EQ(survey.columns(0).type(), v1::Column::TYPE_INTEGER);
  EXPECT_EQ(survey.columns(0).values(3).integer(), 4);
  EXPECT_EQ(survey.columns(1).bounds().lower(), 17);
  EXPECT_EQ(survey.columns(1).bounds().upper(), 42.5);
  EXPECT_FALSE(survey.columns(1).nullable());
  EXPECT_TRUE(survey.columns(2).nullable());
  EXPECT_FALSE(survey.columns(2).has_bounds());
  EXPECT_EQ(survey.columns(2).values(1).text(), "progabide");
  EXPECT_EQ(policy.tables(1).unit_column(), "subject");
  EXPECT_EQ(policy.tables(1).max_groups_per_unit(), 2);
  EXPECT_EQ(policy.tables(1).max_rows_per_group(), 4);
  EXPECT_TRUE(policy.tables(2).is_public());
  ASSERT_EQ(policy.budgets_size(), 2);
  EXPECT_EQ(policy.budgets(0).delta(), "0");  // the only one a pure filter has
  EXPECT_EQ(policy.budgets(1).epsilon(), "1.5");
  EXPECT_EQ(policy.budgets(1).max_epsilon_per_query(), "0.5");
}

TEST(PolicyTomlTest, ReadsDatesOfTomlAndOfText) {
  const CompiledPolicy compiled = CompileWith(
      "age       = { type = \"real\", bounds = [17, 42.5] }",
      "age = { type = \"date\", bounds = [0987-01-02, \"2024-02-29\"], values = [2024-01-01] }");
  ASSERT_TRUE(compiled.problems.empty()) << ProblemText("f", compiled.problems[0]);
  const v1::Column& column = compiled.policy.tables(0).columns(1);
  EXPECT_EQ(column.type(), v1::Column::TYPE_DATE);
  EXPECT_EQ(column.bounds().lower_date(), "0987-01-02");
  EXPECT_EQ(column.bounds().upper_date(), "2024-02-29");
  EXPECT_EQ(column.values(0).date(), "2024-01-01");
}

TEST(PolicyTomlTest, FindsTheLineOfAPathOrOfWhatIsAroundIt) {
  const auto lines = CompilePolicy(kFair).lines;
  EXPECT_EQ(LineOf(lines, "source"), 2);
  EXPECT_EQ(LineOf(lines, "tables.survey"), 5);
  EXPECT_EQ(LineOf(lines, "tables.survey.columns.age"), 10);
  EXPECT_EQ(LineOf(lines, "tables.survey.columns.age.bounds"), 10);
  EXPECT_EQ(LineOf(lines, "tables.survey.columns.age.values[7].x"), 10);
  EXPECT_EQ(LineOf(lines, "tables.survey.max_groups_per_unit"), 5);
  EXPECT_EQ(LineOf(lines, "budget[0]"), 25);
  EXPECT_EQ(LineOf(lines, "budget[1].epsilon"), 31);
  EXPECT_EQ(LineOf(lines, "nowhere.at.all"), 1);
}

struct BadPolicy {
  std::string from;
  std::string to;
  int line;
  std::string path;
  std::string says;
};

TEST(PolicyTomlTest, NamesLinePathAndFixOfEachMistake) {
  const std::vector<BadPolicy> cases = {
      {"dataset = \"fair\"", "", 1, "dataset", "is missing"},
      {"source = \"fair.db\"", "", 1, "source", "is missing"},
      {"filter = \"pure\"", "", 1, "filter", "is missing"},
      {"filter = \"pure\"", "filter = \"rdp\"", 3, "filter", "unknown filter \"rdp\""},
      {"unit = \"row\"", "", 5, "tables.survey.unit", "neither"},
      {"unit = \"row\"", "unit = \"subject\"", 6, "tables.survey.unit", "{ column = \"subject\" }"},
      {"unit = \"row\"", "unit = 3", 6, "tables.survey.unit", "is an integer"},
      {"unit = \"row\"", "unit = \"row\"\npublic = true", 7, "tables.survey.public", "no unit"},
      {"{ column = \"subject\" }", "{ }", 14, "tables.visits.unit.column", "is missing"},
      {"max_groups_per_unit = 2", "", 13, "tables.visits.max_groups_per_unit", "is missing"},
      {"max_rows_per_group = 4", "", 13, "tables.visits.max_rows_per_group", "is missing"},
      {"max_rows_per_group = 4", "max_rows_per_group = 4.5", 16, "tables.visits.max_rows_per_group",
       "has to be an integer"},
      {"invalid_rows = \"drop\"", "", 13, "tables.visits.invalid_rows", "is missing"},
      {"invalid_rows = \"drop\"", "invalid_rows = \"skip\"", 17, "tables.visits.invalid_rows",
       "\"refuse\" or \"drop\""},
      {"type = \"real\", ", "", 10, "tables.survey.columns.age.type", "is missing"},
      {"\"real\"", "\"double\"", 10, "tables.survey.columns.age.type", "unknown type \"double\""},
      {"bounds = [17", "bound = [17", 10, "tables.survey.columns.age.bound",
       "did you mean \"bounds\""},
      {"\"real\"", "\"date\"", 10, "tables.survey.columns.age.bounds", "two dates"},
      {"[17, 42.5]", "[17]", 10, "tables.survey.columns.age.bounds", "1 values instead of 2"},
      {"[17, 42.5]", "[17, inf]", 10, "tables.survey.columns.age.bounds", "has to be finite"},
      {"[17, 42.5]", "[nan, 42]", 10, "tables.survey.columns.age.bounds", "has to be finite"},
      {"[17, 42.5]", "[17, \"42\"]", 10, "tables.survey.columns.age.bounds", "has to be a number"},
      {"[17, 42.5]", "[0, 9007199254740993]", 10, "tables.survey.columns.age.bounds", "2^53"},
      {"[17, 42.5]", "[-9223372036854775808, 1]", 10, "tables.survey.columns.age.bounds", "2^53"},
      {"[1, 2, 3, 4]", "[1, \"2\", 3, 4]", 9, "tables.survey.columns.religious.values[1]",
       "not of the column's type"},
      {"[1, 2, 3, 4]", "[]", 9, "tables.survey.columns.religious.values", "lists no value"},
      {"nullable = true", "nullable = \"yes\"", 11, "tables.survey.columns.trt.nullable",
       "has to be a boolean"},
      {"columns.subject = { type = \"integer\" }", "", 13, "tables.visits.columns", "is missing"},
      {"columns.subject = { type = \"integer\" }", "columns = 3", 18, "tables.visits.columns",
       "has to be a table"},
      {"scope = \"dataset\"", "", 25, "budget[0].scope", "is missing"},
      {"epsilon = \"3\"", "epsilom = \"3\"", 27, "budget[0].epsilom", "did you mean \"epsilon\""},
      {"epsilon = 1.5", "epsilon = [1.5]", 31, "budget[1].epsilon", "decimal text"},
  };
  for (const BadPolicy& bad : cases) {
    const CompiledPolicy compiled = CompileWith(bad.from, bad.to);
    const auto found =
        std::find_if(compiled.problems.begin(), compiled.problems.end(),
                     [&](const PolicyProblem& problem) { return problem.path == bad.path; });
    ASSERT_NE(found, compiled.problems.end()) << bad.from << " -> " << bad.to;
    EXPECT_EQ(found->line, bad.line) << bad.path;
    EXPECT_FALSE(found->fix.empty()) << bad.path;
    const std::string text = ProblemText("fair.toml", *found);
    EXPECT_NE(text.find(bad.says), std::string::npos) << text;
    EXPECT_TRUE(text.starts_with("fair.toml:" + std::to_string(bad.line) + ":")) << text;
  }
}

TEST(PolicyTomlTest, RefusesPoliciesWithoutBudgetsOrTables) {
  const std::string text = kFair;
  const std::string no_budget = text.substr(0, text.find("[[budget]]"));
  EXPECT_FALSE(CompilePolicy(no_budget).problems.empty());
  EXPECT_FALSE(CompilePolicy("budget = []\n" + no_budget).problems.empty());
  EXPECT_FALSE(CompilePolicy("budget = [3]\n" + no_budget).problems.empty());
  const CompiledPolicy empty = CompilePolicy("");
  EXPECT_EQ(empty.problems.size(), 5u);
}

TEST(PolicyTomlTest, ReadsRolesPeriodsLineageAndTheOtherFilters) {
  const std::string text = kFair;
  const std::string tables = text.substr(0, text.find("[[budget]]"));
  const auto compile = [&](const std::string& filter, const std::string& budgets) {
    std::string all = tables;
    const std::string pure = "filter = \"pure\"";
    all.replace(all.find(pure), pure.size(), filter);
    return CompilePolicy(all + budgets);
  };
  const CompiledPolicy rho = compile("filter = \"zcdp\"\nlineage = \"fair\"", R"toml(
[[budget]]
scope = "dataset"
rho = "0.5"
delta = "1e-6"
[[budget]]
scope = "role:interns"
members = ["ana", "bob"]
rho = "0.25"
delta = "1e-6"
[[budget]]
scope = "role:interns"
period_days = 30
rho = "0.1"
delta = "1e-7"
)toml");
  ASSERT_TRUE(rho.problems.empty()) << rho.problems[0].message;
  EXPECT_EQ(rho.policy.filter(), v1::Policy::FILTER_ZERO_CONCENTRATED);
  EXPECT_EQ(rho.policy.lineage(), "fair");
  EXPECT_EQ(rho.policy.budgets(1).members(1), "bob");
  EXPECT_EQ(rho.policy.budgets(2).period_days(), 30);
  const CompiledPolicy renyi = compile("filter = \"renyi\"", R"toml(
[[budget]]
scope = "dataset"
orders = { 32 = "2", 8 = "1.5" }
delta = "0"
)toml");
  ASSERT_TRUE(renyi.problems.empty()) << renyi.problems[0].message;
  EXPECT_EQ(renyi.policy.budgets(0).orders(0).order(), 8);
  EXPECT_EQ(renyi.policy.budgets(0).orders(1).divergence(), "2");
  const CompiledPolicy bad = compile("filter = \"renyi\"", R"toml(
[[budget]]
scope = "dataset"
orders = { x = "2" }
members = [3]
delta = "0"
)toml");
  EXPECT_EQ(bad.problems.size(), 2u);
}

TEST(PolicyTomlTest, NeedsADeltaUnderTheApproximateFilter) {
  const CompiledPolicy compiled = CompileWith("filter = \"pure\"", "filter = \"approximate\"");
  ASSERT_EQ(compiled.problems.size(), 1u);
  EXPECT_EQ(compiled.problems[0].path, "budget[0].delta");
}

TEST(PolicyTomlTest, ReportsAllMistakesInTheOrderOfTheFile) {
  const CompiledPolicy compiled =
      CompileWith("unit = \"row\"", "unit = 3\nextra = 1\ninvalid_row = 1");
  ASSERT_EQ(compiled.problems.size(), 3u);
  EXPECT_EQ(compiled.problems[0].line, 6);
  EXPECT_EQ(compiled.problems[1].line, 7);
  EXPECT_EQ(compiled.problems[2].line, 8);
}

TEST(PolicyTomlTest, SaysWhereTextStopsBeingToml) {
  const CompiledPolicy compiled = CompileWith("unit = \"row\"", "unit = \"row");
  ASSERT_EQ(compiled.problems.size(), 1u);
  EXPECT_EQ(compiled.problems[0].line, 6);
  for (const std::string& text : {std::string("SQLite format 3\0\x01", 17), std::string("\xff\xfe"),
                                  std::string("a = 1\na = 2"), std::string(5000, '[')}) {
    const CompiledPolicy bad = CompilePolicy(text);
    ASSERT_EQ(bad.problems.size(), 1u);
    EXPECT_NE(bad.problems[0].message.find("is not TOML"), std::string::npos);
  }
}

}  // namespace
}  // namespace tacit::client
