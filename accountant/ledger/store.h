// ledger.db: the rows on disk. The only file of the accountant that speaks SQLite.
#ifndef TACIT_ACCOUNTANT_LEDGER_STORE_H_
#define TACIT_ACCOUNTANT_LEDGER_STORE_H_

#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "accountant/ledger/row.h"
#include "accountant/private_file.h"

struct sqlite3;

namespace tacit::ledger {

enum class Access { kReadOnly, kAppend };

// Which rows to visit. An empty lineage means all of them.
struct Range {
  std::string lineage;
  int64_t after_sequence = 0;
  int64_t count_max = 0;
  // Ends behind the row that fills this many bytes of payload.
  int64_t bytes_max = std::numeric_limits<int64_t>::max();
};

// One connection, used by one thread at a time. Only ever appends: triggers in the file refuse
// UPDATE and DELETE to any program. Holds the directory's lock while it lives.
class Store {
 public:
  using Visit = absl::FunctionRef<absl::Status(StoredRow)>;

  // Makes the directory (0700) with an empty ledger.db (0600), durably. kLedgerRefused if it
  // exists.
  static absl::Status Create(const std::string& directory);
  // `directory` is resolved. kLedgerRefused: locked, missing, not private, damaged, or not a
  // ledger.
  static absl::StatusOr<std::unique_ptr<Store>> Open(const std::string& directory, Access access);
  ~Store();

  // Commits all rows in one transaction, durable when it returns OK. After an error nobody knows
  // what is on disk, so the process must end (fsync is never retried).
  absl::Status Append(const std::vector<StoredRow>& rows);
  // In order of sequence. Stops at the first error of `visit`.
  absl::Status Scan(const Range& range, Visit visit) const;
  absl::StatusOr<StoredRow> Read(int64_t sequence) const;

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  Store(OwnedFd lock, std::unique_ptr<sqlite3, Close> connection);

  OwnedFd lock_;  // declared first, so that it is let go last
  std::unique_ptr<sqlite3, Close> connection_;
};

}  // namespace tacit::ledger

#endif  // TACIT_ACCOUNTANT_LEDGER_STORE_H_
