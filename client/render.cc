#include "client/render.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>

#include "client/render_number.h"

namespace tacit::client {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// East Asian wide and fullwidth blocks and the emoji planes.
constexpr std::array<Range, 10> kWide = {{{0x1100, 0x115F},
                                          {0x2E80, 0x303E},
                                          {0x3041, 0xA4CF},
                                          {0xAC00, 0xD7A3},
                                          {0xF900, 0xFAFF},
                                          {0xFE30, 0xFE6F},
                                          {0xFF00, 0xFF60},
                                          {0xFFE0, 0xFFE6},
                                          {0x1F300, 0x1FAFF},
                                          {0x20000, 0x3FFFD}}};
// Combining marks, joiners and variation selectors.
constexpr std::array<Range, 5> kZero = {
    {{0x0300, 0x036F}, {0x200B, 0x200D}, {0x20D0, 0x20FF}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}}};
// C0, DEL and C1 controls, line ends, direction marks and overrides, the byte order mark.
constexpr std::array<Range, 6> kUnsafe = {{{0x00, 0x1F},
                                           {0x7F, 0x9F},
                                           {0x200E, 0x200F},
                                           {0x2028, 0x202E},
                                           {0x2060, 0x206F},
                                           {0xFEFF, 0xFEFF}}};

template <size_t kSize>
bool IsIn(const std::array<Range, kSize>& ranges, char32_t c) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [c](const Range& range) { return c >= range.first && c <= range.last; });
}

std::string Format(const char* format, unsigned value) {
  std::array<char, 16> buffer;
  std::snprintf(buffer.data(), buffer.size(), format, value);
  return buffer.data();
}

std::string Repeat(std::string_view piece, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += piece;
  return text;
}

// The glyphs of one kind of table. Corners are left, middle, right.
struct Border {
  std::string_view line;
  std::array<std::string_view, 3> top, header, bottom;
  std::string_view left, between, right;
};
constexpr Border kBox = {"─", {"┌", "┬", "┐"}, {"├", "┼", "┤"}, {"└", "┴", "┘"}, "│ ", " │ ", " │"};
constexpr Border kPlain = {"-", {"", "", ""}, {"", "  ", ""}, {"", "", ""}, "", "  ", ""};

std::string Padded(const std::string& cell, size_t width, Grid::Align align) {
  const std::string space(width - std::min(width, DisplayWidth(cell)), ' ');
  return align == Grid::Align::kRight ? space + cell : cell + space;
}

std::string Rule(const std::vector<size_t>& widths, const std::array<std::string_view, 3>& corners,
                 const Border& border) {
  // A box has one blank on either side of a cell; the plain form has none.
  const size_t blanks = border.left.empty() ? 0 : 2;
  std::string text(corners[0]);
  for (size_t i = 0; i < widths.size(); ++i) {
    if (i > 0) text += corners[1];
    text += Repeat(border.line, widths[i] + blanks);
  }
  return text + std::string(corners[2]) + "\n";
}

}  // namespace

std::string Paint(const Style& style, Colour colour, std::string_view text) {
  constexpr std::array<std::string_view, 7> kCodes = {"", "1", "2", "31", "32", "33", "36"};
  const std::string_view code = kCodes[static_cast<size_t>(colour)];
  if (!style.has_colour || code.empty()) return std::string(text);
  return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
}

CodePoint NextCodePoint(std::string_view text, size_t& at) {
  const auto lead = static_cast<uint8_t>(text[at]);
  const size_t length = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  constexpr CodePoint kBad = {0xFFFD, false};
  constexpr std::array<char32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  const size_t start = at++;
  if (length == 1) return {lead, true};
  if (lead < 0xC2 || lead > 0xF4 || start + length > text.size()) return kBad;
  char32_t value = lead & (0xFFu >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    const auto next = static_cast<uint8_t>(text[start + i]);
    if ((next & 0xC0) != 0x80) return kBad;
    value = (value << 6) | (next & 0x3F);
  }
  const bool is_surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < kLeast[length] || value > 0x10FFFF || is_surrogate) return kBad;
  at = start + length;
  return {value, true};
}

std::string Escape(std::string_view text) {
  std::string safe;
  for (size_t at = 0; at < text.size();) {
    const size_t start = at;
    const CodePoint point = NextCodePoint(text, at);
    if (point.value == '\n') {
      safe += "\\n";
    } else if (point.value == '\t') {
      safe += "\\t";
    } else if (!point.is_valid) {
      safe += Format("\\x%02x", static_cast<uint8_t>(text[start]));
    } else if (IsIn(kUnsafe, point.value)) {
      safe += Format(point.value < 0x100 ? "\\x%02x" : "\\u%04x", point.value);
    } else {
      safe += text.substr(start, at - start);
    }
  }
  return safe;
}

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  for (size_t at = 0; at < text.size();) {
    const char32_t c = NextCodePoint(text, at).value;
    if (!IsIn(kZero, c)) width += IsIn(kWide, c) ? 2 : 1;
  }
  return width;
}

std::string RenderGrid(const Grid& grid, const Style& style) {
  const Border& border = style.has_unicode && style.is_terminal ? kBox : kPlain;
  std::vector<std::vector<std::string>> lines = {grid.header};
  lines.insert(lines.end(), grid.rows.begin(), grid.rows.end());
  std::vector<size_t> widths(grid.header.size());
  for (auto& line : lines) {
    for (size_t i = 0; i < line.size(); ++i) {
      line[i] = Escape(line[i]);
      widths[i] = std::max(widths[i], DisplayWidth(line[i]));
    }
  }
  std::string text = border.left.empty() ? "" : Rule(widths, border.top, border);
  for (size_t row = 0; row < lines.size(); ++row) {
    std::string line(border.left);
    for (size_t i = 0; i < lines[row].size(); ++i) {
      if (i > 0) line += border.between;
      const std::string cell = Padded(lines[row][i], widths[i], grid.align[i]);
      line += row == 0 ? Paint(style, Colour::kBold, cell) : cell;
    }
    line += border.right;
    // In a pipe nobody wants blanks at the end of a line.
    if (border.right.empty()) line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
    if (row == 0) text += Rule(widths, border.header, border);
  }
  return text + (border.left.empty() ? "" : Rule(widths, border.bottom, border));
}

std::string JsonString(std::string_view text) {
  std::string json = "\"";
  for (size_t at = 0; at < text.size();) {
    const size_t start = at;
    const CodePoint point = NextCodePoint(text, at);
    if (!point.is_valid) {
      json += "\\ufffd";
    } else if (point.value == '"' || point.value == '\\') {
      json += '\\';
      json += text[start];
    } else if (point.value == '\n') {
      json += "\\n";
    } else if (point.value == '\t') {
      json += "\\t";
    } else if (IsIn(kUnsafe, point.value)) {
      json += Format("\\u%04x", point.value);
    } else {
      json += text.substr(start, at - start);
    }
  }
  return json + "\"";
}

std::string JsonNumber(double value) { return std::isfinite(value) ? ShortestText(value) : "null"; }

std::string JsonObject(const std::vector<std::pair<std::string, std::string>>& members) {
  std::string json = "{";
  for (const auto& [key, value] : members) {
    if (json.size() > 1) json += ",";
    json += JsonString(key) + ":" + value;
  }
  return json + "}";
}

std::string JsonArray(const std::vector<std::string>& values) {
  std::string json = "[";
  for (const std::string& value : values) {
    if (json.size() > 1) json += ",";
    json += value;
  }
  return json + "]";
}

std::string CsvField(std::string_view text) {
  if (!text.empty() && text.find_first_of("\",\r\n") == std::string_view::npos) {
    return std::string(text);
  }
  std::string field = "\"";
  for (const char c : text) {
    if (c == '"') field += '"';
    field += c;
  }
  return field + "\"";
}

std::string CsvLine(const std::vector<std::string>& fields) {
  std::string line;
  for (size_t i = 0; i < fields.size(); ++i) line += (i > 0 ? "," : "") + fields[i];
  return line + "\n";
}

}  // namespace tacit::client
