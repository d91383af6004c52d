#include <gtest/gtest.h>

#include "tests/client/fake_server.h"

namespace tacit::client {
namespace {

constexpr char kPolicy[] =
    "dataset = \"fair\"\n"
    "source = \"fair.db\"\n"
    "filter = \"pure\"\n"
    "[tables.survey]\n"
    "unit = \"row\"\n"
    "invalid_rows = \"refuse\"\n"
    "[tables.survey.columns]\n"
    "age = { type = \"real\", bounds = [42, 17] }\n"
    "[[budget]]\n"
    "scope = \"dataset\"\n"
    "epsilon = \"3\"\n";

class PolicyTest : public testing::Test {
 protected:
  void SetUp() override {
    file_ = FreshFolder("policy_command") + "/fair.toml";
    WriteFile(file_, kPolicy);
    server_.answers().apply_policy = [this](const v1::ApplyPolicyRequest& request,
                                            v1::ApplyPolicyResponse& response) {
      request_ = request;
      response.mutable_dataset()->set_policy_version(7);
      return grpc::Status::OK;
    };
  }
  FakeServer server_;
  std::string file_;
  v1::ApplyPolicyRequest request_;
};

TEST_F(PolicyTest, ChecksAndAppliesWhatTheFileSays) {
  EXPECT_EQ(RunTacit({"policy", "check", file_}, &server_).out,
            file_ + ": valid; nothing was changed\n");
  EXPECT_TRUE(request_.validate_only());
  EXPECT_EQ(RunTacit({"policy", "apply", file_}, &server_).out,
            "applied policy version 7 of dataset fair\n"
            "nothing is served under it yet: tacit dataset publish fair\n");
  EXPECT_FALSE(request_.validate_only());
  EXPECT_EQ(request_.policy().tables(0).columns(0).bounds().lower(), 42);
}

TEST_F(PolicyTest, SaysOnWhichCellsPeopleAreCounted) {
  server_.answers().apply_policy = [](const auto&, v1::ApplyPolicyResponse& response) {
    response.mutable_dataset()->set_policy_version(7);
    response.mutable_dataset()->set_data_version(1);
    response.mutable_dataset()->set_cells(2);
    response.mutable_dataset()->set_partition("\"survey\" \"sex\" in ['F', 'M']");
    return grpc::Status::OK;
  };
  const std::string counted =
      "its people are counted on 2 disjoint cells, of \"survey\" \"sex\" in ['F', 'M']\n";
  EXPECT_EQ(RunTacit({"policy", "check", file_}, &server_).out,
            file_ + ": valid; nothing was changed\n" + counted);
  EXPECT_EQ(RunTacit({"policy", "apply", file_}, &server_).out,
            "applied policy version 7 of dataset fair\n" + counted);
  EXPECT_NE(
      RunTacit({"policy", "check", file_, "--format", "json"}, &server_).out.find("\"cells\":2}"),
      std::string::npos);
}

TEST_F(PolicyTest, NamesTheLineOfWhatTheServerRefuses) {
  server_.answers().apply_policy = [](const auto&, auto&) {
    const std::string field = "tables.survey.columns.age.bounds";
    const std::string text = field + ": lower 42 is above upper 17; swap them";
    return RefusalStatus({.reason = "POLICY_INVALID",
                          .message = text,
                          .metadata = {{"fix", "swap them"}},
                          .violations = {{field, text}}});
  };
  const RunResult result = RunTacit({"policy", "apply", file_}, &server_);
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_EQ(result.err,
            "error: the policy " + file_ + " cannot be used [POLICY_INVALID]\n  " + file_ +
                ":8: tables.survey.columns.age.bounds: lower 42 is above upper 17; swap them\n");
}

TEST_F(PolicyTest, DoesNotAskTheServerAboutABrokenFile) {
  WriteFile(file_, std::string(kPolicy) + "epsilom = 3\n");
  const RunResult result = RunTacit({"policy", "apply", file_}, &server_);
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_NE(result.err.find(file_ + ":12:1: budget[0].epsilom: unknown key \"epsilom\"; did you "
                                    "mean \"epsilon\""),
            std::string::npos)
      << result.err;
  EXPECT_EQ(server_.answers().calls["ApplyPolicy"], 0);
}

TEST_F(PolicyTest, RefusesFilesThatAreNoPolicies) {
  const std::string folder = FreshFolder("policy_bad");
  WriteFile(folder + "/binary", std::string("SQLite format 3\0\0", 17));
  WriteFile(folder + "/large", std::string((1 << 20) + 1, '#'));
  for (const std::string& file :
       {folder, folder + "/none", folder + "/binary", folder + "/large"}) {
    const RunResult result = RunTacit({"policy", "check", file}, &server_);
    EXPECT_EQ(result.exit_code, 1) << file;
    EXPECT_NE(result.err.find(file), std::string::npos);
  }
}

TEST_F(PolicyTest, SamplePoliciesCompile) {
  for (const char* name : {"fair", "epil"}) {
    const std::string file = std::string(TACIT_SOURCE_DIR "/deploy/demo.d/") + name + ".toml";
    const RunResult result = RunTacit({"policy", "check", file}, &server_);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(request_.policy().dataset(), name);
  }
}

TEST_F(PolicyTest, InitRefusesAFileThatIsNoDatabase) {
  EXPECT_EQ(RunTacit({"policy", "init", file_}).exit_code, 1);
}

}  // namespace
}  // namespace tacit::client
