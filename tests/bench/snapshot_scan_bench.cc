// WHERE + COUNT + SUM over 100 groups of 5,000,000 rows of 500,000 people: certified, bounded and
// summed from the snapshot on two threads, beside sqlite3's exact GROUP BY on the file it was built
// from. Everything an Execute call does but the debit and the noise, neither of which grows with
// the rows.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>
#include <utility>

#include "engine/measure_rows.h"
#include "engine/pipeline.h"
#include "tests/bench/report.h"
#include "tests/bench/scratch_folder.h"
#include "tests/bench/sqlite_peer.h"
#include "tests/bench/synthetic_events.h"

namespace tacit {
namespace {

constexpr int64_t kRows = 5000000;
constexpr int64_t kPeople = 500000;
constexpr int kRuns = 7;
constexpr int kThreads = 2;
constexpr char kSql[] =
    "SELECT category, COUNT(*), SUM(amount) FROM events WHERE hour < 50 GROUP BY category";

template <typename T>
T Must(absl::StatusOr<T> result) {
  if (!result.ok()) {
    std::cerr << result.status() << "\n";
    std::exit(1);
  }
  return *std::move(result);
}

ColumnSchema MakeColumn(std::string name, ValueType type) {
  ColumnSchema column;
  column.name = std::move(name);
  column.type = type;
  return column;
}

// `by_person`: the unit is the column `person`, with at most 3 groups and 10 rows in each; else the
// row.
DatasetSchema EventsSchema(bool by_person) {
  TableSchema table;
  table.name = "events";
  if (by_person) {
    table.columns.push_back(MakeColumn("person", ValueType::kInt64));
    table.unit_column = 0;
    table.limits = {.groups_per_unit_max = 3, .rows_per_group_and_unit_max = 10};
  } else {
    table.limits = {.groups_per_unit_max = 1, .rows_per_group_and_unit_max = 1};
  }
  ColumnSchema category = MakeColumn("category", ValueType::kText);
  for (int group = 0; group < kEventGroups; ++group) {
    category.public_values.emplace_back(EventGroupName(group));
  }
  table.columns.push_back(std::move(category));
  table.columns.push_back(MakeColumn("hour", ValueType::kInt64));
  ColumnSchema amount = MakeColumn("amount", ValueType::kFloat64);
  amount.bounds = {.lower = 0, .upper = kEventAmountMax};
  table.columns.push_back(std::move(amount));
  DatasetSchema schema;
  schema.id = DatasetId(by_person ? "events-by-person" : "events-by-row");
  schema.policy_version = PolicyVersion(1);
  schema.tables.push_back(std::move(table));
  return schema;
}

// All up to the sealed sums.
void Answer(const DatasetSchema& schema, const Table& events) {
  const PreparedQuery query = Must(Prepare({.dataset = schema.id,
                                            .analyst = AnalystId("bench"),
                                            .request = RequestId(),
                                            .sql = kSql,
                                            .parameters = {},
                                            .epsilon = "1",
                                            .delta = "1e-9"},
                                           schema, DataVersion(1)));
  RandomBits random = RandomBits::Open();
  const std::unique_ptr<Groups> groups = GroupsOf(query.plan.measure, events);
  MeasureRows(query.plan.measure, events, *groups, query.certificate, kThreads, random);
}

void MeasureSchema(bool by_person, const std::string& source, double peer_read_ms,
                   double peer_query_ms, const ScratchFolder& scratch) {
  const std::string suffix = by_person ? "user_unit" : "row_unit";
  const DatasetSchema schema = EventsSchema(by_person);
  const auto store = Must(DatasetStore::Open(scratch.File("snapshots_" + suffix)));
  int64_t bytes = 0;
  const double build_ms = MillisecondsOf([&] {
    StagedSnapshot staged = Must(store->Stage(schema, source, [](const BuildProgress&) {}));
    bytes = staged.bytes();
    const absl::Status adopted = store->Adopt(schema.id, std::move(staged), DataVersion(1));
    Must(adopted.ok() ? absl::StatusOr<bool>(true) : adopted);
  });
  Print({"snapshot_build_" + suffix, "s", build_ms / 1000, peer_read_ms / 1000,
         "sqlite3 reading every cell"});
  Print({"snapshot_bytes_" + suffix, "bytes", static_cast<double>(bytes),
         static_cast<double>(std::filesystem::file_size(source)), "the SQLite file"});

  const DatasetSnapshotPtr snapshot = Must(store->Load(schema, DataVersion(1)));
  const TablePtr& events = snapshot->tables.at("events");
  const auto milliseconds_of = [&](const DatasetSchema& asked) {
    return Quantile(RepeatMilliseconds(kRuns, [&] { Answer(asked, *events); }), 0.5);
  };
  Print({"snapshot_scan_" + suffix, "ms", milliseconds_of(schema), peer_query_ms,
         "sqlite3 exact GROUP BY"});
  // The same rows where the category's values are not public: its groups are found, then chosen.
  DatasetSchema private_schema = schema;
  for (ColumnSchema& column : private_schema.tables[0].columns) column.public_values.clear();
  Print({"snapshot_scan_private_key_" + suffix, "ms", milliseconds_of(private_schema),
         peer_query_ms, "sqlite3 exact GROUP BY"});
}

int Main(int64_t rows) {
  const ScratchFolder scratch;
  const std::string source = scratch.File("events.db");
  WriteEvents(source, rows, std::max<int64_t>(rows * kPeople / kRows, 1));
  SqlitePeer peer(source);
  SqlitePeer::Statement read = peer.Prepare("SELECT person, category, hour, amount FROM events");
  SqlitePeer::Statement query = peer.Prepare(kSql);
  const double read_ms = Quantile(RepeatMilliseconds(1, [&] { read.RunToEnd(); }), 0.5);
  const double query_ms = Quantile(RepeatMilliseconds(kRuns, [&] { query.RunToEnd(); }), 0.5);
  MeasureSchema(/*by_person=*/false, source, read_ms, query_ms, scratch);
  MeasureSchema(/*by_person=*/true, source, read_ms, query_ms, scratch);
  return 0;
}

}  // namespace
}  // namespace tacit

// An argument gives another number of rows, for a quick look; what is compared over time has none.
int main(int argc, char** argv) {
  const int64_t rows = argc > 1 ? std::strtoll(argv[1], nullptr, 10) : tacit::kRows;
  if (rows <= 0) {
    std::fprintf(stderr, "usage: snapshot_scan_bench [ROWS]\n");
    return 2;
  }
  return tacit::Main(rows);
}
