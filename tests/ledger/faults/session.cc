#include "tests/ledger/faults/session.h"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"

namespace tacit::faults {
namespace {

constexpr char kDataset[] = "datasets/clinic";
constexpr char kCurator[] = "carol";
constexpr int kCallSecondsMax = 60;

// A call in the name of a user.
class Context {
 public:
  explicit Context(const std::string& user) {
    context_.AddMetadata("tacit-dev-user", user);
    context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(kCallSecondsMax));
  }
  grpc::ClientContext* get() { return &context_; }

 private:
  grpc::ClientContext context_;
};

// The server is gone, or going: it did not say anything about the request.
bool IsGone(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::UNAVAILABLE ||
         status.error_code() == grpc::StatusCode::UNKNOWN ||
         status.error_code() == grpc::StatusCode::CANCELLED;
}

std::string TextOf(const grpc::Status& status) {
  return absl::StrCat("status ", static_cast<int>(status.error_code()), " ",
                      status.error_message());
}

int64_t PicoOf(const std::string& decimal) { return std::llround(std::stod(decimal) * 1e12); }

}  // namespace

Session::Stubs Session::Connect(const std::string& address) {
  // A channel of its own: a shared one would wait before it tries an address again.
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  const auto channel =
      grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
  return {v1::QueryService::NewStub(channel), v1::BudgetService::NewStub(channel),
          v1::DatasetService::NewStub(channel)};
}

Question& Session::Add(const std::string& analyst, const std::string& epsilon, bool fresh) {
  auto question = std::make_unique<Question>();
  question->analyst = analyst;
  v1::ExecuteRequest& request = question->request;
  request.set_dataset(kDataset);
  request.set_sql("SELECT sex, COUNT(*), AVG(age) FROM people GROUP BY sex");
  request.set_epsilon(epsilon);
  if (fresh) request.set_reuse(v1::ExecuteRequest::REUSE_FRESH);
  char id[40];
  std::snprintf(id, sizeof(id), "00000000-0000-4000-8000-%08d%04d", number_, asked_++);
  request.set_request_id(id);
  questions_.push_back(std::move(question));
  return *questions_.back();
}

bool Session::Execute(Stubs& stubs, Question& question) {
  Context context(question.analyst);
  v1::ExecuteResponse response;
  const grpc::Status status = stubs.query->Execute(context.get(), question.request, &response);
  if (status.ok()) {
    question.answered = true;
    question.bytes = response.SerializeAsString();
  }
  return !IsGone(status);
}

bool Session::Curate(Stubs& stubs) {
  v1::GetDatasetRequest get;
  get.set_name(kDataset);
  v1::ApplyPolicyRequest apply;
  Context reading(kCurator);
  v1::Dataset dataset;
  grpc::Status status = stubs.dataset->GetDataset(reading.get(), get, &dataset);
  if (!status.ok()) return !IsGone(status);
  *apply.mutable_policy() = dataset.policy();
  v1::ApplyPolicyResponse applied;
  Context applying(kCurator);
  status = stubs.dataset->ApplyPolicy(applying.get(), apply, &applied);
  if (status.ok()) policy_version_ = applied.dataset().policy_version();
  if (IsGone(status)) return false;
  v1::PublishRequest publish;
  publish.set_dataset(kDataset);
  Context publishing(kCurator);
  const auto stream = stubs.dataset->Publish(publishing.get(), publish);
  v1::PublishResponse progress;
  while (stream->Read(&progress)) {
    if (progress.done()) data_version_ = progress.data_version();
  }
  return !IsGone(stream->Finish());
}

// What reads the ledger and writes nothing.
bool Session::Read(Stubs& stubs) {
  v1::EstimateRequest estimate;
  estimate.set_dataset(kDataset);
  estimate.set_sql("SELECT COUNT(*) FROM people");
  estimate.set_epsilon("0.25");
  v1::EstimateResponse estimated;
  Context estimating("alice");
  if (IsGone(stubs.query->Estimate(estimating.get(), estimate, &estimated))) return false;
  v1::GetBudgetRequest budget;
  budget.set_dataset(kDataset);
  v1::GetBudgetResponse budgets;
  Context asking("alice");
  if (IsGone(stubs.budget->GetBudget(asking.get(), budget, &budgets))) return false;
  v1::ListLedgerEntriesRequest list;
  list.set_dataset(kDataset);
  v1::ListLedgerEntriesResponse page;
  Context listing(kCurator);
  return !IsGone(stubs.budget->ListLedgerEntries(listing.get(), list, &page));
}

void Session::Ask(const std::string& address) {
  Stubs stubs = Connect(address);
  Question& first = Add("alice", "0.25", true);
  if (!Execute(stubs, first) || !Execute(stubs, first)) return;
  Question& more = Add("alice", "0.5", true);
  more.request.set_top_up("queries/" + first.request.request_id());
  if (!Execute(stubs, more)) return;
  if (!Execute(stubs, Add("alice", "0.25", false))) return;
  if (!Execute(stubs, Add("bob", "0.25", false))) return;
  Question& much = Add("alice", "999.5", true);
  much.refused = true;
  if (!Execute(stubs, much)) return;
  v1::ExecuteRequest validation = first.request;
  validation.set_validate_only(true);
  v1::ExecuteResponse response;
  Context validating("alice");
  if (IsGone(stubs.query->Execute(validating.get(), validation, &response))) return;
  if (!Read(stubs)) return;
  std::vector<Question*> crowd;
  for (const char* analyst : {"ann", "ben", "cid", "dan"}) {
    crowd.push_back(&Add(analyst, "0.25", true));
  }
  std::vector<std::thread> callers;
  std::atomic<bool> gone = false;
  for (Question* question : crowd) {
    callers.emplace_back([&, question] { gone = !Execute(stubs, *question) || gone; });
  }
  for (std::thread& caller : callers) caller.join();
  if (!gone) Curate(stubs);
}

std::string Session::Compare(Stubs& stubs, const Question& question) {
  Context context(question.analyst);
  v1::ExecuteResponse response;
  const grpc::Status status = stubs.query->Execute(context.get(), question.request, &response);
  const std::string id = question.request.request_id();
  if (question.refused) return status.ok() ? "admitted past the maximum: " + id : "";
  if (!status.ok()) return absl::StrCat("no answer to ", id, ": ", TextOf(status));
  if (question.answered && response.SerializeAsString() != question.bytes) {
    return "another answer to " + id;
  }
  return "";
}

std::string Session::CompareLog(Stubs& stubs) {
  std::map<std::string, int> rows;  // by kind and request
  int64_t debited = 0;
  v1::ListLedgerEntriesRequest list;
  list.set_dataset(kDataset);
  list.set_page_size(1000);
  do {
    Context context(kCurator);
    v1::ListLedgerEntriesResponse page;
    const grpc::Status status = stubs.budget->ListLedgerEntries(context.get(), list, &page);
    if (!status.ok()) return "the log: " + TextOf(status);
    for (const v1::LedgerEntry& entry : page.entries()) {
      ++rows[absl::StrCat(entry.kind(), " ", entry.request_id())];
      if (entry.kind() == "DEBIT") debited += PicoOf(entry.epsilon());
    }
    list.set_page_token(page.next_page_token());
  } while (!list.page_token().empty());
  for (const auto& question : questions_) {
    const std::string& id = question->request.request_id();
    const int debits = rows["DEBIT " + id];
    const int reuses = rows["REUSE " + id];
    const int outcomes = rows["OUTCOME " + id];
    if (debits + reuses != (question->refused ? 0 : 1)) return "paid not exactly once: " + id;
    if (outcomes != debits) return "not one outcome for one debit: " + id;
  }
  v1::GetBudgetRequest request;
  request.set_dataset(kDataset);
  v1::GetBudgetResponse response;
  Context context(kCurator);
  const grpc::Status status = stubs.budget->GetBudget(context.get(), request, &response);
  if (!status.ok()) return "the budget: " + TextOf(status);
  if (PicoOf(response.dataset().epsilon_spent()) != debited) return "spent is not the debits";
  return "";
}

std::string Session::Judge(const std::string& address) {
  Stubs stubs = Connect(address);
  v1::GetDatasetRequest get;
  get.set_name(kDataset);
  v1::Dataset dataset;
  Context context(kCurator);
  const grpc::Status status = stubs.dataset->GetDataset(context.get(), get, &dataset);
  if (!status.ok()) return "the dataset: " + TextOf(status);
  if (dataset.policy_version() < policy_version_) return "lost a policy";
  if (dataset.data_version() < data_version_) return "lost a publication";
  for (const auto& question : questions_) {
    const std::string complaint = Compare(stubs, *question);
    if (!complaint.empty()) return complaint;
  }
  return CompareLog(stubs);
}

}  // namespace tacit::faults
