// What SQLite answers without privacy, and whether our answer without noise is the same.
#ifndef TACIT_TESTS_PRIVACY_SQLITE_ORACLE_H_
#define TACIT_TESTS_PRIVACY_SQLITE_ORACLE_H_

#include <sqlite3.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "engine/pipeline.h"
#include "tests/privacy/random_query.h"

namespace tacit {

// A database in memory. MEDIAN (the lower one), percentiles (the row's own), VARIANCE, CORR and
// their kin are defined by naive code of the test; so is SUM, which here neither fails nor rounds.
class SqliteOracle {
 public:
  explicit SqliteOracle(const TableSchema& schema, const Rows& rows);
  ~SqliteOracle();
  SqliteOracle(const SqliteOracle&) = delete;
  SqliteOracle& operator=(const SqliteOracle&) = delete;

  // Booleans come as integers. Error: SQLite's own words.
  absl::StatusOr<Rows> Ask(const std::string& sql, const std::vector<Value>& parameters) const;

 private:
  void Execute(const std::string& sql) const;

  sqlite3* database_ = nullptr;
};

// Asks both for `request` over `rows` and compares group by group and column by column: sums to the
// rounding of their grid, medians to their cell. Rows of ours that SQLite does not have must be
// empty public groups. Empty where they agree.
std::string DifferenceFromSqlite(const QueryRequest& request, const DatasetSchema& schema,
                                 const PreparedQuery& query, const Rows& rows);

// Rows of the table whose values are within its bounds and public values and whose units have at
// most two rows, so that no limit of two or more bites, and one cell. Columns without bounds get
// moderate values.
Rows PlainRows(TestRandom& random, const TableSchema& schema, int64_t units);

}  // namespace tacit

#endif  // TACIT_TESTS_PRIVACY_SQLITE_ORACLE_H_
