#include "engine/storage/snapshot_format.h"

namespace tacit {
namespace {

template <typename T>
std::string_view BytesOf(absl::Span<const T> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

std::string_view ValueBytes(const ColumnArray& column) {
  switch (column.type) {
    case ValueType::kBool:
      return BytesOf(column.booleans);
    case ValueType::kInt64:
    case ValueType::kDate:
      return BytesOf(column.integers);
    case ValueType::kFloat64:
      return BytesOf(column.floats);
    case ValueType::kText:
      return BytesOf(column.codes);
  }
  return {};
}

}  // namespace

Digest SchemaDigest(const TableSchema& schema) {
  DigestBuilder digest;
  digest.Add("tacit snapshot schema").Add(schema.name);
  digest.Add(int64_t{schema.unit_column.value_or(-1)});
  digest.Add(static_cast<int64_t>(schema.columns.size()));
  for (const ColumnSchema& column : schema.columns) {
    digest.Add(column.name).Add(TypeName(column.type)).Add(int64_t{column.nullable});
  }
  return digest.Build();
}

std::vector<SectionContent> SectionsOf(const Table& table) {
  std::vector<SectionContent> sections;
  for (uint32_t i = 0; i < table.columns.size(); ++i) {
    const ColumnArray& column = table.columns[i];
    sections.push_back({SectionPart::kValues, i, ValueBytes(column)});
    if (!column.validity.empty()) {
      sections.push_back({SectionPart::kValidity, i, BytesOf(column.validity)});
    }
    if (column.type != ValueType::kText) continue;
    const Dictionary& dictionary = column.dictionary;
    sections.push_back({SectionPart::kDictionaryOffsets, i, BytesOf(dictionary.offsets)});
    sections.push_back(
        {SectionPart::kDictionaryBytes, i, {dictionary.bytes, dictionary.offsets.back()}});
  }
  if (table.schema.unit_column.has_value()) {
    sections.push_back({SectionPart::kUnitOffsets, kNoColumn, BytesOf(table.unit_offsets)});
    sections.push_back({SectionPart::kUnitIds, kNoColumn, ValueBytes(table.unit_ids)});
  }
  return sections;
}

}  // namespace tacit
