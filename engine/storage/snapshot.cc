#include "engine/storage/snapshot.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/storage/durable_file.h"
#include "engine/storage/snapshot_format.h"

namespace tacit {
namespace {

constexpr size_t kChecksumBytes = 32;

// SHA-256 of bytes that come in pieces.
class Checksum {
 public:
  Checksum() : context_(EVP_MD_CTX_new()) {
    TACIT_CHECK(context_ != nullptr);
    TACIT_CHECK(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
  }
  void Add(std::string_view bytes) {
    TACIT_CHECK(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
  }
  std::string Finish() {
    std::string digest(kChecksumBytes, '\0');
    auto* out = reinterpret_cast<unsigned char*>(digest.data());
    TACIT_CHECK(EVP_DigestFinal_ex(context_.get(), out, nullptr) == 1);
    return digest;
  }

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

// Appends to the file and to its checksum alike.
class SnapshotWriter {
 public:
  explicit SnapshotWriter(DurableFile& file) : file_(file) {}

  absl::Status Append(std::string_view bytes) {
    checksum_.Add(bytes);
    position_ += bytes.size();
    return file_.Append(bytes);
  }
  absl::Status PadTo(uint64_t offset) {
    TACIT_CHECK(offset >= position_ && offset - position_ < kSectionAlignment);
    return Append(std::string(offset - position_, '\0'));
  }
  absl::Status AppendChecksum() { return file_.Append(checksum_.Finish()); }

 private:
  DurableFile& file_;
  Checksum checksum_;
  uint64_t position_ = 0;
};

template <typename T>
std::string_view BytesOf(const T& object) {
  return {reinterpret_cast<const char*>(&object), sizeof(T)};
}

// Finds the sections of a file whose checksum is known to be right, and builds the table over them.
// A wrong length is still refused: the checksum says the file is as written, not by whom.
class SnapshotReader {
 public:
  SnapshotReader(const std::string& path, std::string_view bytes, const TableSchema& schema)
      : path_(path), bytes_(bytes), schema_(schema) {}

  absl::Status ReadHeader();
  absl::Status ReadDirectory();
  absl::StatusOr<std::shared_ptr<Table>> ReadTable();

 private:
  absl::Status Broken(std::string_view problem) const {
    return Refuse(Reason::kSourceInvalid,
                  absl::StrCat("snapshot ", path_, ": ", std::string(problem)),
                  {.fix = "publish the dataset again"});
  }

  // The section as `count` elements.
  template <typename T>
  absl::StatusOr<absl::Span<const T>> Array(SectionPart part, uint32_t column,
                                            uint64_t count) const {
    const auto section = sections_.find({part, column});
    if (section == sections_.end()) return Broken("a section is missing");
    const std::string_view bytes = section->second;
    if (bytes.size() % sizeof(T) != 0 || bytes.size() / sizeof(T) != count) {
      return Broken("a section has another length than its column");
    }
    return absl::MakeConstSpan(reinterpret_cast<const T*>(bytes.data()), count);
  }
  absl::StatusOr<Dictionary> ReadDictionary(uint32_t column) const;
  // Sets the one array of `array` that its type names.
  absl::Status ReadValues(SectionPart part, uint32_t column, uint64_t count,
                          ColumnArray& array) const;
  absl::StatusOr<ColumnArray> ReadColumn(uint32_t column) const;
  absl::Status ReadUnits(Table& table) const;

  const std::string& path_;
  const std::string_view bytes_;
  const TableSchema& schema_;
  SnapshotHeader header_;
  std::map<std::pair<SectionPart, uint32_t>, std::string_view> sections_;
};

absl::Status SnapshotReader::ReadHeader() {
  if (bytes_.size() < sizeof(header_) + kChecksumBytes) return Broken("too short");
  std::memcpy(&header_, bytes_.data(), sizeof(header_));
  if (header_.magic != kSnapshotMagic) return Broken("not a snapshot");
  if (header_.format != kSnapshotFormat) return Broken("written in another format");
  if (header_.file_bytes != bytes_.size()) return Broken("cut short or grown");
  Checksum checksum;
  checksum.Add(bytes_.substr(0, bytes_.size() - kChecksumBytes));
  if (checksum.Finish() != bytes_.substr(bytes_.size() - kChecksumBytes)) {
    return Broken("the checksum does not match");
  }
  if (header_.schema != SchemaDigest(schema_)) {
    return Broken("written for other columns than the policy declares");
  }
  if (header_.row_count < 0 || header_.unit_count < 0) return Broken("a count is negative");
  return absl::OkStatus();
}

absl::Status SnapshotReader::ReadDirectory() {
  const uint64_t end = bytes_.size() - kChecksumBytes;
  if (header_.section_count > (end - sizeof(header_)) / sizeof(SnapshotSection)) {
    return Broken("the directory is cut short");
  }
  for (uint64_t i = 0; i < header_.section_count; ++i) {
    SnapshotSection section;
    std::memcpy(&section, bytes_.data() + sizeof(header_) + i * sizeof(section), sizeof(section));
    const bool inside = section.offset <= end && section.bytes <= end - section.offset;
    if (!inside || section.offset % kSectionAlignment != 0) return Broken("a section is misplaced");
    const std::string_view content = bytes_.substr(section.offset, section.bytes);
    if (!sections_.emplace(std::pair(section.part, section.column), content).second) {
      return Broken("a section stands twice");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<Dictionary> SnapshotReader::ReadDictionary(uint32_t column) const {
  const auto offsets = sections_.find({SectionPart::kDictionaryOffsets, column});
  const auto text = sections_.find({SectionPart::kDictionaryBytes, column});
  if (offsets == sections_.end() || text == sections_.end())
    return Broken("a dictionary is missing");
  const uint64_t count = offsets->second.size() / sizeof(uint64_t);
  TACIT_ASSIGN_OR_RETURN(const auto array,
                         Array<uint64_t>(SectionPart::kDictionaryOffsets, column, count));
  const bool whole = !array.empty() && array.front() == 0 && array.back() == text->second.size();
  if (!whole || !std::is_sorted(array.begin(), array.end()))
    return Broken("a dictionary is broken");
  return Dictionary{.offsets = array, .bytes = text->second.data()};
}

absl::Status SnapshotReader::ReadValues(SectionPart part, uint32_t column, uint64_t count,
                                        ColumnArray& array) const {
  switch (array.type) {
    case ValueType::kBool: {
      TACIT_ASSIGN_OR_RETURN(array.booleans, Array<uint8_t>(part, column, count));
      const auto high = [](uint8_t value) { return value > 1; };
      if (std::any_of(array.booleans.begin(), array.booleans.end(), high)) {
        return Broken("a boolean is neither 0 nor 1");
      }
      return absl::OkStatus();
    }
    case ValueType::kInt64: {
      TACIT_ASSIGN_OR_RETURN(array.integers, Array<int64_t>(part, column, count));
      return absl::OkStatus();
    }
    case ValueType::kDate: {
      TACIT_ASSIGN_OR_RETURN(array.integers, Array<int64_t>(part, column, count));
      const auto outside = [](int64_t days) { return !IsDate(days); };
      if (std::any_of(array.integers.begin(), array.integers.end(), outside)) {
        return Broken("a date is outside the years 1 to 9999");
      }
      return absl::OkStatus();
    }
    case ValueType::kFloat64: {
      TACIT_ASSIGN_OR_RETURN(array.floats, Array<double>(part, column, count));
      return absl::OkStatus();
    }
    case ValueType::kText: {
      TACIT_ASSIGN_OR_RETURN(array.codes, Array<uint32_t>(part, column, count));
      // An empty dictionary belongs to a column of NULLs, whose cells hold code 0.
      const size_t codes = std::max<size_t>(array.dictionary.size(), 1);
      const auto unknown = [codes](uint32_t code) { return code >= codes; };
      if (std::any_of(array.codes.begin(), array.codes.end(), unknown)) {
        return Broken("a text code is not in its dictionary");
      }
      return absl::OkStatus();
    }
  }
  return Broken("a column has an unknown type");
}

absl::StatusOr<ColumnArray> SnapshotReader::ReadColumn(uint32_t column) const {
  ColumnArray array;
  array.type = schema_.columns[column].type;
  const auto row_count = static_cast<uint64_t>(header_.row_count);
  if (array.type == ValueType::kText) {
    TACIT_ASSIGN_OR_RETURN(array.dictionary, ReadDictionary(column));
  }
  TACIT_RETURN_IF_ERROR(ReadValues(SectionPart::kValues, column, row_count, array));
  if (!schema_.columns[column].nullable) return array;
  if (sections_.find({SectionPart::kValidity, column}) == sections_.end()) return array;
  TACIT_ASSIGN_OR_RETURN(array.validity,
                         Array<uint64_t>(SectionPart::kValidity, column, (row_count + 63) / 64));
  return array;
}

absl::Status SnapshotReader::ReadUnits(Table& table) const {
  if (!schema_.unit_column.has_value()) {
    return table.unit_count == table.row_count ? absl::OkStatus() : Broken("units are not rows");
  }
  const auto unit_count = static_cast<uint64_t>(table.unit_count);
  TACIT_ASSIGN_OR_RETURN(table.unit_offsets,
                         Array<uint64_t>(SectionPart::kUnitOffsets, kNoColumn, unit_count + 1));
  const auto& offsets = table.unit_offsets;
  const bool whole =
      offsets.front() == 0 && offsets.back() == static_cast<uint64_t>(table.row_count);
  // Every unit owns at least one row, so equal neighbours are as wrong as falling ones.
  const auto not_rising = [](uint64_t left, uint64_t right) { return left >= right; };
  if (!whole || std::adjacent_find(offsets.begin(), offsets.end(), not_rising) != offsets.end()) {
    return Broken("the unit offsets are broken");
  }
  const ColumnArray& unit = table.columns[*schema_.unit_column];
  table.unit_ids.type = unit.type;
  table.unit_ids.dictionary = unit.dictionary;
  return ReadValues(SectionPart::kUnitIds, kNoColumn, unit_count, table.unit_ids);
}

absl::StatusOr<std::shared_ptr<Table>> SnapshotReader::ReadTable() {
  auto table = std::make_shared<Table>();
  table->schema = schema_;
  table->row_count = header_.row_count;
  table->unit_count = header_.unit_count;
  for (uint32_t i = 0; i < schema_.columns.size(); ++i) {
    TACIT_ASSIGN_OR_RETURN(ColumnArray column, ReadColumn(i));
    table->columns.push_back(column);
  }
  TACIT_RETURN_IF_ERROR(ReadUnits(*table));
  return table;
}

}  // namespace

absl::Status WriteSnapshot(const Table& table, const std::string& path) {
  const std::vector<SectionContent> contents = SectionsOf(table);
  SnapshotHeader header;
  header.schema = SchemaDigest(table.schema);
  header.row_count = table.row_count;
  header.unit_count = table.unit_count;
  header.section_count = contents.size();

  std::vector<SnapshotSection> directory;
  uint64_t end = sizeof(header) + contents.size() * sizeof(SnapshotSection);
  for (const SectionContent& content : contents) {
    const uint64_t offset = AlignSection(end);
    directory.push_back({.part = content.part,
                         .column = content.column,
                         .offset = offset,
                         .bytes = content.bytes.size()});
    end = offset + content.bytes.size();
  }
  header.file_bytes = end + kChecksumBytes;

  TACIT_ASSIGN_OR_RETURN(const auto file, DurableFile::Create(path));
  SnapshotWriter writer(*file);
  TACIT_RETURN_IF_ERROR(writer.Append(BytesOf(header)));
  for (const SnapshotSection& section : directory) {
    TACIT_RETURN_IF_ERROR(writer.Append(BytesOf(section)));
  }
  for (size_t i = 0; i < contents.size(); ++i) {
    TACIT_RETURN_IF_ERROR(writer.PadTo(directory[i].offset));
    TACIT_RETURN_IF_ERROR(writer.Append(contents[i].bytes));
  }
  TACIT_RETURN_IF_ERROR(writer.AppendChecksum());
  return file->Commit();
}

absl::StatusOr<TablePtr> MapSnapshot(const std::string& path, const TableSchema& schema) {
  TACIT_ASSIGN_OR_RETURN(const auto file, MappedFile::Open(path));
  SnapshotReader reader(path, file->bytes(), schema);
  TACIT_RETURN_IF_ERROR(reader.ReadHeader());
  TACIT_RETURN_IF_ERROR(reader.ReadDirectory());
  TACIT_ASSIGN_OR_RETURN(std::shared_ptr<Table> table, reader.ReadTable());
  table->keep_alive = file;
  return TablePtr(std::move(table));
}

}  // namespace tacit
