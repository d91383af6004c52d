// The rows that the scans are measured on: the same on every machine and in every run.
#ifndef TACIT_TESTS_BENCH_SYNTHETIC_EVENTS_H_
#define TACIT_TESTS_BENCH_SYNTHETIC_EVENTS_H_

#include <cstdint>
#include <string>

namespace tacit {

inline constexpr int kEventGroups = 100;
inline constexpr int kEventHourMax = 99;
inline constexpr double kEventAmountMax = 100;

// "g00" ... "g99".
std::string EventGroupName(int group);

// Creates `path` with `rows` rows of
//   events(person INTEGER, category TEXT, hour INTEGER, amount REAL), none of them NULL,
// in an order that has nothing to do with the person: person uniform over `people`, category over
// kEventGroups names, hour over 0 ... kEventHourMax, amount over [0, kEventAmountMax).
// Ends the program when SQLite fails.
void WriteEvents(const std::string& path, int64_t rows, int64_t people);

}  // namespace tacit

#endif  // TACIT_TESTS_BENCH_SYNTHETIC_EVENTS_H_
