// What a debit costs beside one bare durable INSERT of sqlite3 on the same disk, in the same
// journal mode, in the same run. A debit here is all that the ledger does for an answer: admitted
// by dataset, role and analyst on two tracks, chained, committed, anchored, and its outcome of 400
// bytes stored by a second commit. `callers` ask at once.
//
//   ledger_speed_bench [ROWS]   the long ledger has this many rows; default 1,000,000
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "accountant/accountant.h"
#include "tests/bench/report.h"
#include "tests/bench/scratch_folder.h"
#include "tests/bench/sqlite_peer.h"

namespace tacit {
namespace {

constexpr int kOutcomeBytes = 400;
constexpr int kRounds = 7;
constexpr int kPeerInserts = 400;
constexpr int kLatencies = 400;
constexpr int kRowsADebit = 2;
constexpr int kManyCallers = 256;  // to fill the long ledger
constexpr int kOpenRuns = 3;
constexpr char kPeer[] = "sqlite3, one durable INSERT a transaction";

void Must(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
  std::exit(1);
}

Amount Wide() {
  return {Epsilon::FromPico(9'000'000'000'000'000), Delta::FromAtto(1'000'000'000'000)};
}

// One ledger with a dataset, a role and an analyst in it.
class Ledger {
 public:
  explicit Ledger(const std::string& place) : paths_{place, place + ".anchor"} {
    Must(Accountant::Init(paths_));
    Open();
    const AnalystId ana("ana");
    LineageTerms terms;
    terms.dataset = DatasetId("bench");
    terms.filter = Filter::kApproximate;
    terms.privacy_unit = "bench:row";
    terms.limit = Wide();
    terms.analysts = {{ana, Wide(), Epsilon::FromPico(1'000'000'000'000)}};
    terms.roles = {{"team", {ana}, Wide()}};
    Must(accountant_->AddPolicy(terms, "policy", "curator").status());
    Must(accountant_->Publish(terms.dataset, "curator").status());
  }

  void Open() {
    auto opened = Accountant::Open(paths_);
    Must(opened.status());
    accountant_ = *std::move(opened);
  }
  void Close() { accountant_.reset(); }
  int64_t Verify() const {
    const auto rows = VerifyLedger(paths_);
    Must(rows.status());
    return *rows;
  }
  std::string File() const { return paths_.directory + "/ledger.db"; }

  Charge Next(int64_t number) const {
    Charge charge;
    charge.dataset = DatasetId("bench");
    charge.analyst = AnalystId("ana");
    charge.request = RequestId("00000000-0000-4000-8000-" + std::to_string(number));
    charge.request_digest = Sha256(charge.request.value());
    charge.certificate = charge.request_digest;
    charge.release_key = charge.request_digest;
    charge.data_version = DataVersion(1);
    charge.policy_version = PolicyVersion(1);
    charge.losses = {DiscreteLaplaceLoss{1, {10'000'000, 0}}};
    charge.fresh = true;
    return charge;
  }

  void Debit(int64_t number) {
    const Charge charge = Next(number);
    const auto spent = accountant_->Spend(charge);
    Must(spent.status());
    if (!std::holds_alternative<SpendReceipt>(*spent)) std::exit(1);
    Must(accountant_->StoreOutcome(charge.dataset, charge.analyst, charge.request,
                                   OutcomeKind::kAnswer, std::string(kOutcomeBytes, 'x')));
  }

  // `work` of `count` numbers never used before, shared among callers.
  template <typename Work>
  void Together(int callers, int64_t count, const Work& work) {
    std::vector<std::thread> threads;
    for (int caller = 0; caller < callers; ++caller) {
      threads.emplace_back([&, caller, from = next_] {
        for (int64_t i = caller; i < count; i += callers) work(from + i);
      });
    }
    for (std::thread& thread : threads) thread.join();
    next_ += count;
  }
  void Debits(int callers, int64_t count) {
    Together(callers, count, [&](int64_t number) { Debit(number); });
  }
  double DebitMilliseconds() {
    const int64_t number = next_++;
    return MillisecondsOf([&] { Debit(number); });
  }
  void Checks(int callers, int64_t count) {
    Together(callers, count,
             [&](int64_t number) { Must(accountant_->Check(Next(number)).status()); });
  }

 private:
  LedgerPaths paths_;
  std::unique_ptr<Accountant> accountant_;
  int64_t next_ = 1;
};

// The bare loop, its file left open between measurements.
class BareLoop {
 public:
  explicit BareLoop(const std::string& path) : database_(path) {
    database_.Execute("PRAGMA journal_mode = DELETE");
    database_.Execute("PRAGMA synchronous = EXTRA");
    database_.Execute("PRAGMA locking_mode = EXCLUSIVE");
    database_.Execute("CREATE TABLE ledger(sequence INTEGER PRIMARY KEY, payload TEXT NOT NULL)");
    database_.Execute("CREATE TABLE total(name TEXT PRIMARY KEY, spent INTEGER, bound INTEGER)");
    for (const char* name : {"'dataset'", "'role'", "'analyst'"}) {
      database_.Execute(std::string("INSERT INTO total VALUES(") + name + ", 1, 100)");
    }
    insert_.reset(
        new SqlitePeer::Statement(database_.Prepare("INSERT INTO ledger(payload) VALUES(?)")));
    insert_->BindText(1, std::string(kOutcomeBytes, 'x'));
    check_.reset(
        new SqlitePeer::Statement(database_.Prepare("SELECT min(bound - spent) FROM total")));
  }
  void Insert() { insert_->RunToEnd(); }
  void Check() { check_->RunToEnd(); }

 private:
  SqlitePeer database_;
  std::unique_ptr<SqlitePeer::Statement> insert_;
  std::unique_ptr<SqlitePeer::Statement> check_;
};

double ASecond(int64_t count, double milliseconds) {
  return 1000 * static_cast<double>(count) / milliseconds;
}

// Both in turn, so that a slow minute of the disk is shared.
void MeasureRate(Ledger& ledger, BareLoop& bare, int callers, int64_t debits) {
  std::vector<double> ours;
  std::vector<double> peer;
  for (int round = 0; round <= kRounds; ++round) {
    const double debited = MillisecondsOf([&] { ledger.Debits(callers, debits); });
    const double inserted = MillisecondsOf([&] {
      for (int i = 0; i < kPeerInserts; ++i) bare.Insert();
    });
    if (round == 0) continue;
    ours.push_back(ASecond(debits, debited));
    peer.push_back(ASecond(kPeerInserts, inserted));
  }
  Print({"ledger_debits_" + std::to_string(callers) + "_callers", "1/s", Quantile(ours, 0.5),
         Quantile(peer, 0.5), kPeer});
}

void MeasureLatency(Ledger& ledger, BareLoop& bare) {
  std::vector<double> ours;
  std::vector<double> peer;
  for (int i = 0; i < kLatencies; ++i) {
    ours.push_back(ledger.DebitMilliseconds());
    peer.push_back(MillisecondsOf([&] { bare.Insert(); }));
  }
  Print({"ledger_debit_p50", "ms", Quantile(ours, 0.5), Quantile(peer, 0.5), kPeer});
  Print({"ledger_debit_p99", "ms", Quantile(ours, 0.99), Quantile(peer, 0.99), kPeer});
}

void MeasureQuestions(Ledger& ledger, BareLoop& bare) {
  constexpr int64_t kQuestions = 20'000;
  const double asked =
      Quantile(RepeatMilliseconds(kRounds, [&] { ledger.Checks(64, kQuestions); }), 0.5);
  const auto select = [&] {
    for (int64_t i = 0; i < kQuestions; ++i) bare.Check();
  };
  const double selected = Quantile(RepeatMilliseconds(kRounds, select), 0.5);
  Print({"ledger_questions_64_callers", "1/s", ASecond(kQuestions, asked),
         ASecond(kQuestions, selected), "sqlite3, the least remainder of three rows, one caller"});
}

void MeasureHistory(Ledger& brief, Ledger& full, int64_t rows) {
  std::vector<double> ours;
  std::vector<double> peer;
  for (int i = 0; i < kLatencies; ++i) {
    ours.push_back(full.DebitMilliseconds());
    peer.push_back(brief.DebitMilliseconds());
  }
  const std::string name = "ledger_debit_after_" + std::to_string(rows) + "_rows";
  const char* other = "the same on a ledger that began with 10 rows";
  Print({name + "_p50", "ms", Quantile(ours, 0.5), Quantile(peer, 0.5), other});
  Print({name + "_p99", "ms", Quantile(ours, 0.99), Quantile(peer, 0.99), other});
}

void MeasureReading(Ledger& full, int64_t rows) {
  full.Close();
  const std::string after = "_" + std::to_string(rows) + "_rows";
  std::vector<double> open;
  std::vector<double> verify;
  std::vector<double> peer;
  for (int run = 0; run < kOpenRuns; ++run) {
    peer.push_back(MillisecondsOf([&] {
      SqlitePeer database(full.File());
      database.Execute("PRAGMA integrity_check");
      database.Execute("SELECT * FROM ledger_row ORDER BY sequence");
    }));
    open.push_back(MillisecondsOf([&] { full.Open(); }));
    full.Close();
    verify.push_back(MillisecondsOf([&] {
      if (full.Verify() < rows) std::exit(1);
    }));
  }
  const char* other = "sqlite3, integrity_check and every cell of the same file";
  Print({"ledger_start" + after, "ms", Quantile(open, 0.5), Quantile(peer, 0.5), other});
  Print({"ledger_verify" + after, "ms", Quantile(verify, 0.5), Quantile(peer, 0.5), other});
}

void Measure(int64_t rows) {
  const ScratchFolder scratch;
  BareLoop bare(scratch.File("bare.db"));
  Ledger brief(scratch.File("brief"));
  brief.Debits(1, 4);  // with policy and publication: ten rows
  MeasureLatency(brief, bare);
  MeasureRate(brief, bare, 1, 200);
  MeasureRate(brief, bare, 8, 1600);
  MeasureRate(brief, bare, 64, 6400);
  MeasureQuestions(brief, bare);
  Ledger small(scratch.File("small"));
  small.Debits(1, 4);
  Ledger full(scratch.File("full"));
  std::fprintf(stderr, "filling a ledger with %lld rows\n", static_cast<long long>(rows));
  full.Debits(kManyCallers, rows / kRowsADebit);
  MeasureHistory(small, full, rows);
  MeasureReading(full, rows);
}

}  // namespace
}  // namespace tacit

int main(int argc, char** argv) {
  tacit::Measure(argc > 1 ? std::atoll(argv[1]) : 1'000'000);
  return 0;
}
