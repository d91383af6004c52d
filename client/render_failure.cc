#include "client/render_failure.h"

namespace tacit::client {
namespace {

// What is shown of a long line on either side of the caret, in bytes.
constexpr size_t kContextBytesMax = 70;

bool IsContinuation(char c) { return (c & 0xC0) == 0x80; }

}  // namespace

std::string CaretLines(std::string_view sql, uint64_t position) {
  if (sql.empty() || position > sql.size()) return "";
  const size_t at = static_cast<size_t>(position);
  const size_t before = at == 0 ? std::string_view::npos : sql.rfind('\n', at - 1);
  size_t begin = before == std::string_view::npos ? 0 : before + 1;
  size_t end = std::min(sql.find('\n', at), sql.size());
  bool cut_left = false;
  bool cut_right = false;
  if (at - begin > kContextBytesMax) {
    begin = at - kContextBytesMax;
    while (begin < at && IsContinuation(sql[begin])) ++begin;
    cut_left = true;
  }
  if (end - at > kContextBytesMax) {
    end = at + kContextBytesMax;
    while (end > at && IsContinuation(sql[end])) --end;
    cut_right = true;
  }
  const std::string left = (cut_left ? "..." : "") + Escape(sql.substr(begin, at - begin));
  const std::string right = Escape(sql.substr(at, end - at)) + (cut_right ? "..." : "");
  return "  " + left + right + "\n  " + std::string(DisplayWidth(left), ' ') + "^\n";
}

std::string RenderFailure(const Failure& failure, std::string_view sql, const Style& style) {
  std::string text = Paint(style, Colour::kRed, "error:") + " " + Escape(failure.message);
  if (failure.reason != "LOCAL") text += " [" + Escape(failure.reason) + "]";
  text += "\n";
  if (failure.position.has_value()) text += CaretLines(sql, *failure.position);
  for (const Violation& violation : failure.violations) {
    // A lone violation often says what the message has said.
    if (violation.description.starts_with(failure.message)) continue;
    text += "  " + Escape(violation.field) + ": " + Escape(violation.description) + "\n";
  }
  if (!failure.fix.empty()) {
    text += Paint(style, Colour::kGreen, "fix:") + " " + Escape(failure.fix) + "\n";
  }
  return text;
}

std::string FailureJson(const Failure& failure) {
  std::vector<std::pair<std::string, std::string>> members = {
      {"reason", JsonString(failure.reason)},
      {"message", JsonString(failure.message)},
      {"fix", JsonString(failure.fix)},
      {"exit_code", std::to_string(static_cast<int>(failure.exit_code))}};
  if (failure.position.has_value()) {
    members.emplace_back("position", std::to_string(*failure.position));
  }
  std::vector<std::string> violations;
  for (const Violation& violation : failure.violations) {
    violations.push_back(JsonObject({{"field", JsonString(violation.field)},
                                     {"description", JsonString(violation.description)}}));
  }
  if (!violations.empty()) members.emplace_back("violations", JsonArray(violations));
  std::vector<std::pair<std::string, std::string>> metadata;
  for (const auto& [key, value] : failure.metadata) metadata.emplace_back(key, JsonString(value));
  members.emplace_back("metadata", JsonObject(metadata));
  return JsonObject({{"error", JsonObject(members)}}) + "\n";
}

}  // namespace tacit::client
