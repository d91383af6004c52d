// LIKE and ILIKE: PostgreSQL's patterns. `%` stands for any characters, `_` for one, and a
// backslash takes the character after it as it is.
//
// The pattern's elements are the states of an automaton that is run on bits, all at once, so there
// is no backtracking: a text of n characters takes n * (elements / 64 + 1) steps of the same kind,
// whatever they are and whether or where they match.
#ifndef TACIT_ENGINE_PLAN_NODES_LIKE_PATTERN_H_
#define TACIT_ENGINE_PLAN_NODES_LIKE_PATTERN_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tacit {

class LikePattern {
 public:
  // `pattern` is escaped by backslashes; one at its end stands for itself (bind refuses it).
  // Ignoring case folds pattern and text as letter_case.h does: what LOWER makes equal.
  LikePattern(std::string_view pattern, bool ignore_case);

  // Whether the whole text matches, character by character. Any bytes are read: see utf8.h.
  bool Matches(std::string_view text) const;

 private:
  using Bits = std::vector<uint64_t>;

  const uint64_t* TakersOf(uint32_t code) const;

  bool ignore_case_;
  size_t words_ = 0;     // of 64 states each; state i has taken i elements
  size_t elements_ = 0;  // `_` and characters, without `%`
  Bits stays_;           // states that a `%` keeps
  Bits any_;             // states whose next element is `_`
  // States whose next element takes a character, by character: one row of words each. The last row
  // is that of characters which the pattern does not name.
  Bits takers_;
  std::array<uint32_t, 128> row_of_ascii_;
  std::vector<std::pair<uint32_t, uint32_t>> row_of_others_;  // ascending
};

// The one text that the pattern matches, its escapes undone; nullopt where it has a wildcard.
std::optional<std::string> LiteralOf(std::string_view pattern);

// Whether the last character is an escape with nothing after it.
bool EndsWithEscape(std::string_view pattern);

// The pattern with `escape` (one character, or none) written as a backslash.
std::string WithBackslashes(std::string_view pattern, std::string_view escape);

// A pattern that matches `text` alone.
std::string EscapeText(std::string_view text);

}  // namespace tacit

#endif  // TACIT_ENGINE_PLAN_NODES_LIKE_PATTERN_H_
