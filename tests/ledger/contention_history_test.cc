// 64 clients ask at once, repeat ids and go away; the whole history is then held against a
// sequential model (contention_model.h) in the order of the ledger's rows.
//
// A cancel is a client that goes away after its debit: either its receipt is dropped and no outcome
// ever comes, or a failure is stored. The debit stays in both cases.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/accountant/sample_ledger.h"
#include "tests/ledger/contention_model.h"
#include "tests/ledger/faults/extent.h"

namespace tacit {
namespace {

using namespace sample;  // NOLINT: the fixture of the accountant's tests

constexpr int kClients = 64;

enum class Reply { kReceipt, kStored, kInFlight, kRefused, kWrong };

struct Call {
  size_t id = 0;
  Reply reply = Reply::kWrong;
  uint64_t begin = 0;
  uint64_t end = 0;
};

class ContentionHistoryTest : public testing::Test {
 protected:
  void Prepare(size_t count) {
    plans_ = MakePlans(count, faults::Seed());
    ASSERT_TRUE(Accountant::Init(paths_).ok());
    accountant_ = MustOpen(paths_);
    for (int dataset = 0; dataset < kDatasets; ++dataset) {
      models_.emplace_back(dataset, plans_);
      const auto added = accountant_->AddPolicy(models_.back().Terms(), "policy", "curator");
      ASSERT_TRUE(added.ok()) << added.status();
      ASSERT_TRUE(accountant_->Publish(NameOf(dataset), "curator").ok());
    }
    plans_.reserve(count + 16);
    stored_from_.assign(count + 16, 0);
    stored_by_.assign(count + 16, 0);
  }

  Charge ChargeOf(size_t id) const {
    const Plan& plan = plans_[id];
    Charge charge = Ask("q" + std::to_string(id), "1");
    charge.dataset = NameOf(plan.dataset);
    charge.analyst = Analyst(plan.analyst);
    charge.losses = {plan.loss};
    charge.fresh = true;
    return charge;
  }

  static std::string BytesOf(size_t id, Fate fate) {
    return (fate == Fate::kAnswer ? "answer " : "failure ") + std::to_string(id);
  }

  // Asks, and does with a receipt what the plan says.
  Call AskOnce(size_t id) {
    Call call{.id = id, .begin = ++ticks_};
    const Charge charge = ChargeOf(id);
    const auto result = accountant_->Spend(charge);
    call.end = ++ticks_;
    if (!result.ok()) {
      const Reason reason = ReasonOf(result.status());
      if (reason == Reason::kRequestInFlight) call.reply = Reply::kInFlight;
      if (reason == Reason::kBudgetExhausted) call.reply = Reply::kRefused;
    } else if (const auto* stored = std::get_if<StoredOutcome>(&*result)) {
      const Amount price = TotalPrice(charge.losses);
      const bool same = stored->bytes == BytesOf(id, plans_[id].fate) && !stored->reused &&
                        stored->dataset_charged == price && stored->analyst_charged == price;
      if (same) call.reply = Reply::kStored;
    } else {
      call.reply = Reply::kReceipt;
      if (plans_[id].fate != Fate::kDropped) Finish(charge, id);
    }
    return call;
  }

  void Finish(const Charge& charge, size_t id) {
    const Fate fate = plans_[id].fate;
    const auto kind = fate == Fate::kAnswer ? OutcomeKind::kAnswer : OutcomeKind::kFailure;
    stored_from_[id] = ++ticks_;
    const absl::Status stored = accountant_->StoreOutcome(charge.dataset, charge.analyst,
                                                          charge.request, kind, BytesOf(id, fate));
    stored_by_[id] = ++ticks_;
    failed_stores_ += stored.ok() ? 0 : 1;
  }

  // Every fifth call of each client repeats an id, of anyone, old or at work.
  void Run() {
    const size_t count = plans_.size();
    std::atomic<size_t> next = 0;
    std::vector<std::vector<Call>> calls(kClients);
    std::vector<std::thread> threads;
    for (int client = 0; client < kClients; ++client) {
      threads.emplace_back([&, client] {
        std::mt19937_64 random(faults::Seed() + static_cast<uint64_t>(client));
        while (true) {
          const size_t issued = std::min(next.load(), count);
          size_t id = count;
          if (random() % 5 == 0 && issued > 0) {
            const size_t back = random() % 2 == 0 ? issued : std::min<size_t>(issued, kClients);
            id = issued - 1 - random() % back;
            ++repeated_;
          } else {
            id = next.fetch_add(1);
          }
          if (id >= count) return;
          calls[static_cast<size_t>(client)].push_back(AskOnce(id));
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    for (const auto& of_client : calls)
      calls_.insert(calls_.end(), of_client.begin(), of_client.end());
  }

  // Asks for exactly what is left: the very last unit is admitted, and not one more. Filling an
  // analyst's own budget may fill his role's too.
  void FillUp() {
    for (const int analyst : {0, 1, kAnalysts - 1}) {
      const auto views = accountant_->Budgets(NameOf(0), Analyst(analyst));
      ASSERT_TRUE(views.ok()) << views.status();
      Epsilon left = views->front().remaining.epsilon;
      for (const BudgetView& view : *views) left = std::min(left, view.remaining.epsilon);
      for (const Epsilon& epsilon : {left, Epsilon::FromPico(1)}) {
        if (epsilon == Epsilon()) continue;
        exact_fits_ += epsilon == left ? 1 : 0;
        plans_.push_back({0, analyst, PureLoss{epsilon}, Fate::kAnswer});
        calls_.push_back(AskOnce(plans_.size() - 1));
        EXPECT_EQ(calls_.back().reply, epsilon == left ? Reply::kReceipt : Reply::kRefused);
      }
    }
  }

  // Ids of the debits in the order of the ledger, each admitted by a model of its own.
  std::vector<size_t> CheckRows() {
    std::vector<size_t> order;
    std::vector<int> debits(plans_.size());
    std::vector<int> outcomes(plans_.size());
    std::vector<Model> models = models_;
    const auto end = ExportLedger(paths_, [&](const ExportedRow& row) {
      if (row.entry.request.empty()) return;
      const size_t id = std::stoul(row.entry.request.substr(1));
      const Plan& plan = plans_.at(id);
      wrong_ += row.entry.actor == Analyst(plan.analyst).value() ? 0 : 1;
      if (row.entry.kind == "OUTCOME") {
        wrong_ += debits[id] == 1 && outcomes[id]++ == 0 && plan.fate != Fate::kDropped ? 0 : 1;
        return;
      }
      wrong_ += row.entry.kind == "DEBIT" && debits[id]++ == 0 ? 0 : 1;
      wrong_ += row.entry.charged == TotalPrice({plan.loss}) ? 0 : 1;
      Model& model = models[static_cast<size_t>(plan.dataset)];
      wrong_ += model.Fits(plan) ? 0 : 1;
      model.Spend(plan);
      order.push_back(id);
    });
    EXPECT_TRUE(end.ok()) << end.status();
    for (size_t id = 0; id < plans_.size(); ++id) {
      wrong_ += outcomes[id] == (plans_[id].fate == Fate::kDropped ? 0 : debits[id]) ? 0 : 1;
    }
    for (const Model& model : models) overspent_ += model.Overspent();
    return order;
  }

  // Every reply is what the model gives at some moment between the call's begin and end, and rows
  // stand in an order that no two calls one after the other contradict.
  void CheckReplies(const std::vector<size_t>& order) {
    std::vector<const Call*> paid(plans_.size());
    for (const Call& call : calls_) {
      if (call.reply != Reply::kReceipt) continue;
      wrong_ += paid[call.id] == nullptr ? 0 : 1;
      paid[call.id] = &call;
    }
    uint64_t latest_begin = 0;
    for (const size_t id : order) {
      ASSERT_NE(paid[id], nullptr) << "a debit whose receipt nobody got";
      wrong_ += latest_begin < paid[id]->end ? 0 : 1;
      latest_begin = std::max(latest_begin, paid[id]->begin);
    }
    EXPECT_EQ(order.size(), static_cast<size_t>(Count(Reply::kReceipt)));
    std::sort(calls_.begin(), calls_.end(),
              [](const Call& a, const Call& b) { return a.end < b.end; });
    for (const Call& call : calls_) {
      if (call.reply == Reply::kReceipt) paid[call.id] = &call;  // sorting moved it
    }
    size_t row = 0;
    for (const Call& call : calls_) {
      // The most that can have been admitted when this reply was decided.
      while (row < order.size() && paid[order[row]]->begin < call.end) {
        const Plan& plan = plans_[order[row++]];
        models_[static_cast<size_t>(plan.dataset)].Spend(plan);
      }
      wrong_ += IsRight(call, paid[call.id]) ? 0 : 1;
    }
  }

  bool IsRight(const Call& call, const Call* paid) {
    const Plan& plan = plans_[call.id];
    switch (call.reply) {
      case Reply::kReceipt:
        return true;  // has its row
      case Reply::kStored:
        return paid != nullptr && stored_from_[call.id] != 0 && stored_from_[call.id] < call.end;
      case Reply::kInFlight:
        return paid != nullptr && paid->begin < call.end &&
               (stored_by_[call.id] == 0 || stored_by_[call.id] > call.begin);
      case Reply::kRefused:
        return (paid == nullptr || paid->end > call.begin) &&
               !models_[static_cast<size_t>(plan.dataset)].Fits(plan);
      case Reply::kWrong:
        return false;
    }
    return false;
  }

  int64_t Count(Reply reply) const {
    return std::count_if(calls_.begin(), calls_.end(),
                         [&](const Call& call) { return call.reply == reply; });
  }

  const LedgerPaths paths_ = FreshPaths();
  std::unique_ptr<Accountant> accountant_;
  std::vector<Plan> plans_;
  std::vector<Model> models_;
  std::vector<uint64_t> stored_from_;  // by id; 0: never
  std::vector<uint64_t> stored_by_;
  std::atomic<uint64_t> ticks_ = 0;
  std::atomic<int64_t> repeated_ = 0;
  std::atomic<int64_t> failed_stores_ = 0;
  std::vector<Call> calls_;
  int64_t exact_fits_ = 0;
  int64_t wrong_ = 0;
  int64_t overspent_ = 0;
};

TEST_F(ContentionHistoryTest, EveryReplyIsThatOfASequentialLedger) {
  const size_t debits = faults::IsWhole() ? 1'000'000 : 3000;
  Prepare(debits + debits / 20);  // the budgets refuse some
  const auto begun = std::chrono::steady_clock::now();
  Run();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun;
  FillUp();
  accountant_.reset();
  const std::vector<size_t> order = CheckRows();
  CheckReplies(order);
  EXPECT_EQ(wrong_, 0);
  EXPECT_EQ(overspent_, 0);
  EXPECT_EQ(failed_stores_, 0);
  EXPECT_GT(exact_fits_, 0);
  EXPECT_GE(order.size(), debits);
  EXPECT_GT(Count(Reply::kRefused), 3);
  EXPECT_GT(Count(Reply::kStored), 0);
  int64_t cancelled = 0;
  for (const size_t id : order) cancelled += plans_[id].fate == Fate::kAnswer ? 0 : 1;
  std::printf(
      "COUNT %d clients: %zu debits in %.1f s, %lld repeated calls of %zu, %lld cancelled, "
      "%lld refused; %lld replies or rows wrong, %lld units overspent\n",
      kClients, order.size(), taken.count(), static_cast<long long>(repeated_), calls_.size(),
      static_cast<long long>(cancelled), static_cast<long long>(Count(Reply::kRefused)),
      static_cast<long long>(wrong_), static_cast<long long>(overspent_));
}

}  // namespace
}  // namespace tacit
