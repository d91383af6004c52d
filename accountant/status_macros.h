// Early return on a failed absl::Status.
#ifndef TACIT_ACCOUNTANT_STATUS_MACROS_H_
#define TACIT_ACCOUNTANT_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#define TACIT_CONCAT_INNER(a, b) a##b
#define TACIT_CONCAT(a, b) TACIT_CONCAT_INNER(a, b)

// TACIT_RETURN_IF_ERROR(Check(x)): returns the status when it is not OK.
#define TACIT_RETURN_IF_ERROR(expression)                                                  \
  do {                                                                                     \
    if (absl::Status tacit_status = (expression); !tacit_status.ok()) return tacit_status; \
  } while (false)

// TACIT_ASSIGN_OR_RETURN(auto value, Make()): assigns, or returns the status.
#define TACIT_ASSIGN_OR_RETURN(declaration, expression) \
  TACIT_ASSIGN_OR_RETURN_INNER(TACIT_CONCAT(tacit_statusor_, __LINE__), declaration, expression)
#define TACIT_ASSIGN_OR_RETURN_INNER(temporary, declaration, expression) \
  auto temporary = (expression);                                         \
  if (!temporary.ok()) return std::move(temporary).status();             \
  declaration = *std::move(temporary)

#endif  // TACIT_ACCOUNTANT_STATUS_MACROS_H_
