#include "tests/ledger/faults/story.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdlib>
#include <thread>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/accountant/lease/sample_lease.h"

namespace tacit::faults {
namespace {

using namespace sample;  // NOLINT: the fixture of the accountant's tests

constexpr size_t kSmall = 200;
constexpr size_t kLarge = 30'000;  // several pages of the file

// A budget that only the refused requests pass.
LineageTerms AmpleTerms() {
  LineageTerms terms = Terms();
  terms.limit = Pure("1000");
  terms.analysts = {{kAna, Pure("900"), Eps("10")}, {kBob, Pure("900"), Eps("10")}};
  return terms;
}

std::string TextOf(const std::string& what, size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += what + ";";
  return text.substr(0, bytes);
}

std::string AnswerTo(const Charge& charge, size_t bytes) {
  return TextOf("answer to " + charge.request.value(), bytes);
}

Step Refused(const Charge& charge) {
  Step step = Debit(charge);
  step.row.clear();
  step.refused = true;
  step.dataset_charged = step.analyst_charged = Amount();
  return step;
}

// `charge` is answered with what was stored for `stored`.
Step Reuse(const Charge& charge, const Charge& stored, bool paid) {
  Step step = Debit(charge);
  step.row = "REUSE";
  step.text = AnswerTo(stored, kSmall);
  step.dataset_charged = Amount();
  if (!paid) step.analyst_charged = Amount();
  return step;
}

Step Lease(const Charge& charge) {
  Step step = Debit(charge);
  step.kind = Step::Kind::kLease;
  step.row = "LEASE";
  return step;
}

// The same request id after its outcome was stored.
Step RetryLease(const Charge& charge) {
  Step step = Lease(charge);
  step.row.clear();
  step.text = AnswerTo(charge, kSmall);
  step.dataset_charged = step.analyst_charged = Amount();
  return step;
}

Step Retry(const Charge& charge) {
  Step step = Reuse(charge, charge, false);
  step.row.clear();
  return step;
}

// What a top-up does first: reads the answer that it builds on.
Step Find(const Charge& stored) {
  Step step;
  step.kind = Step::Kind::kFind;
  step.charge = stored;
  step.text = AnswerTo(stored, kSmall);
  return step;
}

Step Rerun(const Charge& charge) {
  Step step = Debit(charge);
  step.row = "RERUN";
  step.dataset_charged = step.analyst_charged = Amount();
  return step;
}

Step NextPolicy(const std::string& limit, size_t bytes) {
  LineageTerms terms = AmpleTerms();
  terms.limit = Pure(limit);
  return FirstPolicy(terms, bytes);
}

// The same with delta, which training needs.
LineageTerms AmpleDelta() {
  LineageTerms terms = AmpleTerms();
  terms.filter = Filter::kApproximate;
  terms.limit.amount.delta = Del("1e-3");
  for (AnalystTerms& granted : terms.analysts) granted.limit.amount.delta = Del("1e-4");
  return terms;
}

// A dataset with `past` requests, each answered.
std::vector<Step> Begin(int past, const LineageTerms& terms = AmpleTerms()) {
  std::vector<Step> steps = {FirstPolicy(terms, kSmall), Publish(kSurvey)};
  for (int i = 0; i < past; ++i) {
    const Charge charge = Ask(absl::StrCat("past-", i), "0.125");
    steps.push_back(Debit(charge));
    steps.push_back(Answer(charge, kSmall));
  }
  return steps;
}

std::vector<Step> With(std::vector<Step> steps, const std::vector<Step>& more) {
  steps.insert(steps.end(), more.begin(), more.end());
  return steps;
}

// Several callers at once, so that rows of more than one share a commit group.
std::vector<Step> Crowd() {
  std::vector<Step> steps;
  for (int caller = 0; caller < 4; ++caller) {
    for (int i = 0; i < 2; ++i) {
      const Charge charge =
          As(Ask(absl::StrCat("crowd-", caller, "-", i), "0.25"), caller % 2 == 0 ? kAna : kBob);
      for (Step step : {Debit(charge), Answer(charge, kSmall)}) {
        step.caller = caller;
        steps.push_back(std::move(step));
      }
    }
  }
  return steps;
}

absl::Status PerformLease(const Step& step, Accountant& accountant) {
  absl::StatusOr<LeaseResult> result = accountant.Lease(LeaseOf(step));
  if (!result.ok()) return result.status();
  auto* lease = std::get_if<StepLease>(&*result);
  if ((lease != nullptr) != (step.row == "LEASE")) {
    return absl::InternalError("wrong: steps in place of an outcome, or the reverse");
  }
  if (lease == nullptr) {
    const bool same = std::get<StoredOutcome>(*result).bytes == step.text;
    return same ? absl::OkStatus() : absl::InternalError("wrong: another outcome than was stored");
  }
  int64_t taken = 0;
  while (lease->Next().has_value()) ++taken;
  return taken == lease->steps() ? absl::OkStatus() : absl::InternalError("wrong: other steps");
}

}  // namespace

LeaseCharge LeaseOf(const Step& step) { return {step.charge, kJob}; }

Step FirstPolicy(const LineageTerms& terms, size_t policy_bytes) {
  Step step;
  step.kind = Step::Kind::kPolicy;
  step.terms = terms;
  step.row = "POLICY";
  step.text = TextOf("policy", policy_bytes);
  return step;
}

Step Publish(const DatasetId& dataset) {
  Step step;
  step.kind = Step::Kind::kPublish;
  step.terms.dataset = dataset;
  step.row = "PUBLISH";
  return step;
}

Step Debit(const Charge& charge) {
  Step step;
  step.charge = charge;
  step.row = "DEBIT";
  step.dataset_charged = step.analyst_charged = TotalPrice(charge.losses);
  return step;
}

Step Answer(const Charge& charge, size_t answer_bytes) {
  Step step;
  step.kind = Step::Kind::kAnswer;
  step.charge = charge;
  step.row = "OUTCOME";
  step.text = AnswerTo(charge, answer_bytes);
  return step;
}

std::vector<Story> EveryStory(int past) {
  const Charge first = WithKey(Ask("first", "0.5"), "shared");
  const Charge again = WithKey(Ask("again", "0.5"), "shared");
  const Charge next = Ask("next", "0.25");
  LineageTerms other = AmpleTerms();
  other.dataset = DatasetId("other");
  const Charge job = AskSteps("job", 1).charge;
  const std::vector<Step> begun = Begin(past);
  // Both of one cell, so that the total is the sum here too.
  std::vector<Step> parted = begun;
  parted[0].terms.partition = {"survey.sex in F, M", 2};
  Charge one = first;
  Charge more = next;
  one.cells = more.cells = {1};
  const std::vector<Step> trains = Begin(past, AmpleDelta());
  const std::vector<Step> answered = With(begun, {Debit(first), Answer(first, kSmall)});
  return {
      {"open", begun, {}},
      {"first policy", {}, {FirstPolicy(AmpleTerms(), kSmall), Publish(kSurvey)}},
      {"large policy", begun, {NextPolicy("1000", kLarge)}},
      {"second dataset", begun, {FirstPolicy(other, kSmall), Publish(other.dataset)}},
      {"publish", begun, {Publish(kSurvey)}},
      {"debit", begun, {Debit(next)}},
      {"debit and answer", begun, {Debit(next), Answer(next, kSmall)}},
      {"large answer", begun, {Debit(next), Answer(next, kLarge)}},
      {"two answers",
       begun,
       {Debit(first), Answer(first, kSmall), Debit(next), Answer(next, kSmall)}},
      {"retry", answered, {Retry(first)}},
      {"reuse", answered, {Reuse(again, first, false)}},
      {"paid reuse", answered, {Reuse(As(again, kBob), first, true), Retry(first)}},
      {"top-up", answered, {Find(first), Debit(next), Answer(next, kSmall)}},
      {"top-up, run again",
       With(answered, {Find(first), Debit(next)}),
       {Find(first), Rerun(next), Answer(next, kSmall)}},
      {"cell",
       With(parted, {Debit(one), Answer(one, kSmall)}),
       {Debit(more), Answer(more, kSmall)}},
      {"rerun", With(begun, {Debit(next)}), {Rerun(next), Answer(next, kSmall)}},
      {"raise", begun, {NextPolicy("2000", kSmall), Debit(next), Answer(next, kSmall)}},
      {"cut", begun, {NextPolicy("0.001", kSmall), Refused(next)}},
      {"refusal", begun, {Refused(Ask("much", "11")), Debit(next), Answer(next, kSmall)}},
      {"crowd", begun, Crowd()},
      {"lease", trains, {Lease(job), Debit(next)}},
      {"lease and outcome", trains, {Lease(job), Answer(job, kSmall), RetryLease(job)}},
  };
}

Story WithSecondLife(Story story) {
  story.act.push_back(Publish(kSurvey));
  story.act.back().life = 1;
  return story;
}

Progress* NewProgress() {
  void* memory =
      mmap(nullptr, sizeof(Progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) std::abort();
  return static_cast<Progress*>(memory);
}

void Reset(Progress& progress) {
  for (size_t i = 0; i < kStepsMax; ++i) progress.begun[i] = progress.done[i] = false;
  progress.wrong = false;
}

Told ToldBy(const Story& story, const Progress& progress) {
  Told told;
  for (size_t i = 0; i < story.act.size(); ++i) {
    told.begun.push_back(progress.begun[i]);
    told.done.push_back(progress.done[i]);
  }
  return told;
}

Told Nothing(const Story& story) {
  return {std::vector<bool>(story.act.size()), std::vector<bool>(story.act.size())};
}

void Hear(int64_t remark, Told& told) {
  const size_t step = static_cast<size_t>(remark / 2);
  (remark % 2 == 0 ? told.begun : told.done).at(step) = true;
}

namespace {

absl::Status Seek(const Step& step, const Accountant& accountant) {
  const Charge& charge = step.charge;
  const absl::StatusOr<PastRequest> past =
      accountant.FindRequest(charge.dataset, charge.analyst, charge.request, std::nullopt);
  if (!past.ok()) return past.status();
  if (past->state != PastRequest::State::kStored || past->outcome.bytes != step.text) {
    return absl::InternalError("wrong: another answer than was stored");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Perform(const Step& step, Accountant& accountant) {
  const Charge& charge = step.charge;
  switch (step.kind) {
    case Step::Kind::kPolicy:
      return accountant.AddPolicy(step.terms, step.text, "curator").status();
    case Step::Kind::kPublish:
      return accountant.Publish(step.terms.dataset, "curator").status();
    case Step::Kind::kAnswer:
      return accountant.StoreOutcome(charge.dataset, charge.analyst, charge.request,
                                     OutcomeKind::kAnswer, step.text);
    case Step::Kind::kFind:
      return Seek(step, accountant);
    case Step::Kind::kLease:
      return PerformLease(step, accountant);
    case Step::Kind::kSpend:
      break;
  }
  const absl::StatusOr<SpendResult> result = accountant.Spend(charge);
  if (step.refused) {
    const bool as_expected = !result.ok() && ReasonOf(result.status()) == Reason::kBudgetExhausted;
    const bool by_maximum = !result.ok() && ReasonOf(result.status()) == Reason::kPrivacyParameter;
    if (as_expected || by_maximum) return absl::OkStatus();
    return result.ok() ? absl::InternalError("wrong: admitted past the budget") : result.status();
  }
  if (!result.ok()) return result.status();
  const bool receipt = std::holds_alternative<SpendReceipt>(*result);
  if (receipt != (step.row == "DEBIT" || step.row == "RERUN")) {
    return absl::InternalError("wrong: a receipt in place of an answer, or the reverse");
  }
  if (!receipt && std::get<StoredOutcome>(*result).bytes != step.text) {
    return absl::InternalError("wrong: another answer than was stored");
  }
  return absl::OkStatus();
}

void Play(const Story& story, int life, Accountant& accountant, Progress& progress,
          Control& control) {
  int callers = 1;
  for (const Step& step : story.act) callers = std::max(callers, step.caller + 1);
  const auto play = [&](int caller) {
    for (size_t i = 0; i < story.act.size(); ++i) {
      if (story.act[i].caller != caller || story.act[i].life != life) continue;
      progress.begun[i] = true;
      Note(control, static_cast<int64_t>(2 * i));
      const absl::Status status = Perform(story.act[i], accountant);
      if (absl::StartsWith(status.message(), "wrong")) progress.wrong = true;
      if (!status.ok()) continue;
      progress.done[i] = true;
      Note(control, static_cast<int64_t>(2 * i + 1));
    }
  };
  if (callers == 1) return play(0);
  std::vector<std::thread> threads;
  for (int caller = 0; caller < callers; ++caller) threads.emplace_back(play, caller);
  for (std::thread& thread : threads) thread.join();
}

Image Prepare(const Story& story, const Scratch& scratch) {
  scratch.Put({});
  EXPECT_TRUE(Accountant::Init(scratch.paths()).ok());
  auto accountant = MustOpen(scratch.paths());
  for (const Step& step : story.before) {
    const absl::Status status = Perform(step, *accountant);
    EXPECT_TRUE(status.ok()) << story.name << ": " << status;
  }
  accountant.reset();
  return scratch.Take();
}

}  // namespace tacit::faults
