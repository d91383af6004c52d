#include "accountant/terms.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "accountant/filter.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"

namespace tacit {
namespace {

constexpr size_t kNameBytesMax = 255;
constexpr int64_t kDaysMax = 36'600;
constexpr int64_t kCellsMax = 4096;
constexpr size_t kPartitionBytesMax = 1 << 20;

absl::Status Invalid(const std::string& field, const std::string& what, const std::string& fix) {
  return Refuse(Reason::kPolicyInvalid, absl::StrCat(field, " ", what),
                {.fix = fix, .field = field});
}

// Names travel in messages and logs, so control characters are kept out of them.
absl::Status CheckName(const std::string& field, const std::string& name) {
  if (name.empty()) return Invalid(field, "is missing", "name it");
  if (name.size() > kNameBytesMax) return Invalid(field, "is longer than 255 bytes", "shorten it");
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      return Invalid(field, "holds a control character", "use printable characters");
    }
  }
  return absl::OkStatus();
}

// As LimitsOn refuses it, with `owner` before the field.
absl::Status CheckLimit(const LineageTerms& terms, const std::string& owner, const Limit& limit) {
  absl::StatusOr<std::vector<Track>> tracks = TracksFor(terms.filter, terms.limit);
  absl::Status status = tracks.status();
  if (status.ok()) status = LimitsOn(terms.filter, *tracks, limit).status();
  if (status.ok() || owner.empty()) return status;
  const std::string field = absl::StrCat(owner, " ", DetailOf(status).field);
  return Invalid(field, "is missing, zero or not of this filter's kind",
                 "declare it as the dataset's own limit is declared");
}

absl::Status CheckAnalysts(const LineageTerms& terms) {
  std::set<AnalystId> seen;
  for (const AnalystTerms& analyst : terms.analysts) {
    TACIT_RETURN_IF_ERROR(CheckName("analyst", analyst.analyst.value()));
    const std::string field = absl::StrCat("analyst ", analyst.analyst.value());
    TACIT_RETURN_IF_ERROR(CheckLimit(terms, field, analyst.limit));
    const Epsilon& most = analyst.limit.amount.epsilon;
    const bool above = most != Epsilon() && analyst.per_query_max > most;
    if (analyst.per_query_max == Epsilon() || above) {
      return Invalid(
          absl::StrCat(field, " per_query_max"),
          absl::StrCat("is ", analyst.per_query_max.ToDecimal(), ", outside what the limit allows"),
          above ? absl::StrCat("set it above 0 and to at most ", most.ToDecimal())
                : "set it above 0");
    }
    if (!seen.insert(analyst.analyst).second) {
      return Invalid(field, "is listed twice", "keep one of the two");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckRoles(const LineageTerms& terms, std::set<std::string>& scopes) {
  for (const RoleTerms& role : terms.roles) {
    TACIT_RETURN_IF_ERROR(CheckName("role", role.name));
    const std::string field = absl::StrCat("role ", role.name);
    TACIT_RETURN_IF_ERROR(CheckLimit(terms, field, role.limit));
    const std::set<AnalystId> members(role.members.begin(), role.members.end());
    if (members.empty() || members.size() != role.members.size()) {
      return Invalid(field, "has no members, or one twice", "list each member once");
    }
    for (const AnalystId& member : members) {
      TACIT_RETURN_IF_ERROR(CheckName(absl::StrCat(field, " member"), member.value()));
    }
    if (!scopes.insert(absl::StrCat("role:", role.name)).second) {
      return Invalid(field, "is listed twice", "keep one of the two");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckPeriods(const LineageTerms& terms, const std::set<std::string>& scopes) {
  std::set<std::pair<std::string, int64_t>> seen;
  for (const PeriodTerms& period : terms.periods) {
    const std::string field = absl::StrCat("period of ", period.scope);
    if (scopes.count(period.scope) == 0) {
      return Invalid(field, "is of no budget that is declared",
                     "declare the budget for ever that it is a part of");
    }
    if (period.days < 1 || period.days > kDaysMax) {
      return Invalid(field, "has no whole number of days from 1 to 36600", "set its days");
    }
    TACIT_RETURN_IF_ERROR(CheckLimit(terms, field, period.limit));
    if (!seen.emplace(period.scope, period.days).second) {
      return Invalid(field, "is listed twice", "keep one of the two");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ValidateTerms(const LineageTerms& terms) {
  TACIT_RETURN_IF_ERROR(CheckName("dataset", terms.dataset.value()));
  TACIT_RETURN_IF_ERROR(CheckName("lineage", LineageOf(terms).value()));
  TACIT_RETURN_IF_ERROR(CheckName("privacy_unit", terms.privacy_unit));
  TACIT_RETURN_IF_ERROR(CheckLimit(terms, "", terms.limit));
  TACIT_RETURN_IF_ERROR(CheckAnalysts(terms));
  std::set<std::string> scopes = {"dataset"};
  for (const AnalystTerms& analyst : terms.analysts) {
    scopes.insert(absl::StrCat("analyst:", analyst.analyst.value()));
  }
  TACIT_RETURN_IF_ERROR(CheckRoles(terms, scopes));
  TACIT_RETURN_IF_ERROR(CheckPeriods(terms, scopes));
  const Partition& partition = terms.partition;
  const bool parted = !partition.columns.empty();
  if (partition.columns.size() > kPartitionBytesMax || partition.cells < (parted ? 2 : 1) ||
      partition.cells > (parted ? kCellsMax : 1)) {
    return Invalid("partition", "has less than two or more than 4096 cells",
                   "partition by fewer columns or values");
  }
  return absl::OkStatus();
}

LineageId LineageOf(const LineageTerms& terms) {
  return terms.lineage.value().empty() ? LineageId(terms.dataset.value()) : terms.lineage;
}

absl::Status CheckImmutables(const LineageTerms& before, const LineageTerms& after) {
  const auto immutable = [&](const std::string& field, const std::string& why) {
    return Refuse(
        Reason::kLineageImmutable,
        absl::StrCat("dataset ", after.dataset.value(), " cannot change its ", field, ": ", why),
        {.fix = "keep it, or publish other people's data under a new dataset name",
         .field = field});
  };
  if (LineageOf(before) != LineageOf(after)) {
    return immutable("lineage", "its people and what was spent on them stay the same");
  }
  if (before.privacy_unit != after.privacy_unit) {
    return immutable("privacy_unit", absl::StrCat("what was spent protects ", before.privacy_unit,
                                                  ", not ", after.privacy_unit));
  }
  if (before.filter != after.filter) {
    return immutable("filter", "what was spent was admitted by the other rule");
  }
  if (before.partition.columns != after.partition.columns ||
      before.partition.cells != after.partition.cells) {
    return immutable("partition", "what was spent was counted by its cells");
  }
  const bool same_orders =
      std::equal(before.limit.orders.begin(), before.limit.orders.end(), after.limit.orders.begin(),
                 after.limit.orders.end(),
                 [](const OrderLimit& a, const OrderLimit& b) { return a.order == b.order; });
  if (!same_orders) return immutable("orders", "what was spent was counted at the others");
  return absl::OkStatus();
}

}  // namespace tacit
