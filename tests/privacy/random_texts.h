// Random databases with texts of many kinds, and random questions that a function of text is part
// of, beside those of random_query.h.
#ifndef TACIT_TESTS_PRIVACY_RANDOM_TEXTS_H_
#define TACIT_TESTS_PRIVACY_RANDOM_TEXTS_H_

#include "tests/privacy/random_query.h"

namespace tacit {

// Rows of TownsSchema, each town made anew: in upper and lower case, with blanks around it, with
// characters that patterns name, beyond ASCII, empty, and long.
Rows WithRandomTexts(TestRandom& random, Rows rows);
Rows RandomTextRows(TestRandom& random, const DatasetSchema& schema);

// A question over TownsSchema.
RandomAsk RandomTextAsk(TestRandom& random);

}  // namespace tacit

#endif  // TACIT_TESTS_PRIVACY_RANDOM_TEXTS_H_
