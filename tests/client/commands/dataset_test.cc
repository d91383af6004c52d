#include <gtest/gtest.h>

#include "tests/client/fake_server.h"

namespace tacit::client {
namespace {

v1::Dataset SampleDataset() {
  v1::Dataset dataset;
  dataset.set_name("datasets/epil");
  dataset.set_policy_version(2);
  dataset.set_data_version(3);
  dataset.set_cells(2);
  dataset.set_partition("\"visits\" \"trt\" in ['b\x1b', 'placebo']");
  v1::Table* table = dataset.mutable_policy()->add_tables();
  table->set_name("visits");
  table->set_unit_column("subject");
  table->set_max_groups_per_unit(4);
  table->set_max_rows_per_group(2);
  v1::Column* column = table->add_columns();
  column->set_name("age");
  column->set_type(v1::Column::TYPE_REAL);
  column->set_nullable(true);
  column->mutable_bounds()->set_lower(17.5);
  column->mutable_bounds()->set_upper(42);
  column = table->add_columns();
  column->set_name("trt");
  column->set_type(v1::Column::TYPE_TEXT);
  column->add_values()->set_text("placebo");
  column->add_values()->set_text("b\x1b");
  return dataset;
}

TEST(DatasetTest, ShowsThePublicSchema) {
  FakeServer server;
  server.answers().get_dataset = [](const v1::GetDatasetRequest& request, v1::Dataset& dataset) {
    EXPECT_EQ(request.name(), "datasets/epil");
    dataset = SampleDataset();
    return grpc::Status::OK;
  };
  EXPECT_EQ(RunTacit({"dataset", "show", "epil"}, &server).out,
            "datasets/epil, policy version 2, data version 3\n"
            "people are counted on 2 disjoint cells, of \"visits\" \"trt\" in ['b\\x1b', "
            "'placebo']\n"
            "\n"
            "table visits: a person is a value of subject; at most 4 groups and 2 rows a group "
            "count\n"
            "column  type  nullable      bounds  public values\n"
            "------  ----  --------  ----------  --------------\n"
            "age     real  yes       [17.5, 42]\n"
            "trt     text                        placebo, b\\x1b\n");
  EXPECT_EQ(RunTacit({"dataset", "show", "epil", "--format", "json"}, &server).out,
            "{\"name\":\"datasets/epil\",\"policy_version\":2,\"data_version\":3,\"cells\":2,"
            "\"partition\":\"\\\"visits\\\" \\\"trt\\\" in ['b\\u001b', 'placebo']\",\"tables\":[{"
            "\"name\":\"visits\",\"is_public\":false,\"unit_is_row\":false,"
            "\"unit_column\":\"subject\",\"max_groups_per_unit\":4,\"max_rows_per_group\":2,"
            "\"columns\":[{\"name\":\"age\",\"type\":\"real\",\"nullable\":true,"
            "\"bounds\":[17.5,42],\"values\":[]},{\"name\":\"trt\",\"type\":\"text\","
            "\"nullable\":false,\"bounds\":null,\"values\":[\"placebo\",\"b\\u001b\"]}]}]}\n");
  EXPECT_TRUE(RunTacit({"dataset", "show", "epil", "--format", "csv"}, &server)
                  .out.starts_with("table,column,type,nullable,bounds,public values\nvisits,age,"));
}

TEST(DatasetTest, ListsDatasets) {
  FakeServer server;
  server.answers().list_datasets = [](const auto&, v1::ListDatasetsResponse& response) {
    *response.add_datasets() = SampleDataset();
    return grpc::Status::OK;
  };
  EXPECT_EQ(RunTacit({"dataset", "list", "--format", "csv"}, &server).out,
            "dataset,tables,policy version,data version\ndatasets/epil,visits,2,3\n");
}

TEST(DatasetTest, PublishesAndReportsDroppedRows) {
  FakeServer server;
  server.answers().publish = [](const v1::PublishRequest& request,
                                std::vector<v1::PublishResponse>& messages) {
    EXPECT_EQ(request.dataset(), "datasets/epil");
    messages.resize(2);
    messages[0].set_rows_read(100);
    messages[1].set_done(true);
    messages[1].set_data_version(4);
    messages[1].set_rows(236);
    messages[1].set_dropped_rows(2);
    messages[1].set_snapshot_bytes(4096);
    messages[1].set_seconds(0.25);
    return grpc::Status::OK;
  };
  const RunResult result = RunTacit({"dataset", "publish", "epil"}, &server);
  EXPECT_EQ(result.out,
            "published data version 4: 236 rows, 2 dropped, snapshot of 4096 bytes in 0.25 s\n");
  EXPECT_EQ(result.err, "");  // no progress bar without a terminal
  EXPECT_EQ(RunTacit({"dataset", "publish", "epil", "--format", "json"}, &server).out,
            "{\"data_version\":4,\"rows\":236,\"dropped_rows\":2,\"snapshot_bytes\":4096,"
            "\"seconds\":0.25}\n");
}

TEST(DatasetTest, APublishThatFailsIsSentOnce) {
  FakeServer server;
  server.answers().publish = [](const auto&, auto&) {
    return RefusalStatus({.code = grpc::StatusCode::FAILED_PRECONDITION,
                          .reason = "SOURCE_INVALID",
                          .message = "fair.db is not SQLite"});
  };
  const RunResult result = RunTacit({"dataset", "publish", "epil"}, &server);
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.err.find("fair.db is not SQLite"), std::string::npos);
  EXPECT_EQ(server.answers().calls["Publish"], 1);
}

}  // namespace
}  // namespace tacit::client
