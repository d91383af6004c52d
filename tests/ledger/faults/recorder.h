// How a trace is written into the shared block, entry by entry.
#ifndef TACIT_TESTS_LEDGER_FAULTS_RECORDER_H_
#define TACIT_TESTS_LEDGER_FAULTS_RECORDER_H_

#include "tests/ledger/faults/control.h"

namespace tacit::faults {

// Appends if the trace is being recorded. Thread-safe within one process. A trace that is full ends
// the process.
void Append(Control& control, const Record& record);

}  // namespace tacit::faults

#endif  // TACIT_TESTS_LEDGER_FAULTS_RECORDER_H_
