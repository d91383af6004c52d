// What a database declares about its tables. Internal to the policy draft.
#ifndef TACIT_CLIENT_SQLITE_SCHEMA_H_
#define TACIT_CLIENT_SQLITE_SCHEMA_H_

#include <string>
#include <string_view>
#include <vector>

namespace tacit::client {

struct DeclaredColumn {
  std::string name;
  std::string type;  // as declared; may be empty
  bool not_null = false;
  bool primary_key = false;
};

struct DeclaredTable {
  std::string name;
  std::vector<DeclaredColumn> columns;
  std::vector<std::string> checks;  // CHECK constraints as written, e.g. "CHECK (age >= 18)"
};

// The CHECK clauses in the text of a CREATE TABLE, quotes and nested parentheses respected.
std::vector<std::string> FindChecks(std::string_view create_table);

// The policy's type for a declared type, by SQLite's rules of affinity where they are clear; empty
// where only the curator can know (dates, decimals, blobs, no type).
std::string_view PolicyTypeOf(std::string_view declared_type);

}  // namespace tacit::client

#endif  // TACIT_CLIENT_SQLITE_SCHEMA_H_
