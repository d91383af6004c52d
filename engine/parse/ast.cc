#include "engine/parse/ast.h"

#include <algorithm>

namespace tacit {

bool SameSyntax(const SyntaxNode& a, const SyntaxNode& b) {
  return a.kind == b.kind && a.name == b.name && a.qualifier == b.qualifier &&
         a.literal == b.literal && a.parameter == b.parameter && a.distinct == b.distinct &&
         a.star == b.star && a.within_group == b.within_group && a.descending == b.descending &&
         a.filtered == b.filtered && a.negated == b.negated &&
         std::equal(a.arguments.begin(), a.arguments.end(), b.arguments.begin(), b.arguments.end(),
                    SameSyntax);
}

}  // namespace tacit
