#include "accountant/terms.h"

#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "accountant/filter.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"

namespace tacit {
namespace {

constexpr size_t kNameBytesMax = 255;

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

absl::Status CheckLimit(Filter filter, const std::string& field, const Amount& limit) {
  if (limit.epsilon == Epsilon()) {
    return Invalid(absl::StrCat(field, ".epsilon"), "is missing or zero",
                   "set it to a decimal above 0");
  }
  if (!CanCount(filter, limit)) {
    return Invalid(absl::StrCat(field, ".delta"), "must be 0 under the pure filter",
                   "leave delta out or choose the approximate filter");
  }
  // Keeps every limit below what a saturated sum reads as; see filter.cc.
  const bool nameable = Epsilon::Parse(limit.epsilon.ToDecimal(), Rounding::kLimit).ok() &&
                        Delta::Parse(limit.delta.ToDecimal(), Rounding::kLimit).ok();
  return nameable ? absl::OkStatus()
                  : Invalid(field, "is larger than any amount", "set a smaller limit");
}

}  // namespace

absl::Status ValidateTerms(const LineageTerms& terms) {
  TACIT_RETURN_IF_ERROR(CheckName("dataset", terms.dataset.value()));
  TACIT_RETURN_IF_ERROR(CheckName("privacy_unit", terms.privacy_unit));
  TACIT_RETURN_IF_ERROR(CheckLimit(terms.filter, "limit", terms.limit));
  absl::flat_hash_set<AnalystId> seen;
  for (const AnalystTerms& analyst : terms.analysts) {
    TACIT_RETURN_IF_ERROR(CheckName("analyst", analyst.analyst.value()));
    const std::string field = absl::StrCat("analyst ", analyst.analyst.value());
    TACIT_RETURN_IF_ERROR(CheckLimit(terms.filter, absl::StrCat(field, " limit"), analyst.limit));
    if (analyst.per_query_max == Epsilon() || analyst.per_query_max > analyst.limit.epsilon) {
      return Invalid(
          absl::StrCat(field, " per_query_max"),
          absl::StrCat("is ", analyst.per_query_max.ToDecimal(), ", outside what the limit allows"),
          absl::StrCat("set it above 0 and to at most ", analyst.limit.epsilon.ToDecimal()));
    }
    if (!seen.insert(analyst.analyst).second) {
      return Invalid(field, "is listed twice", "keep one of the two");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckImmutables(const LineageTerms& before, const LineageTerms& after) {
  const auto immutable = [&](const std::string& field, const std::string& why) {
    return Refuse(
        Reason::kLineageImmutable,
        absl::StrCat("dataset ", after.dataset.value(), " cannot change its ", field, ": ", why),
        {.fix = "keep it, or publish the data under a new dataset name", .field = field});
  };
  if (before.dataset != after.dataset)
    return immutable("name", "its ledger is kept under that name");
  if (before.privacy_unit != after.privacy_unit) {
    return immutable("privacy_unit", absl::StrCat("what was spent protects ", before.privacy_unit,
                                                  ", not ", after.privacy_unit));
  }
  if (before.filter != after.filter) {
    return immutable("filter", "what was spent was admitted by the other rule");
  }
  return absl::OkStatus();
}

}  // namespace tacit
