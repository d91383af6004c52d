// Reads typed values out of a TOML document and remembers where each key stands.
//
// Problems are collected, not returned: a curator sees all of a file's mistakes at once.
#ifndef TACIT_CLIENT_TOML_READER_H_
#define TACIT_CLIENT_TOML_READER_H_

#include <toml++/toml.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tacit::client {

// One mistake. Lines and columns count from 1; `path` is a key path, empty for the whole file.
struct PolicyProblem {
  int line = 1;
  int column = 1;
  std::string path;
  std::string message;
  std::string fix;
};

// A table of the document and its key path.
struct Section {
  const toml::table* table;
  std::string path;

  std::string PathOf(std::string_view key) const;
};

struct Entry {
  const toml::key* key;
  const toml::node* node;
};

// Each getter gives nothing for a key that is absent, and adds a problem for a value of another
// type.
class TomlReader {
 public:
  // Refuses every key of `section` that is not in `known`, and suggests the nearest.
  void ExpectKeys(const Section& section, const std::vector<std::string_view>& known);
  // The entries in the order of the file (toml++ keeps them by name), each with its line
  // remembered.
  std::vector<Entry> Entries(const Section& section);

  // Adds a problem if `key` is absent. True if it is there.
  bool Require(const Section& section, std::string_view key, std::string_view fix);

  std::optional<std::string> Text(const Section& section, std::string_view key);
  std::optional<int64_t> Integer(const Section& section, std::string_view key);
  std::optional<bool> Boolean(const Section& section, std::string_view key);
  // Decimal text: a string as it stands, a number by its shortest text.
  std::optional<std::string> Decimal(const Section& section, std::string_view key);
  std::optional<Section> Table(const Section& section, std::string_view key);
  const toml::array* Array(const Section& section, std::string_view key, std::string_view fix);

  void AddProblem(const toml::source_region& where, std::string path, std::string message,
                  std::string fix);
  // At a section's own place.
  void AddProblemAt(const Section& section, std::string path, std::string message, std::string fix);
  void RememberLine(const std::string& path, const toml::source_region& where);

  const std::map<std::string, int>& lines() const { return lines_; }
  std::vector<PolicyProblem>& problems() { return problems_; }

 private:
  void AddTypeProblem(const toml::node& node, const std::string& path, std::string_view wanted,
                      std::string_view fix);

  std::map<std::string, int> lines_;
  std::vector<PolicyProblem> problems_;
};

// "a string", "an integer", ...: the TOML name of a node's type with its article.
std::string_view TypeName(const toml::node& node);

}  // namespace tacit::client

#endif  // TACIT_CLIENT_TOML_READER_H_
