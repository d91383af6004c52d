// Upper and lower case, letter by letter: the same everywhere, whatever the machine's locale.
//
// Known are the letters of Latin (ASCII, Latin-1, Extended-A and Additional, and the accented ones
// of Extended-B), Greek, Cyrillic and Armenian that Unicode gives one upper and one lower form of
// one code point each. All others (the sharp s, the dotless i, the final sigma) stay as they are.
// So a text keeps its number of characters and of bytes, and folding twice changes nothing more.
#ifndef TACIT_ENGINE_PLAN_NODES_LETTER_CASE_H_
#define TACIT_ENGINE_PLAN_NODES_LETTER_CASE_H_

#include <cstdint>

namespace tacit {

// Of a code point; any other number is given back.
uint32_t LowerOf(uint32_t code);
uint32_t UpperOf(uint32_t code);

}  // namespace tacit

#endif  // TACIT_ENGINE_PLAN_NODES_LETTER_CASE_H_
