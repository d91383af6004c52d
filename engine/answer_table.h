// The finished answer, all of it public: what goes to the wire and into the ledger.
#ifndef TACIT_ENGINE_ANSWER_TABLE_H_
#define TACIT_ENGINE_ANSWER_TABLE_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "engine/combined_noise.h"
#include "engine/execute/present.h"
#include "engine/noise_view.h"
#include "engine/plan/nodes/query_plan.h"
#include "engine/privacy/certificate.h"
#include "engine/privacy/perturb.h"

namespace tacit {

// The confidence of every interval we show.
inline constexpr double kConfidence = 0.95;

struct AnswerColumn {
  std::string name;
  ValueType type = ValueType::kFloat64;
  std::vector<int> statistics;  // of the noised sums it is computed from; empty for keys
};

// One noised sum a group, as shown to the analyst.
struct AnswerStatistic {
  std::string name;
  NoiseView noise;
  ContributionLimits limits;
};

// What a top-up drew anew. Standard deviations in the statistic's own unit.
struct TopUpView {
  struct Statistic {
    std::string name;
    double earlier_deviation = 0;
    double fresh_deviation = 0;  // 0: nothing was drawn
    double combined_deviation = 0;
    Epsilon fresh_epsilon;
  };
  int draws = 0;  // that the answer rests on
  std::vector<Statistic> statistics;
};

struct AnswerTable {
  std::vector<AnswerColumn> columns;
  std::vector<AnswerStatistic> statistics;
  std::optional<SelectionView> selection;  // where groups were chosen privately
  std::vector<PresentedRow> rows;
  DataVersion data_version;
  PolicyVersion policy_version;
  std::optional<TopUpView> top_up;  // where an earlier answer was topped up
  NoisedGroups noised;              // what a later top-up combines with
};

// One entry of an error preview: the half width of a column's interval when `assumed_rows` rows
// contribute (0: it does not depend on that).
struct ExpectedError {
  std::string column;
  int64_t assumed_rows = 0;
  double half_width = 0;
};

std::vector<AnswerColumn> DescribeColumns(const QueryPlan& plan);
std::vector<AnswerStatistic> DescribeStatistics(const Certificate& certificate);
std::optional<SelectionView> DescribeSelection(const Certificate& certificate);

// The half width, at a confidence, of a statistic's interval.
using HalfWidthOfStatistic = std::function<double(size_t statistic, double confidence)>;

// Fills `rows` from `noised`.
void TabulateGroups(const PresentNode& present, const HalfWidthOfStatistic& half_width,
                    AnswerTable& table);

// Released sums -> the table. A column's interval holds all the un-noised sums it uses at once with
// kConfidence: each of k sums gets 1 - (1 - kConfidence) / k (Bonferroni), then interval
// arithmetic.
AnswerTable TabulateRelease(const QueryPlan& plan, const Certificate& certificate,
                            const Release& release);

// The same intervals around assumed sums of 100, 1,000 and 10,000 rows, before anything is spent.
std::vector<ExpectedError> ExpectErrors(const QueryPlan& plan, const Certificate& certificate);
std::vector<ExpectedError> ExpectErrors(const QueryPlan& plan,
                                        const HalfWidthOfStatistic& half_width);

}  // namespace tacit

#endif  // TACIT_ENGINE_ANSWER_TABLE_H_
