#include "engine/answer_table.h"

#include <algorithm>
#include <functional>
#include <set>

#include "accountant/check.h"
#include "engine/plan/plan.h"

namespace tacit {
namespace {

constexpr int64_t kAssumedRows[] = {100, 1000, 10000};

void CollectStatistics(const Expression& expression, const PresentNode& present,
                       std::set<int>& found) {
  if (expression.kind == ExpressionKind::kAnswer) {
    const std::vector<int>& used = present.answers[expression.index].statistics;
    found.insert(used.begin(), used.end());
  }
  for (const ExpressionPtr& argument : expression.arguments) {
    CollectStatistics(*argument, present, found);
  }
}

// The un-noised value of a statistic if `rows` rows stood in the middle of its bounds.
double AssumedValue(const Statistic& statistic, const Feature& feature, int64_t rows) {
  const auto count = static_cast<double>(rows);
  const double middle = statistic.bounds.lower / 2 + statistic.bounds.upper / 2;
  if (statistic.kind == MeasureKind::kQuantile) return middle;
  const bool is_count =
      feature.kind != FeatureKind::kValue || statistic.kind == MeasureKind::kDistinct;
  return is_count ? count : count * (middle - statistic.centre);
}

// Groups around which intervals are laid.
struct AssumedGroups {
  int64_t count = 1;
  std::function<std::vector<Value>(int64_t group)> keys_of;
  std::function<double(int64_t group, int statistic)> value_of;
};

// Every group with intervals of `confidence`.
std::vector<ReleasedGroup> LayIntervals(const Certificate& certificate, const AssumedGroups& from,
                                        double confidence) {
  std::vector<double> half_widths;
  for (const CertifiedStatistic& statistic : certificate.statistics()) {
    half_widths.push_back(NoiseHalfWidth(statistic, confidence));
  }
  std::vector<ReleasedGroup> groups(static_cast<size_t>(from.count));
  for (int64_t group = 0; group < from.count; ++group) {
    ReleasedGroup& released = groups[static_cast<size_t>(group)];
    released.keys = from.keys_of(group);
    for (size_t statistic = 0; statistic < half_widths.size(); ++statistic) {
      const double value = from.value_of(group, static_cast<int>(statistic));
      released.statistics.push_back(
          {value, value - half_widths[statistic], value + half_widths[statistic]});
    }
  }
  return groups;
}

// The first groups whose keys leave room in the answer: private keys may be texts of any length.
// Post-processing of what is released.
int64_t GroupsWithRoom(const Release& release, int64_t columns) {
  int64_t left = kAnswerBytesMax;  // besides what the plan allows for numbers
  for (int64_t group = 0; group < release.group_count(); ++group) {
    for (const Value& key : release.Keys(group)) {
      const auto* text = std::get_if<std::string>(&key);
      if (text != nullptr) left -= columns * static_cast<int64_t>(text->size());
    }
    if (left < 0) return group;
  }
  return release.group_count();
}

double ConfidenceFor(size_t statistics) {
  return 1 - (1 - kConfidence) / static_cast<double>(std::max<size_t>(statistics, 1));
}

// Presents once for each number of sums a column may use, and takes from each the columns that use
// so many. Values, order and HAVING do not depend on the confidence, so the rows agree.
std::vector<PresentedRow> PresentAll(const PresentNode& present, const Certificate& certificate,
                                     const AssumedGroups& from,
                                     const std::vector<AnswerColumn>& columns) {
  std::set<size_t> sizes;
  for (const AnswerColumn& column : columns) sizes.insert(column.statistics.size());
  std::vector<PresentedRow> rows;
  for (const size_t size : sizes) {
    const auto groups = LayIntervals(certificate, from, ConfidenceFor(size));
    std::vector<PresentedRow> candidate = Present(present, groups);
    if (rows.empty()) rows.resize(candidate.size(), PresentedRow(columns.size()));
    TACIT_CHECK(rows.size() == candidate.size());
    for (size_t row = 0; row < rows.size(); ++row) {
      for (size_t column = 0; column < columns.size(); ++column) {
        if (columns[column].statistics.size() != size) continue;
        rows[row][column] = std::move(candidate[row][column]);
      }
    }
  }
  return rows;
}

}  // namespace

std::vector<AnswerColumn> DescribeColumns(const QueryPlan& plan) {
  std::vector<AnswerColumn> columns;
  for (const OutputColumn& output : plan.present.columns) {
    std::set<int> statistics;
    CollectStatistics(*output.expression, plan.present, statistics);
    columns.push_back({.name = output.name,
                       .type = output.expression->type,
                       .statistics = {statistics.begin(), statistics.end()}});
  }
  return columns;
}

std::vector<AnswerStatistic> DescribeStatistics(const Certificate& certificate) {
  std::vector<AnswerStatistic> statistics;
  for (const CertifiedStatistic& statistic : certificate.statistics()) {
    statistics.push_back({.name = statistic.name,
                          .noise = ViewNoise(statistic, certificate.limits()),
                          .limits = certificate.limits()});
  }
  return statistics;
}

std::optional<SelectionView> DescribeSelection(const Certificate& certificate) {
  if (!certificate.selection().has_value()) return std::nullopt;
  return ViewSelection(certificate);
}

AnswerTable TabulateRelease(const QueryPlan& plan, const Certificate& certificate,
                            const Release& release) {
  AnswerTable table;
  table.columns = DescribeColumns(plan);
  table.statistics = DescribeStatistics(certificate);
  table.data_version = certificate.data_version();
  table.policy_version = plan.policy_version;
  table.selection = DescribeSelection(certificate);
  const AssumedGroups groups{
      .count = GroupsWithRoom(release, static_cast<int64_t>(table.columns.size())),
      .keys_of = [&](int64_t group) { return release.Keys(group); },
      .value_of = [&](int64_t group, int statistic) { return release.Number(group, statistic); }};
  table.rows = PresentAll(plan.present, certificate, groups, table.columns);
  return table;
}

std::vector<ExpectedError> ExpectErrors(const QueryPlan& plan, const Certificate& certificate) {
  const std::vector<AnswerColumn> columns = DescribeColumns(plan);
  PresentNode present = plan.present;
  present.having = nullptr;
  present.sort.clear();
  present.limit.reset();
  present.offset.reset();
  std::vector<std::vector<double>> half_widths(columns.size());
  for (const int64_t rows : kAssumedRows) {
    const AssumedGroups one{
        .keys_of = [&](int64_t) { return std::vector<Value>(plan.measure.keys.size()); },
        .value_of =
            [&](int64_t, int statistic) {
              const Statistic& measured = plan.measure.statistics[statistic];
              return AssumedValue(measured, plan.measure.features[measured.feature], rows);
            }};
    const auto presented = PresentAll(present, certificate, one, columns);
    TACIT_CHECK(presented.size() == 1);
    for (size_t column = 0; column < columns.size(); ++column) {
      const PresentedCell& cell = presented[0][column];
      if (cell.has_interval) half_widths[column].push_back((cell.high - cell.low) / 2);
    }
  }
  std::vector<ExpectedError> errors;
  for (size_t column = 0; column < columns.size(); ++column) {
    const std::vector<double>& widths = half_widths[column];
    const bool constant =
        !widths.empty() &&
        std::all_of(widths.begin(), widths.end(), [&](double width) { return width == widths[0]; });
    if (constant) {
      errors.push_back({columns[column].name, 0, widths[0]});
      continue;
    }
    for (size_t i = 0; i < widths.size(); ++i) {
      errors.push_back({columns[column].name, kAssumedRows[i], widths[i]});
    }
  }
  return errors;
}

}  // namespace tacit
