// Random databases, and random questions of the supported grammar, over one user-level table.
#ifndef TACIT_TESTS_PRIVACY_RANDOM_QUERY_H_
#define TACIT_TESTS_PRIVACY_RANDOM_QUERY_H_

#include <string>
#include <vector>

#include "engine/plan/nodes/schema.h"
#include "engine/storage/table.h"
#include "tests/support/tape.h"

namespace tacit {

// visits(subject, place, kind, y, w, flag); the unit is the subject.
DatasetSchema VisitsSchema(ContributionLimits limits);

using Rows = std::vector<std::vector<Value>>;

// 0 to 40 subjects, few with very many rows; values in, at and far beyond the declared bounds;
// NULLs.
Rows RandomRows(TestRandom& random);

TablePtr BuildTable(const DatasetSchema& schema, const Rows& rows);

// The subjects of `rows`, each once.
std::vector<int64_t> SubjectsOf(const Rows& rows);
Rows WithoutSubject(const Rows& rows, int64_t subject);

// A SELECT that Prepare accepts.
std::string RandomQuery(TestRandom& random);

}  // namespace tacit

#endif  // TACIT_TESTS_PRIVACY_RANDOM_QUERY_H_
