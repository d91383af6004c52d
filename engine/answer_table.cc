#include "engine/answer_table.h"

#include <algorithm>
#include <set>

#include "accountant/check.h"
#include "engine/plan/plan.h"

namespace tacit {
namespace {

constexpr int64_t kAssumedRows[] = {100, 1000, 10000};
// What the ends of an interval around a larger number lose of its width, and more.
constexpr double kRounding = 1e-9;

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

using NumberedGroups = std::vector<NoisedGroups::Group>;

// Every group with intervals of `confidence`.
std::vector<ReleasedGroup> LayIntervals(const HalfWidthOfStatistic& half_width,
                                        const NumberedGroups& from, double confidence) {
  std::vector<double> half_widths;
  const size_t statistics = from.empty() ? 0 : from[0].numbers.size();
  for (size_t i = 0; i < statistics; ++i) half_widths.push_back(half_width(i, confidence));
  std::vector<ReleasedGroup> groups;
  groups.reserve(from.size());
  for (const NoisedGroups::Group& group : from) {
    ReleasedGroup& released = groups.emplace_back(ReleasedGroup{.keys = group.keys});
    for (size_t i = 0; i < statistics; ++i) {
      const double value = group.numbers[i];
      released.statistics.push_back({value, value - half_widths[i], value + half_widths[i]});
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
std::vector<PresentedRow> PresentAll(const PresentNode& present,
                                     const HalfWidthOfStatistic& half_width,
                                     const NumberedGroups& from,
                                     const std::vector<AnswerColumn>& columns) {
  std::set<size_t> sizes;
  for (const AnswerColumn& column : columns) sizes.insert(column.statistics.size());
  std::vector<PresentedRow> rows;
  for (const size_t size : sizes) {
    const auto groups = LayIntervals(half_width, from, ConfidenceFor(size));
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

HalfWidthOfStatistic HalfWidthsOf(const Certificate& certificate) {
  return [&certificate](size_t statistic, double confidence) {
    return NoiseHalfWidth(certificate.statistics()[statistic], confidence);
  };
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

void TabulateGroups(const PresentNode& present, const HalfWidthOfStatistic& half_width,
                    AnswerTable& table) {
  table.rows = PresentAll(present, half_width, table.noised.groups, table.columns);
}

AnswerTable TabulateRelease(const QueryPlan& plan, const Certificate& certificate,
                            const Release& release) {
  AnswerTable table;
  table.columns = DescribeColumns(plan);
  table.statistics = DescribeStatistics(certificate);
  table.data_version = certificate.data_version();
  table.policy_version = plan.policy_version;
  table.selection = DescribeSelection(certificate);
  for (const CertifiedStatistic& statistic : certificate.statistics()) {
    table.noised.noise.push_back(NoiseOf(statistic));
  }
  const int64_t groups = GroupsWithRoom(release, static_cast<int64_t>(table.columns.size()));
  for (int64_t group = 0; group < groups; ++group) {
    NoisedGroups::Group& noised = table.noised.groups.emplace_back();
    noised.keys = release.Keys(group);
    for (size_t i = 0; i < table.statistics.size(); ++i) {
      noised.numbers.push_back(release.Number(group, static_cast<int>(i)));
    }
  }
  TabulateGroups(plan.present, HalfWidthsOf(certificate), table);
  return table;
}

std::vector<ExpectedError> ExpectErrors(const QueryPlan& plan, const Certificate& certificate) {
  return ExpectErrors(plan, HalfWidthsOf(certificate));
}

std::vector<ExpectedError> ExpectErrors(const QueryPlan& plan,
                                        const HalfWidthOfStatistic& half_width) {
  const std::vector<AnswerColumn> columns = DescribeColumns(plan);
  PresentNode present = plan.present;
  present.having = nullptr;
  present.sort.clear();
  present.limit.reset();
  present.offset.reset();
  std::vector<std::vector<double>> half_widths(columns.size());
  for (const int64_t rows : kAssumedRows) {
    NumberedGroups one(1);
    one[0].keys.resize(plan.measure.keys.size());
    for (const Statistic& measured : plan.measure.statistics) {
      one[0].numbers.push_back(
          AssumedValue(measured, plan.measure.features[measured.feature], rows));
    }
    const auto presented = PresentAll(present, half_width, one, columns);
    TACIT_CHECK(presented.size() == 1);
    for (size_t column = 0; column < columns.size(); ++column) {
      const PresentedCell& cell = presented[0][column];
      if (cell.has_interval) half_widths[column].push_back((cell.high - cell.low) / 2);
    }
  }
  std::vector<ExpectedError> errors;
  for (size_t column = 0; column < columns.size(); ++column) {
    const std::vector<double>& widths = half_widths[column];
    if (widths.empty()) continue;
    const auto [least, most] = std::minmax_element(widths.begin(), widths.end());
    // Of infinite ones alone too: a slope's may be that where few rows contribute.
    if (*most == *least || *most - *least <= kRounding * *least) {
      errors.push_back({columns[column].name, 0, *most});
      continue;
    }
    for (size_t i = 0; i < widths.size(); ++i) {
      errors.push_back({columns[column].name, kAssumedRows[i], widths[i]});
    }
  }
  return errors;
}

}  // namespace tacit
