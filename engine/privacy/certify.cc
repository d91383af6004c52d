#include "engine/privacy/certify.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/privacy/mechanisms/discrete_laplace.h"

namespace tacit {
namespace {

// Integers up to 2^40 stay exact; wider ones, and reals, are rounded to 2^-40 and 2^-30 of their
// bound.
constexpr int kIntegerBits = 40;
constexpr int kRealBits = 30;
// Bounds within 2^+-500, so that grid arithmetic in doubles neither overflows nor meets subnormals.
constexpr int kExponentMax = 500;
constexpr int64_t kSensitivityMax = int64_t{1} << 60;
constexpr int64_t kGroupCountMax = int64_t{1} << 20;
constexpr int64_t kLimitMax = int64_t{1} << 31;
constexpr size_t kSumsMax = 256;

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

absl::StatusOr<int64_t> CountGroups(const std::vector<GroupKey>& keys, size_t column_count) {
  int64_t count = 1;
  for (const GroupKey& key : keys) {
    TACIT_RETURN_IF_ERROR(CheckRowLocal(*key.expression, column_count));
    if (key.values.empty()) {
      return Refuse(Reason::kMissingPublicValues,
                    absl::StrCat("group key \"", key.name, "\" has no public values"));
    }
    if (static_cast<int64_t>(key.values.size()) > kGroupCountMax / count) {
      return Refuse(Reason::kLimit, absl::StrCat("more than ", kGroupCountMax, " groups"),
                    {.fix = "group by fewer columns", .limit = "groups"});
    }
    count *= static_cast<int64_t>(key.values.size());
  }
  return count;
}

// ceil(log2(magnitude)) for a positive magnitude.
int CeilLog2(double magnitude) {
  int exponent = 0;
  const double fraction = std::frexp(magnitude, &exponent);  // magnitude = fraction * 2^exponent
  return fraction == 0.5 ? exponent - 1 : exponent;
}

absl::Status CheckBounds(const Statistic& statistic) {
  const ValueBounds& bounds = statistic.bounds;
  const double magnitude = std::max(std::fabs(bounds.lower), std::fabs(bounds.upper));
  if (!std::isfinite(bounds.lower) || !std::isfinite(bounds.upper) ||
      !(bounds.lower <= bounds.upper) || !std::isfinite(statistic.centre)) {
    return Refuse(Reason::kMissingBounds, absl::StrCat(statistic.name, " has no finite bounds"));
  }
  if (magnitude == 0) {
    return Refuse(Reason::kMissingBounds, absl::StrCat(statistic.name, " is always 0"),
                  {.fix = "leave it out"});
  }
  if (std::abs(CeilLog2(magnitude)) > kExponentMax) {
    return Refuse(Reason::kLimit,
                  absl::StrCat("the bounds of ", statistic.name, " are beyond 1e+-150"),
                  {.fix = "rescale the column", .limit = "bounds"});
  }
  const bool centred = statistic.centre != 0;
  const bool inside = bounds.lower <= statistic.centre && statistic.centre <= bounds.upper;
  if (centred && (!inside || statistic.bounding != Bounding::kRows)) {
    return Refuse(Reason::kUnsupported,
                  absl::StrCat("the centre of ", statistic.name, " is misplaced"));
  }
  return absl::OkStatus();
}

// Rounds bounds outward to the grid; see certify.proof.md, steps 2 and 3.
void FixGrid(const Statistic& statistic, CertifiedSum& sum) {
  const double magnitude =
      std::max(std::fabs(statistic.bounds.lower), std::fabs(statistic.bounds.upper));
  const int exponent = CeilLog2(magnitude);
  sum.granularity_log2 =
      statistic.integral ? std::max(0, exponent - kIntegerBits) : exponent - kRealBits;
  sum.lower =
      static_cast<int64_t>(std::floor(std::ldexp(statistic.bounds.lower, -sum.granularity_log2)));
  sum.upper =
      static_cast<int64_t>(std::ceil(std::ldexp(statistic.bounds.upper, -sum.granularity_log2)));
  sum.centre = std::llround(std::ldexp(statistic.centre, -sum.granularity_log2));
  TACIT_CHECK(sum.lower <= sum.centre || sum.centre == 0);
  TACIT_CHECK(sum.upper >= sum.centre || sum.centre == 0);
}

absl::Status FixSensitivity(const ContributionLimits& limits, CertifiedSum& sum) {
  const int64_t most = std::max(std::abs(sum.lower - sum.centre), std::abs(sum.upper - sum.centre));
  TACIT_CHECK(most <= int64_t{1} << (kIntegerBits + 1));
  const int64_t rows = sum.bounding == Bounding::kRows ? limits.rows_per_group_and_unit_max : 1;
  __int128 sensitivity = static_cast<__int128>(most) * rows * limits.groups_per_unit_max;
  if (sensitivity > kSensitivityMax) {
    return Refuse(
        Reason::kLimit, absl::StrCat("one person could move ", sum.name, " too far"),
        {.fix = "narrow the bounds or lower the contribution limits", .limit = "sensitivity"});
  }
  sum.l1_sensitivity = static_cast<int64_t>(sensitivity);
  return absl::OkStatus();
}

}  // namespace

// Builds the certificate; the only friend that can.
class Certifier {
 public:
  static absl::StatusOr<Certificate> Run(const QueryPlan& plan, const DatasetSchema& schema,
                                         Epsilon budget, DataVersion data_version,
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
    certificate.limits_ = measure.limits;
    certificate.limits_.groups_per_unit_max =
        std::min(measure.limits.groups_per_unit_max, certificate.group_count_);
    TACIT_RETURN_IF_ERROR(CertifySums(measure, budget, certificate));
    certificate.data_version_ = data_version;
    certificate.digest_ = DigestBuilder()
                              .Add("tacit certificate 1")
                              .Add(plan.dataset.value())
                              .Add(plan.policy_version.value())
                              .Add(data_version.value())
                              .Add(plan_text)
                              .Add(certificate.ToText())
                              .Build();
    return certificate;
  }

 private:
  static absl::Status CheckLimits(const ContributionLimits& limits) {
    const bool positive =
        limits.groups_per_unit_max >= 1 && limits.rows_per_group_and_unit_max >= 1;
    if (positive && limits.groups_per_unit_max <= kLimitMax &&
        limits.rows_per_group_and_unit_max <= kLimitMax) {
      return absl::OkStatus();
    }
    return Refuse(Reason::kLimit, "contribution limits are missing, not positive or above 2^31",
                  {.fix = "declare max_groups_per_unit and max_rows_per_group in the policy",
                   .limit = "contribution"});
  }

  static absl::Status CertifySums(const MeasureNode& measure, Epsilon budget,
                                  Certificate& certificate) {
    if (measure.statistics.empty() || measure.statistics.size() > kSumsMax) {
      return Refuse(Reason::kLimit, absl::StrCat("a query has 1 to ", kSumsMax, " statistics"),
                    {.fix = "ask for fewer aggregates", .limit = "statistics"});
    }
    __int128 shares = 0;
    for (const Statistic& statistic : measure.statistics) {
      const bool feature_exists = statistic.feature >= 0 &&
                                  static_cast<size_t>(statistic.feature) < measure.features.size();
      if (!feature_exists) return Refuse(Reason::kUnsupported, "a statistic has no feature");
      TACIT_RETURN_IF_ERROR(CheckBounds(statistic));
      CertifiedSum sum;
      sum.name = statistic.name;
      sum.feature = statistic.feature;
      sum.bounding = statistic.bounding;
      sum.integral = statistic.integral;
      FixGrid(statistic, sum);
      TACIT_RETURN_IF_ERROR(FixSensitivity(certificate.limits_, sum));
      TACIT_ASSIGN_OR_RETURN(sum.loss,
                             kDiscreteLaplace.calibrate(sum.l1_sensitivity, statistic.epsilon));
      const auto price = PriceRoundUp(sum.loss);
      TACIT_CHECK(price.has_value());
      TACIT_CHECK(price->epsilon <= statistic.epsilon);
      shares += statistic.epsilon.pico();
      certificate.sums_.push_back(std::move(sum));
    }
    if (shares > budget.pico()) {
      return Refuse(Reason::kPrivacyParameter, "the plan spends more than the request offers");
    }
    return absl::OkStatus();
  }
};

absl::StatusOr<Certificate> Certify(const QueryPlan& plan, const DatasetSchema& schema,
                                    Epsilon budget, DataVersion data_version,
                                    const std::string& plan_text) {
  return Certifier::Run(plan, schema, budget, data_version, plan_text);
}

}  // namespace tacit
