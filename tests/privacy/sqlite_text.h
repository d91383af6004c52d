// What SQLite calls the functions of text, and those of its own that mean something else.
#ifndef TACIT_TESTS_PRIVACY_SQLITE_TEXT_H_
#define TACIT_TESTS_PRIVACY_SQLITE_TEXT_H_

#include <sqlite3.h>

#include <string>

namespace tacit {

// LIKE tells upper from lower case, and lower() and upper() know letters beyond ASCII.
void DefineTextFunctions(sqlite3* database);

// A query with ILIKE, SUBSTRING, LEFT, RIGHT, TRIM ... of plain columns, in SQLite's words.
std::string TextInSqliteWords(std::string sql);

}  // namespace tacit

#endif  // TACIT_TESTS_PRIVACY_SQLITE_TEXT_H_
