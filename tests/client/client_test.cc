#include "client/client.h"

#include <gtest/gtest.h>

#include "client/request_id.h"
#include "tests/client/fake_server.h"

namespace tacit::client {
namespace {

constexpr char kRequestId[] = "11111111-2222-4333-8444-555555555555";

std::unique_ptr<Client> ConnectTo(const FakeServer& server, const std::string& user = "alice") {
  ConnectOptions options;
  options.address = server.address();
  options.user = user;
  options.deadline = std::chrono::seconds(10);
  options.backoff_first = std::chrono::milliseconds(1);
  auto client = Client::Connect(options);
  EXPECT_TRUE(client.ok());
  return std::move(client.value());
}

// Fails the first `failures` calls with `code`, then answers.
auto FailFirst(int failures, grpc::StatusCode code, std::vector<std::string>* ids = nullptr) {
  return [=, left = failures](const v1::ExecuteRequest& request,
                              v1::ExecuteResponse& response) mutable {
    if (ids != nullptr) ids->push_back(request.request_id());
    if (left-- > 0) return grpc::Status(code, "not now");
    response.set_name("queries/" + request.request_id());
    return grpc::Status::OK;
  };
}

v1::ExecuteRequest Request(const std::string& request_id) {
  v1::ExecuteRequest request;
  request.set_request_id(request_id);
  return request;
}

TEST(ClientTest, RepeatsAQueryWithTheSameRequestId) {
  FakeServer server;
  std::vector<std::string> ids;
  for (const auto code : {grpc::StatusCode::UNAVAILABLE, grpc::StatusCode::ABORTED}) {
    ids.clear();
    server.answers().execute = FailFirst(2, code, &ids);
    const auto response = ConnectTo(server)->Execute(Request(kRequestId));
    ASSERT_TRUE(response.ok()) << response.failure().message;
    EXPECT_EQ(response.value().name(), std::string("queries/") + kRequestId);
    EXPECT_EQ(ids, std::vector<std::string>(3, kRequestId));
  }
}

TEST(ClientTest, NeverRepeatsAQueryWithoutARequestId) {
  FakeServer server;
  server.answers().execute = FailFirst(1, grpc::StatusCode::UNAVAILABLE);
  EXPECT_FALSE(ConnectTo(server)->Execute(Request("")).ok());
  EXPECT_EQ(server.answers().calls["Execute"], 1);
}

TEST(ClientTest, RepeatsAreBounded) {
  FakeServer server;
  server.answers().execute = FailFirst(1000, grpc::StatusCode::UNAVAILABLE);
  const auto response = ConnectTo(server)->Execute(Request(kRequestId));
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.failure().exit_code, ExitCode::kTrouble);
  EXPECT_EQ(server.answers().calls["Execute"], ConnectOptions().attempts_max);
}

TEST(ClientTest, DoesNotRepeatWhatCannotPass) {
  FakeServer server;
  const auto client = ConnectTo(server);
  for (const auto code : {grpc::StatusCode::INVALID_ARGUMENT, grpc::StatusCode::INTERNAL,
                          grpc::StatusCode::FAILED_PRECONDITION}) {
    server.answers().calls.clear();
    server.answers().execute = FailFirst(1, code);
    EXPECT_FALSE(client->Execute(Request(kRequestId)).ok());
    EXPECT_EQ(server.answers().calls["Execute"], 1);
  }
  server.answers().calls.clear();
  server.answers().execute = [](const v1::ExecuteRequest&, v1::ExecuteResponse&) {
    return RefusalStatus({.code = grpc::StatusCode::UNAVAILABLE,
                          .reason = "LEDGER_REFUSED",
                          .message = "the ledger is not available"});
  };
  EXPECT_FALSE(client->Execute(Request(kRequestId)).ok());
  EXPECT_EQ(server.answers().calls["Execute"], 1);
}

TEST(ClientTest, RepeatsPolicyValidationButNeverItsApplication) {
  FakeServer server;
  server.answers().apply_policy = [](const v1::ApplyPolicyRequest&, v1::ApplyPolicyResponse&) {
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "not now");
  };
  const auto client = ConnectTo(server);
  v1::ApplyPolicyRequest request;
  EXPECT_FALSE(client->ApplyPolicy(request).ok());
  EXPECT_EQ(server.answers().calls["ApplyPolicy"], 1);
  request.set_validate_only(true);
  EXPECT_FALSE(client->ApplyPolicy(request).ok());
  EXPECT_EQ(server.answers().calls["ApplyPolicy"], 1 + ConnectOptions().attempts_max);
}

TEST(ClientTest, StopsRepeatingAtTheDeadline) {
  FakeServer server;
  server.answers().execute = FailFirst(1000, grpc::StatusCode::UNAVAILABLE);
  ConnectOptions options;
  options.address = server.address();
  options.deadline = std::chrono::seconds(5);
  options.backoff_first = std::chrono::hours(1);
  auto client = Client::Connect(options);
  ASSERT_TRUE(client.ok());
  EXPECT_FALSE(client.value()->Execute(Request(kRequestId)).ok());
  EXPECT_EQ(server.answers().calls["Execute"], 1);
}

TEST(ClientTest, SendsTheUserAndNothingWithoutOne) {
  FakeServer server;
  server.answers().get_dataset = [](const v1::GetDatasetRequest&, v1::Dataset&) {
    return grpc::Status::OK;
  };
  EXPECT_TRUE(ConnectTo(server, "carol")->GetDataset({}).ok());
  EXPECT_EQ(server.answers().user, "carol");
  EXPECT_TRUE(ConnectTo(server, "")->GetDataset({}).ok());
  EXPECT_EQ(server.answers().user, "-");
}

TEST(ClientTest, RefusesAddressesAndUsersThatCannotBeSent) {
  for (const char* address : {"", "localhost", ":7433", "localhost:"}) {
    EXPECT_FALSE(Client::Connect({.address = address, .user = ""}).ok()) << address;
  }
  for (const std::string& user :
       {std::string("a b"), std::string("a\nb"), std::string(300, 'a'), std::string("\xc3\xa9")}) {
    EXPECT_FALSE(Client::Connect({.address = "localhost:1", .user = user}).ok()) << user;
  }
}

TEST(ClientTest, SaysWhichServerIsNotThere) {
  std::string address;
  {
    const FakeServer gone;
    address = gone.address();
  }
  auto client = Client::Connect(
      {.address = address, .user = "", .backoff_first = std::chrono::milliseconds(1)});
  ASSERT_TRUE(client.ok());
  const auto response = client.value()->GetDataset({});
  ASSERT_FALSE(response.ok());
  EXPECT_EQ(response.failure().exit_code, ExitCode::kTrouble);
  EXPECT_NE(response.failure().message.find(address), std::string::npos);
}

TEST(ClientTest, ReadsAllPagesAndKeepsTheNewestEntries) {
  FakeServer server;
  server.answers().list_ledger_entries = [](const v1::ListLedgerEntriesRequest& request,
                                            v1::ListLedgerEntriesResponse& response) {
    const int page = request.page_token().empty() ? 0 : std::stoi(request.page_token());
    for (int i = 1; i <= 3; ++i) response.add_entries()->set_sequence(page * 3 + i);
    if (page < 2) response.set_next_page_token(std::to_string(page + 1));
    return grpc::Status::OK;
  };
  const auto entries = ConnectTo(server)->ListLedgerEntries("fair", 4);
  ASSERT_TRUE(entries.ok());
  ASSERT_EQ(entries.value().size(), 4u);
  EXPECT_EQ(entries.value().front().sequence(), 6);
  EXPECT_EQ(entries.value().back().sequence(), 9);
}

TEST(ClientTest, RefusesAPublishThatEndsWithoutBeingDone) {
  FakeServer server;
  server.answers().publish = [](const v1::PublishRequest&,
                                std::vector<v1::PublishResponse>& messages) {
    messages.resize(2);
    return grpc::Status::OK;
  };
  int seen = 0;
  const auto published =
      ConnectTo(server)->Publish({}, [&](const v1::PublishResponse&) { ++seen; });
  EXPECT_FALSE(published.ok());
  EXPECT_EQ(seen, 2);
}

TEST(ClientTest, NamesDatasetsOnce) {
  EXPECT_EQ(DatasetResource("fair"), "datasets/fair");
  EXPECT_EQ(DatasetResource("datasets/fair"), "datasets/fair");
}

}  // namespace
}  // namespace tacit::client
