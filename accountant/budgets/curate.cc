#include "accountant/budgets/curate.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "accountant/budgets/budget.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "accountant/terms.h"

namespace tacit {
namespace {

using ledger::Dataset;
using ledger::Lineage;
using ledger::Lineages;
using ledger::Row;

constexpr size_t kNoteBytesMax = 1000;

absl::StatusOr<const Dataset*> Find(const Lineages& lineages, const DatasetId& dataset) {
  const Dataset* found = lineages.Find(dataset);
  if (found != nullptr) return found;
  return Refuse(Reason::kNotFound, absl::StrCat("there is no dataset ", dataset.value()),
                {.fix = "check the name"});
}

absl::Status CheckNote(const CuratorNote& note) {
  for (const std::string* text : {&note.author, &note.reason}) {
    if (!text->empty() && text->size() <= kNoteBytesMax) continue;
    return Refuse(Reason::kRequest, "the author or the reason is empty or longer than 1000 bytes",
                  {.fix = "say why, for those who read the ledger later", .field = "reason"});
  }
  return absl::OkStatus();
}

absl::Status CheckOpen(const DatasetId& dataset, const Dataset& found) {
  if (found.status != DatasetStatus::kRetired) return absl::OkStatus();
  return Refuse(Reason::kDatasetClosed, absl::StrCat("dataset ", dataset.value(), " is retired"),
                {.fix = "publish under a new dataset name"});
}

Row RowOf(const LineageId& lineage, const DatasetId& dataset, const std::string& author,
          ledger::RowBody body) {
  Row row;
  row.lineage = lineage;
  row.dataset = dataset;
  row.actor = author;
  row.body = std::move(body);
  return row;
}

// The terms with one analyst and nothing else of theirs, to be validated like a policy's.
LineageTerms OnlyWith(const LineageTerms& terms, const AnalystTerms& analyst) {
  LineageTerms only = terms;
  only.analysts = {analyst};
  only.roles.clear();
  only.periods.clear();
  return only;
}

}  // namespace

absl::StatusOr<Row> DecidePolicy(const Lineages& lineages, const LineageTerms& terms) {
  TACIT_RETURN_IF_ERROR(ValidateTerms(terms));
  const LineageId id = LineageOf(terms);
  const Dataset* dataset = lineages.Find(terms.dataset);
  if (dataset != nullptr) {
    TACIT_RETURN_IF_ERROR(CheckImmutables(dataset->policy.terms, terms));
    TACIT_RETURN_IF_ERROR(CheckOpen(terms.dataset, *dataset));
  }
  const Lineage* lineage = lineages.FindLineage(id);
  if (lineage != nullptr) TACIT_RETURN_IF_ERROR(CheckImmutables(lineage->terms, terms));
  // A lineage that is named must be there: a slip of the pen must not open a second budget.
  if (lineage == nullptr && !terms.lineage.value().empty() &&
      terms.lineage.value() != terms.dataset.value()) {
    return Refuse(Reason::kPolicyInvalid,
                  absl::StrCat("lineage \"", id.value(), "\" does not exist"),
                  {.fix = "name the first dataset of the same people, or leave lineage out",
                   .field = "lineage"});
  }
  ledger::PolicyRow policy;
  policy.record.version =
      PolicyVersion(dataset == nullptr ? 1 : dataset->policy.version.value() + 1);
  policy.record.terms = terms;
  policy.record.terms.lineage = id;
  if (lineage != nullptr) {
    policy.tracks = lineage->tracks;
  } else {
    TACIT_ASSIGN_OR_RETURN(policy.tracks, TracksFor(terms.filter, terms.limit));
  }
  for (const Budget& budget : BudgetsOf(terms)) {
    TACIT_ASSIGN_OR_RETURN(TrackAmounts limit,
                           LimitsOn(terms.filter, policy.tracks, budget.declared));
    policy.limits.push_back(std::move(limit));
  }
  return RowOf(id, terms.dataset, "", std::move(policy));
}

absl::StatusOr<Row> DecidePublish(const Lineages& lineages, const DatasetId& dataset) {
  TACIT_ASSIGN_OR_RETURN(const Dataset* found, Find(lineages, dataset));
  TACIT_RETURN_IF_ERROR(CheckOpen(dataset, *found));
  const DataVersion version(found->data_version.value() + 1);
  return RowOf(found->lineage, dataset, "", ledger::PublishRow{version});
}

absl::StatusOr<Row> DecideGrant(const Lineages& lineages, const DatasetId& dataset,
                                const AnalystTerms& terms, const CuratorNote& note) {
  TACIT_ASSIGN_OR_RETURN(const Dataset* found, Find(lineages, dataset));
  TACIT_RETURN_IF_ERROR(CheckNote(note));
  TACIT_RETURN_IF_ERROR(CheckOpen(dataset, *found));
  TACIT_RETURN_IF_ERROR(ValidateTerms(OnlyWith(found->policy.terms, terms)));
  const Lineage& lineage = lineages.Of(*found);
  TACIT_ASSIGN_OR_RETURN(TrackAmounts limit,
                         LimitsOn(lineage.terms.filter, lineage.tracks, terms.limit));
  if (found->FindBudget(absl::StrCat("analyst:", terms.analyst.value())) != nullptr) {
    return Refuse(Reason::kAlreadyExists,
                  absl::StrCat("analyst ", terms.analyst.value(), " has a budget already"),
                  {.fix = "change its limit instead"});
  }
  return RowOf(found->lineage, dataset, note.author,
               ledger::GrantRow{terms, std::move(limit), found->policy.version, note.reason});
}

absl::StatusOr<Row> DecideLimit(const Lineages& lineages, const DatasetId& dataset,
                                const std::string& scope, const Limit& limit,
                                const CuratorNote& note) {
  TACIT_ASSIGN_OR_RETURN(const Dataset* found, Find(lineages, dataset));
  TACIT_RETURN_IF_ERROR(CheckNote(note));
  TACIT_RETURN_IF_ERROR(CheckOpen(dataset, *found));
  const Budget* budget = found->FindBudget(scope);
  if (budget == nullptr) {
    return Refuse(Reason::kPolicyInvalid, absl::StrCat("there is no budget \"", scope, "\""),
                  {.fix = "name one that `tacit budget` shows", .field = "scope"});
  }
  const Epsilon& most = limit.amount.epsilon;
  if (most != Epsilon() && budget->per_query_max > most) {
    return Refuse(Reason::kPolicyInvalid,
                  absl::StrCat("the limit is below the ", budget->per_query_max.ToDecimal(),
                               " that one query may cost"),
                  {.fix = "lower that in the policy first", .field = "limit.epsilon"});
  }
  const Lineage& lineage = lineages.Of(*found);
  TACIT_ASSIGN_OR_RETURN(TrackAmounts on_tracks,
                         LimitsOn(lineage.terms.filter, lineage.tracks, limit));
  return RowOf(
      found->lineage, dataset, note.author,
      ledger::LimitRow{scope, limit, std::move(on_tracks), found->policy.version, note.reason});
}

absl::StatusOr<Row> DecideStatus(const Lineages& lineages, const DatasetId& dataset,
                                 DatasetStatus status, const CuratorNote& note) {
  TACIT_ASSIGN_OR_RETURN(const Dataset* found, Find(lineages, dataset));
  TACIT_RETURN_IF_ERROR(CheckNote(note));
  TACIT_RETURN_IF_ERROR(CheckOpen(dataset, *found));
  if (found->status == status) {
    return Refuse(Reason::kDatasetClosed,
                  absl::StrCat("dataset ", dataset.value(), " is so already"),
                  {.fix = "nothing needs to be done"});
  }
  return RowOf(found->lineage, dataset, note.author,
               ledger::StatusRow{status, found->policy.version, note.reason});
}

}  // namespace tacit
