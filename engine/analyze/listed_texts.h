// The values of functions of text over columns whose values are declared.
#ifndef TACIT_ENGINE_ANALYZE_LISTED_TEXTS_H_
#define TACIT_ENGINE_ANALYZE_LISTED_TEXTS_H_

#include <optional>
#include <vector>

#include "engine/plan/nodes/expression.h"
#include "engine/plan/nodes/schema.h"

namespace tacit {

// Of an operation of text (IsOfText), each once, in the order of what it is made from; two listed
// texts that are joined give at most kPairsListedMax. nullopt: a text is not listed, or too many.
// LIKE lists nothing: its values are those of any condition.
inline constexpr size_t kPairsListedMax = 1000;
std::optional<std::vector<Value>> ListedTexts(const Expression& function, const TableSchema& table);

}  // namespace tacit

#endif  // TACIT_ENGINE_ANALYZE_LISTED_TEXTS_H_
