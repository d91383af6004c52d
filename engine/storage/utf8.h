// What text may be stored: well-formed UTF-8 without NUL.
#ifndef TACIT_ENGINE_STORAGE_UTF8_H_
#define TACIT_ENGINE_STORAGE_UTF8_H_

#include <string_view>

namespace tacit {

// True when `text` holds no NUL and only the shortest encodings of Unicode scalar values: no
// surrogate, nothing above U+10FFFF.
bool IsStorableText(std::string_view text);

}  // namespace tacit

#endif  // TACIT_ENGINE_STORAGE_UTF8_H_
