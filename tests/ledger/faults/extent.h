// How much of the fault tests runs: a part in an ordinary run, everything at night.
#ifndef TACIT_TESTS_LEDGER_FAULTS_EXTENT_H_
#define TACIT_TESTS_LEDGER_FAULTS_EXTENT_H_

#include <cstdint>
#include <cstdlib>

namespace tacit::faults {

// True in a run of `tests/run faults` or `tests/run nightly`.
inline bool IsWhole() { return std::getenv("TACIT_NIGHTLY") != nullptr; }

// Fixed in an ordinary run, drawn afresh at night.
inline uint64_t Seed() {
  const char* drawn = std::getenv("TACIT_SEED");
  return drawn == nullptr ? 20240611 : std::strtoull(drawn, nullptr, 10);
}

}  // namespace tacit::faults

#endif  // TACIT_TESTS_LEDGER_FAULTS_EXTENT_H_
