#include "tests/privacy/neighbour_bench.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "accountant/check.h"
#include "engine/measure_rows.h"
#include "engine/privacy/perturb.h"
#include "engine/privacy/quantile.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

// Integers up to here are exact as doubles.
constexpr double kExactMax = 0x1p53;

__int128 Absolute(__int128 number) { return number < 0 ? -number : number; }

std::string NameOf(const std::vector<Value>& keys) {
  std::string name;
  for (const Value& key : keys) absl::StrAppend(&name, name.empty() ? "" : ", ", ToText(key));
  return absl::StrCat("(", name, ")");
}

// The numbers of each group by its key.
std::map<std::string, const __int128*> GroupsByName(const Replay& replay, size_t slots) {
  std::map<std::string, const __int128*> groups;
  for (size_t group = 0; group < replay.keys.size(); ++group) {
    groups[NameOf(replay.keys[group])] = replay.sums.data() + group * slots;
  }
  return groups;
}

// How far the groups moved: how many, the farthest, and all together.
struct Moved {
  int64_t groups = 0;
  __int128 most = 0;
  __int128 total = 0;
  void Add(__int128 change) {
    if (change == 0) return;
    ++groups;
    most = std::max(most, change);
    total += change;
  }
};

// What noise must hide of one group: a number, or the worst of the cells' penalties.
__int128 ChangeOf(const CertifiedStatistic& statistic, const __int128* one, const __int128* other) {
  one += statistic.slot;
  other += statistic.slot;
  if (statistic.kind != MeasureKind::kQuantile) return Absolute(*one - *other);
  const auto cells = static_cast<size_t>(statistic.cells);
  const auto before = QuantilePenalties(statistic, {one, cells});
  const auto after = QuantilePenalties(statistic, {other, cells});
  __int128 worst = 0;
  for (size_t i = 0; i < cells; ++i) worst = std::max(worst, Absolute(before[i] - after[i]));
  return worst;
}

struct GroupPair {
  std::string name;
  const __int128* one;
  const __int128* other;
};

std::vector<GroupPair> PairGroups(const Replay& one, const Replay& other, size_t slots,
                                  const std::vector<__int128>& nothing) {
  const auto left = GroupsByName(one, slots);
  const auto right = GroupsByName(other, slots);
  std::vector<GroupPair> pairs;
  for (const auto& [name, numbers] : left) {
    const auto found = right.find(name);
    pairs.push_back({name, numbers, found == right.end() ? nothing.data() : found->second});
  }
  for (const auto& [name, numbers] : right) {
    if (!left.contains(name)) pairs.push_back({name, nothing.data(), numbers});
  }
  return pairs;
}

// Each statistic's change against what was paid for it: losses in the order of their statistics,
// Gaussian ones last and together.
std::string CompareWithLosses(const Certificate& certificate, const std::vector<Moved>& moved) {
  std::vector<size_t> alone;
  std::vector<size_t> jointly;
  for (size_t i = 0; i < moved.size(); ++i) {
    const bool is_gaussian =
        std::holds_alternative<GaussianSigma>(certificate.statistics()[i].noise);
    (is_gaussian ? jointly : alone).push_back(i);
  }
  size_t next = 0;
  for (const MechanismLoss& loss : certificate.losses()) {
    if (const auto* laplace = std::get_if<DiscreteLaplaceLoss>(&loss)) {
      const size_t i = alone.at(next++);
      const NoiseScale paid = laplace->scale;
      if (moved[i].total > laplace->l1_sensitivity) return "L1 above what was paid";
      if (!(certificate.statistics()[i].noise == paid)) return "a scale that was not paid";
    } else if (const auto* noisy_max = std::get_if<NoisyMaxLoss>(&loss)) {
      const size_t i = alone.at(next++);
      const __int128 most = noisy_max->score_sensitivity;
      if (moved[i].most > most || moved[i].groups > noisy_max->groups)
        return "scores moved too far";
      const NoiseScale paid = noisy_max->scale;
      if (!(certificate.statistics()[i].noise == paid)) return "a scale that was not paid";
    } else if (const auto* gaussian = std::get_if<DiscreteGaussianLoss>(&loss)) {
      if (gaussian->parts.size() != jointly.size()) return "a sum that was not paid";
      for (size_t part = 0; part < jointly.size(); ++part) {
        const GaussianPart& paid = gaussian->parts[part];
        const Moved& change = moved[jointly[part]];
        // At most `groups` entries by at most `linf` each: L2 within sqrt(groups) linf.
        if (change.groups > paid.groups || change.most > paid.linf) return "L2 above what was paid";
        const NoiseScale& noise = certificate.statistics()[jointly[part]].noise;
        if (std::get<GaussianSigma>(noise).sigma != paid.sigma) return "a scale that was not paid";
      }
    }
  }
  return next == alone.size() ? "" : "a sum that was not paid";
}

bool Differs(const GroupPair& pair, size_t slots) {
  return !std::equal(pair.one, pair.one + slots, pair.other);
}

// The candidate groups whose numbers are not the same on both sides.
std::set<uint32_t> DifferingGroups(const Replay& one, const Replay& other, size_t slots) {
  std::set<uint32_t> differing;
  for (size_t at = 0; at < one.sums.size(); ++at) {
    if (one.sums[at] != other.sums[at]) differing.insert(static_cast<uint32_t>(at / slots));
  }
  return differing;
}

std::string CompareChoice(const Certificate& certificate, const Replay& one, const Replay& other,
                          const std::set<uint32_t>& differing) {
  if (!certificate.selection().has_value()) {
    const bool all = one.shown.size() == one.keys.size() && one.shown == other.shown;
    return all ? "" : "public groups are missing";
  }
  const size_t slots = certificate.slots();
  for (const Replay* replay : {&one, &other}) {
    for (const uint32_t group : replay->shown) {
      if (replay->sums[(group + 1) * slots - 1] < 1) {
        return absl::StrCat("an empty group is shown: ", NameOf(replay->keys[group]));
      }
    }
  }
  std::vector<uint32_t> changed;
  std::set_symmetric_difference(one.shown.begin(), one.shown.end(), other.shown.begin(),
                                other.shown.end(), std::back_inserter(changed));
  for (const uint32_t group : changed) {
    if (!differing.contains(group)) {
      return absl::StrCat("a group the unit is not in comes or goes: ", NameOf(one.keys[group]));
    }
  }
  return static_cast<int64_t>(changed.size()) > certificate.limits().groups_per_unit_max
             ? "too many groups come or go"
             : "";
}

// Released numbers of a group shown by both: the same where the unit is not in it, else apart by
// exactly what the sums are apart, which shows that the draws are the same.
std::string CompareNumbers(const Certificate& certificate, const Replay& one, const Replay& other,
                           const std::set<uint32_t>& differing) {
  const size_t slots = certificate.slots();
  for (size_t i = 0, j = 0; i < one.shown.size() && j < other.shown.size();) {
    const uint32_t group = one.shown[i];
    if (group != other.shown[j]) {
      ++(group < other.shown[j] ? i : j);
      continue;
    }
    const std::vector<double>& left = one.released[i++];
    const std::vector<double>& right = other.released[j++];
    if (!differing.contains(group)) {
      if (left != right) return absl::StrCat("an untouched group moves: ", NameOf(one.keys[group]));
      continue;
    }
    for (size_t s = 0; s < left.size(); ++s) {
      const CertifiedStatistic& statistic = certificate.statistics()[s];
      if (statistic.kind == MeasureKind::kQuantile) continue;
      const double a = std::ldexp(left[s], -statistic.granularity_log2);
      const double b = std::ldexp(right[s], -statistic.granularity_log2);
      if (std::fabs(a) > kExactMax || std::fabs(b) > kExactMax) continue;
      const size_t at = group * slots + statistic.slot;
      if (static_cast<__int128>(a) - one.sums[at] != static_cast<__int128>(b) - other.sums[at]) {
        return absl::StrCat("the noise of ", statistic.name, " is not the same");
      }
    }
  }
  return "";
}

std::string CompareTables(const PreparedQuery& query, const Replay& one, const Replay& other) {
  const AnswerTable& a = one.table;
  const AnswerTable& b = other.table;
  if (a.columns.size() != b.columns.size() || a.statistics.size() != b.statistics.size()) {
    return "another shape";
  }
  for (size_t i = 0; i < a.statistics.size(); ++i) {
    if (a.statistics[i].noise.scale != b.statistics[i].noise.scale) return "another scale is shown";
  }
  // HAVING reads released numbers, so how many rows it leaves may differ.
  const bool same_groups = one.shown == other.shown && query.plan.present.having == nullptr;
  if (same_groups && a.rows.size() != b.rows.size()) return "another number of rows";
  for (const AnswerTable* table : {&a, &b}) {
    for (const PresentedRow& row : table->rows) {
      for (size_t c = 0; c < row.size(); ++c) {
        if (table->columns[c].statistics.empty()) continue;
        if (IsNull(row[c].value)) return absl::StrCat("NULL in ", table->columns[c].name);
        if (!(row[c].low <= row[c].high))
          return absl::StrCat("no interval in ", table->columns[c].name);
      }
    }
  }
  return "";
}

}  // namespace

std::string FreshFolder() {
  std::string path = testing::TempDir() + "tacit_XXXXXX";
  TACIT_CHECK(mkdtemp(path.data()) != nullptr);
  return path;
}

NeighbourBench::NeighbourBench() : root_(FreshFolder()) {
  const LedgerPaths paths{root_ + "/ledger", root_ + "/anchor"};
  TACIT_CHECK(Accountant::Init(paths).ok());
  accountant_ = *Accountant::Open(paths);
  LineageTerms terms{.dataset = DatasetId("visits"), .privacy_unit = "visits.subject"};
  terms.limit.amount.epsilon = Epsilon::FromPico(1'000'000'000'000);
  terms.analysts = {{AnalystId("*"), terms.limit, terms.limit.amount.epsilon}};
  TACIT_CHECK(accountant_->AddPolicy(terms, "policy", "carol").ok());
  TACIT_CHECK(accountant_->Publish(DatasetId("visits"), "carol").ok());
}

NeighbourBench::~NeighbourBench() {
  accountant_.reset();
  std::filesystem::remove_all(root_);
}

SpendReceipt NeighbourBench::Pay(const Certificate& certificate) {
  const std::string id = std::to_string(++requests_);
  absl::StatusOr<SpendResult> spent =
      accountant_->Spend({.dataset = DatasetId("visits"),
                          .analyst = AnalystId("alice"),
                          .request = RequestId(id),
                          .certificate = certificate.digest(),
                          .release_key = Sha256(id),
                          .data_version = certificate.data_version(),
                          .policy_version = PolicyVersion(1),
                          .losses = {PureLoss{Epsilon::FromPico(1)}}});
  TACIT_CHECK(spent.ok());
  return std::get<SpendReceipt>(*std::move(spent));
}

Release NeighbourBench::Draw(const PreparedQuery& query, const Table& table, const Groups& groups,
                             RandomBits& random) {
  absl::StatusOr<Release> release =
      Perturb(MeasureRows(query.plan.measure, table, groups, query.certificate, 1, random),
              query.certificate, groups, Pay(query.certificate), random);
  TACIT_CHECK(release.ok());
  return *std::move(release);
}

Replay MeasureOn(const PreparedQuery& query, const Table& table, int threads, uint64_t seed) {
  Replay replay;
  RandomBits random = TapeForTest::Open(seed);
  const std::unique_ptr<Groups> groups = GroupsOf(query.plan.measure, table);
  const auto sums =
      MeasureRows(query.plan.measure, table, *groups, query.certificate, threads, random);
  replay.sums = SealBreakerForTest::Sums(sums, query.certificate.slots());
  for (uint32_t group = 0; group < groups->size(); ++group) {
    replay.keys.push_back(groups->KeysOf(group));
  }
  replay.word_after = random.Next();
  return replay;
}

Replay NeighbourBench::Run(const PreparedQuery& query, const Table& table, int threads,
                           uint64_t seed) {
  Replay replay;
  RandomBits random = TapeForTest::Open(seed);
  const std::unique_ptr<Groups> groups = GroupsOf(query.plan.measure, table);
  Sealed<PartialSums> sums =
      MeasureRows(query.plan.measure, table, *groups, query.certificate, threads, random);
  replay.sums = SealBreakerForTest::Sums(sums, query.certificate.slots());
  const absl::StatusOr<Release> release =
      Perturb(std::move(sums), query.certificate, *groups, Pay(query.certificate), random);
  TACIT_CHECK(release.ok());
  replay.word_after = random.Next();
  for (uint32_t group = 0; group < groups->size(); ++group) {
    replay.keys.push_back(groups->KeysOf(group));
    const auto row = static_cast<int64_t>(replay.shown.size());
    if (row == release->group_count() || release->Keys(row) != replay.keys.back()) continue;
    replay.shown.push_back(group);
    replay.released.emplace_back();
    for (size_t s = 0; s < query.certificate.statistics().size(); ++s) {
      replay.released.back().push_back(release->Number(row, static_cast<int>(s)));
    }
  }
  TACIT_CHECK(static_cast<int64_t>(replay.shown.size()) == release->group_count());
  replay.table = query.top_up.has_value()
                     ? TabulateTopUp(*query.top_up, query.certificate, *release)
                     : TabulateRelease(query.plan, query.certificate, *release);
  return replay;
}

std::string PreNoiseViolation(const PreparedQuery& query, const Replay& one, const Replay& other) {
  const Certificate& certificate = query.certificate;
  const size_t slots = certificate.slots();
  const std::vector<__int128> nothing(slots, 0);
  std::vector<Moved> moved(certificate.statistics().size());
  Moved units;
  int64_t differing = 0;
  for (const GroupPair& pair : PairGroups(one, other, slots, nothing)) {
    if (!Differs(pair, slots)) continue;
    ++differing;
    for (size_t i = 0; i < moved.size(); ++i) {
      const CertifiedStatistic& statistic = certificate.statistics()[i];
      moved[i].Add(ChangeOf(statistic, pair.one, pair.other));
      if (moved[i].most > statistic.linf) {
        return absl::StrCat(statistic.name, " moves too far in ", pair.name);
      }
    }
    if (!certificate.selection().has_value()) continue;
    units.Add(Absolute(pair.one[slots - 1] - pair.other[slots - 1]));
    if (units.most > 1) return absl::StrCat("more than one unit comes or goes in ", pair.name);
  }
  if (differing > certificate.limits().groups_per_unit_max) {
    return absl::StrCat(differing, " groups differ");
  }
  return CompareWithLosses(certificate, moved);
}

std::string ViolationOf(const PreparedQuery& query, const Replay& one, const Replay& other) {
  if (one.keys != other.keys) return "other candidate groups";
  if (one.word_after != other.word_after) return "another number of draws";
  std::string violation = PreNoiseViolation(query, one, other);
  const auto differing = DifferingGroups(one, other, query.certificate.slots());
  if (violation.empty()) violation = CompareChoice(query.certificate, one, other, differing);
  if (violation.empty()) violation = CompareNumbers(query.certificate, one, other, differing);
  if (violation.empty()) violation = CompareTables(query, one, other);
  return violation;
}

}  // namespace tacit
