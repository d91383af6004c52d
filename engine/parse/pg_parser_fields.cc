#include "engine/parse/pg_parser_fields.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>

#include "absl/strings/str_cat.h"
#include "accountant/refusal.h"

namespace tacit {
namespace {

template <typename T>
T Load(const ProtobufCMessage& message, unsigned offset) {
  T value;
  std::memcpy(&value, reinterpret_cast<const char*>(&message) + offset, sizeof(value));
  return value;
}

// Whether the field differs from proto3's default. A oneof member is set when its case says so,
// even if its own content is all defaults.
bool IsSet(const ProtobufCMessage& message, const ProtobufCFieldDescriptor& field) {
  if (field.label == PROTOBUF_C_LABEL_REPEATED) {
    return Load<size_t>(message, field.quantifier_offset) > 0;
  }
  if ((field.flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0) {
    return Load<uint32_t>(message, field.quantifier_offset) == field.id;
  }
  switch (field.type) {
    case PROTOBUF_C_TYPE_MESSAGE:
      return Load<const void*>(message, field.offset) != nullptr;
    case PROTOBUF_C_TYPE_STRING: {
      const char* text = Load<const char*>(message, field.offset);
      return text != nullptr && *text != '\0';
    }
    case PROTOBUF_C_TYPE_BYTES:
      return Load<ProtobufCBinaryData>(message, field.offset).len > 0;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
      return Load<uint64_t>(message, field.offset) != 0;
    default:  // four bytes: int32, uint32, enum, bool, float
      return Load<uint32_t>(message, field.offset) != 0;
  }
}

}  // namespace

absl::Status RefuseUnreadFields(const ProtobufCMessage& message,
                                std::initializer_list<std::string_view> read, int position) {
  for (unsigned i = 0; i < message.descriptor->n_fields; ++i) {
    const ProtobufCFieldDescriptor& field = message.descriptor->fields[i];
    const std::string_view name = field.name;
    if (name == "location" || std::find(read.begin(), read.end(), name) != read.end()) continue;
    if (!IsSet(message, field)) continue;
    return Refuse(Reason::kUnsupported,
                  absl::StrCat("this form is not supported (", std::string(TypeOf(message)),
                               " with ", std::string(name), ")"),
                  {.fix = "write it more simply", .position = position});
  }
  return absl::OkStatus();
}

int LocationOf(const ProtobufCMessage& message, int otherwise) {
  const ProtobufCFieldDescriptor* field =
      protobuf_c_message_descriptor_get_field_by_name(message.descriptor, "location");
  if (field == nullptr || field->type != PROTOBUF_C_TYPE_INT32) return otherwise;
  const auto location = Load<int32_t>(message, field->offset);
  // Absent locations read as 0 or -1; a statement's first byte is never an expression.
  return location > 0 ? location : otherwise;
}

std::string_view TypeOf(const ProtobufCMessage& message) { return message.descriptor->short_name; }

}  // namespace tacit
