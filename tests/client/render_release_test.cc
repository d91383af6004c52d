#include "client/render_release.h"

#include <gtest/gtest.h>

#include "tests/client/sample_release.h"

namespace tacit::client {
namespace {

TEST(RenderReleaseTest, ShowsHalfWidthsPlainInAPipe) {
  EXPECT_EQ(RenderRelease(SampleRelease(), Style{}),
            "trt                     n              n\n"
            "-------------  ----------  -------------\n"
            "placebo        400 +/- 30  2.50 +/- 0.50\n"
            "a,\\x1b[31m\"b\"  -12 +/- 30  0.33 +/- 0.50\n"
            "NULL           100 +/- 30  0.10 +/- 0.50\n");
}

TEST(RenderReleaseTest, DrawsBarsOnATerminalOnly) {
  const Style terminal = {.is_terminal = true, .has_unicode = true, .has_colour = false};
  const std::string text = RenderRelease(SampleRelease(), terminal);
  EXPECT_NE(text.find("400 ± 30"), std::string::npos);
  EXPECT_NE(text.find("█"), std::string::npos);
  EXPECT_NE(text.find("├"), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  // One row has nothing to be compared with.
  v1::Release single = SampleRelease();
  single.mutable_rows()->DeleteSubrange(1, 2);
  EXPECT_EQ(RenderRelease(single, terminal).find("█"), std::string::npos);
}

TEST(RenderReleaseTest, CsvIsExactWithBothEnds) {
  EXPECT_EQ(ReleaseCsv(SampleRelease()),
            "trt,n,n_low,n_high,n_2,n_2_low,n_2_high\n"
            "placebo,400,370.043,429.957,2.5,2.25,3\n"
            "\"a,\x1b[31m\"\"b\"\"\",-12,-41.957,17.957,0.3333333333333333,0.08333333333333331,"
            "0.8333333333333333\n"
            ",100,70.043,129.957,0.1,-0.15,0.6\n");
}

TEST(RenderReleaseTest, JsonRowsHaveKeysOfTheirOwn) {
  const std::vector<std::string> rows = ReleaseJsonRows(SampleRelease());
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[1],
            "{\"trt\":\"a,\\u001b[31m\\\"b\\\"\",\"n\":-12,\"n_low\":-41.957,\"n_high\":17.957,"
            "\"n_2\":0.3333333333333333,\"n_2_low\":0.08333333333333331,"
            "\"n_2_high\":0.8333333333333333}");
  EXPECT_TRUE(rows[2].starts_with("{\"trt\":null,")) << rows[2];
}

TEST(RenderReleaseTest, NamesStayUniqueEvenWhenTheyLookGenerated) {
  v1::Release release;
  for (const char* name : {"n", "n_low", "n", "n_2"}) {
    v1::ReleaseColumn* column = release.add_columns();
    column->set_name(name);
    column->add_statistics(0);
  }
  EXPECT_EQ(ReleaseCsv(release),
            "n,n_low,n_high,n_low_2,n_low_2_low,n_low_2_high,n_2,n_2_low,n_2_high,"
            "n_2_2,n_2_2_low,n_2_2_high\n");
}

TEST(RenderReleaseTest, SelectionsAreNullWhereAllGroupsArePublic) {
  v1::GroupSelection selection;
  selection.set_mechanism("thresholded_\"x\"");
  selection.set_epsilon("0");
  selection.set_delta("0.000001");
  selection.set_units_for_half(12.5);
  EXPECT_EQ(SelectionJson(false, selection), "null");
  EXPECT_EQ(SelectionJson(true, selection),
            "{\"mechanism\":\"thresholded_\\\"x\\\"\",\"epsilon\":\"0\","
            "\"delta\":\"0.000001\",\"units_for_half\":12.5}");
}

TEST(RenderReleaseTest, ARankErrorIsSaidOfWhatIsChosenByRankAlone) {
  v1::Release release;
  release.add_statistics()->set_name("count(*)");
  EXPECT_EQ(RankErrorText(release.statistics()), "");
  v1::Statistic* most = release.add_statistics();
  most->set_name("max(y\x1b)");
  most->set_rank_error(18.5);
  EXPECT_EQ(RankErrorText(release.statistics()),
            "chosen by rank: max(y\\x1b), within 18.5 rows of the rank asked for with 95%\n");
  EXPECT_NE(StatisticJson(*most).find("\"rank_error\":18.5"), std::string::npos);
}

// Its interval is the bounds, which would round the value away.
TEST(RenderReleaseTest, AValueChosenByRankKeepsItsDigits) {
  v1::Release release = SampleRelease();
  release.add_statistics();
  EXPECT_NE(RenderRelease(release, Style{}).find("400 +/- 30"), std::string::npos);
  release.mutable_statistics(0)->set_rank_error(7);
  const std::string text = RenderRelease(release, Style{.is_terminal = true});
  EXPECT_EQ(text.find("+/-"), std::string::npos) << text;
  EXPECT_NE(text.find("0.3333333333333333"), std::string::npos) << text;
  EXPECT_EQ(text.find('|'), std::string::npos) << text;  // no bar
}

TEST(RenderReleaseTest, WhiskersStandOnTheirInterval) {
  v1::Interval interval;
  interval.set_low(6);
  interval.set_high(18);
  EXPECT_EQ(WhiskerBar(12, interval, {.lower = 0, .upper = 24}, false), "######|-----------|     ");
  interval.set_low(-6);
  interval.set_high(-6);
  EXPECT_EQ(WhiskerBar(-6, interval, {.lower = -12, .upper = 12}, false),
            "      #######           ");
  EXPECT_EQ(WhiskerBar(0, interval, {.lower = 0, .upper = 0}, false), "");
}

TEST(RenderReleaseTest, SurvivesRowsThatAreTooShort) {
  v1::Release release = SampleRelease();
  release.mutable_rows(0)->clear_cells();
  EXPECT_NE(ReleaseCsv(release).find("\n,,,,,,\n"), std::string::npos);
  EXPECT_FALSE(RenderRelease(release, Style{.is_terminal = true}).empty());
}

}  // namespace
}  // namespace tacit::client
