// Whether bytes are text.
#ifndef TACIT_ENGINE_PLAN_NODES_UTF8_H_
#define TACIT_ENGINE_PLAN_NODES_UTF8_H_

#include <cstddef>
#include <string_view>

namespace tacit {

// The offset of the first byte that begins no valid UTF-8 sequence (RFC 3629: no overlong forms, no
// surrogates, nothing above U+10FFFF), or std::string_view::npos.
size_t FirstInvalidUtf8(std::string_view text);

// What a text value may be, in a row, a parameter or a policy: valid UTF-8 without NUL.
bool IsStorableText(std::string_view text);

}  // namespace tacit

#endif  // TACIT_ENGINE_PLAN_NODES_UTF8_H_
