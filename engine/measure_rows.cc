#include "engine/measure_rows.h"

#include <thread>
#include <utility>
#include <vector>

#include "engine/execute/execute.h"

namespace tacit {

Sealed<PartialSums> MeasureRows(const MeasureNode& measure, const Table& table,
                                const Certificate& certificate, int threads, RandomBits& random) {
  const BoundingKey key = BoundingKey::Draw(random);
  const std::vector<uint64_t> group_hashes = HashGroups(measure.keys, key);
  const std::unique_ptr<UnitNames> names = NamesOf(table);
  std::vector<UnitRange> ranges = SplitUnits(table, threads);
  if (ranges.empty()) ranges.push_back({0, 0});

  std::vector<std::unique_ptr<UnitBounder>> bounders;
  for (size_t part = 0; part < ranges.size(); ++part) {
    bounders.push_back(std::make_unique<UnitBounder>(certificate, group_hashes, *names, key));
  }
  const auto run = [&](size_t part) {
    const std::unique_ptr<BatchSource> source = Execute(measure, table, ranges[part]);
    OwnedBatch batch;
    while (source->Next(batch)) bounders[part]->Add(batch);
  };
  {
    std::vector<std::jthread> others;
    for (size_t part = 1; part < ranges.size(); ++part) others.emplace_back(run, part);
    run(0);
  }
  Sealed<PartialSums> sums = std::move(*bounders[0]).Finish();
  for (size_t part = 1; part < bounders.size(); ++part) {
    UnitBounder::Merge(sums, std::move(*bounders[part]).Finish());
  }
  return sums;
}

}  // namespace tacit
