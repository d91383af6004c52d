// Random questions that a function of a number or a cast is part of, beside those of
// random_query.h.
#ifndef TACIT_TESTS_PRIVACY_RANDOM_MATH_H_
#define TACIT_TESTS_PRIVACY_RANDOM_MATH_H_

#include "tests/privacy/random_query.h"

namespace tacit {

// A question over TownsSchema.
RandomAsk RandomMathAsk(TestRandom& random);

}  // namespace tacit

#endif  // TACIT_TESTS_PRIVACY_RANDOM_MATH_H_
