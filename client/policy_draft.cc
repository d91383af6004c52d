#include "client/policy_draft.h"

#include <sqlite3.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <memory>

#include "client/render.h"
#include "client/sqlite_schema.h"

namespace tacit::client {
namespace {

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
};
struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;
using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

constexpr char kTablesQuery[] =
    "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*' "
    "ORDER BY rowid";

std::string TextOf(sqlite3_stmt* statement, int column) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  const int bytes = sqlite3_column_bytes(statement, column);
  return text == nullptr ? std::string() : std::string(text, static_cast<size_t>(bytes));
}

Failure DatabaseFailure(const std::string& file, sqlite3* database) {
  return LocalFailure(file + ": " + sqlite3_errmsg(database),
                      "name a readable SQLite database file");
}

Result<Database> Open(const std::string& file) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (!std::filesystem::exists(status)) {
    return LocalFailure(file + ": there is no such file", "name an SQLite database file");
  }
  if (!std::filesystem::is_regular_file(status)) {
    return LocalFailure(file + ": is not a regular file", "name an SQLite database file");
  }
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(file.c_str(), &opened, SQLITE_OPEN_READONLY, nullptr);
  Database database(opened);
  if (code != SQLITE_OK) return DatabaseFailure(file, opened);
  // A schema can name functions and virtual tables; none of them runs here.
  sqlite3_db_config(opened, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(opened, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_set_authorizer(opened, AuthorizeSchemaOnly, nullptr);
  return database;
}

// A name within a statement: a pragma takes no parameters.
std::string Quoted(const std::string& name) {
  std::string quoted = "\"";
  for (const char c : name) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

// A lone INTEGER PRIMARY KEY is the row's own number, which is never NULL; other keys may be.
void MarkRowId(std::vector<DeclaredColumn>& columns) {
  DeclaredColumn* key = nullptr;
  for (DeclaredColumn& column : columns) {
    if (!column.primary_key) continue;
    if (key != nullptr) return;
    key = &column;
  }
  if (key != nullptr && sqlite3_stricmp(key->type.c_str(), "INTEGER") == 0) key->not_null = true;
}

Result<std::vector<DeclaredColumn>> ReadColumns(const std::string& file, sqlite3* database,
                                                const std::string& table) {
  sqlite3_stmt* prepared = nullptr;
  const std::string pragma = "PRAGMA table_info(" + Quoted(table) + ")";
  if (sqlite3_prepare_v2(database, pragma.c_str(), -1, &prepared, nullptr) != SQLITE_OK) {
    return DatabaseFailure(file, database);
  }
  const Statement statement(prepared);
  std::vector<DeclaredColumn> columns;
  int code = SQLITE_OK;
  while ((code = sqlite3_step(prepared)) == SQLITE_ROW) {
    DeclaredColumn column;
    column.name = TextOf(prepared, 1);
    column.type = TextOf(prepared, 2);
    column.not_null = sqlite3_column_int(prepared, 3) != 0;
    column.primary_key = sqlite3_column_int(prepared, 5) != 0;
    columns.push_back(std::move(column));
  }
  if (code != SQLITE_DONE) return DatabaseFailure(file, database);
  MarkRowId(columns);
  return columns;
}

Result<std::vector<DeclaredTable>> ReadTables(const DraftOptions& options) {
  Result<Database> opened = Open(options.file);
  if (!opened.ok()) return opened.failure();
  sqlite3* database = opened.value().get();
  sqlite3_stmt* prepared = nullptr;
  if (sqlite3_prepare_v2(database, kTablesQuery, -1, &prepared, nullptr) != SQLITE_OK) {
    return DatabaseFailure(options.file, database);
  }
  const Statement statement(prepared);
  std::vector<DeclaredTable> tables;
  int code = SQLITE_OK;
  while ((code = sqlite3_step(prepared)) == SQLITE_ROW) {
    DeclaredTable table;
    table.name = TextOf(prepared, 0);
    if (!options.table.empty() && table.name != options.table) continue;
    table.checks = FindChecks(TextOf(prepared, 1));
    Result<std::vector<DeclaredColumn>> columns = ReadColumns(options.file, database, table.name);
    if (!columns.ok()) return columns.failure();
    table.columns = std::move(columns.value());
    tables.push_back(std::move(table));
  }
  if (code != SQLITE_DONE) return DatabaseFailure(options.file, database);
  return tables;
}

// A bare key where TOML has one, else a quoted one.
std::string Key(const std::string& name) {
  const bool bare = !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return c < 0x80 && (std::isalnum(c) || c == '_' || c == '-');
  });
  return bare ? name : JsonString(name);  // JSON's escapes are TOML's.
}

// A dataset id from the file's name: lower case, letters first, the rest dashes.
std::string DatasetIdOf(const std::string& file) {
  std::string id;
  for (const unsigned char c : std::filesystem::path(file).stem().string()) {
    if (c < 0x80 && std::isalnum(c)) {
      id += static_cast<char>(std::tolower(c));
    } else if (!id.empty() && id.back() != '-') {
      id += '-';
    }
  }
  while (!id.empty() && !std::isalpha(static_cast<unsigned char>(id.front()))) id.erase(0, 1);
  while (!id.empty() && id.back() == '-') id.pop_back();
  return id.substr(0, 63);
}

std::string Header(const DraftOptions& options) {
  const std::string id = DatasetIdOf(options.file);
  const std::string source = std::filesystem::path(options.file).filename().string();
  return "# Drafted from the schema alone; no row was read. Fill in every line marked \"declare\" "
         "from what\n"
         "# you know without looking at the data: what the data shows is what has to be "
         "protected.\n"
         "# Then: tacit policy check FILE, tacit policy apply FILE.\n\n" +
         (id.empty() ? "# dataset = \"?\"  # declare a name: small letters, digits and dashes\n"
                     : "dataset = \"" + id + "\"\n") +
         "source = " + JsonString(source) +
         "  # relative to the server's data directory\n"
         "# filter = \"pure\"  # declare how totals are bounded: \"pure\", \"approximate\", "
         "\"zcdp\" or "
         "\"renyi\"; it is fixed for ever\n";
}

std::string ColumnLine(const DeclaredColumn& column) {
  const std::string_view type = PolicyTypeOf(column.type);
  const std::string declared = column.type.empty() ? "without a type" : Escape(column.type);
  std::string line;
  if (type.empty()) {
    line = "# " + Key(column.name) +
           " = { type = \"?\" }  # declare the type (boolean, integer, real, text, date) or leave "
           "it out";
  } else {
    line = Key(column.name) + " = { type = \"" + std::string(type) + "\"" +
           (column.not_null ? "" : ", nullable = true") + " }";
    if (type == "text") {
      line += "  # declare values = [\"?\"] to group by it, or type = \"date\" if it is YYYY-MM-DD";
    }
    if (type == "integer" || type == "real") {
      line += "  # declare bounds = [LOWER, UPPER] to sum it";
    }
    if (type == "date") line += "  # declare bounds = [FIRST, LAST] to group by day, month or year";
    if (type == "integer") line += ", values = [...] to group by it";
  }
  line += (line.find("  # ") == std::string::npos ? "  # " : "; ") + std::string("declared ") +
          declared;
  if (column.primary_key) line += ", primary key";
  return line + "\n";
}

std::string TableText(const DeclaredTable& table) {
  const std::string key = Key(table.name);
  std::string text =
      "\n[tables." + key +
      "]\n"
      "# Declare one: what one person is in this table.\n"
      "# unit = \"row\"                  # every row is another person\n"
      "# unit = { column = \"?\" }       # this column names the person; needs both limits:\n"
      "# max_groups_per_unit = ?       # groups of one answer that one person can touch\n"
      "# max_rows_per_group = ?        # rows of one person that count within a group\n"
      "# public = true                 # reference data that tells nothing of anyone\n"
      "# invalid_rows = \"refuse\"       # or \"drop\": rows with a NULL unit or a wrong type\n";
  for (const std::string& check : table.checks) {
    text += "# The schema says: " + Escape(check) + "\n";
  }
  text += "[tables." + key + ".columns]\n";
  for (const DeclaredColumn& column : table.columns) text += ColumnLine(column);
  return text;
}

constexpr char kBudgets[] =
    "\n# Declare the budgets: what may ever be learnt, and each analyst's own share of it.\n"
    "# [[budget]]\n"
    "# scope = \"dataset\"\n"
    "# epsilon = \"?\"\n"
    "# delta = \"0\"                   # \"0\" under the pure filter\n"
    "# [[budget]]\n"
    "# scope = \"analyst:*\"           # or \"analyst:NAME\"\n"
    "# epsilon = \"?\"\n"
    "# delta = \"0\"\n"
    "# max_epsilon_per_query = \"?\"\n";

}  // namespace

int AuthorizeSchemaOnly(void* /*unused*/, int action, const char* first, const char* /*second*/,
                        const char* /*database*/, const char* /*trigger*/) {
  const std::string_view subject = first == nullptr ? "" : first;
  switch (action) {
    case SQLITE_SELECT:
      return SQLITE_OK;
    case SQLITE_READ:
      return subject == "sqlite_master" || subject == "sqlite_schema" ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_PRAGMA:
      return subject == "table_info" ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_FUNCTION:  // GLOB is a function to SQLite.
      return SQLITE_OK;
    default:
      return SQLITE_DENY;
  }
}

Result<std::string> DraftPolicy(const DraftOptions& options) {
  const Result<std::vector<DeclaredTable>> tables = ReadTables(options);
  if (!tables.ok()) return tables.failure();
  if (tables.value().empty()) {
    return LocalFailure(options.file + ": holds no table" +
                            (options.table.empty() ? "" : " \"" + options.table + "\""),
                        "name a database and a table that exist");
  }
  std::string text = Header(options);
  for (const DeclaredTable& table : tables.value()) text += TableText(table);
  return text + kBudgets;
}

}  // namespace tacit::client
