#include "tests/privacy/naive_aggregates.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "accountant/check.h"

namespace tacit {
namespace {

enum class Naive {
  kSum,
  kMedian,
  kVarPop,
  kVarSamp,
  kStddevPop,
  kStddevSamp,
  kQuantile,  // of the first argument, at the second one
  kQuantileFromTop,
  kCovarPop,  // from here on of pairs (y, x)
  kCovarSamp,
  kCorr,
  kSlope,
  kIntercept,
  kR2,
  kPairs,
  kMeanX,
  kMeanY
};

bool IsOfPairs(Naive function) { return function >= Naive::kCovarPop; }

// The values of one group.
struct Collected {
  std::vector<double> values;
  std::vector<double> seconds;  // of a second argument
  __int128 whole = 0;
  bool all_whole = true;
};

void Step(sqlite3_context* context, int count, sqlite3_value** arguments) {
  auto** collected =
      static_cast<Collected**>(sqlite3_aggregate_context(context, sizeof(Collected*)));
  if (*collected == nullptr) *collected = new Collected;
  const int type = sqlite3_value_type(arguments[0]);
  if (type == SQLITE_NULL) return;
  if (count == 2) {
    if (sqlite3_value_type(arguments[1]) == SQLITE_NULL) return;
    (*collected)->seconds.push_back(sqlite3_value_double(arguments[1]));
  }
  (*collected)->values.push_back(sqlite3_value_double(arguments[0]));
  (*collected)->all_whole = (*collected)->all_whole && type == SQLITE_INTEGER;
  if (type == SQLITE_INTEGER) (*collected)->whole += sqlite3_value_int64(arguments[0]);
}

long double MeanOf(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0L) /
         static_cast<long double>(values.size());
}

long double ProductsAboutMeans(const std::vector<double>& a, const std::vector<double>& b) {
  const long double mean_a = MeanOf(a);
  const long double mean_b = MeanOf(b);
  long double products = 0;
  for (size_t i = 0; i < a.size(); ++i) products += (a[i] - mean_a) * (b[i] - mean_b);
  return products;
}

// NaN where PostgreSQL says NULL.
long double AnswerOfPairs(Naive function, const Collected& group) {
  const std::vector<double>& y = group.values;
  const std::vector<double>& x = group.seconds;
  const auto count = static_cast<long double>(y.size());
  const long double products = ProductsAboutMeans(x, y);
  const long double squares_x = ProductsAboutMeans(x, x);
  const long double squares_y = ProductsAboutMeans(y, y);
  switch (function) {
    case Naive::kCovarPop:
      return products / count;
    case Naive::kCovarSamp:
      return products / (count - 1);
    case Naive::kCorr:
      return products / std::sqrt(squares_x * squares_y);
    case Naive::kR2:
      return products * products / (squares_x * squares_y);
    case Naive::kSlope:
      return products / squares_x;
    case Naive::kIntercept:
      return MeanOf(y) - products / squares_x * MeanOf(x);
    case Naive::kMeanX:
      return MeanOf(x);
    default:
      return MeanOf(y);
  }
}

// The row of rank ceil(fraction * rows), from 1; the fraction is in thousandths.
double QuantileOf(Naive function, Collected& group) {
  auto thousandths = static_cast<size_t>(std::llround(group.seconds[0] * 1000));
  if (function == Naive::kQuantileFromTop) thousandths = 1000 - thousandths;
  std::sort(group.values.begin(), group.values.end());
  const size_t rank = (thousandths * group.values.size() + 999) / 1000;
  return group.values[std::max<size_t>(rank, 1) - 1];
}

void AnswerNaively(sqlite3_context* context, Naive function, Collected& group) {
  const auto count = static_cast<long double>(group.values.size());
  const bool is_sample = function == Naive::kVarSamp || function == Naive::kStddevSamp;
  if (function == Naive::kPairs) return sqlite3_result_int64(context, static_cast<int64_t>(count));
  if (count == 0 || (is_sample && count == 1)) return sqlite3_result_null(context);
  if (function == Naive::kSum) {
    const bool fits = group.whole <= std::numeric_limits<int64_t>::max() &&
                      group.whole >= std::numeric_limits<int64_t>::min();
    if (group.all_whole && fits) {
      return sqlite3_result_int64(context, static_cast<int64_t>(group.whole));
    }
    return sqlite3_result_double(context, static_cast<double>(std::accumulate(
                                              group.values.begin(), group.values.end(), 0.0L)));
  }
  if (IsOfPairs(function)) {
    const long double answer = AnswerOfPairs(function, group);
    if (!std::isfinite(answer)) return sqlite3_result_null(context);
    return sqlite3_result_double(context, static_cast<double>(answer));
  }
  if (function == Naive::kQuantile || function == Naive::kQuantileFromTop) {
    return sqlite3_result_double(context, QuantileOf(function, group));
  }
  if (function == Naive::kMedian) {
    std::sort(group.values.begin(), group.values.end());
    return sqlite3_result_double(context, group.values[(group.values.size() - 1) / 2]);
  }
  const long double variance =
      ProductsAboutMeans(group.values, group.values) / (is_sample ? count - 1 : count);
  const bool is_root = function == Naive::kStddevPop || function == Naive::kStddevSamp;
  sqlite3_result_double(context, static_cast<double>(is_root ? std::sqrt(variance) : variance));
}

void Finish(sqlite3_context* context) {
  auto** collected = static_cast<Collected**>(sqlite3_aggregate_context(context, 0));
  Collected nothing;
  const auto function = *static_cast<const Naive*>(sqlite3_user_data(context));
  const bool has_rows = collected != nullptr && *collected != nullptr;
  AnswerNaively(context, function, has_rows ? **collected : nothing);
  if (has_rows) delete *collected;
}

struct NamedFunction {
  const char* name;
  Naive function;
};
constexpr NamedFunction kFunctions[] = {{"sum", Naive::kSum},
                                        {"median", Naive::kMedian},
                                        {"var_pop", Naive::kVarPop},
                                        {"var_samp", Naive::kVarSamp},
                                        {"variance", Naive::kVarSamp},
                                        {"stddev_pop", Naive::kStddevPop},
                                        {"stddev", Naive::kStddevSamp},
                                        {"stddev_samp", Naive::kStddevSamp},
                                        {"percentile_cont", Naive::kQuantile},
                                        {"percentile_disc", Naive::kQuantile},
                                        {"percentile_cont_desc", Naive::kQuantileFromTop},
                                        {"percentile_disc_desc", Naive::kQuantileFromTop},
                                        {"covar_pop", Naive::kCovarPop},
                                        {"covar_samp", Naive::kCovarSamp},
                                        {"corr", Naive::kCorr},
                                        {"regr_slope", Naive::kSlope},
                                        {"regr_intercept", Naive::kIntercept},
                                        {"regr_r2", Naive::kR2},
                                        {"regr_count", Naive::kPairs},
                                        {"regr_avgx", Naive::kMeanX},
                                        {"regr_avgy", Naive::kMeanY}};

}  // namespace

void DefineNaiveAggregates(sqlite3* database) {
  for (const NamedFunction& named : kFunctions) {
    auto* function = const_cast<Naive*>(&named.function);
    TACIT_CHECK(sqlite3_create_function(database, named.name,
                                        named.function >= Naive::kQuantile ? 2 : 1, SQLITE_UTF8,
                                        function, nullptr, Step, Finish) == SQLITE_OK);
  }
}

}  // namespace tacit
