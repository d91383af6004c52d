// A failure as people read it, and as programs do.
#ifndef TACIT_CLIENT_RENDER_FAILURE_H_
#define TACIT_CLIENT_RENDER_FAILURE_H_

#include <string>
#include <string_view>

#include "client/failure.h"
#include "client/render.h"

namespace tacit::client {

// "error: ...", the line of `sql` with a caret under the byte at fault where there is one, the
// fields that are wrong, then "fix: ...". Everything from elsewhere is escaped.
std::string RenderFailure(const Failure& failure, std::string_view sql, const Style& style);

// One line: {"error":{"reason":...,"message":...,...}}.
std::string FailureJson(const Failure& failure);

// The line of `sql` that holds byte `position` and under it a caret; empty if it is not within the
// text.
std::string CaretLines(std::string_view sql, uint64_t position);

}  // namespace tacit::client

#endif  // TACIT_CLIENT_RENDER_FAILURE_H_
