// LIKE, ILIKE, || and the functions of text: what each takes, and what it is made of.
#ifndef TACIT_ENGINE_ANALYZE_TEXT_FUNCTIONS_H_
#define TACIT_ENGINE_ANALYZE_TEXT_FUNCTIONS_H_

#include <string_view>

#include "engine/analyze/scalar_functions.h"

namespace tacit {

// The most characters of a pattern: each 64 of them cost a step a character of every text.
inline constexpr int kPatternCharactersMax = 1024;

// Null where there is no such function or operator. `name` in lower case, or an operator's. Each
// works on one text; what else it takes must be literals or parameters. Errors: kTypeMismatch,
// kUnsupported, kLiteralRange, kLimit.
BindFunction FindTextFunction(std::string_view name);

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_TEXT_FUNCTIONS_H_
