#include "engine/execute/present.h"

#include <algorithm>
#include <utility>

#include "accountant/check.h"
#include "engine/execute/answer_expression.h"

namespace tacit {
namespace {

std::vector<PresentedCell> Answers(const PresentNode& present, const ReleasedGroup& group) {
  std::vector<PresentedCell> answers;
  for (const Answer& answer : present.answers) {
    std::vector<Estimate> statistics;
    for (const int index : answer.statistics) {
      TACIT_CHECK(index >= 0 && index < static_cast<int>(group.statistics.size()));
      statistics.push_back(group.statistics[index]);
    }
    answers.push_back(AnswerCell(answer.function(statistics, answer.parameters), answer.type));
  }
  return answers;
}

bool IsTrue(const Value& value) {
  const bool* boolean = std::get_if<bool>(&value);
  return boolean != nullptr && *boolean;
}

// A group that passed HAVING, with the values it is sorted by.
struct KeptGroup {
  AnswerRow row;
  std::vector<Value> sort_values;
};

// Negative where `left` comes first by one sort key.
int CompareBy(const SortKey& key, const Value& left, const Value& right) {
  if (IsNull(left) || IsNull(right)) {
    // Where NULLs stand is said apart from the direction.
    if (IsNull(left) == IsNull(right)) return 0;
    return IsNull(left) == key.nulls_first ? -1 : 1;
  }
  const int comparison = CompareValues(left, right);
  return key.descending ? -comparison : comparison;
}

void Sort(const std::vector<SortKey>& keys, std::vector<KeptGroup>& groups) {
  // Stable, and the groups come in declared key order: ties stay in that order.
  std::stable_sort(
      groups.begin(), groups.end(), [&](const KeptGroup& left, const KeptGroup& right) {
        for (size_t i = 0; i < keys.size(); ++i) {
          const int comparison = CompareBy(keys[i], left.sort_values[i], right.sort_values[i]);
          if (comparison != 0) return comparison < 0;
        }
        return false;
      });
}

PresentedCell Canonical(PresentedCell cell) {
  if (auto* number = std::get_if<double>(&cell.value)) *number += 0.0;
  return cell;
}

}  // namespace

std::vector<PresentedRow> Present(const PresentNode& present,
                                  const std::vector<ReleasedGroup>& groups) {
  std::vector<KeptGroup> kept;
  for (const ReleasedGroup& group : groups) {
    KeptGroup candidate{.row = {.keys = &group.keys, .answers = Answers(present, group)},
                        .sort_values = {}};
    if (present.having != nullptr &&
        !IsTrue(EvaluateAnswer(*present.having, candidate.row).value)) {
      continue;
    }
    for (const SortKey& key : present.sort) {
      candidate.sort_values.push_back(EvaluateAnswer(*key.expression, candidate.row).value);
    }
    kept.push_back(std::move(candidate));
  }
  Sort(present.sort, kept);

  const auto size = static_cast<int64_t>(kept.size());
  const int64_t begin = std::clamp<int64_t>(present.offset.value_or(0), 0, size);
  const int64_t count = std::clamp<int64_t>(present.limit.value_or(size), 0, size - begin);
  std::vector<PresentedRow> rows;
  for (int64_t i = begin; i < begin + count; ++i) {
    PresentedRow row;
    for (const OutputColumn& column : present.columns) {
      row.push_back(Canonical(EvaluateAnswer(*column.expression, kept[i].row)));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace tacit
