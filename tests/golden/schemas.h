// The public schemas that golden tests ask against.
#ifndef TACIT_TESTS_GOLDEN_SCHEMAS_H_
#define TACIT_TESTS_GOLDEN_SCHEMAS_H_

#include <string>
#include <string_view>

#include "engine/plan/nodes/schema.h"

namespace tacit {

// "fair": table fair, where the unit is the row, and a public table region. "visits": table visits,
// where the unit is a subject with at most 3 groups and 2 rows a group. "wards": the same with
// columns that have neither bounds nor public values. "residents": people in twelve disjoint cells,
// by whether they live, sex and region. Aborts for any other name.
DatasetSchema GoldenSchema(std::string_view name);

// The value of a directive "parameter: TYPE VALUE"; anything but a known type or "null" fails the
// test.
Value ParameterOf(const std::string& text);

}  // namespace tacit

#endif  // TACIT_TESTS_GOLDEN_SCHEMAS_H_
