// The bytes of a snapshot file: header, directory of sections, sections, checksum. See README.md.
#ifndef TACIT_ENGINE_STORAGE_SNAPSHOT_FORMAT_H_
#define TACIT_ENGINE_STORAGE_SNAPSHOT_FORMAT_H_

#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "accountant/ids.h"
#include "engine/storage/table.h"

namespace tacit {

static_assert(std::endian::native == std::endian::little, "snapshot numbers are little-endian");

inline constexpr std::array<char, 8> kSnapshotMagic = {'T', 'A', 'C', 'I', 'T', 'S', 'N', 'P'};
inline constexpr uint32_t kSnapshotFormat = 1;
inline constexpr uint64_t kSectionAlignment = 64;
inline constexpr uint32_t kNoColumn = 0xffffffff;

struct SnapshotHeader {
  std::array<char, 8> magic = kSnapshotMagic;
  uint32_t format = kSnapshotFormat;
  uint32_t reserved = 0;
  uint64_t file_bytes = 0;  // checksum included
  int64_t row_count = 0;
  int64_t unit_count = 0;
  uint64_t section_count = 0;
  std::array<uint8_t, 16> padding{};
  Digest schema;
  std::array<uint8_t, 32> more_padding{};
};
static_assert(sizeof(SnapshotHeader) == 128 && std::is_trivially_copyable_v<SnapshotHeader>);

enum class SectionPart : uint32_t {
  kValues = 1,             // the array of a column
  kValidity = 2,           // absent when the column holds no NULL
  kDictionaryOffsets = 3,  // text columns
  kDictionaryBytes = 4,
  kUnitOffsets = 5,  // with kNoColumn; tables with a unit column
  kUnitIds = 6,      // with kNoColumn; a text id is a code of the unit column's dictionary
};

struct SnapshotSection {
  SectionPart part = SectionPart::kValues;
  uint32_t column = kNoColumn;
  uint64_t offset = 0;  // from the start of the file, a multiple of kSectionAlignment
  uint64_t bytes = 0;
  uint64_t reserved = 0;
};
static_assert(sizeof(SnapshotSection) == 32 && std::is_trivially_copyable_v<SnapshotSection>);

// A section and its content, not yet laid out.
struct SectionContent {
  SectionPart part;
  uint32_t column;
  std::string_view bytes;
};

// What of a schema shapes a file: names, types, nullability, the unit. Bounds, public values and
// limits may change without a new data version, so they are left out.
Digest SchemaDigest(const TableSchema& schema);

// The sections of a table, in file order.
std::vector<SectionContent> SectionsOf(const Table& table);

inline uint64_t AlignSection(uint64_t offset) {
  return (offset + kSectionAlignment - 1) / kSectionAlignment * kSectionAlignment;
}

}  // namespace tacit

#endif  // TACIT_ENGINE_STORAGE_SNAPSHOT_FORMAT_H_
