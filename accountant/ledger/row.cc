#include "accountant/ledger/row.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "accountant/refusal.h"

namespace tacit::ledger {
namespace {

// The first number of every payload, so that a later layout is never read as this one.
constexpr int64_t kLayout = 2;
constexpr size_t kPayloadBytes = 512;  // room for most rows
constexpr std::array<const char*, std::variant_size_v<RowBody>> kKinds = {
    "POLICY", "PUBLISH", "GRANT", "LIMIT", "STATUS", "DEBIT", "REUSE", "RERUN", "OUTCOME", "LEASE"};

// Appends numbers as eight little-endian bytes and texts behind their length.
class PayloadWriter {
 public:
  explicit PayloadWriter(size_t bytes) { bytes_.reserve(bytes); }

  void Field(int64_t number) { AppendNumber(number, bytes_); }
  void Field(const std::string& text) {
    Field(static_cast<int64_t>(text.size()));
    bytes_.append(text);
  }
  void Field(const Digest& digest) { bytes_.append(digest.bytes.begin(), digest.bytes.end()); }
  template <typename Tag>
  void Field(const PicoNats<Tag>& amount) {
    Field(amount.pico());
  }
  void Field(const Delta& delta) { Field(delta.atto()); }
  void Field(const MechanismLoss& loss) { Field(ToText(loss)); }
  template <typename Tag>
  void Field(const Name<Tag>& name) {
    Field(name.value());
  }
  template <typename Tag>
  void Field(const Ordinal<Tag>& ordinal) {
    Field(ordinal.value());
  }
  template <typename Enum>
  void Field(const Enum& value, Enum) {
    Field(static_cast<int64_t>(value));
  }
  template <typename Element, typename Visit>
  void List(const std::vector<Element>& list, Visit visit) {
    Field(static_cast<int64_t>(list.size()));
    for (const Element& element : list) visit(element);
  }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads what PayloadWriter wrote. After the first failure everything reads as zero.
class PayloadReader {
 public:
  explicit PayloadReader(std::string_view bytes) : bytes_(bytes) {}

  void Field(int64_t& number) {
    uint64_t bits = 0;
    const std::string_view bytes = Next(8);
    for (size_t i = 0; i < bytes.size(); ++i) {
      bits |= uint64_t{static_cast<uint8_t>(bytes[i])} << (8 * i);
    }
    number = static_cast<int64_t>(bits);
  }
  void Field(std::string& text) { text = Next(UpTo(std::numeric_limits<int64_t>::max())); }
  void Field(Digest& digest) {
    const std::string_view bytes = Next(digest.bytes.size());
    std::copy(bytes.begin(), bytes.end(), digest.bytes.begin());
  }
  template <typename Tag>
  void Field(PicoNats<Tag>& amount) {
    amount = PicoNats<Tag>::FromPico(UpTo(std::numeric_limits<int64_t>::max()));
  }
  void Field(Delta& delta) { delta = Delta::FromAtto(UpTo(std::numeric_limits<int64_t>::max())); }
  void Field(MechanismLoss& loss) {
    std::string text;
    Field(text);
    const absl::StatusOr<MechanismLoss> parsed = ParseMechanismLoss(text);
    failed_ = failed_ || !parsed.ok();
    if (parsed.ok()) loss = *parsed;
  }
  template <typename Tag>
  void Field(Name<Tag>& name) {
    std::string text;
    Field(text);
    name = Name<Tag>(std::move(text));
  }
  template <typename Tag>
  void Field(Ordinal<Tag>& ordinal) {
    ordinal = Ordinal<Tag>(UpTo(std::numeric_limits<int64_t>::max()));
  }
  template <typename Enum>
  void Field(Enum& value, Enum last) {
    value = static_cast<Enum>(UpTo(static_cast<int64_t>(last)));
  }
  template <typename Element, typename Visit>
  void List(std::vector<Element>& list, Visit visit) {
    const int64_t size = UpTo(std::numeric_limits<int64_t>::max());
    for (int64_t i = 0; i < size && !failed_; ++i) visit(list.emplace_back());
  }
  bool Done() const { return !failed_ && bytes_.empty(); }

 private:
  // A number from 0 to `last`.
  int64_t UpTo(int64_t last) {
    int64_t number = 0;
    Field(number);
    failed_ = failed_ || number < 0 || number > last;
    return failed_ ? 0 : number;
  }
  std::string_view Next(size_t length) {
    failed_ = failed_ || length > bytes_.size();
    if (failed_) return {};
    const std::string_view next = bytes_.substr(0, length);
    bytes_.remove_prefix(length);
    return next;
  }

  std::string_view bytes_;
  bool failed_ = false;
};

// The fields of each row in order: one list for both directions, so that they cannot disagree.
// `Typed` is the row, const when writing.
template <typename Typed, typename As>
concept Is = std::is_same_v<std::remove_const_t<Typed>, As>;

template <Is<Amount> Typed>
void Fields(auto& archive, Typed& amount) {
  archive.Field(amount.epsilon);
  archive.Field(amount.delta);
}

template <Is<TrackAmounts> Typed>
void Fields(auto& archive, Typed& amounts) {
  archive.List(amounts, [&](auto& amount) {
    archive.Field(amount.divergence);
    archive.Field(amount.delta);
  });
}

template <Is<Limit> Typed>
void Fields(auto& archive, Typed& limit) {
  Fields(archive, limit.amount);
  archive.Field(limit.rho);
  archive.List(limit.orders, [&](auto& order) {
    archive.Field(order.order);
    archive.Field(order.divergence);
  });
}

template <Is<AnalystTerms> Typed>
void Fields(auto& archive, Typed& analyst) {
  archive.Field(analyst.analyst);
  Fields(archive, analyst.limit);
  archive.Field(analyst.per_query_max);
}

template <Is<LineageTerms> Typed>
void Fields(auto& archive, Typed& terms) {
  archive.Field(terms.filter, Filter::kRenyi);
  archive.Field(terms.privacy_unit);
  Fields(archive, terms.limit);
  archive.List(terms.analysts, [&](auto& analyst) { Fields(archive, analyst); });
  archive.List(terms.roles, [&](auto& role) {
    archive.Field(role.name);
    archive.List(role.members, [&](auto& member) { archive.Field(member); });
    Fields(archive, role.limit);
  });
  archive.List(terms.periods, [&](auto& period) {
    archive.Field(period.scope);
    archive.Field(period.days);
    Fields(archive, period.limit);
  });
  archive.Field(terms.partition.columns);
  archive.Field(terms.partition.cells);
}

template <Is<PolicyRow> Typed>
void Fields(auto& archive, Typed& row) {
  archive.Field(row.record.version);
  Fields(archive, row.record.terms);
  archive.List(row.tracks, [&](auto& track) {
    archive.Field(track.kind, TrackKind::kZeroConcentrated);
    archive.Field(track.order);
  });
  archive.List(row.limits, [&](auto& limit) { Fields(archive, limit); });
  archive.Field(row.record.policy);
}

template <Is<GrantRow> Typed>
void Fields(auto& archive, Typed& row) {
  Fields(archive, row.analyst);
  Fields(archive, row.limit);
  archive.Field(row.policy_version);
  archive.Field(row.reason);
}

template <Is<LimitRow> Typed>
void Fields(auto& archive, Typed& row) {
  archive.Field(row.scope);
  Fields(archive, row.declared);
  Fields(archive, row.limit);
  archive.Field(row.policy_version);
  archive.Field(row.reason);
}

template <Is<StatusRow> Typed>
void Fields(auto& archive, Typed& row) {
  archive.Field(row.status, DatasetStatus::kRetired);
  archive.Field(row.policy_version);
  archive.Field(row.reason);
}

template <Is<PublishRow> Typed>
void Fields(auto& archive, Typed& row) {
  archive.Field(row.version);
}

template <Is<DebitRow> Typed>
void Fields(auto& archive, Typed& row) {
  archive.Field(row.request);
  archive.Field(row.request_digest);
  archive.Field(row.certificate);
  archive.Field(row.release_key);
  archive.Field(row.data_version);
  archive.Field(row.policy_version);
  archive.List(row.losses, [&](auto& loss) { archive.Field(loss); });
  archive.List(row.cells, [&](auto& cell) { archive.Field(cell); });
  Fields(archive, row.charged);
  Fields(archive, row.by_track);
}

template <Is<ReuseRow> Typed>
void Fields(auto& archive, Typed& row) {
  archive.Field(row.request);
  archive.Field(row.request_digest);
  archive.Field(row.debit_sequence);
  archive.List(row.cells, [&](auto& cell) { archive.Field(cell); });
  Fields(archive, row.charged);
  Fields(archive, row.by_track);
}

template <Is<RerunRow> Typed>
void Fields(auto& archive, Typed& row) {
  archive.Field(row.request);
  archive.Field(row.debit_sequence);
}

template <Is<OutcomeRow> Typed>
void Fields(auto& archive, Typed& row) {
  archive.Field(row.request);
  archive.Field(row.debit_sequence);
  archive.Field(row.kind, OutcomeKind::kFailure);
  archive.Field(row.bytes);
}

template <Is<LeaseRow> Typed>
void Fields(auto& archive, Typed& row) {
  Fields(archive, row.debit);
  archive.Field(row.job);
  archive.Field(row.steps);
}

// The body of the kind with this index, default made.
template <size_t... kIndex>
RowBody BodyAt(size_t index, std::index_sequence<kIndex...>) {
  RowBody body;
  ((index == kIndex ? static_cast<void>(body.emplace<kIndex>()) : void()), ...);
  return body;
}

std::optional<RowBody> BodyOfKind(const std::string& kind) {
  const auto found = std::find(kKinds.begin(), kKinds.end(), kind);
  if (found == kKinds.end()) return std::nullopt;
  return BodyAt(found - kKinds.begin(), std::make_index_sequence<kKinds.size()>());
}

std::string PayloadOf(const Row& row, size_t bytes) {
  PayloadWriter out(bytes);
  out.Field(kLayout);
  out.Field(row.time_seconds);
  out.Field(row.actor);
  out.Field(row.dataset);
  std::visit([&](const auto& body) { Fields(out, body); }, row.body);
  return out.Take();
}

}  // namespace

StoredRow Encode(const Row& row) {
  StoredRow stored;
  stored.lineage = row.lineage.value();
  stored.kind = kKinds[row.body.index()];
  stored.payload = PayloadOf(row, kPayloadBytes);
  return stored;
}

absl::StatusOr<Row> Decode(const StoredRow& stored) {
  const auto refused = [&](const std::string& what) {
    return Refuse(Reason::kLedgerRefused, absl::StrCat("ledger row ", stored.sequence, what),
                  {.fix = "restore ledger and anchor together from a trusted copy"});
  };
  std::optional<RowBody> body = BodyOfKind(stored.kind);
  if (!body.has_value()) return refused(" is of no kind this version knows");
  PayloadReader in(stored.payload);
  Row row;
  row.lineage = LineageId(stored.lineage);
  int64_t layout = 0;
  in.Field(layout);
  if (layout != kLayout) return refused(" has a layout this version does not know");
  in.Field(row.time_seconds);
  in.Field(row.actor);
  in.Field(row.dataset);
  std::visit([&](auto& typed) { Fields(in, typed); }, *body);
  if (auto* policy = std::get_if<PolicyRow>(&*body)) {
    policy->record.terms.dataset = row.dataset;
    policy->record.terms.lineage = row.lineage;
  }
  row.body = *std::move(body);
  // Writing it again must give the same bytes: no two payloads mean the same row.
  if (!in.Done() || PayloadOf(row, stored.payload.size()) != stored.payload)
    return refused(" cannot be read");
  return row;
}

}  // namespace tacit::ledger
