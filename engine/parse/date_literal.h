// A date as queries write it.
#ifndef TACIT_ENGINE_PARSE_DATE_LITERAL_H_
#define TACIT_ENGINE_PARSE_DATE_LITERAL_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "engine/plan/nodes/date.h"

namespace tacit {

// YYYY-MM-DD alone, of PostgreSQL's many forms. Errors: kLiteralRange.
absl::StatusOr<Date> ReadDateLiteral(std::string_view text, int position);

}  // namespace tacit

#endif  // TACIT_ENGINE_PARSE_DATE_LITERAL_H_
