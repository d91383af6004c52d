#include "server/wire.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "accountant/refusal.h"

namespace tacit {
namespace {

TEST(WireTest, ScalarsKeepTheirTypeBothWays) {
  const Value values[] = {Value(),
                          Value(true),
                          Value(int64_t{-7}),
                          Value(0.5),
                          Value(std::string("\xc3\xa9")),
                          Value(Date{11'016})};
  for (const Value& value : values) {
    const auto read = ReadScalar(WriteScalar(value));
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(*read, value);
  }
}

TEST(WireTest, ScalarsThatNoRowMayHoldAreRefused) {
  v1::Scalar scalar;
  for (const double number : {std::nan(""), std::numeric_limits<double>::infinity(),
                              -std::numeric_limits<double>::infinity()}) {
    scalar.set_real(number);
    EXPECT_EQ(ReasonOf(ReadScalar(scalar).status()), Reason::kParameter);
  }
  for (const std::string& text : {std::string("\xff"), std::string("a\0b", 3)}) {
    scalar.set_text(text);
    EXPECT_EQ(ReasonOf(ReadScalar(scalar).status()), Reason::kParameter);
  }
  for (const char* text : {"", "2023-02-29", "2024-2-01", "0000-01-01", "today"}) {
    scalar.set_date(text);
    EXPECT_EQ(ReasonOf(ReadScalar(scalar).status()), Reason::kParameter) << text;
  }
  scalar.set_real(-0.0);
  EXPECT_FALSE(std::signbit(std::get<double>(*ReadScalar(scalar))));
}

TEST(WireTest, OutcomesReadBackAsWhatTheyWere) {
  v1::Release release;
  release.set_data_version(3);
  const auto answer = UnpackOutcome(PackAnswer(release));
  ASSERT_TRUE(answer.ok());
  EXPECT_TRUE(answer->is_answer);
  EXPECT_EQ(answer->release.data_version(), 3);
  const auto failure = UnpackOutcome(PackFailure("0011"));
  ASSERT_TRUE(failure.ok());
  EXPECT_FALSE(failure->is_answer);
  EXPECT_EQ(failure->reference, "0011");
  EXPECT_FALSE(UnpackOutcome("").ok());
  EXPECT_FALSE(UnpackOutcome("Xyz").ok());
}

TEST(WireTest, ReleasesCarryIntervalsForAnswersAlone) {
  AnswerTable table;
  table.columns = {{.name = "sex", .type = ValueType::kText},
                   {.name = "n", .type = ValueType::kInt64, .statistics = {0}}};
  table.rows = {{{.value = std::string("F")},
                 {.value = int64_t{5}, .has_interval = true, .low = 1, .high = 9}}};
  table.data_version = DataVersion(2);
  const v1::Release release = WriteRelease(table);
  EXPECT_EQ(release.columns(0).type(), v1::Column::TYPE_TEXT);
  EXPECT_FALSE(release.rows(0).cells(0).has_interval());
  EXPECT_EQ(release.rows(0).cells(1).interval().high(), 9);
  EXPECT_EQ(release.confidence(), 0.95);
}

TEST(WireTest, ReleasesSayHowGroupsWereChosenWhereTheyWere) {
  AnswerTable table;
  EXPECT_FALSE(WriteRelease(table).has_selection());
  table.selection = SelectionView{.mechanism = "truncated_geometric",
                                  .epsilon = Epsilon::FromPico(250'000'000'000),
                                  .delta = Delta::FromAtto(1'000'000'000),
                                  .units_for_half = 118};
  const v1::GroupSelection selection = WriteRelease(table).selection();
  EXPECT_EQ(selection.mechanism(), "truncated_geometric");
  EXPECT_EQ(selection.epsilon(), "0.25");
  EXPECT_EQ(selection.delta(), "0.000000001");
  EXPECT_EQ(selection.units_for_half(), 118);
  EXPECT_EQ(WriteSelection(*table.selection).SerializeAsString(), selection.SerializeAsString());
}

}  // namespace
}  // namespace tacit
