#include "engine/measure_rows.h"

#include <thread>
#include <utility>
#include <vector>

#include "engine/execute/execute.h"

namespace tacit {

Sealed<PartialSums> MeasureRows(const MeasureNode& measure, const Table& table,
                                const Groups& groups, const Certificate& certificate, int threads,
                                RandomBits& random) {
  const BoundingKey key = BoundingKey::Draw(random);
  const std::vector<uint64_t> group_hashes = HashGroups(groups, key);
  const std::unique_ptr<UnitNames> names = NamesOf(table);
  std::vector<UnitRange> ranges = SplitUnits(table, threads);
  if (ranges.empty()) ranges.push_back({0, 0});

  std::vector<std::unique_ptr<UnitBounder>> bounders;
  for (size_t part = 0; part < ranges.size(); ++part) {
    bounders.push_back(std::make_unique<UnitBounder>(certificate, group_hashes, *names, key));
  }
  // The sources live as long as the bounders, which still look at a last unit's texts in Finish.
  std::vector<std::unique_ptr<BatchSource>> sources(ranges.size());
  const auto run = [&](size_t part) {
    sources[part] = Execute(measure, table, groups, ranges[part]);
    OwnedBatch batch;
    while (sources[part]->Next(batch)) bounders[part]->Add(batch);
  };
  {
    std::vector<std::jthread> others;
    for (size_t part = 1; part < ranges.size(); ++part) others.emplace_back(run, part);
    run(0);
  }
  Sealed<PartialSums> sums = std::move(*bounders[0]).Finish();
  for (size_t part = 1; part < bounders.size(); ++part) {
    UnitBounder::Merge(certificate, sums, std::move(*bounders[part]).Finish());
  }
  UnitBounder::CountDistinct(certificate, sums);
  return sums;
}

}  // namespace tacit
