// Text for terminals, pipes and programs: escaping, width, colour, tables, JSON and CSV pieces.
#ifndef TACIT_CLIENT_RENDER_H_
#define TACIT_CLIENT_RENDER_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tacit::client {

// What the reader of standard output can show. All false in a pipe.
struct Style {
  bool is_terminal = false;
  bool has_unicode = false;
  bool has_colour = false;

  std::string_view PlusMinus() const { return has_unicode ? "±" : "+/-"; }
};

enum class Colour { kPlain, kBold, kDim, kRed, kGreen, kYellow, kCyan };

// `text` in a colour if the style has colours.
std::string Paint(const Style& style, Colour colour, std::string_view text);

// Makes text from elsewhere safe to print: control characters, direction marks and bytes that are
// not UTF-8 become visible escapes such as \x1b. One line in, one line out.
std::string Escape(std::string_view text);

// The next code point of `text` from `at` on, which moves past it; U+FFFD for a byte that is not
// UTF-8.
struct CodePoint {
  char32_t value;
  bool is_valid;
};
CodePoint NextCodePoint(std::string_view text, size_t& at);

// Columns a terminal gives to `text`: two for wide East Asian and emoji, none for combining marks.
size_t DisplayWidth(std::string_view text);

// A table to print. Rows are as long as `header`; cells are escaped when printed.
struct Grid {
  enum class Align { kLeft, kRight };
  std::vector<std::string> header;
  std::vector<Align> align;
  std::vector<std::vector<std::string>> rows;
};

// Box drawing where the style has Unicode, else columns parted by two spaces under a dashed line.
std::string RenderGrid(const Grid& grid, const Style& style);

// A JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
std::string JsonString(std::string_view text);
// A JSON number; null for what JSON has no number for.
std::string JsonNumber(double value);

// Members in order; values are JSON already.
std::string JsonObject(const std::vector<std::pair<std::string, std::string>>& members);
std::string JsonArray(const std::vector<std::string>& values);

// One field by RFC 4180, quoted where needed. An empty text is "" in quotes: a bare nothing is
// NULL.
std::string CsvField(std::string_view text);
std::string CsvLine(const std::vector<std::string>& fields);

}  // namespace tacit::client

#endif  // TACIT_CLIENT_RENDER_H_
