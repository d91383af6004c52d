#include <gtest/gtest.h>

#include "tests/client/fake_server.h"

namespace tacit::client {
namespace {

grpc::Status SampleEstimate(const v1::EstimateRequest& request, v1::EstimateResponse& response) {
  response.mutable_cost()->set_dataset_epsilon(request.epsilon());
  response.mutable_cost()->set_analyst_epsilon(request.epsilon());
  v1::Statistic* statistic = response.add_statistics();
  statistic->set_name("sum(age)");
  statistic->set_mechanism("discrete_laplace");
  statistic->set_epsilon("0.25");
  statistic->set_noise_scale(50);
  statistic->set_sensitivity(12.5);
  statistic->set_granularity(0.001953125);
  statistic->mutable_bounds()->set_lower(-12.5);
  statistic->mutable_bounds()->set_upper(12.5);
  statistic->set_max_groups_per_unit(1);
  statistic->set_max_rows_per_group(1);
  for (const int rows : {100, 1000, 10000}) {
    v1::ExpectedError* error = response.add_errors();
    error->set_column("avg");
    error->set_assumed_rows(rows);
    error->set_half_width(150.0 / rows);
  }
  v1::ExpectedError* count = response.add_errors();
  count->set_column("count");
  count->set_half_width(6);
  response.set_group_count(4);
  response.set_plan("measure\n  scan\x1b survey\n");
  return grpc::Status::OK;
}

grpc::Status EstimateByRank(const v1::EstimateRequest& request, v1::EstimateResponse& response) {
  SampleEstimate(request, response);
  response.mutable_statistics(0)->set_name("min(age)");
  response.mutable_statistics(0)->set_rank_error(12);
  return grpc::Status::OK;
}

TEST(EstimateTest, SaysHowFarARankMayBeOff) {
  FakeServer server;
  server.answers().estimate = EstimateByRank;
  const RunResult result = RunTacit({"estimate", "fair", "SELECT 1", "--epsilon", "0.5"}, &server);
  EXPECT_NE(result.out.find("\nchosen by rank: min(age), within 12 rows of the rank asked for with "
                            "95%\ngroups that come back"),
            std::string::npos)
      << result.out;
}

TEST(EstimateTest, ShowsCostErrorsAndStatistics) {
  FakeServer server;
  server.answers().estimate = SampleEstimate;
  const RunResult result = RunTacit({"estimate", "fair", "SELECT 1", "--epsilon", "0.5"}, &server);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out,
            "it would cost epsilon 0.5\n"
            "groups that come back: 4, empty ones too\n"
            "\n"
            "column  if it counts  95% error\n"
            "------  ------------  ---------\n"
            "avg         100 rows    +/- 1.5\n"
            "avg        1000 rows   +/- 0.15\n"
            "avg       10000 rows  +/- 0.015\n"
            "count     any number      +/- 6\n"
            "\n"
            "statistic  mechanism         epsilon  sensitivity  scale  granularity     clipped to"
            "  groups x rows\n"
            "---------  ----------------  -------  -----------  -----  -----------  -------------"
            "  -------------\n"
            "sum(age)   discrete_laplace     0.25         12.5     50      0.00195  [-12.5, 12.5]"
            "          1 x 1\n");
}

grpc::Status PrivateEstimate(const v1::EstimateRequest& request, v1::EstimateResponse& response) {
  const grpc::Status status = SampleEstimate(request, response);
  response.set_group_count(0);
  response.mutable_selection()->set_mechanism("truncated_geometric");
  response.mutable_selection()->set_epsilon("0.25");
  response.mutable_selection()->set_delta("0.000000001");
  response.mutable_selection()->set_units_for_half(118);
  return status;
}

TEST(EstimateTest, SaysHowPrivateGroupsAreChosen) {
  FakeServer server;
  server.answers().estimate = PrivateEstimate;
  std::vector<std::string> words = {"estimate", "fair",    "SELECT 1", "--epsilon",
                                    "0.5",      "--delta", "1e-9"};
  const std::string out = RunTacit(words, &server).out;
  EXPECT_NE(out.find("groups are chosen privately by truncated_geometric (epsilon 0.25, delta "
                     "0.000000001): one of 118 units is shown half of the time\n\ncolumn"),
            std::string::npos)
      << out;
  EXPECT_EQ(out.find("groups that come back"), std::string::npos);
  words.insert(words.end(), {"--format", "json"});
  const std::string json = RunTacit(words, &server).out;
  EXPECT_NE(json.find("\"selection\":{\"mechanism\":\"truncated_geometric\",\"epsilon\":\"0.25\","
                      "\"delta\":\"0.000000001\",\"units_for_half\":118}"),
            std::string::npos)
      << json;
}

grpc::Status CountedEstimate(const v1::EstimateRequest& request, v1::EstimateResponse& response) {
  const grpc::Status status = SampleEstimate(request, response);
  v1::TrackCost* track = response.add_tracks();
  track->set_track("epsilon");
  track->set_amount("0.5");
  track->set_delta("0");
  v1::BudgetFit* fit = response.add_fits();
  fit->set_scope("analyst:ana");
  fit->set_times(7);
  return status;
}

TEST(EstimateTest, SaysHowManyFit) {
  FakeServer server;
  server.answers().estimate = CountedEstimate;
  std::vector<std::string> words = {"estimate", "fair", "SELECT 1", "--epsilon", "0.5"};
  EXPECT_TRUE(RunTacit(words, &server)
                  .out.starts_with("it would cost epsilon 0.5\nyour budget bears 7 such answers\n"
                                   "groups that come back"));
  server.answers().estimate = [](const v1::EstimateRequest& request, auto& response) {
    const grpc::Status status = CountedEstimate(request, response);
    v1::TrackCost* track = response.add_tracks();
    track->set_track("renyi(23)");
    track->set_amount("0.04");
    track->set_delta("0.000001");
    v1::BudgetFit* fit = response.add_fits();
    fit->set_scope("analyst:ana per 7 days");
    return status;
  };
  const std::string out = RunTacit(words, &server).out;
  EXPECT_TRUE(out.starts_with(
      "it would cost epsilon 0.5\n"
      "counted as epsilon 0.5; renyi(23) 0.04, delta 0.000001\n"
      "your budget bears 7 such answers of analyst:ana, 0 of analyst:ana per 7 days\n"))
      << out;
  words.insert(words.end(), {"--format", "json"});
  const std::string json = RunTacit(words, &server).out;
  EXPECT_NE(json.find("\"fits\":[{\"scope\":\"analyst:ana\",\"times\":7},"), std::string::npos)
      << json;
  EXPECT_NE(json.find("{\"track\":\"renyi(23)\",\"amount\":\"0.04\",\"delta\":\"0.000001\"}"),
            std::string::npos)
      << json;
}

TEST(EstimateTest, SaysWhatATopUpWouldDrawAndWhomItIsChargedTo) {
  FakeServer server;
  v1::EstimateRequest asked;
  server.answers().estimate = [&](const v1::EstimateRequest& request, auto& response) {
    asked = request;
    const grpc::Status status = SampleEstimate(request, response);
    response.mutable_top_up()->set_draws(2);
    v1::TopUpStatistic* statistic = response.mutable_top_up()->add_statistics();
    statistic->set_name("sum(age)");
    statistic->set_earlier_deviation(10);
    statistic->set_fresh_deviation(7.5);
    statistic->set_combined_deviation(6);
    statistic->set_fresh_epsilon("0.2");
    response.mutable_charged_cells()->add_cells(1);
    response.mutable_charged_cells()->set_total(2);
    response.mutable_charged_cells()->add_names("\"sex\" = 'M\x1b'");
    return status;
  };
  const std::string id = "11111111-2222-4333-8444-555555555555";
  std::vector<std::string> words = {"estimate", "fair",     "SELECT 1", "--epsilon",
                                    "0.5",      "--top-up", id};
  const RunResult result = RunTacit(words, &server);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(asked.top_up(), "queries/" + id);
  EXPECT_TRUE(result.out.starts_with(
      "it would cost epsilon 0.5\n"
      "top-up: sum(age): deviation 10 with fresh noise of 7.5 (epsilon 0.2) makes 6\n"
      "charged to 1 of 2 cells: \"sex\" = 'M\\x1b'\n"
      "groups that come back"))
      << result.out;
  words.insert(words.end(), {"--format", "json"});
  const std::string json = RunTacit(words, &server).out;
  EXPECT_NE(json.find("\"top_up\":{\"draws\":2,\"statistics\":[{\"name\":\"sum(age)\","
                      "\"earlier_deviation\":10,\"fresh_deviation\":7.5,"
                      "\"combined_deviation\":6,\"fresh_epsilon\":\"0.2\"}]},"
                      "\"charged_cells\":{\"cells\":[1],\"total\":2,\"names\":["),
            std::string::npos)
      << json;
  words[6] = "not-a-uuid";
  EXPECT_EQ(RunTacit(words, &server).exit_code, 1);
}

TEST(EstimateTest, SendsEveryTarget) {
  FakeServer server;
  v1::EstimateRequest asked;
  server.answers().estimate = [&](const v1::EstimateRequest& request, auto&) {
    asked = request;
    return grpc::Status::OK;
  };
  EXPECT_EQ(RunTacit({"estimate", "fair", "SELECT 1", "--rho", "0.1", "--delta", "1e-9"}, &server)
                .exit_code,
            0);
  EXPECT_EQ(asked.rho() + "/" + asked.delta() + "/" + asked.epsilon(), "0.1/1e-9/");
  EXPECT_EQ(RunTacit({"estimate", "fair", "SELECT 1", "--accuracy", "2.5"}, &server).exit_code, 0);
  EXPECT_EQ(asked.accuracy() + "/" + asked.delta() + "/" + asked.epsilon(), "2.5//");
}

TEST(EstimateTest, ShowsThePlanOnRequestEscaped) {
  FakeServer server;
  server.answers().estimate = SampleEstimate;
  const RunResult result =
      RunTacit({"estimate", "fair", "SELECT 1", "--epsilon", "0.5", "--plan"}, &server);
  EXPECT_TRUE(result.out.ends_with("\nplan:\n  measure\n    scan\\x1b survey\n")) << result.out;
}

TEST(EstimateTest, SaysThatAStoredAnswerIsFree) {
  FakeServer server;
  server.answers().estimate = [](const v1::EstimateRequest&, v1::EstimateResponse& response) {
    response.set_stored(true);
    return grpc::Status::OK;
  };
  EXPECT_NE(RunTacit({"estimate", "fair", "SELECT 1", "--epsilon", "1"}, &server)
                .out.find("free for the dataset"),
            std::string::npos);
}

TEST(EstimateTest, CsvAndJsonAreForPrograms) {
  FakeServer server;
  server.answers().estimate = SampleEstimate;
  const std::vector<std::string> words = {"estimate", "fair", "SELECT 1", "--epsilon", "0.5"};
  std::vector<std::string> csv = words;
  csv.insert(csv.end(), {"--format", "csv"});
  EXPECT_TRUE(RunTacit(csv, &server).out.starts_with("column,if it counts,95% error\navg,"));
  std::vector<std::string> json = words;
  json.insert(json.end(), {"--format", "json"});
  const std::string out = RunTacit(json, &server).out;
  EXPECT_NE(out.find("{\"column\":\"avg\",\"assumed_rows\":100,\"half_width\":1.5}"),
            std::string::npos);
  EXPECT_NE(out.find("\"noise_scale\":50,"), std::string::npos);
  EXPECT_NE(out.find("\"selection\":null"), std::string::npos) << "all groups are public";
}

TEST(EstimateTest, PointsIntoTheSqlWhenRefused) {
  FakeServer server;
  server.answers().estimate = [](const auto&, auto&) {
    return RefusalStatus({.reason = "PARSE", .message = "m", .metadata = {{"position", "7"}}});
  };
  const RunResult result = RunTacit({"estimate", "fair", "SELECT ?", "--epsilon", "1"}, &server);
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("  SELECT ?\n         ^\n"), std::string::npos);
}

}  // namespace
}  // namespace tacit::client
