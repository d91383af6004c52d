// Replays one query on two databases with a frozen tape, and finds what one unit cannot explain.
#ifndef TACIT_TESTS_PRIVACY_NEIGHBOUR_BENCH_H_
#define TACIT_TESTS_PRIVACY_NEIGHBOUR_BENCH_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "accountant/accountant.h"
#include "engine/answer_table.h"
#include "engine/execute/groups.h"
#include "engine/pipeline.h"
#include "engine/storage/table.h"

namespace tacit {

// One query on one table.
struct Replay {
  std::vector<std::vector<Value>> keys;       // of every candidate group, shown or not
  std::vector<__int128> sums;                 // before noise, group-major
  std::vector<uint32_t> shown;                // positions in `keys`, ascending
  std::vector<std::vector<double>> released;  // the numbers of each shown group
  // What the tape plays next. No word occurs twice, so equal words mean equally many drawn.
  uint64_t word_after = 0;
  AnswerTable table;
};

// The pre-noise half of a replay, which needs no payment.
Replay MeasureOn(const PreparedQuery& query, const Table& table, int threads, uint64_t seed);

// A ledger that sells receipts at a trillionth of a nat, so that a test can ask without end. What
// queries really cost is for whole_way_test.
class NeighbourBench {
 public:
  NeighbourBench();
  ~NeighbourBench();

  Replay Run(const PreparedQuery& query, const Table& table, int threads, uint64_t seed);
  // A release alone, for tests that look at its numbers.
  Release Draw(const PreparedQuery& query, const Table& table, const Groups& groups,
               RandomBits& random);
  SpendReceipt Pay(const Certificate& certificate);

 private:
  std::string root_;
  std::unique_ptr<Accountant> accountant_;
  int64_t requests_ = 0;
};

// The sums before noise by key, without the groups in which nobody was kept.
std::map<std::vector<Value>, std::vector<__int128>> SumsByKey(const Replay& replay);

// A directory of its own for one test.
std::string FreshFolder();

// How the sums before noise differ beyond the certificate; empty where they do not. Groups are
// matched by key, and one that a side lacks is empty there.
std::string PreNoiseViolation(const PreparedQuery& query, const Replay& one, const Replay& other);

// The same, and whatever else of the two replays one unit cannot explain: candidate groups, draws,
// the choice of groups, released numbers, shape. For neighbours that keep the unit as an empty one.
std::string ViolationOf(const PreparedQuery& query, const Replay& one, const Replay& other);

}  // namespace tacit

#endif  // TACIT_TESTS_PRIVACY_NEIGHBOUR_BENCH_H_
