// "did you mean": the nearest of the words that are allowed.
#ifndef TACIT_CLIENT_SUGGEST_H_
#define TACIT_CLIENT_SUGGEST_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tacit::client {

// The word of `allowed` with the fewest edits from `word`, if at most a third of `word` has to
// change (one edit is always enough).
std::optional<std::string> Nearest(std::string_view word,
                                   const std::vector<std::string_view>& allowed);

}  // namespace tacit::client

#endif  // TACIT_CLIENT_SUGGEST_H_
