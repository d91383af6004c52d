#include "engine/privacy/certify.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/plan/nodes/partition.h"
#include "engine/privacy/calibrate.h"
#include "engine/privacy/sensitivity.h"

namespace tacit {
namespace {

constexpr int64_t kGroupCountMax = int64_t{1} << 20;
constexpr int64_t kLimitMax = int64_t{1} << 31;
constexpr size_t kStatisticsMax = 256;
constexpr int64_t kBlocksMax = int64_t{1} << 20;
// Numbers held for all public groups: 64 MiB a thread.
constexpr int64_t kSlotsMax = int64_t{1} << 22;

absl::Status CheckRowLocal(const Expression& expression, size_t column_count) {
  const bool above_the_measure =
      expression.kind == ExpressionKind::kKey || expression.kind == ExpressionKind::kAnswer;
  const bool outside_the_scan =
      expression.kind == ExpressionKind::kColumn &&
      (expression.index < 0 || static_cast<size_t>(expression.index) >= column_count);
  if (above_the_measure || outside_the_scan) {
    return Refuse(Reason::kUnsupported,
                  "an expression below the measure reads more than its own row");
  }
  for (const ExpressionPtr& argument : expression.arguments) {
    TACIT_RETURN_IF_ERROR(CheckRowLocal(*argument, column_count));
  }
  return absl::OkStatus();
}

// Ownership: a chain of filters over one scan of one private table. Every row that reaches the
// measure is then a function of one row of one unit.
absl::Status CheckOwned(const PlanNode& node, const DatasetSchema& schema, const ScanNode** scan) {
  if (const auto* filter = std::get_if<std::shared_ptr<const FilterNode>>(&node)) {
    TACIT_RETURN_IF_ERROR(CheckOwned((*filter)->input, schema, scan));
    return CheckRowLocal(*(*filter)->predicate, (*scan)->columns.size());
  }
  *scan = std::get<std::shared_ptr<const ScanNode>>(node).get();
  const TableSchema* table = schema.FindTable((*scan)->table);
  if (table == nullptr || table->is_public) {
    return Refuse(Reason::kUnsupported,
                  absl::StrCat("table \"", (*scan)->table, "\" has no privacy unit"));
  }
  for (const int column : (*scan)->columns) {
    if (column < 0 || static_cast<size_t>(column) >= table->columns.size()) {
      return Refuse(Reason::kUnsupported, "the plan scans a column the table does not have");
    }
  }
  return absl::OkStatus();
}

// The number of public groups; nullopt with a private key, whose groups the data decides.
absl::StatusOr<std::optional<int64_t>> CountGroups(const std::vector<GroupKey>& keys,
                                                   size_t column_count) {
  int64_t count = 1;
  bool is_private = false;
  for (const GroupKey& key : keys) {
    TACIT_RETURN_IF_ERROR(CheckRowLocal(*key.expression, column_count));
    if (key.is_private() && key.expression->type == ValueType::kFloat64) {
      return Refuse(Reason::kUnsupported,
                    "private keys are text, whole numbers, booleans or dates");
    }
    if (std::set<Value>(key.values.begin(), key.values.end()).size() != key.values.size()) {
      return Refuse(Reason::kUnsupported, "a public key lists a value twice");
    }
    is_private = is_private || key.is_private();
    const auto values = std::max<int64_t>(static_cast<int64_t>(key.values.size()), 1);
    if (values > kGroupCountMax / count) {
      return Refuse(Reason::kLimit, absl::StrCat("more than ", kGroupCountMax, " groups"),
                    {.fix = "group by fewer columns", .limit = "groups"});
    }
    count *= values;
  }
  return is_private ? std::nullopt : std::optional<int64_t>(count);
}

absl::Status CheckLimits(const ContributionLimits& limits) {
  const auto fits = [](int64_t limit) { return limit >= 1 && limit <= kLimitMax; };
  if (fits(limits.groups_per_unit_max) && fits(limits.rows_per_group_and_unit_max)) {
    return absl::OkStatus();
  }
  return Refuse(Reason::kLimit, "contribution limits are missing, not positive or above 2^31",
                {.fix = "declare max_groups_per_unit and max_rows_per_group in the policy",
                 .limit = "contribution"});
}

// A feature of the right type for what is taken of it.
absl::Status CheckFeature(const Statistic& statistic, const std::vector<Feature>& features) {
  if (statistic.feature < 0 || statistic.feature >= static_cast<int>(features.size())) {
    return Refuse(Reason::kUnsupported, "a statistic has no feature");
  }
  const Feature& feature = features[statistic.feature];
  const bool is_value = feature.kind == FeatureKind::kValue;
  const bool is_number = !is_value || feature.expression->type == ValueType::kInt64 ||
                         feature.expression->type == ValueType::kFloat64;
  const bool fits = statistic.kind == MeasureKind::kSum        ? is_number
                    : statistic.kind == MeasureKind::kDistinct ? is_value
                                                               : is_value && is_number;
  if (fits) return absl::OkStatus();
  return Refuse(Reason::kUnsupported, absl::StrCat(statistic.name, " is of the wrong type"));
}

// A unit's block must not depend on who else is in the table: a row has no name but its place, and
// a text is seen as its place among all texts. An answer that changes moves twice as many groups,
// which neither the price of Gaussian noise nor a selection counts.
absl::Status CheckBlocks(const MeasureNode& measure, const TableSchema& table) {
  const bool sees_text =
      std::any_of(measure.features.begin(), measure.features.end(), [](const Feature& feature) {
        return feature.kind != FeatureKind::kOne && feature.expression->type == ValueType::kText;
      });
  if (measure.blocks == 0 ||
      (measure.blocks > 0 && measure.blocks <= kBlocksMax && table.unit_column.has_value() &&
       !sees_text && measure.noise == NoiseKind::kLaplace && !measure.selection.has_value())) {
    return absl::OkStatus();
  }
  return Refuse(Reason::kUnsupported,
                absl::StrCat("at most ", kBlocksMax,
                             " blocks, of units with names and of numbers, answer with Laplace "
                             "noise for public groups"),
                {.fix = "ask without blocks"});
}

// Any cells of the table's: the bounder leaves the others out. It sees no cells of blocks.
absl::Status CheckCells(const MeasureNode& measure, const TableSchema& table) {
  int64_t before = measure.blocks > 0 ? CellCount(table) : -1;
  for (const int64_t cell : measure.cells) {
    if (cell <= before || cell >= CellCount(table)) {
      return Refuse(Reason::kUnsupported, "the plan names cells that cannot be measured alone");
    }
    before = cell;
  }
  return absl::OkStatus();
}

}  // namespace

// Builds the certificate; the only friend that can.
class Certifier {
 public:
  static absl::StatusOr<Certificate> Run(const QueryPlan& plan, const DatasetSchema& schema,
                                         const Amount& budget, DataVersion data_version,
                                         const std::string& plan_text) {
    const MeasureNode& measure = plan.measure;
    const ScanNode* scan = nullptr;
    TACIT_RETURN_IF_ERROR(CheckOwned(measure.input, schema, &scan));
    const size_t column_count = scan->columns.size();
    for (const Feature& feature : measure.features) {
      if (feature.kind == FeatureKind::kOne) continue;
      TACIT_RETURN_IF_ERROR(CheckRowLocal(*feature.expression, column_count));
    }
    Certificate certificate;
    TACIT_ASSIGN_OR_RETURN(certificate.group_count_, CountGroups(measure.keys, column_count));
    TACIT_RETURN_IF_ERROR(CheckLimits(measure.limits));
    TACIT_RETURN_IF_ERROR(CheckBlocks(measure, *schema.FindTable(scan->table)));
    TACIT_RETURN_IF_ERROR(CheckCells(measure, *schema.FindTable(scan->table)));
    certificate.blocks_ = measure.blocks;
    certificate.cells_ = measure.cells;
    certificate.limits_ = measure.limits;
    certificate.groups_released_max_ =
        certificate.group_count_.value_or(measure.groups_released_max);
    if (certificate.group_count_.has_value()) {
      certificate.limits_.groups_per_unit_max =
          std::min(measure.limits.groups_per_unit_max, *certificate.group_count_);
    }
    TACIT_RETURN_IF_ERROR(CertifyStatistics(measure, certificate));
    TACIT_RETURN_IF_ERROR(CertifySelection(measure, certificate));
    TACIT_RETURN_IF_ERROR(CheckPrice(budget, certificate.losses_));
    certificate.data_version_ = data_version;
    certificate.digest_ = DigestBuilder()
                              .Add("tacit certificate 2")
                              .Add(plan.dataset.value())
                              .Add(plan.policy_version.value())
                              .Add(data_version.value())
                              .Add(plan_text)
                              .Add(certificate.ToText())
                              .Build();
    return certificate;
  }

 private:
  static absl::Status CertifyStatistics(const MeasureNode& measure, Certificate& certificate) {
    if (measure.statistics.empty() || measure.statistics.size() > kStatisticsMax) {
      return Refuse(Reason::kLimit,
                    absl::StrCat("a query has 1 to ", kStatisticsMax, " statistics"),
                    {.fix = "ask for fewer aggregates", .limit = "statistics"});
    }
    for (const Statistic& statistic : measure.statistics) {
      TACIT_RETURN_IF_ERROR(CheckFeature(statistic, measure.features));
      TACIT_ASSIGN_OR_RETURN(CertifiedStatistic fixed,
                             FixSensitivity(statistic, certificate.limits_, measure.noise));
      // A block's answer does not come or go, it changes: what it was is taken off, what it is now
      // is added.
      if (certificate.blocks_ > 0) fixed.linf *= 2;
      fixed.slot = certificate.slots_;
      certificate.slots_ += static_cast<size_t>(fixed.cells);
      if (fixed.kind == MeasureKind::kQuantile && !certificate.group_count_.has_value()) {
        // A histogram for each group of the table: memory that the data would decide.
        return Refuse(Reason::kUnsupported,
                      absl::StrCat(statistic.name, " needs groups with public values"),
                      {.fix = "group by columns with public values, or leave it out"});
      }
      certificate.statistics_.push_back(std::move(fixed));
    }
    if (static_cast<int64_t>(certificate.slots_) >
        kSlotsMax / certificate.group_count_.value_or(1)) {
      return Refuse(Reason::kLimit, "the query would hold too many numbers",
                    {.fix = "group by fewer columns or ask for fewer aggregates", .limit = "sums"});
    }
    TACIT_ASSIGN_OR_RETURN(certificate.losses_,
                           CalibrateStatistics(measure, certificate.limits_.groups_per_unit_max,
                                               certificate.statistics_));
    return absl::OkStatus();
  }

  // Groups of a private key are never shown without a selection.
  static absl::Status CertifySelection(const MeasureNode& measure, Certificate& certificate) {
    const bool is_private = !certificate.group_count_.has_value();
    if (is_private != measure.selection.has_value()) {
      return Refuse(Reason::kUnsupported, "private groups and their selection go together");
    }
    if (!is_private) return absl::OkStatus();
    if (measure.groups_released_max < 1 || measure.groups_released_max > kGroupCountMax) {
      return Refuse(Reason::kLimit, "the number of groups shown has no bound",
                    {.fix = "ask for fewer aggregates", .limit = "groups"});
    }
    TACIT_ASSIGN_OR_RETURN(
        CalibratedSelection calibrated,
        CalibrateSelection(*measure.selection, certificate.limits_.groups_per_unit_max,
                           certificate.statistics_));
    certificate.selection_ = std::move(calibrated.selection);
    certificate.losses_.push_back(std::move(calibrated.loss));
    ++certificate.slots_;  // the group's units
    return absl::OkStatus();
  }

  // The accountant's own prices, rounded up, are what counts; the planner's shares are not.
  static absl::Status CheckPrice(const Amount& budget, const std::vector<MechanismLoss>& losses) {
    Amount total;
    for (const MechanismLoss& loss : losses) {
      const std::optional<Amount> price = PriceRoundUp(loss);
      if (!price.has_value()) {
        return Refuse(Reason::kPrivacyParameter, "a mechanism's loss has no price",
                      {.fix = "ask with another epsilon or delta"});
      }
      total = AddSaturating(total, *price);
    }
    if (Within(total, budget)) return absl::OkStatus();
    return Refuse(Reason::kPrivacyParameter, "the plan spends more than the request offers");
  }
};

absl::StatusOr<Certificate> Certify(const QueryPlan& plan, const DatasetSchema& schema,
                                    const Amount& budget, DataVersion data_version,
                                    const std::string& plan_text) {
  return Certifier::Run(plan, schema, budget, data_version, plan_text);
}

}  // namespace tacit
