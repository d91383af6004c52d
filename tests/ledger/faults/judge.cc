#include "tests/ledger/faults/judge.h"

#include <map>
#include <set>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/accountant/sample_ledger.h"

namespace tacit::faults {
namespace {

constexpr int kRowsMax = 1'000'000;

// What tells one row from any other: its kind, dataset, actor and request.
std::string KeyOf(const LogEntry& row) {
  return absl::StrJoin({row.kind, row.dataset.value(), row.actor, row.request}, "/");
}

std::string KeyOf(const Step& step) {
  if (step.kind == Step::Kind::kPolicy || step.kind == Step::Kind::kPublish) {
    return absl::StrJoin({step.row, step.terms.dataset.value(), std::string("curator"), {}}, "/");
  }
  return absl::StrJoin({step.row, step.charge.dataset.value(), step.charge.analyst.value(),
                        step.charge.request.value()},
                       "/");
}

const DatasetId& DatasetOf(const Step& step) {
  const bool curator = step.kind == Step::Kind::kPolicy || step.kind == Step::Kind::kPublish;
  return curator ? step.terms.dataset : step.charge.dataset;
}

std::vector<LogEntry> RowsOf(const Story& story, const Accountant& accountant) {
  std::set<DatasetId> datasets;
  for (const Step& step : story.before) datasets.insert(DatasetOf(step));
  for (const Step& step : story.act) datasets.insert(DatasetOf(step));
  std::vector<LogEntry> rows;
  for (const DatasetId& dataset : datasets) {
    absl::StatusOr<std::vector<LogEntry>> log = accountant.Log(dataset, 0, kRowsMax);
    if (ReasonOf(log.status()) == Reason::kNotFound) continue;  // cut off before its first policy
    for (LogEntry& row : *log) rows.push_back(std::move(row));
  }
  return rows;
}

// Judges one opened ledger; `complaints` collects what is wrong.
class Hearing {
 public:
  Hearing(const Story& story, const Told& told, Accountant& accountant)
      : story_(story), told_(told), accountant_(accountant) {
    for (const LogEntry& row : RowsOf(story, accountant)) {
      ++rows_[KeyOf(row)];
      Amount& charged = charged_[row.dataset];
      charged = AddSaturating(charged, row.charged);
    }
  }

  std::string Judge() {
    CompareRows();
    CompareTotals();
    CompareAnswers();
    if (complaints_.empty()) AskAgain();
    return absl::StrJoin(complaints_, "; ");
  }

 private:
  struct Count {
    int least = 0;
    int most = 0;
  };

  void Complain(const std::string& what) { complaints_.push_back(what); }

  void CompareRows() {
    std::map<std::string, Count> expected;
    const auto expect = [&](const Step& step, bool begun, bool done) {
      if (step.row.empty()) return;
      Count& count = expected[KeyOf(step)];
      count.least += done ? 1 : 0;
      count.most += begun ? 1 : 0;
    };
    for (const Step& step : story_.before) expect(step, true, true);
    for (size_t i = 0; i < story_.act.size(); ++i) {
      expect(story_.act[i], told_.begun[i], told_.done[i]);
    }
    for (const auto& [key, count] : expected) {
      const int found = rows_[key];
      if (found < count.least) Complain("lost " + key);
      if (found > count.most) Complain("doubled or never asked " + key);
    }
    for (const auto& [key, found] : rows_) {
      if (expected.count(key) == 0) Complain("asked by nobody: " + key);
      const std::string outcome = "OUTCOME/";
      if (found == 0 || key.rfind(outcome, 0) != 0) continue;
      const std::string whose = key.substr(outcome.size());
      if (rows_["DEBIT/" + whose] + rows_["LEASE/" + whose] != 1) Complain("no debit for " + key);
    }
  }

  void CompareTotals() {
    for (const auto& [dataset, charged] : charged_) {
      if (accountant_.DatasetBudget(dataset)->spent != charged) {
        Complain("the total is not the sum of the debits");
      }
    }
  }

  // Of stored answers those that were told to be stored, and those handed out again.
  void CompareAnswers() {
    const auto compare = [&](const Step& step, bool done) {
      if (step.kind != Step::Kind::kAnswer || !done) return;
      const Charge& charge = step.charge;
      const auto past = accountant_.FindRequest(charge.dataset, charge.analyst, charge.request,
                                                charge.request_digest);
      if (!past.ok() || past->state != PastRequest::State::kStored ||
          past->outcome.bytes != step.text) {
        Complain("lost the answer to " + charge.request.value());
      }
    };
    for (const Step& step : story_.before) compare(step, true);
    for (size_t i = 0; i < story_.act.size(); ++i) compare(story_.act[i], told_.done[i]);
  }

  void AskAgain() {
    std::map<DatasetId, Amount> total;
    std::map<std::pair<DatasetId, AnalystId>, Amount> total_of;
    std::map<std::string, int> curated;
    std::vector<Step> steps = story_.before;
    steps.insert(steps.end(), story_.act.begin(), story_.act.end());
    for (const Step& step : steps) {
      const DatasetId& dataset = DatasetOf(step);
      total[dataset] = AddSaturating(total[dataset], step.dataset_charged);
      Amount& own = total_of[{dataset, step.charge.analyst}];
      own = AddSaturating(own, step.analyst_charged);
      if (step.kind == Step::Kind::kSpend) {
        AskAgain(step);
      } else if (step.kind == Step::Kind::kFind) {
        if (!Perform(step, accountant_).ok()) Complain("lost what a top-up builds on");
      } else if (step.kind == Step::Kind::kLease) {
        LeaseAgain(step);
      } else if (step.kind != Step::Kind::kAnswer) {
        const std::string key = KeyOf(step);
        if (++curated[key] <= rows_[key]) continue;
        if (!Perform(step, accountant_).ok()) Complain("refused later: " + key);
      }
    }
    for (const auto& [dataset, amount] : total) {
      if (accountant_.DatasetBudget(dataset)->spent != amount) Complain("the dataset's end total");
    }
    for (const auto& [whose, amount] : total_of) {
      if (whose.second.value().empty()) continue;
      if (accountant_.AnalystBudget(whose.first, whose.second)->spent != amount) {
        Complain("the analyst's end total");
      }
    }
  }

  void AskAgain(const Step& step) {
    const Charge& charge = step.charge;
    const absl::StatusOr<SpendResult> result = accountant_.Spend(charge);
    if (step.refused) {
      if (result.ok()) Complain("admitted later: " + charge.request.value());
      return;
    }
    if (!result.ok()) {
      // A rerun that ended without outcome stays spent, and says so.
      const std::string rerun = absl::StrJoin({std::string("RERUN"), charge.dataset.value(),
                                               charge.analyst.value(), charge.request.value()},
                                              "/");
      if (ReasonOf(result.status()) == Reason::kInternal && rows_[rerun] == 1) return;
      // The same request id a second time in one story: its receipt is out.
      if (ReasonOf(result.status()) == Reason::kRequestInFlight) return;
      Complain(
          absl::StrCat("no answer to ", charge.request.value(), ": ", result.status().message()));
      return;
    }
    if (!std::holds_alternative<SpendReceipt>(*result)) return;
    const absl::Status stored =
        accountant_.StoreOutcome(charge.dataset, charge.analyst, charge.request,
                                 OutcomeKind::kAnswer, AnswerOf(charge.request));
    if (!stored.ok()) Complain("no outcome for " + charge.request.value());
  }

  // Steps only where nothing was paid yet, else the outcome or nothing.
  void LeaseAgain(const Step& step) {
    const Charge& charge = step.charge;
    const std::string whose = absl::StrJoin(
        {charge.dataset.value(), charge.analyst.value(), charge.request.value()}, "/");
    const bool paid = rows_["LEASE/" + whose] == 1;
    const bool ended = paid && rows_["OUTCOME/" + whose] == 0;
    const absl::StatusOr<LeaseResult> result = accountant_.Lease(LeaseOf(step));
    if (!result.ok()) {
      const bool expected = ReasonOf(result.status()) == Reason::kLeaseEnded;
      // A story that names it twice lets go of what the first asking got.
      if (!expected || !(ended || late_leases_.count(whose) == 1)) Complain("no lease of " + whose);
      return;
    }
    if (!std::holds_alternative<StepLease>(*result)) return;
    if (paid || !late_leases_.insert(whose).second) Complain("leased twice: " + whose);
  }

  // What the story stores for a request; any text if it never came to that.
  std::string AnswerOf(const RequestId& request) const {
    for (const std::vector<Step>* steps : {&story_.before, &story_.act}) {
      for (const Step& step : *steps) {
        if (step.kind == Step::Kind::kAnswer && step.charge.request == request) return step.text;
      }
    }
    return "late";
  }

  const Story& story_;
  const Told& told_;
  Accountant& accountant_;
  std::map<std::string, int> rows_;
  std::map<DatasetId, Amount> charged_;
  std::set<std::string> late_leases_;  // by this hearing
  std::vector<std::string> complaints_;
};

}  // namespace

std::string Judge(const LedgerPaths& paths, const Story& story, const Told& told) {
  {
    const auto opened = Accountant::Open(paths);
    if (!opened.ok()) return absl::StrCat("refused: ", opened.status().message());
    const std::string complaints = Hearing(story, told, **opened).Judge();
    if (!complaints.empty()) return complaints;
  }
  const absl::StatusOr<int64_t> verified = VerifyLedger(paths);
  return verified.ok() ? "" : absl::StrCat("not verified: ", verified.status().message());
}

void Observe(const Story& story, const Accountant& accountant, Told& told, Control& control) {
  std::map<std::string, int> rows;
  for (const LogEntry& row : RowsOf(story, accountant)) ++rows[KeyOf(row)];
  for (const Step& step : story.before) --rows[KeyOf(step)];
  for (size_t i = 0; i < story.act.size(); ++i) {
    if (story.act[i].row.empty() || --rows[KeyOf(story.act[i])] < 0) continue;
    told.done[i] = true;
    Note(control, static_cast<int64_t>(2 * i + 1));
  }
}

}  // namespace tacit::faults
