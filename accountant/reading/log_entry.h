// A row of the ledger as people read it.
#ifndef TACIT_ACCOUNTANT_READING_LOG_ENTRY_H_
#define TACIT_ACCOUNTANT_READING_LOG_ENTRY_H_

#include "accountant/accountant.h"
#include "accountant/ledger/row.h"

namespace tacit {

// `row` is what `stored` decodes to. Of an outcome only the size is shown.
LogEntry EntryOf(const ledger::StoredRow& stored, const ledger::Row& row);

}  // namespace tacit

#endif  // TACIT_ACCOUNTANT_READING_LOG_ENTRY_H_
