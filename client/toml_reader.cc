#include "client/toml_reader.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "client/render_number.h"
#include "client/suggest.h"

namespace tacit::client {
namespace {

std::string ListOf(const std::vector<std::string_view>& words) {
  std::string list;
  for (const std::string_view word : words) {
    if (!list.empty()) list += ", ";
    list += word;
  }
  return list;
}

}  // namespace

std::string Section::PathOf(std::string_view key) const {
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

std::string_view TypeName(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "an array";
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "an integer";
    case toml::node_type::floating_point:
      return "a real number";
    case toml::node_type::boolean:
      return "a boolean";
    default:
      return "a date or time";
  }
}

void TomlReader::ExpectKeys(const Section& section, const std::vector<std::string_view>& known) {
  for (const Entry& entry : Entries(section)) {
    const std::string_view name = entry.key->str();
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::optional<std::string> nearest = Nearest(name, known);
    AddProblem(entry.key->source(), section.PathOf(name),
               "unknown key \"" + std::string(name) + "\"",
               nearest.has_value() ? "did you mean \"" + *nearest + "\""
                                   : "remove it; known keys here are " + ListOf(known));
  }
}

std::vector<Entry> TomlReader::Entries(const Section& section) {
  std::vector<Entry> entries;
  for (const auto& [key, node] : *section.table) entries.push_back({&key, &node});
  std::sort(entries.begin(), entries.end(), [](const Entry& left, const Entry& right) {
    return left.key->source().begin < right.key->source().begin;
  });
  for (const Entry& entry : entries) {
    RememberLine(section.PathOf(entry.key->str()), entry.key->source());
  }
  return entries;
}

bool TomlReader::Require(const Section& section, std::string_view key, std::string_view fix) {
  if (section.table->contains(key)) return true;
  const std::string path = section.PathOf(key);
  AddProblemAt(section, path, "\"" + std::string(key) + "\" is missing", std::string(fix));
  return false;
}

std::optional<std::string> TomlReader::Text(const Section& section, std::string_view key) {
  const toml::node* node = section.table->get(key);
  if (node == nullptr) return std::nullopt;
  const auto* text = node->as_string();
  if (text != nullptr) return text->get();
  AddTypeProblem(*node, section.PathOf(key), "a string", "put it in double quotes");
  return std::nullopt;
}

std::optional<int64_t> TomlReader::Integer(const Section& section, std::string_view key) {
  const toml::node* node = section.table->get(key);
  if (node == nullptr) return std::nullopt;
  const auto* integer = node->as_integer();
  if (integer != nullptr) return integer->get();
  AddTypeProblem(*node, section.PathOf(key), "an integer", "write a whole number without quotes");
  return std::nullopt;
}

std::optional<bool> TomlReader::Boolean(const Section& section, std::string_view key) {
  const toml::node* node = section.table->get(key);
  if (node == nullptr) return std::nullopt;
  const auto* boolean = node->as_boolean();
  if (boolean != nullptr) return boolean->get();
  AddTypeProblem(*node, section.PathOf(key), "a boolean", "write true or false without quotes");
  return std::nullopt;
}

std::optional<std::string> TomlReader::Decimal(const Section& section, std::string_view key) {
  const toml::node* node = section.table->get(key);
  if (node == nullptr) return std::nullopt;
  if (const auto* text = node->as_string()) return text->get();
  if (const auto* integer = node->as_integer()) return std::to_string(integer->get());
  const auto* real = node->as_floating_point();
  if (real != nullptr && std::isfinite(real->get())) return ShortestText(real->get());
  if (real != nullptr) {
    AddProblem(node->source(), section.PathOf(key), "a budget has to be finite",
               "write a decimal such as \"1.5\"");
    return std::nullopt;
  }
  AddTypeProblem(*node, section.PathOf(key), "decimal text",
                 "write it as a string such as \"1.5\"");
  return std::nullopt;
}

std::optional<Section> TomlReader::Table(const Section& section, std::string_view key) {
  const toml::node* node = section.table->get(key);
  if (node == nullptr) return std::nullopt;
  const toml::table* table = node->as_table();
  if (table != nullptr) return Section{table, section.PathOf(key)};
  const std::string path = section.PathOf(key);
  AddTypeProblem(*node, path, "a table", "write it as a section, [" + path + "]");
  return std::nullopt;
}

const toml::array* TomlReader::Array(const Section& section, std::string_view key,
                                     std::string_view fix) {
  const toml::node* node = section.table->get(key);
  if (node == nullptr) return nullptr;
  const toml::array* array = node->as_array();
  if (array == nullptr) AddTypeProblem(*node, section.PathOf(key), "an array", fix);
  return array;
}

void TomlReader::AddTypeProblem(const toml::node& node, const std::string& path,
                                std::string_view wanted, std::string_view fix) {
  AddProblem(node.source(), path,
             "is " + std::string(TypeName(node)) + " and has to be " + std::string(wanted),
             std::string(fix));
}

void TomlReader::AddProblem(const toml::source_region& where, std::string path, std::string message,
                            std::string fix) {
  PolicyProblem problem;
  // Line 0 is what a table has that is only implied by others; the file's start is the best we
  // know.
  problem.line = std::max(1, static_cast<int>(where.begin.line));
  problem.column = std::max(1, static_cast<int>(where.begin.column));
  problem.path = std::move(path);
  problem.message = std::move(message);
  problem.fix = std::move(fix);
  problems_.push_back(std::move(problem));
}

void TomlReader::AddProblemAt(const Section& section, std::string path, std::string message,
                              std::string fix) {
  AddProblem(section.table->source(), std::move(path), std::move(message), std::move(fix));
}

void TomlReader::RememberLine(const std::string& path, const toml::source_region& where) {
  if (where.begin.line > 0) lines_.emplace(path, static_cast<int>(where.begin.line));
}

}  // namespace tacit::client
