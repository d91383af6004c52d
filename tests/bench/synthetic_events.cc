#include "tests/bench/synthetic_events.h"

#include <cstdio>

#include "tests/bench/sqlite_peer.h"

namespace tacit {
namespace {

// A linear congruential generator (Knuth's MMIX constants): its high half is even enough for load,
// and it needs no library to give the same rows everywhere.
class Sequence {
 public:
  int64_t Below(int64_t bound) {
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    return static_cast<int64_t>(((state_ >> 32) * static_cast<uint64_t>(bound)) >> 32);
  }

 private:
  uint64_t state_ = 20240229;
};

}  // namespace

std::string EventGroupName(int group) {
  char name[8];
  std::snprintf(name, sizeof(name), "g%02d", group);
  return name;
}

void WriteEvents(const std::string& path, int64_t rows, int64_t people) {
  SqlitePeer database(path);
  // The file lives for one measurement, so nothing of it needs to be durable.
  database.Execute("PRAGMA journal_mode = OFF");
  database.Execute("PRAGMA synchronous = OFF");
  database.Execute(
      "CREATE TABLE events(person INTEGER NOT NULL, category TEXT NOT NULL,"
      " hour INTEGER NOT NULL, amount REAL NOT NULL)");
  database.Execute("BEGIN");
  Sequence sequence;
  SqlitePeer::Statement insert = database.Prepare("INSERT INTO events VALUES(?, ?, ?, ?)");
  for (int64_t row = 0; row < rows; ++row) {
    insert.BindInteger(1, sequence.Below(people));
    insert.BindText(2, EventGroupName(static_cast<int>(sequence.Below(kEventGroups))));
    insert.BindInteger(3, sequence.Below(kEventHourMax + 1));
    insert.BindReal(4, static_cast<double>(sequence.Below(1000000)) * kEventAmountMax / 1000000);
    insert.RunToEnd();
  }
  database.Execute("COMMIT");
}

}  // namespace tacit
