// Answers about prices that need no server: what a mechanism costs, how much noise an epsilon
// needs, how many such queries fit. Behind `tacitd account`, which `tacit account` runs.
#ifndef TACIT_SERVER_ACCOUNT_QUESTIONS_H_
#define TACIT_SERVER_ACCOUNT_QUESTIONS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace tacit {

// Decimal texts as they were given; empty: not given. A mechanism is one of: a pure epsilon;
// Gaussian noise of `sigma` times the sensitivity; that on batches which each person enters with
// probability `q`, `steps` times. `together`: so many of the first or second kind, all committed to
// before the first answer, as the statistics of one query are.
struct AccountQuestion {
  std::string epsilon;
  std::string delta;
  double sigma = 0;
  double q = 0;
  int64_t steps = 0;
  int64_t together = 0;
  std::string budget_epsilon;
  std::string budget_delta;
  std::string budget_rho;
};

// All give lines of text. Errors: kPrivacyParameter, naming the option that is missing or wrong.

// What the mechanism costs on the tracks of every filter: of a training job, what its lease would;
// together, at delta.
absl::StatusOr<std::string> CostOf(const AccountQuestion& question);
// The noise that (epsilon, delta) needs: Laplace and Gaussian, or that of a training job.
absl::StatusOr<std::string> NoiseFor(const AccountQuestion& question);
// How many equal mechanisms fit a dataset's budget, by track and under its filter; with `q` and no
// `steps`, how many steps one lease may have.
absl::StatusOr<std::string> HowManyFit(const AccountQuestion& question);

}  // namespace tacit

#endif  // TACIT_SERVER_ACCOUNT_QUESTIONS_H_
