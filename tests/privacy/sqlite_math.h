// Functions of numbers that SQLite lacks, or that mean something else there, and casts.
#ifndef TACIT_TESTS_PRIVACY_SQLITE_MATH_H_
#define TACIT_TESTS_PRIVACY_SQLITE_MATH_H_

#include <sqlite3.h>

#include <string>

namespace tacit {

// round(x[, places]) with halves to the even neighbour, trunc(x, places), width_bucket, and
// to_integer(x, most), which is NULL above `most` and below -most - 1.
void DefineMathFunctions(sqlite3* database);

// A query with x::type and CAST(x AS type), x being in at most one pair of brackets, in SQLite's
// words.
std::string MathInSqliteWords(std::string sql);

}  // namespace tacit

#endif  // TACIT_TESTS_PRIVACY_SQLITE_MATH_H_
