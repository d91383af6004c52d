// The power fails at any moment: of what was not synced anything may be left, and still nothing
// told is lost and no debit is paid twice.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "tests/accountant/sample_ledger.h"
#include "tests/ledger/faults/control.h"
#include "tests/ledger/faults/disk.h"
#include "tests/ledger/faults/extent.h"
#include "tests/ledger/faults/image.h"
#include "tests/ledger/faults/judge.h"
#include "tests/ledger/faults/story.h"

namespace tacit::faults {
namespace {

constexpr int kShownMax = 20;

// A story with every call that it made, in order with what its clients were told.
struct Recorded {
  Story story;
  Image before;
  std::vector<Record> trace;
  size_t first = 0;  // where the moments of interest begin
};

struct Tally {
  int64_t moments = 0;
  int64_t images = 0;  // no two alike for one trace and the same told
  int64_t bad = 0;
};

class PowerLossTest : public testing::Test {
 protected:
  // Opens the ledger in this process and lets `act` use it, recorded.
  void Record(const std::function<void(Accountant&)>& act) {
    control_.recording = true;
    Use(&control_);
    {
      const auto opened = Accountant::Open(scratch_.paths());
      EXPECT_TRUE(opened.ok()) << opened.status();
      if (opened.ok()) act(**opened);
    }
    Use(nullptr);
    control_.recording = false;
  }

  void Begin(const Image& image) {
    scratch_.Put(image);
    Reset(control_, scratch_.paths().directory, scratch_.paths().anchor);
  }

  Recorded RecordStory(const Story& story) {
    Recorded recorded{story, Prepare(story, scratch_), {}, 0};
    Begin(recorded.before);
    Record([&](Accountant& accountant) { Play(story, 0, accountant, progress_, control_); });
    recorded.trace = TraceOf(control_);
    return recorded;
  }

  // Where an fsync failed first, or the end.
  static size_t FirstDoubt(const std::vector<faults::Record>& trace) {
    size_t i = 0;
    while (i < trace.size() && trace[i].kind != faults::Record::kFailedSync) ++i;
    return i;
  }

  // The story struck at one call, then a second process that opens the ledger, shows its log and
  // plays the second life.
  // `struck` tells whether there is such a call.
  Recorded RecordRestart(const Story& story, const Image& before, Fault fault, int64_t at,
                         bool& struck) {
    Recorded recorded{story, before, {}, 0};
    Begin(before);
    Reset(progress_);
    const pid_t child = fork();
    if (child == 0) {
      std::fclose(stderr);
      control_.recording = true;
      control_.fault = fault;
      Use(&control_);
      auto opened = Accountant::Open(scratch_.paths());
      if (!opened.ok()) _exit(1);
      control_.fault_at = control_.calls + at;
      Play(story, 0, **opened, progress_, control_);
      _exit(0);
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    struck = control_.struck;
    control_.fault_at = 0;
    control_.out_of_space = false;
    recorded.first = FirstDoubt(TraceOf(control_));
    Told told = ToldBy(story, progress_);
    Record([&](Accountant& accountant) {
      Observe(story, accountant, told, control_);
      Play(story, 1, accountant, progress_, control_);
    });
    recorded.trace = TraceOf(control_);
    return recorded;
  }

  // Whether the restart of a trace finds anything that is not durable.
  bool IsUncertain(const Recorded& recorded) const {
    Disk disk(scratch_.root(), recorded.before);
    for (size_t i = 0; i < recorded.first; ++i) disk.Apply(recorded.trace[i]);
    return disk.uncertain() > 0;
  }

  // Judges what a power cut may leave at every moment of a trace. Of the images, one in `stride` is
  // tried, and always the four where all bytes and all names that are uncertain survive or do not.
  void Cut(const Recorded& recorded, int64_t stride, int draws) {
    Cut(recorded, Nothing(recorded.story), stride, draws);
  }

  void Cut(const Recorded& recorded, Told told, int64_t stride, int draws) {
    Disk disk(scratch_.root(), recorded.before);
    seen_.clear();
    for (size_t i = 0; i < recorded.trace.size(); ++i) {
      const faults::Record& record = recorded.trace[i];
      disk.Apply(record);
      if (record.kind == faults::Record::kNote) Hear(record.size, told);
      if (i < recorded.first || record.kind == faults::Record::kOpen) continue;
      ++tally_.moments;
      TryAll(recorded.story, disk, told, stride, draws);
    }
  }

  void TryAll(const Story& story, const Disk& disk, const Told& told, int64_t stride, int draws) {
    for (const Fate bytes : {Fate::kLost, Fate::kKept}) {
      for (const Fate names : {Fate::kLost, Fate::kKept}) {
        const auto fate = [&](int, bool name) { return name ? names : bytes; };
        Try(story, disk.Cut(fate, random_), told);
      }
    }
    const auto maybe = [&](const Disk::FateOf& fate) {
      if (turn_++ % stride == 0) Try(story, disk.Cut(fate, random_), told);
    };
    for (int i = 0; i < disk.uncertain(); ++i) {
      for (const auto& [one, rest] : {std::pair{Fate::kLost, Fate::kKept},
                                      {Fate::kKept, Fate::kLost},
                                      {Fate::kTorn, Fate::kKept},
                                      {Fate::kTorn, Fate::kLost}}) {
        maybe([i, one = one, rest = rest](int j, bool) { return i == j ? one : rest; });
      }
    }
    for (int draw = 0; draw < draws && disk.uncertain() > 0; ++draw) {
      maybe([&](int, bool) { return static_cast<Fate>(random_() % 3); });
    }
  }

  // One image, if it was not tried before.
  void Try(const Story& story, const Image& image, const Told& told) {
    DigestBuilder digest;
    for (const std::string& name : image.directories) digest.Add(name);
    for (const auto& [name, bytes] : image.files) digest.Add(name).Add(bytes);
    for (size_t i = 0; i < told.begun.size(); ++i) digest.Add(told.begun[i] + 2 * told.done[i]);
    if (!seen_.insert(digest.Build()).second) return;
    scratch_.Put(image);
    const std::string complaint = Judge(scratch_.paths(), story, told);
    ++tally_.images;
    const bool hot = image.files.count("ledger/ledger.db-journal") != 0;
    if (hot && hot_.has_value()) hot_->push_back({image, told});
    if (complaint.empty()) return;
    ++tally_.bad;
    if (tally_.bad <= kShownMax && show_) {
      ADD_FAILURE() << story.name << ": " << complaint << " (files: " << Names(image) << ")";
    }
  }

  static std::string Names(const Image& image) {
    std::string names;
    for (const auto& [name, bytes] : image.files) {
      names += name + " " + std::to_string(bytes.size()) + " bytes, ";
    }
    return names;
  }

  void Show(const char* what) {
    std::printf("COUNT %s: %lld images of %lld moments, %lld bad\n", what,
                static_cast<long long>(tally_.images), static_cast<long long>(tally_.moments),
                static_cast<long long>(tally_.bad));
    EXPECT_GT(tally_.images, 0);
    EXPECT_EQ(tally_.bad, 0);
  }

  struct Left {
    Image image;
    Told told;
  };

  const Scratch scratch_;
  Control& control_ = *NewControl();
  Progress& progress_ = *NewProgress();
  std::mt19937_64 random_{Seed()};
  std::set<Digest> seen_;
  int64_t turn_ = 0;
  bool show_ = true;
  std::optional<std::vector<Left>> hot_;  // if wanted, images that a start must roll back
  Tally tally_;
};

TEST_F(PowerLossTest, AtEveryMomentOfEveryStoryNothingIsLostOrDoubled) {
  for (const int past : IsWhole() ? std::vector<int>{0, 8, 50} : std::vector<int>{3}) {
    for (const Story& story : EveryStory(past)) {
      Cut(RecordStory(story), IsWhole() ? 1 : 19, IsWhole() ? 100 : 10);
    }
  }
  Show("power cuts in every shape of request");
}

// What a dead process had done without syncing is not durable for the next one either, and what was
// written before a failed fsync may be gone although later calls return well.
TEST_F(PowerLossTest, AfterAFaultAndARestartNothingSeenIsLost) {
  for (const Fault fault : {Fault::kKill, Fault::kError, Fault::kErrorThough}) {
    for (const Story& story : EveryStory(3)) {
      // A commit of two pages is whole or absent almost by itself; an error wants a larger one.
      const char* part = fault == Fault::kKill ? "debit and answer" : "large answer";
      if (story.name != part && !IsWhole()) continue;
      if (story.name == "crowd") continue;  // makes other calls each time
      const Image before = Prepare(story, scratch_);
      bool struck = true;
      for (int64_t at = 1; struck; ++at) {
        const Recorded recorded = RecordRestart(WithSecondLife(story), before, fault, at, struck);
        if (IsUncertain(recorded)) Cut(recorded, IsWhole() ? 2 : 60, IsWhole() ? 10 : 5);
      }
    }
  }
  Show("power cuts after a fault and a restart");
}

// The start after a power cut may be cut short itself.
TEST_F(PowerLossTest, WhileAStartRollsBackNothingIsLostOrDoubled) {
  const int64_t stride = IsWhole() ? 3 : 50;
  for (const Story& story : EveryStory(3)) {
    if (story.name != "large answer" && story.name != "two answers") continue;
    hot_ = std::vector<Left>();
    Cut(RecordStory(story), IsWhole() ? 1 : 7, 10);
    const std::vector<Left> hot = *std::exchange(hot_, std::nullopt);
    for (size_t i = 0; i < hot.size(); i += stride) {
      Recorded recorded{story, hot[i].image, {}, 0};
      Begin(hot[i].image);
      Told told = hot[i].told;
      Record([&](Accountant& accountant) { Observe(story, accountant, told, control_); });
      recorded.trace = TraceOf(control_);
      Cut(recorded, hot[i].told, IsWhole() ? 5 : 20, 5);
    }
  }
  Show("power cuts while a start rolls back");
}

// Traces of a ledger that syncs less: each must be caught, or the tests above could not fail.
// `weak` says of which fsyncs, by file and by the last change before it, nothing comes.
using Weak = std::function<bool(const std::string& file, const faults::Record& last)>;

std::vector<Record> Weaken(const std::vector<Record>& trace, const std::string& root,
                           const Weak& weak) {
  std::vector<Record> weaker;
  std::map<int32_t, std::string> files;
  Record last;
  for (const Record& record : trace) {
    if (record.kind == Record::kOpen) files[record.handle] = record.path.substr(root.size());
    if (record.kind == Record::kSync && weak(files.at(record.handle), last)) continue;
    const bool change = record.kind != Record::kOpen && record.kind != Record::kNote;
    if (change && record.kind != Record::kSync) last = record;
    weaker.push_back(record);
  }
  return weaker;
}

TEST_F(PowerLossTest, ALedgerThatSyncsLessIsCaught) {
  const auto only = [](const std::string& name) {
    return [name](const std::string& file, const faults::Record&) { return file == name; };
  };
  const std::map<std::string, Weak> mutants = {
      {"never (synchronous=OFF, no anchor fdatasync)",
       [](const std::string&, const faults::Record&) { return true; }},
      {"not the journal's end, which is the commit",
       [](const std::string& file, const faults::Record& last) {
         const bool cleared = last.kind == faults::Record::kWrite && last.offset == 0 &&
                              last.bytes.find_first_not_of('\0') == std::string::npos;
         return file == "/ledger/ledger.db-journal" && cleared;
       }},
      {"not the journal", only("/ledger/ledger.db-journal")},
      {"not the database", only("/ledger/ledger.db")},
      {"not the ledger's directory", only("/ledger")},
      {"not the anchor", only("/anchor")}};
  show_ = false;
  for (const auto& [name, weak] : mutants) {
    tally_ = {};
    for (const Story& story : EveryStory(3)) {
      if (story.name != "two answers" || tally_.bad > 0) continue;
      Recorded recorded = RecordStory(story);
      recorded.trace = Weaken(recorded.trace, scratch_.root(), weak);
      Cut(recorded, IsWhole() ? 1 : 5, 10);
    }
    std::printf("COUNT a ledger that syncs %s: %lld of %lld images bad\n", name.c_str(),
                static_cast<long long>(tally_.bad), static_cast<long long>(tally_.images));
    EXPECT_GT(tally_.bad, 0) << name;
  }
}

}  // namespace
}  // namespace tacit::faults
