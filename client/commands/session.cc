#include "client/commands/session.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "client/render_failure.h"

namespace tacit::client {
namespace {

// By the first of the variables that decide the locale of characters.
bool LocaleIsUtf8() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    const std::string_view locale = value;
    return locale.find("UTF-8") != std::string_view::npos ||
           locale.find("utf8") != std::string_view::npos ||
           locale.find("utf-8") != std::string_view::npos;
  }
  return false;
}

bool NoColorIsSet() {
  const char* value = std::getenv("NO_COLOR");
  return value != nullptr && *value != '\0';
}

}  // namespace

Format Session::format() const {
  if (options_.format == "csv") return Format::kCsv;
  if (options_.format == "json") return Format::kJson;
  if (options_.format == "jsonl") return Format::kJsonLines;
  return Format::kTable;
}

Style Session::StyleFor(bool is_terminal) const {
  Style style;
  style.is_terminal = is_terminal;
  style.has_unicode = is_terminal && LocaleIsUtf8();
  style.has_colour = is_terminal && !options_.no_colour && !NoColorIsSet();
  return style;
}

Result<std::unique_ptr<Client>> Session::Connect() {
  ConnectOptions connect;
  connect.address = options_.server;
  connect.user = options_.user;
  connect.deadline = std::chrono::seconds(options_.timeout_seconds);
  return Client::Connect(connect);
}

void Session::Fail(const Failure& failure, std::string_view sql) {
  Failure shown = failure;
  if (shown.reason == "UNAUTHENTICATED" && options_.user.empty()) {
    shown.fix = "say who you are by --user NAME or TACIT_USER";
  }
  const bool as_json = format() == Format::kJson || format() == Format::kJsonLines;
  err() << (as_json ? FailureJson(shown) : RenderFailure(shown, sql, ErrStyle())) << std::flush;
  exit_code_ = shown.exit_code;
}

void Session::PrintGrid(const Grid& grid) {
  if (format() == Format::kTable) {
    out() << RenderGrid(grid, OutStyle());
    return;
  }
  if (format() == Format::kCsv) {
    const auto line = [](const std::vector<std::string>& cells) {
      std::vector<std::string> fields;
      for (const std::string& cell : cells) fields.push_back(CsvField(cell));
      return CsvLine(fields);
    };
    out() << line(grid.header);
    for (const auto& row : grid.rows) out() << line(row);
    return;
  }
  std::vector<std::string> objects;
  for (const auto& row : grid.rows) {
    std::vector<std::pair<std::string, std::string>> members;
    for (size_t i = 0; i < row.size(); ++i) {
      members.emplace_back(grid.header[i], JsonString(row[i]));
    }
    objects.push_back(JsonObject(members));
  }
  if (format() == Format::kJson) {
    out() << JsonArray(objects) << "\n";
    return;
  }
  for (const std::string& object : objects) out() << object << "\n";
}

Result<std::string> WireText(std::string_view name, const std::string& text) {
  for (size_t at = 0; at < text.size();) {
    const CodePoint point = NextCodePoint(text, at);
    if (point.is_valid && point.value != 0) continue;
    return LocalFailure(std::string(name) + " is not valid UTF-8 text", "write it in UTF-8");
  }
  return text;
}

Result<std::string> ReadFile(const std::string& path, size_t bytes_max) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) {
    return LocalFailure(path + ": there is no such file", "name a file that exists");
  }
  if (std::filesystem::is_directory(status)) {
    return LocalFailure(path + ": is a folder", "name a file");
  }
  std::ifstream file(path, std::ios::binary);
  std::string bytes(bytes_max + 1, '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file.is_open() || file.bad()) {
    return LocalFailure(path + ": cannot be read", "check its permissions");
  }
  bytes.resize(static_cast<size_t>(file.gcount()));
  if (bytes.size() > bytes_max) {
    return LocalFailure(path + ": is larger than " + std::to_string(bytes_max) + " bytes",
                        "name a smaller file");
  }
  return bytes;
}

}  // namespace tacit::client
