// Looks at a pg_query message through its descriptor, so that no field can be overlooked.
#ifndef TACIT_ENGINE_PARSE_PG_PARSER_FIELDS_H_
#define TACIT_ENGINE_PARSE_PG_PARSER_FIELDS_H_

#include <initializer_list>
#include <string>
#include <string_view>

#include "absl/status/status.h"

extern "C" {
#include <protobuf-c/protobuf-c.h>
}

namespace tacit {

// The allow-list of fields: refuses (kUnsupported, at `position`) when a field that is set is
// neither in `read` nor the location. A field that a later pg_query adds is refused without anyone
// knowing it.
absl::Status RefuseUnreadFields(const ProtobufCMessage& message,
                                std::initializer_list<std::string_view> read, int position);

// The message's own `location`, or `otherwise` when it has none.
int LocationOf(const ProtobufCMessage& message, int otherwise);

// Protobuf leaves out an empty text.
inline std::string TextOf(const char* text) { return text == nullptr ? "" : text; }

// The message's type without its package: "CaseExpr".
std::string_view TypeOf(const ProtobufCMessage& message);

}  // namespace tacit

#endif  // TACIT_ENGINE_PARSE_PG_PARSER_FIELDS_H_
