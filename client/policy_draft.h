// A first policy from a database's schema alone; no row is ever read.
#ifndef TACIT_CLIENT_POLICY_DRAFT_H_
#define TACIT_CLIENT_POLICY_DRAFT_H_

#include <string>

#include "client/failure.h"

namespace tacit::client {

struct DraftOptions {
  std::string file;   // an SQLite database
  std::string table;  // only this one; empty for all
};

// TOML text that `policy check` refuses until the curator has declared filter, units and budgets:
// they stand in it as comments, as do bounds and public values. None is guessed, because a guess
// would come from the data or would pass for knowledge. Columns take type and nullability from
// their declaration. Errors: LOCAL for a file that is missing, is a folder or is not SQLite, or has
// no such table.
Result<std::string> DraftPolicy(const DraftOptions& options);

// An SQLite authorizer (sqlite3_set_authorizer) that lets a connection read the schema and nothing
// else: any read of a user's table makes the statement fail to compile.
int AuthorizeSchemaOnly(void* unused, int action, const char* first, const char* second,
                        const char* database, const char* trigger);

}  // namespace tacit::client

#endif  // TACIT_CLIENT_POLICY_DRAFT_H_
