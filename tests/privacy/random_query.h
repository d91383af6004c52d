// Random databases, and random questions of the supported grammar, over one user-level table.
#ifndef TACIT_TESTS_PRIVACY_RANDOM_QUERY_H_
#define TACIT_TESTS_PRIVACY_RANDOM_QUERY_H_

#include <string>
#include <vector>

#include "engine/pipeline.h"
#include "engine/plan/nodes/schema.h"
#include "engine/storage/table.h"
#include "tests/support/tape.h"

namespace tacit {

// visits(subject, place, kind, y, w, flag); the unit is the subject.
DatasetSchema VisitsSchema(ContributionLimits limits);

// The same table with town (text, no public list), code (integer without bounds) and alive, which
// is true but for units that WithSubjectEmptied has emptied.
DatasetSchema TownsSchema(ContributionLimits limits);

// The same again, partitioned by sex ('f', 'm'), ward (1 to 3) and born_here: twelve cells.
DatasetSchema PartitionedSchema(ContributionLimits limits);

std::string Pick(TestRandom& random, const std::vector<std::string>& choices);

using Rows = std::vector<std::vector<Value>>;

// 0 to 40 subjects, few with very many rows; values in, at and far beyond the declared bounds;
// NULLs. In a partition column all rows of a subject hold one value.
Rows RandomRows(TestRandom& random);
Rows RandomRows(TestRandom& random, const DatasetSchema& schema);

TablePtr BuildTable(const DatasetSchema& schema, const Rows& rows);

// The subjects of `rows`, each once.
std::vector<int64_t> SubjectsOf(const Rows& rows);
Rows WithoutSubject(const Rows& rows, int64_t subject);

// Rows of TownsSchema in which the subject stays without a row that is `alive`: all else keeps its
// place, so that a frozen tape gives every group and every unit the same draws.
Rows WithSubjectEmptied(const Rows& rows, int64_t subject);

// A question of the whole grammar over TownsSchema, with the target it is asked for. Each asks for
// rows that are alive.
struct RandomAsk {
  std::vector<std::string> keys;
  std::vector<std::string> targets;  // keys first
  std::string from = "visits";       // or a sub-query of that name
  std::string where;                 // beside `alive`
  std::string having;
  std::string tail;  // ORDER BY and LIMIT
  bool has_private_key = false;
  std::string epsilon;
  std::string delta;
  std::string rho;

  std::string Sql() const;
  QueryRequest Request() const;
};
RandomAsk RandomFullAsk(TestRandom& random);

// The same over PartitionedSchema. Mostly its WHERE names cells, with other conditions or without.
RandomAsk RandomAskOfCells(TestRandom& random);

// A SELECT over either schema that Prepare accepts with an epsilon alone.
std::string RandomQuery(TestRandom& random);

}  // namespace tacit

#endif  // TACIT_TESTS_PRIVACY_RANDOM_QUERY_H_
