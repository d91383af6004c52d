// A served dataset whose groups are neighbours of each other: cells that hold the same people but
// for one, and towns of few people.
#ifndef TACIT_TESTS_FALSIFIER_TRIAL_H_
#define TACIT_TESTS_FALSIFIER_TRIAL_H_

#include <memory>
#include <string>

#include "tacit/v1/query.grpc.pb.h"
#include "tests/support/tacitd_process.h"

namespace tacit {

inline constexpr int kRowsMax = 3;  // one person's rows a group
// Cells (a, b): a in [0, 99], b in [0, 39]. Each holds five people with one row each, x = 5; where
// a + b is odd also one person with kRowsMax rows, x = 10, 9 and 8.
inline constexpr int kCellsA = 100;
inline constexpr int kCellsB = 40;
// Towns "t00000" and on: 1, 4 and 5 people by turns, each person in one town with one row
// of one night.
inline constexpr int kTowns = 15000;
inline constexpr int kTownPeople[] = {1, 4, 5};

// What is asked, and what it is said to cost.
struct Asked {
  std::string sql;
  std::string epsilon;
  std::string delta;
  std::string rho;
};

class Trial {
 public:
  // Starts the server in a fresh folder.
  Trial();

  // Publishes one more copy of the data under a budget of its own, and asks it from now on.
  void OpenDataset();
  // One fresh answer. Ends the program where there is none.
  v1::ExecuteResponse Ask(const Asked& asked);

 private:
  void RunTacit(const std::vector<std::string>& words);

  const std::string folder_;
  TacitdProcess server_;
  std::unique_ptr<v1::QueryService::Stub> stub_;
  int datasets_ = 0;
  int requests_ = 0;
};

}  // namespace tacit

#endif  // TACIT_TESTS_FALSIFIER_TRIAL_H_
