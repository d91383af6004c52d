// SQLite's missing aggregates, by formulas that share nothing with ours.
#ifndef TACIT_TESTS_PRIVACY_NAIVE_AGGREGATES_H_
#define TACIT_TESTS_PRIVACY_NAIVE_AGGREGATES_H_

#include <sqlite3.h>

namespace tacit {

// MEDIAN (the lower one), VARIANCE and STDDEV in all forms, SUM, which here neither fails nor
// rounds, CORR, COVAR_* and REGR_* of (y, x), and percentile_cont(x, fraction) and percentile_disc,
// the row's own value; with _desc behind the name from the top.
void DefineNaiveAggregates(sqlite3* database);

}  // namespace tacit

#endif  // TACIT_TESTS_PRIVACY_NAIVE_AGGREGATES_H_
