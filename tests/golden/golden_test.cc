// Asks each query under accepted/ and rejected/ up to its certificate and compares what comes out.
// UPDATE_GOLDEN=1 rewrites the files; the difference is for a person to read.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "accountant/loss/mechanism_loss.h"
#include "accountant/refusal.h"
#include "accountant/status_macros.h"
#include "engine/pipeline.h"
#include "gtest/gtest.h"
#include "tests/golden/schemas.h"

namespace tacit {
namespace {

namespace fs = std::filesystem;

constexpr char kRule[] = "----\n";
constexpr size_t kShownLineMax = 160;

// One file: directives as "# name: value", the SQL, a rule, and what is expected.
struct Golden {
  std::string head;  // all before the rule, as written
  std::string expected;
  std::string schema = "fair";
  QueryRequest request{.epsilon = "1"};
  QueryRequest earlier;  // what is topped up; without SQL: nothing
};

// "NAME AMOUNT", space-separated: the target of a request and nothing else of it.
void ReadTargetWords(const std::string& text, QueryRequest& request) {
  request.epsilon = "";
  const std::vector<std::string> words = absl::StrSplit(text, ' ');
  for (size_t i = 0; i + 1 < words.size(); i += 2) {
    if (words[i] == "epsilon") request.epsilon = words[i + 1];
    if (words[i] == "delta") request.delta = words[i + 1];
    if (words[i] == "rho") request.rho = words[i + 1];
    if (words[i] == "accuracy") request.accuracy = words[i + 1];
  }
}

void ApplyDirective(const std::string& line, Golden& golden, bool& escaped, std::string& appended) {
  const std::pair<std::string, std::string> pair =
      absl::StrSplit(line.substr(2), absl::MaxSplits(": ", 1));
  const auto& [name, value] = pair;
  if (name == "schema") golden.schema = value;
  if (name == "epsilon") golden.request.epsilon = value;
  if (name == "delta") golden.request.delta = value;
  if (name == "target") ReadTargetWords(value, golden.request);
  if (name == "parameter") golden.request.parameters.push_back(ParameterOf(value));
  if (name == "tops up") ReadTargetWords(value, golden.earlier);
  if (name == "which asked") golden.earlier.sql = value;
  if (name == "escaped") escaped = true;  // the SQL holds \xNN for bytes that are no text
  if (name == "append") {                 // "append: COUNT TEXT": the SQL ends with so many TEXTs
    const std::pair<std::string, std::string> repeat =
        absl::StrSplit(value, absl::MaxSplits(' ', 1));
    int count = 0;
    ASSERT_TRUE(absl::SimpleAtoi(repeat.first, &count));
    for (int i = 0; i < count; ++i) appended += repeat.second;
  }
}

Golden ReadGolden(const fs::path& path) {
  std::ifstream file(path);
  std::stringstream buffer;
  buffer << file.rdbuf();
  const std::string text = buffer.str();
  Golden golden;
  const size_t rule = text.find(kRule);
  golden.head = rule == std::string::npos ? text : text.substr(0, rule);
  if (rule != std::string::npos) golden.expected = text.substr(rule + sizeof(kRule) - 1);
  bool escaped = false;
  std::string appended;
  std::vector<std::string> lines;
  for (const absl::string_view piece : absl::StrSplit(golden.head, '\n')) {
    const std::string line(piece);
    if (absl::StartsWith(line, "# ")) {
      ApplyDirective(line, golden, escaped, appended);
    } else {
      lines.push_back(line);
    }
  }
  while (!lines.empty() && lines.back().empty()) lines.pop_back();
  golden.request.sql = absl::StrJoin(lines, "\n");
  if (escaped) {
    std::string bytes;
    EXPECT_TRUE(absl::CUnescape(golden.request.sql, &bytes));
    golden.request.sql = bytes;
  }
  golden.request.sql += appended;
  return golden;
}

// The line at `position` with a caret under it, or the bare offset where the line cannot be shown.
std::string Caret(const std::string& sql, int position) {
  const size_t at = std::min<size_t>(position, sql.size());
  const size_t newline = at == 0 ? std::string::npos : sql.rfind('\n', at - 1);
  const size_t begin = newline == std::string::npos ? 0 : newline + 1;
  const size_t end = std::min(sql.find('\n', at), sql.size());
  const std::string line = sql.substr(begin, end - begin);
  const bool plain =
      std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (!plain || line.size() > kShownLineMax) return absl::StrCat("position: ", position, "\n");
  return absl::StrCat(line, "\n", std::string(at - begin, ' '), "^\n");
}

std::string DescribeRefusal(const std::string& sql, const absl::Status& status) {
  const RefusalDetail detail = DetailOf(status);
  std::string text = absl::StrCat("reason: ", std::string(ReasonName(ReasonOf(status))), "\n");
  if (detail.position.has_value()) text += Caret(sql, *detail.position);
  if (!detail.limit.empty()) absl::StrAppend(&text, "limit: ", detail.limit, "\n");
  if (!detail.field.empty()) absl::StrAppend(&text, "field: ", detail.field, "\n");
  return absl::StrCat(text, std::string(status.message()), "\n");
}

// Two groups with numbers that nobody drew: what is shown may not depend on them.
NoisedGroups InventAnswer(const PreparedQuery& query) {
  NoisedGroups noised{.question = query.question};
  for (const CertifiedStatistic& statistic : query.certificate.statistics()) {
    noised.noise.push_back(NoiseOf(statistic));
  }
  for (const int64_t at : {1, 2}) {
    NoisedGroups::Group group;
    for (const GroupKey& key : query.plan.measure.keys) {
      const bool is_text = key.expression->type == ValueType::kText;
      Value invented = is_text ? Value(absl::StrCat("key", at)) : Value(at);
      group.keys.push_back(key.is_private() ? invented : key.values[0]);
    }
    group.numbers.assign(noised.noise.size(), 0);
    noised.groups.push_back(std::move(group));
  }
  return noised;
}

absl::StatusOr<PreparedQuery> PrepareTopUp(const Golden& golden, const QueryRequest& request,
                                           const DatasetSchema& schema) {
  QueryRequest before = request;
  before.epsilon = golden.earlier.epsilon;
  before.delta = golden.earlier.delta;
  before.rho = golden.earlier.rho;
  before.accuracy = golden.earlier.accuracy;
  if (!golden.earlier.sql.empty()) before.sql = golden.earlier.sql;
  TACIT_ASSIGN_OR_RETURN(const PreparedQuery query, Prepare(before, schema, DataVersion(1)));
  const EarlierAnswer earlier{InventAnswer(query), Sha256("the earlier answer")};
  QueryRequest more = request;
  more.top_up = RequestId("earlier");
  return Prepare(more, schema, DataVersion(1), &earlier);
}

// By statistic: standard deviations before, of the fresh draw, and of both.
std::string DescribeTopUp(const TopUp& top_up) {
  std::string text;
  for (size_t i = 0; i < top_up.view.statistics.size(); ++i) {
    const TopUpView::Statistic& shown = top_up.view.statistics[i];
    absl::StrAppend(&text, "number", i, " ", shown.name, " deviation ", shown.earlier_deviation,
                    " with ", shown.fresh_deviation, " of weight ", top_up.weights[i], " gives ",
                    shown.combined_deviation, "\n");
  }
  return text;
}

absl::StatusOr<std::string> Ask(const Golden& golden) {
  const DatasetSchema schema = GoldenSchema(golden.schema);
  QueryRequest request = golden.request;
  request.dataset = schema.id;
  const bool is_top_up = !golden.earlier.epsilon.empty() || !golden.earlier.rho.empty();
  TACIT_ASSIGN_OR_RETURN(const PreparedQuery query, is_top_up
                                                        ? PrepareTopUp(golden, request, schema)
                                                        : Prepare(request, schema, DataVersion(1)));
  EXPECT_EQ(query.certificate.cells(), query.charge.cells);
  const Amount cost = TotalPrice(query.charge.losses);
  return absl::StrCat(query.plan_text, query.certificate.ToText(),
                      query.top_up.has_value() ? DescribeTopUp(*query.top_up) : "", "cost epsilon ",
                      cost.epsilon.ToDecimal(), " delta ", cost.delta.ToDecimal(), "\n");
}

std::vector<std::string> FilesIn(const std::string& folder) {
  std::vector<std::string> files;
  for (const auto& entry :
       fs::directory_iterator(fs::path(TACIT_SOURCE_DIR) / "tests/golden" / folder)) {
    if (entry.path().extension() == ".test") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string NameOf(const testing::TestParamInfo<std::string>& file) {
  std::string name = fs::path(file.param).stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

void Compare(const std::string& path, const Golden& golden, const std::string& actual) {
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path) << golden.head << kRule << actual;
    return;
  }
  EXPECT_EQ(actual, golden.expected) << path << "\nUPDATE_GOLDEN=1 rewrites it";
}

class AcceptedTest : public testing::TestWithParam<std::string> {};

TEST_P(AcceptedTest, PlansAsWritten) {
  const Golden golden = ReadGolden(GetParam());
  const absl::StatusOr<std::string> text = Ask(golden);
  ASSERT_TRUE(text.ok()) << text.status();
  Compare(GetParam(), golden, *text);
}

INSTANTIATE_TEST_SUITE_P(Golden, AcceptedTest, testing::ValuesIn(FilesIn("accepted")), NameOf);

class RejectedTest : public testing::TestWithParam<std::string> {};

TEST_P(RejectedTest, RefusesAsWritten) {
  const Golden golden = ReadGolden(GetParam());
  const absl::StatusOr<std::string> text = Ask(golden);
  ASSERT_FALSE(text.ok()) << *text;
  EXPECT_NE(ReasonOf(text.status()), Reason::kInternal);
  Compare(GetParam(), golden, DescribeRefusal(golden.request.sql, text.status()));
}

INSTANTIATE_TEST_SUITE_P(Golden, RejectedTest, testing::ValuesIn(FilesIn("rejected")), NameOf);

}  // namespace
}  // namespace tacit
