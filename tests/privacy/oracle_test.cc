// Without noise an answer is SQLite's: every accepted golden query and many random ones, on
// databases where neither bounds nor limits bite.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "accountant/refusal.h"
#include "engine/execute/execute.h"
#include "engine/privacy/quantile.h"
#include "tests/golden/schemas.h"
#include "tests/privacy/random_math.h"
#include "tests/privacy/random_texts.h"
#include "tests/privacy/sqlite_oracle.h"
#include "tests/support/tape.h"

namespace tacit {
namespace {

namespace fs = std::filesystem;

constexpr int kRandomQuestions = 3000;
constexpr int kMathQuestions = 1500;
constexpr int kTextQuestions = 1500;
constexpr int64_t kManyUnits = 700;  // every public group has rows
constexpr int64_t kFewUnits = 4;     // most have none

// Golden files that SQLite cannot answer, and why.
const std::map<std::string, std::string>& Incomparable() {
  static const std::map<std::string, std::string> reasons = {
      {"nested_comment_is_a_comment", "SQLite's comments do not nest"},
      {"subquery_column_names", "SQLite knows no names of columns behind an alias in FROM"},
      {"sum_that_may_overflow", "SQLite makes a real of what overflows; ours is NULL"},
      {"with_hides_a_table", "SQLite takes the name for that of WITH itself"},
      {"width_bucket_and_cast_in_sub_query", "SQLite does not name a cast after its column"}};
  return reasons;
}
constexpr size_t kIncomparableMax = 6;

// A golden file's question: its directives and SQL.
struct Question {
  std::string schema = "fair";
  QueryRequest request{.analyst = AnalystId("alice"), .request = RequestId("r")};
};

void Apply(const std::string& directive, Question& question) {
  const std::pair<std::string, std::string> pair =
      absl::StrSplit(directive, absl::MaxSplits(": ", 1));
  QueryRequest& request = question.request;
  if (pair.first == "schema") question.schema = pair.second;
  if (pair.first == "epsilon") request.epsilon = pair.second;
  if (pair.first == "delta") request.delta = pair.second;
  if (pair.first == "rho") request.rho = pair.second;
  if (pair.first == "accuracy") request.accuracy = pair.second;
  if (pair.first == "parameter") request.parameters.push_back(ParameterOf(pair.second));
}

Question ReadQuestion(const fs::path& path) {
  std::ifstream file(path);
  Question question;
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line) && line != "----";) {
    if (absl::StartsWith(line, "# ")) {
      Apply(line.substr(2), question);
    } else {
      lines.push_back(line);
    }
  }
  QueryRequest& request = question.request;
  request.sql = absl::StrJoin(lines, "\n");
  if (request.epsilon.empty() && request.rho.empty() && request.accuracy.empty()) {
    request.epsilon = "1";
  }
  request.dataset = GoldenSchema(question.schema).id;
  return question;
}

// As asked; but a quantile towards an end is that of the rows only where noise is nearly none,
// since its rank keeps off the end by what noise may be (engine/privacy/quantile.h).
absl::StatusOr<PreparedQuery> PrepareExact(QueryRequest request, const DatasetSchema& schema) {
  absl::StatusOr<PreparedQuery> query = Prepare(request, schema, DataVersion(1));
  const auto is_outer = [](const CertifiedStatistic& statistic) {
    return statistic.kind == MeasureKind::kQuantile && IsOuter(statistic.quantile);
  };
  if (!query.ok() || std::none_of(query->certificate.statistics().begin(),
                                  query->certificate.statistics().end(), is_outer)) {
    return query;
  }
  request.epsilon = "20000";
  request.rho.clear();
  return Prepare(request, schema, DataVersion(1));
}

std::vector<fs::path> GoldenFiles() {
  std::vector<fs::path> files;
  for (const auto& entry :
       fs::directory_iterator(fs::path(TACIT_SOURCE_DIR) / "tests/golden/accepted")) {
    if (entry.path().extension() == ".test") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

TEST(OracleTest, GoldenQueriesAnswerAsSqliteDoes) {
  TestRandom random(1);
  size_t incomparable = 0;
  int compared = 0;
  for (const fs::path& path : GoldenFiles()) {
    if (Incomparable().contains(path.stem().string())) {
      ++incomparable;
      continue;
    }
    Question question = ReadQuestion(path);
    const DatasetSchema schema = GoldenSchema(question.schema);
    const auto query = PrepareExact(question.request, schema);
    ASSERT_TRUE(query.ok()) << path << query.status();
    const bool is_cut =
        query->plan.present.limit.has_value() || query->plan.present.offset.has_value();
    // Rows are compared as a set, and SQLite does not know all the names that ours can be sorted
    // by.
    std::string& sql = question.request.sql;
    if (!is_cut) sql = sql.substr(0, sql.find(" ORDER BY "));
    const TableSchema& table = *schema.FindTable(ScanOf(query->plan.measure.input).table);
    for (const int64_t units : {kManyUnits, kFewUnits, int64_t{0}}) {
      // Empty public groups would take places that LIMIT gives to others.
      if (is_cut && units != kManyUnits && !query->plan.measure.keys.empty()) continue;
      EXPECT_EQ(
          DifferenceFromSqlite(question.request, schema, *query, PlainRows(random, table, units)),
          "")
          << path;
      ++compared;
    }
  }
  EXPECT_EQ(incomparable, Incomparable().size()) << "a listed file is gone";
  EXPECT_LE(Incomparable().size(), kIncomparableMax);
  EXPECT_GT(compared, 100);
  std::printf("%d answers compared\n", compared);
}

// Compares answers until there are enough of them. `table` draws rows over TownsSchema.
void CompareRandom(uint64_t seed, int questions, RandomAsk (*draw)(TestRandom&),
                   Rows (*table)(TestRandom&, const DatasetSchema&)) {
  TestRandom random(seed);
  // A unit has two rows, so that these limits never bite.
  const DatasetSchema schema = TownsSchema({2, 2});
  int compared = 0;
  int refused = 0;
  while (compared < questions * SampleFactor()) {
    const Rows rows = table(random, schema);
    for (int i = 0; i < 8; ++i) {
      RandomAsk ask = draw(random);
      ask.tail.clear();
      const auto query = PrepareExact(ask.Request(), schema);
      if (!query.ok()) {
        ++refused;
        continue;
      }
      ASSERT_EQ(DifferenceFromSqlite(ask.Request(), schema, *query, rows), "") << ask.Sql();
      ++compared;
    }
  }
  EXPECT_LT(refused, compared / 4);
  std::printf("%d answers compared, %d questions refused\n", compared, refused);
}

TEST(OracleTest, RandomQueriesAnswerAsSqliteDoes) {
  CompareRandom(2, kRandomQuestions, RandomFullAsk,
                [](TestRandom& random, const DatasetSchema& schema) {
                  const int64_t units = random.Chance(0.2) ? kFewUnits : random.Between(5, 60);
                  return PlainRows(random, schema.tables[0], units);
                });
}

Rows SomeRows(TestRandom& random, const DatasetSchema& schema) {
  return PlainRows(random, schema.tables[0], random.Between(5, 60));
}

// Functions of numbers and casts, halves and the ends of buckets among their arguments.
TEST(OracleTest, RandomQueriesOfMathAnswerAsSqliteDoes) {
  CompareRandom(4, kMathQuestions, RandomMathAsk, SomeRows);
}

// Upper and lower case, blanks, wildcards in the data, characters of several bytes.
TEST(OracleTest, RandomQueriesOfTextAnswerAsSqliteDoes) {
  CompareRandom(3, kTextQuestions, RandomTextAsk,
                [](TestRandom& random, const DatasetSchema& schema) {
                  return WithRandomTexts(random, SomeRows(random, schema));
                });
}

// No value of a column is taken for another, or for NULL.
TEST(OracleTest, TheEndsOfTheIntegersAreValuesLikeAnyOther) {
  const DatasetSchema schema = TownsSchema({2, 2});
  Rows rows;
  int64_t unit = 0;
  for (const int64_t code : {std::numeric_limits<int64_t>::min(), int64_t{0}, int64_t{-1},
                             std::numeric_limits<int64_t>::max()}) {
    rows.push_back(
        {++unit, std::string("a"), int64_t{1}, int64_t{1}, 1.0, true, Value(), code, true});
  }
  for (const char* sql : {"SELECT code, COUNT(*) FROM visits WHERE alive GROUP BY code",
                          "SELECT COUNT(code), COUNT(DISTINCT code) FROM visits WHERE alive"}) {
    RandomAsk any;
    QueryRequest request = any.Request();
    request.sql = sql;
    request.epsilon = "1";
    request.delta = "1e-9";
    const auto query = Prepare(request, schema, DataVersion(1));
    ASSERT_TRUE(query.ok()) << query.status();
    EXPECT_EQ(DifferenceFromSqlite(request, schema, *query, rows), "") << sql;
  }
}

}  // namespace
}  // namespace tacit
