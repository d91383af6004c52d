// Random databases with dates, and random questions about them, beside those of random_query.h.
#ifndef TACIT_TESTS_PRIVACY_RANDOM_DATES_H_
#define TACIT_TESTS_PRIVACY_RANDOM_DATES_H_

#include "tests/privacy/random_query.h"

namespace tacit {

// TownsSchema with day (a bounded date, or NULL) and born (a date without bounds).
DatasetSchema DatedSchema(ContributionLimits limits);

// A question over DatedSchema that a date is part of.
RandomAsk RandomDatedAsk(TestRandom& random);

}  // namespace tacit

#endif  // TACIT_TESTS_PRIVACY_RANDOM_DATES_H_
