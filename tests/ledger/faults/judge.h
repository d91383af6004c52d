// Does a ledger hold what its clients were told, each debit once, and nothing that nobody asked?
#ifndef TACIT_TESTS_LEDGER_FAULTS_JUDGE_H_
#define TACIT_TESTS_LEDGER_FAULTS_JUDGE_H_

#include <string>

#include "accountant/accountant.h"
#include "tests/ledger/faults/control.h"
#include "tests/ledger/faults/story.h"

namespace tacit::faults {

// Opens the ledger as a server would after whatever happened and compares it with what was told:
//
//  * it opens;
//  * a step that was done has its row, one that was begun has it or not, any other has none, no row
//    stands there twice, no row was asked by nobody, and no outcome stands without its debit;
//  * the totals are the sums of what the rows charge, to the unit;
//  * an answer that was stored comes back byte for byte;
//  * when every client now asks again under the same request ids, all are answered, and the totals
//    are those of a run without faults;
//  * VerifyLedger, which shares no code with the totals, agrees at the end.
//
// Empty if all that holds, else what does not.
std::string Judge(const LedgerPaths& paths, const Story& story, const Told& told);

// Reads the log as a curator would: every row that is seen in it counts as told from now on.
void Observe(const Story& story, const Accountant& accountant, Told& told, Control& control);

}  // namespace tacit::faults

#endif  // TACIT_TESTS_LEDGER_FAULTS_JUDGE_H_
