#include "server/wire.h"

#include <cmath>

#include "accountant/check.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/plan/nodes/utf8.h"
#include "server/budget_reader.h"

namespace tacit {
namespace {

constexpr char kAnswerTag = 'A';
constexpr char kFailureTag = 'F';

v1::Column::Type WriteType(ValueType type) {
  switch (type) {
    case ValueType::kBool:
      return v1::Column::TYPE_BOOLEAN;
    case ValueType::kInt64:
      return v1::Column::TYPE_INTEGER;
    case ValueType::kFloat64:
      return v1::Column::TYPE_REAL;
    case ValueType::kText:
      return v1::Column::TYPE_TEXT;
    case ValueType::kDate:
      return v1::Column::TYPE_DATE;
  }
  return v1::Column::TYPE_UNSPECIFIED;
}

v1::NoisedGroups WriteNoised(const NoisedGroups& noised) {
  v1::NoisedGroups message;
  message.set_question(noised.question);
  message.set_draws(noised.draws);
  for (const CombinedNoise& noise : noised.noise) {
    v1::CombinedNoise* written = message.add_noise();
    written->set_is_gaussian(noise.kind == NoiseKind::kGaussian);
    written->mutable_scales()->Add(noise.scales.begin(), noise.scales.end());
    written->set_slack(noise.slack);
  }
  for (const NoisedGroups::Group& group : noised.groups) {
    v1::NoisedGroup* written = message.add_groups();
    for (const Value& key : group.keys) *written->add_keys() = WriteScalar(key);
    written->mutable_numbers()->Add(group.numbers.begin(), group.numbers.end());
  }
  return message;
}

}  // namespace

absl::StatusOr<Value> ReadScalar(const v1::Scalar& scalar) {
  switch (scalar.kind_case()) {
    case v1::Scalar::kBoolean:
      return Value(scalar.boolean());
    case v1::Scalar::kInteger:
      return Value(scalar.integer());
    case v1::Scalar::kReal:
      if (!std::isfinite(scalar.real()))
        return Refuse(Reason::kParameter, "a value is not finite", {.fix = "send a finite number"});
      return Value(scalar.real() == 0 ? 0.0 : scalar.real());
    case v1::Scalar::kText:
      if (!IsStorableText(scalar.text())) {
        return Refuse(Reason::kParameter, "a text value is not UTF-8, or holds NUL",
                      {.fix = "send UTF-8 text"});
      }
      return Value(scalar.text());
    case v1::Scalar::kDate: {
      const std::optional<Date> date = ParseDate(scalar.date());
      if (date.has_value()) return Value(*date);
      return Refuse(Reason::kParameter, "a date is no day of the form YYYY-MM-DD",
                    {.fix = "send a day from 0001-01-01 to 9999-12-31, such as 2024-02-29"});
    }
    case v1::Scalar::KIND_NOT_SET:
      break;
  }
  return Value();
}

v1::Scalar WriteScalar(const Value& value) {
  v1::Scalar scalar;
  if (const auto* boolean = std::get_if<bool>(&value)) scalar.set_boolean(*boolean);
  if (const auto* integer = std::get_if<int64_t>(&value)) scalar.set_integer(*integer);
  if (const auto* real = std::get_if<double>(&value)) scalar.set_real(*real);
  if (const auto* text = std::get_if<std::string>(&value)) scalar.set_text(*text);
  if (const auto* date = std::get_if<Date>(&value)) scalar.set_date(FormatDate(*date));
  return scalar;
}

ValueType TypeOf(const Value& value) {
  TACIT_CHECK(!IsNull(value));
  if (std::holds_alternative<bool>(value)) return ValueType::kBool;
  if (std::holds_alternative<int64_t>(value)) return ValueType::kInt64;
  if (std::holds_alternative<double>(value)) return ValueType::kFloat64;
  if (std::holds_alternative<Date>(value)) return ValueType::kDate;
  return ValueType::kText;
}

v1::Statistic WriteStatistic(const AnswerStatistic& statistic) {
  v1::Statistic message;
  message.set_name(statistic.name);
  message.set_mechanism(statistic.noise.mechanism);
  message.set_noise_scale(statistic.noise.scale);
  message.set_granularity(statistic.noise.granularity);
  message.set_sensitivity(statistic.noise.sensitivity);
  message.set_epsilon(statistic.noise.epsilon.ToDecimal());
  message.mutable_bounds()->set_lower(statistic.noise.bounds.lower);
  message.mutable_bounds()->set_upper(statistic.noise.bounds.upper);
  message.set_max_groups_per_unit(statistic.limits.groups_per_unit_max);
  message.set_max_rows_per_group(statistic.limits.rows_per_group_and_unit_max);
  message.set_rank_error(statistic.noise.rank_error);
  return message;
}

v1::GroupSelection WriteSelection(const SelectionView& selection) {
  v1::GroupSelection message;
  message.set_mechanism(selection.mechanism);
  message.set_epsilon(selection.epsilon.ToDecimal());
  message.set_delta(selection.delta.ToDecimal());
  message.set_units_for_half(selection.units_for_half);
  return message;
}

v1::ReleaseColumn WriteColumn(const AnswerColumn& column) {
  v1::ReleaseColumn message;
  message.set_name(column.name);
  message.set_type(WriteType(column.type));
  for (const int statistic : column.statistics) message.add_statistics(statistic);
  return message;
}

v1::TopUp WriteTopUp(const TopUpView& view) {
  v1::TopUp message;
  message.set_draws(view.draws);
  for (const TopUpView::Statistic& statistic : view.statistics) {
    v1::TopUpStatistic* written = message.add_statistics();
    written->set_name(statistic.name);
    written->set_earlier_deviation(statistic.earlier_deviation);
    written->set_fresh_deviation(statistic.fresh_deviation);
    written->set_combined_deviation(statistic.combined_deviation);
    written->set_fresh_epsilon(statistic.fresh_epsilon.ToDecimal());
  }
  return message;
}

v1::ChargedCells WriteChargedCells(const ChargedCells& charged) {
  v1::ChargedCells message;
  message.mutable_cells()->Add(charged.cells.begin(), charged.cells.end());
  message.set_total(charged.total);
  for (const std::string& name : charged.names) message.add_names(name);
  return message;
}

v1::Release WriteRelease(const AnswerTable& table) {
  v1::Release release;
  for (const AnswerColumn& column : table.columns) *release.add_columns() = WriteColumn(column);
  for (const AnswerStatistic& statistic : table.statistics) {
    *release.add_statistics() = WriteStatistic(statistic);
  }
  for (const PresentedRow& row : table.rows) {
    v1::ReleaseRow* cells = release.add_rows();
    for (const PresentedCell& presented : row) {
      v1::Cell* cell = cells->add_cells();
      *cell->mutable_value() = WriteScalar(presented.value);
      if (!presented.has_interval) continue;
      cell->mutable_interval()->set_low(presented.low);
      cell->mutable_interval()->set_high(presented.high);
    }
  }
  if (table.selection.has_value()) *release.mutable_selection() = WriteSelection(*table.selection);
  if (table.top_up.has_value()) *release.mutable_top_up() = WriteTopUp(*table.top_up);
  if (table.charged_cells.has_value()) {
    *release.mutable_charged_cells() = WriteChargedCells(*table.charged_cells);
  }
  *release.mutable_noised() = WriteNoised(table.noised);
  release.set_confidence(kConfidence);
  release.set_data_version(table.data_version.value());
  release.set_policy_version(table.policy_version.value());
  return release;
}

v1::Cost WriteCost(const Amount& dataset, const Amount& analyst) {
  v1::Cost cost;
  cost.set_dataset_epsilon(dataset.epsilon.ToDecimal());
  cost.set_dataset_delta(dataset.delta.ToDecimal());
  cost.set_analyst_epsilon(analyst.epsilon.ToDecimal());
  cost.set_analyst_delta(analyst.delta.ToDecimal());
  return cost;
}

void WriteForecast(const Forecast& forecast, v1::EstimateResponse& response) {
  for (const auto& [track, cost] : forecast.tracks) {
    v1::TrackCost* counted = response.add_tracks();
    counted->set_track(ToText(track));
    // What cannot be counted on one of two tracks is left to the other.
    counted->set_amount(Within(cost, Unbounded()) ? cost.divergence.ToDecimal() : "unbounded");
    counted->set_delta(cost.delta.ToDecimal());
  }
  for (const auto& [scope, times] : forecast.own) {
    v1::BudgetFit* fit = response.add_fits();
    fit->set_scope(scope);
    fit->set_times(times);
  }
}

v1::LedgerEntry WriteEntry(const LogEntry& entry) {
  v1::LedgerEntry row;
  row.set_sequence(entry.sequence);
  row.set_time(entry.time);
  row.set_kind(entry.kind);
  row.set_actor(entry.actor);
  row.set_request_id(entry.request);
  row.set_epsilon(entry.charged.epsilon.ToDecimal());
  row.set_delta(entry.charged.delta.ToDecimal());
  row.set_detail(entry.detail);
  row.set_hash(entry.hash.Hex());
  return row;
}

v1::BudgetState WriteBudget(const BudgetView& budget) {
  v1::BudgetState state;
  state.set_scope(budget.scope);
  state.set_filter(WriteFilter(budget.filter));
  state.set_cells(budget.cells);
  for (const TrackView& view : budget.tracks) {
    v1::TrackState* track = state.add_tracks();
    track->set_track(ToText(view.track));
    track->set_limit(view.limit.divergence.ToDecimal());
    track->set_spent(view.spent.divergence.ToDecimal());
    track->set_remaining(view.remaining.divergence.ToDecimal());
    track->set_delta_limit(view.limit.delta.ToDecimal());
    track->set_delta_spent(view.spent.delta.ToDecimal());
    track->set_delta_remaining(view.remaining.delta.ToDecimal());
  }
  state.set_epsilon_limit(budget.limit.epsilon.ToDecimal());
  state.set_epsilon_spent(budget.spent.epsilon.ToDecimal());
  state.set_epsilon_remaining(budget.remaining.epsilon.ToDecimal());
  state.set_delta_limit(budget.limit.delta.ToDecimal());
  state.set_delta_spent(budget.spent.delta.ToDecimal());
  state.set_delta_remaining(budget.remaining.delta.ToDecimal());
  return state;
}

std::string PackAnswer(const v1::Release& release) {
  return kAnswerTag + release.SerializeAsString();
}

std::string PackFailure(const std::string& reference) { return kFailureTag + reference; }

absl::StatusOr<UnpackedOutcome> UnpackOutcome(const std::string& bytes) {
  UnpackedOutcome outcome;
  if (!bytes.empty() && bytes[0] == kFailureTag) {
    outcome.reference = bytes.substr(1);
    return outcome;
  }
  outcome.is_answer = true;
  const bool read =
      !bytes.empty() && bytes[0] == kAnswerTag &&
      outcome.release.ParseFromArray(bytes.data() + 1, static_cast<int>(bytes.size()) - 1);
  if (!read) return Refuse(Reason::kInternal, "a stored outcome cannot be read");
  return outcome;
}

absl::StatusOr<NoisedGroups> ReadNoised(const std::string& bytes) {
  TACIT_ASSIGN_OR_RETURN(const UnpackedOutcome outcome, UnpackOutcome(bytes));
  if (!outcome.release.has_noised()) {
    return Refuse(Reason::kRequest, "the answer to top up holds no noised numbers",
                  {.fix = "ask anew, without top_up", .field = "top_up"});
  }
  const v1::NoisedGroups& message = outcome.release.noised();
  NoisedGroups noised{.question = message.question(), .draws = message.draws()};
  for (const v1::CombinedNoise& noise : message.noise()) {
    noised.noise.push_back(
        {.kind = noise.is_gaussian() ? NoiseKind::kGaussian : NoiseKind::kLaplace,
         .scales = {noise.scales().begin(), noise.scales().end()},
         .slack = noise.slack()});
  }
  for (const v1::NoisedGroup& group : message.groups()) {
    NoisedGroups::Group& read = noised.groups.emplace_back();
    for (const v1::Scalar& key : group.keys()) {
      TACIT_ASSIGN_OR_RETURN(Value value, ReadScalar(key));
      read.keys.push_back(std::move(value));
    }
    read.numbers.assign(group.numbers().begin(), group.numbers().end());
  }
  return noised;
}

}  // namespace tacit
