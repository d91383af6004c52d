// Disjoint cells as clients see them: what is charged to whom, where that is shown, and that no
// policy changes it.
#include <gtest/gtest.h>

#include "tests/server/running_server.h"

namespace tacit {
namespace {

const char* const kMen = "SELECT COUNT(*) FROM people WHERE sex = 'M'";
const char* const kWomen = "SELECT COUNT(*) FROM people WHERE sex = 'F'";

class QueryCellsTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(server_.Start().ok());
    ASSERT_TRUE(server_.Apply(Partitioned()).ok());
    v1::PublishResponse last;
    ASSERT_TRUE(server_.Publish(&last).ok());
  }

  // By sex: cell 0 is 'F', cell 1 'M'.
  v1::Policy Partitioned() const {
    v1::Policy policy = server_.StandardPolicy();
    policy.mutable_tables(0)->add_partition_columns("sex");
    return policy;
  }

  v1::ExecuteResponse MustAsk(const v1::ExecuteRequest& request) {
    v1::ExecuteResponse response;
    const grpc::Status status = server_.Ask(request, &response);
    EXPECT_TRUE(status.ok()) << request.sql() << ": " << status.error_message();
    return response;
  }

  v1::EstimateResponse Estimated(const v1::ExecuteRequest& of) {
    v1::EstimateRequest request;
    request.set_dataset(of.dataset());
    request.set_sql(of.sql());
    request.set_epsilon(of.epsilon());
    request.set_top_up(of.top_up());
    v1::EstimateResponse response;
    EXPECT_TRUE(server_.EstimateCost(request, &response).ok());
    return response;
  }

  Failure WhyNot(const v1::Policy& policy) { return ReadFailure(server_.Apply(policy)); }

  RunningServer server_;
};

std::vector<int64_t> CellsOf(const v1::ChargedCells& charged) {
  return {charged.cells().begin(), charged.cells().end()};
}

TEST_F(QueryCellsTest, QuestionsAboutDisjointPeopleCostTheMostOfThem) {
  MustAsk(server_.Question("SELECT COUNT(*) FROM people", "0.5"));
  MustAsk(server_.Question(kMen, "0.2"));
  MustAsk(server_.Question(kWomen, "0.25"));
  MustAsk(server_.Question("SELECT COUNT(*) FROM people WHERE age > 20", "0.25"));
  EXPECT_EQ(server_.SpentByAll(), "1");
  EXPECT_EQ(server_.SpentBy("alice"), "1");
  // The other table says nothing of sex: it is charged to all.
  const v1::ExecuteResponse visits =
      MustAsk(server_.Question("SELECT COUNT(*) FROM visits WHERE day = 3", "0.1"));
  EXPECT_EQ(visits.release().charged_cells().total(), 2);
  EXPECT_EQ(visits.release().charged_cells().cells_size(), 0);
  EXPECT_EQ(server_.SpentByAll(), "1.1");
}

TEST_F(QueryCellsTest, EstimateAnswerLedgerBudgetAndSchemaShowTheCells) {
  const v1::ExecuteRequest request = server_.Question(kMen, "0.5");
  const v1::EstimateResponse estimate = Estimated(request);
  EXPECT_EQ(CellsOf(estimate.charged_cells()), std::vector<int64_t>{1});
  EXPECT_EQ(estimate.fits(0).times(), 4);
  const v1::ExecuteResponse answer = MustAsk(request);
  EXPECT_EQ(CellsOf(answer.release().charged_cells()), std::vector<int64_t>{1});
  EXPECT_EQ(answer.release().charged_cells().total(), 2);
  EXPECT_EQ(answer.release().charged_cells().names(0), "\"sex\" = 'M'");
  EXPECT_EQ(MustAsk(request).SerializeAsString(), answer.SerializeAsString());
  // How many more fit depends on whom they are about.
  EXPECT_EQ(Estimated(server_.Question(kMen, "0.4")).fits(0).times(), 3);
  EXPECT_EQ(Estimated(server_.Question(kWomen, "0.4")).fits(0).times(), 5);
  const v1::LedgerEntry debit = server_.Ledger().at(2);
  EXPECT_EQ(debit.kind(), "DEBIT");
  EXPECT_NE(debit.detail().find(", cells 1"), std::string::npos) << debit.detail();
  grpc::ClientContext budget_context;
  SetCaller(budget_context, "alice");
  v1::GetBudgetRequest budget_request;
  budget_request.set_dataset("datasets/clinic");
  v1::GetBudgetResponse budget;
  ASSERT_TRUE(v1::BudgetService::NewStub(server_.Connect())
                  ->GetBudget(&budget_context, budget_request, &budget)
                  .ok());
  EXPECT_EQ(budget.analyst().cells(), 2);
  grpc::ClientContext context;
  SetCaller(context, "alice");
  v1::GetDatasetRequest schema_request;
  schema_request.set_name("datasets/clinic");
  v1::Dataset schema;
  ASSERT_TRUE(v1::DatasetService::NewStub(server_.Connect())
                  ->GetDataset(&context, schema_request, &schema)
                  .ok());
  EXPECT_EQ(schema.cells(), 2);
  EXPECT_EQ(schema.partition(), "\"people\" \"sex\" in ['F', 'M']");
}

TEST_F(QueryCellsTest, NoLaterPolicyChangesTheCells) {
  MustAsk(server_.Question(kMen, "0.5"));
  const auto refused = [&](const v1::Policy& policy) {
    const Failure failure = WhyNot(policy);
    EXPECT_EQ(failure.reason, "LINEAGE_IMMUTABLE") << failure.message;
    EXPECT_NE(failure.message.find("partition"), std::string::npos) << failure.message;
  };
  refused(server_.StandardPolicy());  // none
  v1::Policy policy = Partitioned();
  policy.mutable_tables(0)->mutable_columns(2)->add_values()->set_text("X");
  refused(policy);
  policy = Partitioned();
  policy.mutable_tables(0)->mutable_columns(2)->mutable_values(0)->set_text("W");
  refused(policy);
  policy = server_.StandardPolicy();
  policy.mutable_tables(1)->add_partition_columns("day");
  refused(policy);
  policy = Partitioned();  // by one more column
  v1::Column& income = *policy.mutable_tables(0)->mutable_columns(3);
  income.set_type(v1::Column::TYPE_BOOLEAN);
  income.clear_bounds();
  for (const bool value : {false, true}) income.add_values()->set_boolean(value);
  policy.mutable_tables(0)->add_partition_columns("income");
  refused(policy);
  // The order of values says nothing.
  policy = Partitioned();
  policy.mutable_tables(0)->mutable_columns(2)->mutable_values()->SwapElements(0, 1);
  const grpc::Status status = server_.Apply(policy);
  EXPECT_TRUE(status.ok()) << status.error_message();
  MustAsk(server_.Question(kMen, "0.5"));
  EXPECT_EQ(server_.SpentByAll(), "1");
  EXPECT_EQ(server_.Ledger().back().kind(), "OUTCOME");
}

TEST_F(QueryCellsTest, ATopUpIsChargedToTheCellsOfItsQuestion) {
  const v1::ExecuteResponse first = MustAsk(server_.Question(kMen, "0.3"));
  v1::ExecuteRequest more = server_.Question(kMen, "0.5");
  more.set_top_up(first.name());
  EXPECT_EQ(CellsOf(Estimated(more).charged_cells()), std::vector<int64_t>{1});
  const v1::ExecuteResponse topped_up = MustAsk(more);
  EXPECT_EQ(CellsOf(topped_up.release().charged_cells()), std::vector<int64_t>{1});
  EXPECT_NE(server_.Ledger().at(4).detail().find(", cells 1"), std::string::npos);
  EXPECT_EQ(server_.SpentByAll(), "0.7");
  MustAsk(server_.Question(kWomen, "0.7"));
  EXPECT_EQ(server_.SpentByAll(), "0.7");
  // Nor does it lend itself to a question about others.
  v1::ExecuteRequest others = server_.Question(kWomen, "0.5");
  others.set_top_up(first.name());
  v1::ExecuteResponse response;
  EXPECT_EQ(ReadFailure(server_.Ask(others, &response)).field, "top_up");
}

}  // namespace
}  // namespace tacit
