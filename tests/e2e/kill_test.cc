// SIGKILL in the middle of work: nothing acknowledged is lost, nothing is paid twice.
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <map>
#include <thread>

#include "tacit/v1/budget.grpc.pb.h"
#include "tacit/v1/query.grpc.pb.h"
#include "tests/e2e/clinic.h"

namespace tacit {
namespace {

constexpr int kKills = 12;
constexpr int kClients = 4;

void Identify(grpc::ClientContext& context, const std::string& user) {
  context.AddMetadata("tacit-dev-user", user);
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
}

std::string IdOf(int number) {
  char id[40];
  snprintf(id, sizeof(id), "00000000-0000-4000-8000-%012d", number);
  return id;
}

// An odd one tops up the one before it.
v1::ExecuteRequest Question(int number) {
  const bool is_top_up = number % 2 == 1;
  v1::ExecuteRequest request;
  request.set_dataset("datasets/clinic");
  request.set_sql("SELECT sex, COUNT(*), AVG(age) FROM people GROUP BY sex");
  request.set_epsilon(is_top_up ? "0.5" : "0.25");
  request.set_reuse(v1::ExecuteRequest::REUSE_FRESH);
  request.set_request_id(IdOf(number));
  if (is_top_up) request.set_top_up("queries/" + IdOf(number - 1));
  return request;
}

int64_t PicoOf(const std::string& decimal) { return std::llround(std::stod(decimal) * 1e12); }

class KillTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"policy", "apply", folder_ + "/clinic.toml"},
          std::vector<std::string>{"dataset", "publish", "clinic"}}) {
      ASSERT_EQ(RunTacit(server_, folder_, "carol", words).exit_code, 0);
    }
  }

  std::shared_ptr<grpc::Channel> Connect() const {
    return grpc::CreateChannel(server_.address(), grpc::InsecureChannelCredentials());
  }

  grpc::Status Ask(v1::QueryService::Stub& stub, int number, std::string* bytes) const {
    grpc::ClientContext context;
    Identify(context, "alice");
    v1::ExecuteResponse response;
    const grpc::Status status = stub.Execute(&context, Question(number), &response);
    *bytes = response.SerializeAsString();
    return status;
  }

  // Asks with new ids until the server is gone. Returns what was acknowledged.
  std::map<int, std::string> AskUntilKilled(std::atomic<int>& next) const {
    std::map<int, std::string> acknowledged;
    const auto stub = v1::QueryService::NewStub(Connect());
    for (int i = 0; i < 1000; ++i) {
      const int first = next.fetch_add(2);
      for (const int number : {first, first + 1}) {
        std::string bytes;
        if (!Ask(*stub, number, &bytes).ok()) return acknowledged;
        acknowledged[number] = bytes;
        answered_.fetch_add(1);
      }
    }
    return acknowledged;
  }

  // Until so many answers have come, or a minute has passed, which the test's own checks then show.
  void WaitForAnswers(int wanted) const {
    for (int i = 0; i < 60000 && answered_.load() < wanted; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  std::vector<v1::LedgerEntry> Ledger() const {
    std::vector<v1::LedgerEntry> entries;
    v1::ListLedgerEntriesRequest request;
    request.set_dataset("datasets/clinic");
    request.set_page_size(1000);
    const auto stub = v1::BudgetService::NewStub(Connect());
    do {
      grpc::ClientContext context;
      Identify(context, "carol");
      v1::ListLedgerEntriesResponse page;
      EXPECT_TRUE(stub->ListLedgerEntries(&context, request, &page).ok());
      entries.insert(entries.end(), page.entries().begin(), page.entries().end());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return entries;
  }

  std::string Spent() const {
    grpc::ClientContext context;
    Identify(context, "carol");
    v1::GetBudgetRequest request;
    request.set_dataset("datasets/clinic");
    v1::GetBudgetResponse response;
    EXPECT_TRUE(
        v1::BudgetService::NewStub(Connect())->GetBudget(&context, request, &response).ok());
    return response.dataset().epsilon_spent();
  }

  mutable std::atomic<int> answered_{0};
  const std::string folder_ = MakeClinic();
  TacitdProcess server_{TACITD, "carol", folder_};
};

TEST_F(KillTest, AcknowledgedAnswersSurviveAndAreNeverPaidTwice) {
  std::atomic<int> next{2};
  std::map<int, std::string> acknowledged;
  for (int round = 0; round < kKills; ++round) {
    std::vector<std::map<int, std::string>> seen(kClients);
    std::vector<std::thread> clients;
    for (int c = 0; c < kClients; ++c) {
      clients.emplace_back([&, c] { seen[c] = AskUntilKilled(next); });
    }
    WaitForAnswers(answered_.load() + 2);
    // Another moment of the work each time; what is asserted does not depend on which.
    std::this_thread::sleep_for(std::chrono::milliseconds(7 * round));
    EXPECT_EQ(server_.Stop(SIGKILL), 128 + SIGKILL);
    for (std::thread& client : clients) client.join();
    for (const auto& answers : seen) acknowledged.insert(answers.begin(), answers.end());
    server_.Start();
  }
  ASSERT_GE(acknowledged.size(), static_cast<size_t>(2 * kKills));
  const auto stub = v1::QueryService::NewStub(Connect());
  int top_ups = 0;
  for (const auto& [number, bytes] : acknowledged) {
    std::string again;
    ASSERT_TRUE(Ask(*stub, number, &again).ok());
    EXPECT_EQ(again, bytes);
    v1::ExecuteResponse answer;
    ASSERT_TRUE(answer.ParseFromString(bytes));
    EXPECT_EQ(answer.release().top_up().draws(), number % 2 == 1 ? 2 : 0);
    top_ups += number % 2;
  }
  EXPECT_GT(top_ups, 0);
  std::map<std::string, int> debits;
  std::map<std::string, int> outcomes;
  int64_t debited = 0;
  for (const v1::LedgerEntry& entry : Ledger()) {
    if (entry.kind() == "DEBIT") ++debits[entry.request_id()];
    if (entry.kind() == "DEBIT") debited += PicoOf(entry.epsilon());
    if (entry.kind() == "OUTCOME") ++outcomes[entry.request_id()];
  }
  for (const auto& [request, count] : debits) EXPECT_EQ(count, 1) << request;
  for (const auto& [request, count] : outcomes) {
    EXPECT_EQ(count, 1) << request;
    EXPECT_EQ(debits.count(request), 1u) << request;
  }
  EXPECT_GE(debits.size(), acknowledged.size());
  EXPECT_EQ(PicoOf(Spent()), debited);
  // What was paid for and not answered runs once more under its id, unpaid.
  const std::string before = Spent();
  for (const auto& [request, count] : debits) {
    if (outcomes.count(request) != 0) continue;
    std::string bytes;
    EXPECT_TRUE(Ask(*stub, std::stoi(request.substr(24)), &bytes).ok()) << request;
  }
  EXPECT_EQ(Spent(), before);
}

}  // namespace
}  // namespace tacit
