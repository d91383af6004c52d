#include "client/toml_reader.h"

#include <gtest/gtest.h>

namespace tacit::client {
namespace {

TEST(TomlReaderTest, GivesValuesAndStaysSilentAboutAbsentKeys) {
  const toml::table root = toml::parse("t = \"x\"\ni = 7\nb = true\n[s]\n");
  const Section section{&root, ""};
  TomlReader reader;
  EXPECT_EQ(reader.Text(section, "t"), "x");
  EXPECT_EQ(reader.Integer(section, "i"), 7);
  EXPECT_EQ(reader.Boolean(section, "b"), true);
  EXPECT_TRUE(reader.Table(section, "s").has_value());
  EXPECT_FALSE(reader.Text(section, "nothing").has_value());
  EXPECT_FALSE(reader.Table(section, "nothing").has_value());
  EXPECT_TRUE(reader.problems().empty());
}

TEST(TomlReaderTest, NamesTypeAndPlaceOfAWrongValue) {
  const toml::table root = toml::parse("\n[a]\n  t = 3\n");
  TomlReader reader;
  const auto section = reader.Table({&root, ""}, "a");
  ASSERT_TRUE(section.has_value());
  EXPECT_FALSE(reader.Text(*section, "t").has_value());
  ASSERT_EQ(reader.problems().size(), 1u);
  const PolicyProblem& problem = reader.problems()[0];
  EXPECT_EQ(problem.line, 3);
  EXPECT_EQ(problem.column, 7);
  EXPECT_EQ(problem.path, "a.t");
  EXPECT_EQ(problem.message, "is an integer and has to be a string");
}

TEST(TomlReaderTest, ReadsDecimalsByTheirShortestText) {
  const toml::table root =
      toml::parse("a = \"1.50\"\nb = 0.1\nc = 3\nd = 1e-6\ne = inf\nf = true\n");
  const Section section{&root, ""};
  TomlReader reader;
  EXPECT_EQ(reader.Decimal(section, "a"), "1.50");
  EXPECT_EQ(reader.Decimal(section, "b"), "0.1");
  EXPECT_EQ(reader.Decimal(section, "c"), "3");
  EXPECT_EQ(reader.Decimal(section, "d"), "1e-06");
  EXPECT_TRUE(reader.problems().empty());
  EXPECT_FALSE(reader.Decimal(section, "e").has_value());
  EXPECT_FALSE(reader.Decimal(section, "f").has_value());
  EXPECT_EQ(reader.problems().size(), 2u);
}

TEST(TomlReaderTest, ListsEntriesInTheOrderOfTheFile) {
  const toml::table root = toml::parse("zebra = 1\napple = 2\nmiddle = 3\n");
  TomlReader reader;
  std::vector<std::string> names;
  for (const Entry& entry : reader.Entries({&root, "p"})) names.emplace_back(entry.key->str());
  EXPECT_EQ(names, (std::vector<std::string>{"zebra", "apple", "middle"}));
  EXPECT_EQ(reader.lines().at("p.middle"), 3);
}

}  // namespace
}  // namespace tacit::client
