#include <gtest/gtest.h>

#include "tests/client/fake_server.h"

namespace tacit::client {
namespace {

class BudgetTest : public testing::Test {
 protected:
  void SetUp() override {
    server_.answers().list_datasets = [](const v1::ListDatasetsRequest& request,
                                         v1::ListDatasetsResponse& response) {
      const bool first = request.page_token().empty();
      response.add_datasets()->set_name(first ? "datasets/epil" : "datasets/fair");
      if (first) response.set_next_page_token("epil");
      return grpc::Status::OK;
    };
    server_.answers().get_budget = [this](const v1::GetBudgetRequest& request,
                                          v1::GetBudgetResponse& response) {
      asked_.push_back(request.dataset() + "/" + request.analyst());
      v1::BudgetState& state = *response.mutable_analyst();
      state.set_scope("analyst:alice");
      state.set_epsilon_limit("1.5");
      state.set_epsilon_spent("0.6");
      state.set_epsilon_remaining("0.9");
      state.set_delta_limit("0");
      response.set_max_epsilon_per_query("0.5");
      return grpc::Status::OK;
    };
  }
  FakeServer server_;
  std::vector<std::string> asked_;
};

TEST_F(BudgetTest, ShowsOneDataset) {
  const RunResult result = RunTacit({"budget", "fair"}, &server_);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out,
            "fair\n"
            "  analyst:alice        [######....] 0.9 of 1.5 left, spent 0.6\n"
            "  one query may cost at most epsilon 0.5\n");
  EXPECT_EQ(server_.answers().calls["ListDatasets"], 0);
}

// Where several counts run, each has its bar, and the rule says how many must last.
TEST_F(BudgetTest, ShowsEveryTrack) {
  server_.answers().get_budget = [](const v1::GetBudgetRequest&, v1::GetBudgetResponse& response) {
    v1::BudgetState& state = *response.add_budgets();
    state.set_scope("analyst:alice");
    state.set_filter(v1::Policy::FILTER_APPROXIMATE);
    v1::TrackState& basic = *state.add_tracks();
    basic.set_track("epsilon");
    basic.set_limit("1");
    basic.set_remaining("0");
    basic.set_delta_limit("2e-7");
    basic.set_delta_remaining("1e-7");
    v1::TrackState& renyi = *state.add_tracks();
    renyi.set_track("renyi(23)");
    renyi.set_limit("0.5");
    renyi.set_remaining("0.25");
    renyi.set_delta_limit("0");
    response.set_status(v1::DATASET_STATUS_FROZEN);
    return grpc::Status::OK;
  };
  EXPECT_EQ(RunTacit({"budget", "fair"}, &server_).out,
            "fair\n"
            "  analyst:alice answers while one of these lasts:\n"
            "    epsilon            [..........] 0 of 1 left; delta 1e-7 of 2e-7 left\n"
            "    renyi(23)          [#####.....] 0.25 of 0.5 left\n"
            "  frozen\n");
}

TEST_F(BudgetTest, SaysThatCellsAreCountedApart) {
  server_.answers().get_budget = [](const v1::GetBudgetRequest&, v1::GetBudgetResponse& response) {
    v1::BudgetState& state = *response.add_budgets();
    state.set_scope("analyst:alice");
    state.set_epsilon_limit("2");
    state.set_epsilon_spent("1");
    state.set_epsilon_remaining("1");
    state.set_cells(12);
    return grpc::Status::OK;
  };
  EXPECT_EQ(
      RunTacit({"budget", "fair"}, &server_).out,
      "fair\n"
      "  analyst:alice        [#####.....] 1 of 2 left, spent 1\n"
      "  each is counted on 12 disjoint cells of the people; shown is the cell that has spent "
      "most\n");
}

TEST_F(BudgetTest, ShowsAllPagesOfDatasetsWithoutAName) {
  EXPECT_EQ(RunTacit({"budget"}, &server_).exit_code, 0);
  EXPECT_EQ(asked_, (std::vector<std::string>{"datasets/epil/", "datasets/fair/"}));
}

TEST_F(BudgetTest, AsksForAnotherAnalyst) {
  EXPECT_EQ(RunTacit({"budget", "fair", "--analyst", "bob"}, &server_).exit_code, 0);
  EXPECT_EQ(asked_, std::vector<std::string>{"datasets/fair/bob"});
}

TEST_F(BudgetTest, CsvKeepsDecimalTexts) {
  EXPECT_EQ(RunTacit({"budget", "fair", "--format", "csv"}, &server_).out,
            "dataset,scope,epsilon_limit,epsilon_spent,epsilon_remaining,delta_limit,delta_spent,"
            "delta_remaining,max_epsilon_per_query\n"
            "fair,analyst:alice,1.5,0.6,0.9,0,\"\",\"\",0.5\n");
}

TEST_F(BudgetTest, SaysWhenThereIsNothingToSee) {
  server_.answers().list_datasets = [](const auto&, auto&) { return grpc::Status::OK; };
  EXPECT_EQ(RunTacit({"budget"}, &server_).out, "there is no dataset that you may ask\n");
}

}  // namespace
}  // namespace tacit::client
