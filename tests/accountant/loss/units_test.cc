#include "accountant/loss/units.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "accountant/refusal.h"

namespace tacit {
namespace {

int64_t Pico(const std::string& text, Rounding rounding = Rounding::kCost) {
  const auto parsed = Epsilon::Parse(text, rounding);
  EXPECT_TRUE(parsed.ok()) << text << ": " << parsed.status();
  return parsed.ok() ? parsed->pico() : -1;
}

TEST(UnitsTest, ReadsDecimalsExactly) {
  EXPECT_EQ(Pico("0"), 0);
  EXPECT_EQ(Pico("1"), 1'000'000'000'000);
  EXPECT_EQ(Pico("0.1"), 100'000'000'000);
  EXPECT_EQ(Pico("0.1") + Pico("0.2"), Pico("0.3"));
  EXPECT_EQ(Pico("1e-6"), 1'000'000);
  EXPECT_EQ(Pico("1.5E+2"), 150'000'000'000'000);
  EXPECT_EQ(Pico("000.5000"), Pico("5e-1"));
  EXPECT_EQ(Pico("0e9999"), 0);
  EXPECT_EQ(Pico("0.0000000000001e13"), Pico("1"));
  EXPECT_EQ(Pico("9000000"), 9'000'000'000'000'000'000);
  EXPECT_EQ(Pico("1" + std::string(30, '0') + "e-30"), Pico("1"));
}

TEST(UnitsTest, RoundsCostsUpAndLimitsDown) {
  EXPECT_EQ(Pico("1e-13"), 1);
  EXPECT_EQ(Pico("1e-13", Rounding::kLimit), 0);
  EXPECT_EQ(Pico("1e-9999"), 1);
  EXPECT_EQ(Pico("0.3333333333333"), 333'333'333'334);
  EXPECT_EQ(Pico("0.3333333333333", Rounding::kLimit), 333'333'333'333);
  EXPECT_EQ(Pico("0.1000000000000"), Pico("0.1"));
}

TEST(UnitsTest, RefusesWhatIsNotAnAmount) {
  for (const std::string text : {"",         " ",
                                 "-",        "+",
                                 "-0",       "-1",
                                 "+1",       "nan",
                                 "NaN",      "inf",
                                 "Infinity", "0x1",
                                 "0x1p3",    "1.",
                                 ".5",       "1e",
                                 "1e+",      "e5",
                                 "1e1.5",    "1 ",
                                 " 1",       "1,5",
                                 "1_000",    "1e99999",
                                 "9000001",  "9000000.0000000000001",
                                 "1e7",      "1e300",
                                 "--1",      "1e-",
                                 "1d3",      "\xd9\xa1"}) {
    for (const Rounding rounding : {Rounding::kCost, Rounding::kLimit}) {
      const auto parsed = Epsilon::Parse(text, rounding);
      ASSERT_FALSE(parsed.ok()) << text;
      EXPECT_EQ(ReasonOf(parsed.status()), Reason::kPrivacyParameter);
    }
  }
  EXPECT_FALSE(Epsilon::Parse(std::string_view("1\0", 2), Rounding::kCost).ok());
  EXPECT_FALSE(Epsilon::Parse(std::string(200, '1'), Rounding::kCost).ok());
  EXPECT_FALSE(Epsilon::Parse("0." + std::string(1'000'000, '0'), Rounding::kCost).ok());
}

TEST(UnitsTest, RefusalsShowTheTextInPrintableForm) {
  const auto status = Epsilon::Parse("1\n", Rounding::kCost).status();
  EXPECT_EQ(std::string(status.message()).find('\n'), std::string::npos);
}

TEST(UnitsTest, DeltaStaysBelowOne) {
  EXPECT_EQ(Delta::Parse("1e-18", Rounding::kCost)->atto(), 1);
  EXPECT_EQ(Delta::Parse("1e-19", Rounding::kCost)->atto(), 1);
  EXPECT_EQ(Delta::Parse("1e-19", Rounding::kLimit)->atto(), 0);
  EXPECT_EQ(Delta::Parse("0.999999999999999999", Rounding::kCost)->atto(), 999'999'999'999'999'999);
  EXPECT_FALSE(Delta::Parse("0.9999999999999999999", Rounding::kCost).ok());
  EXPECT_EQ(Delta::Parse("0.9999999999999999999", Rounding::kLimit)->atto(),
            999'999'999'999'999'999);
  EXPECT_FALSE(Delta::Parse("1", Rounding::kLimit).ok());
  EXPECT_FALSE(Delta::Parse("-0", Rounding::kLimit).ok());
}

TEST(UnitsTest, DecimalTextIsShortAndExact) {
  for (const std::string text : {"0", "1", "0.1", "0.000000000001", "9000000", "12.5", "100"}) {
    EXPECT_EQ(Epsilon::Parse(text, Rounding::kCost)->ToDecimal(), text);
  }
  for (const std::string text : {"0", "0.000001", "0.000000000000000001", "0.5"}) {
    EXPECT_EQ(Delta::Parse(text, Rounding::kCost)->ToDecimal(), text);
  }
  EXPECT_EQ(Epsilon::FromPico(std::numeric_limits<int64_t>::max()).ToDecimal(),
            "9223372.036854775807");
}

TEST(UnitsTest, SumsSaturateAboveEveryLimit) {
  const Amount most{Epsilon::FromPico(std::numeric_limits<int64_t>::max()),
                    Delta::FromAtto(std::numeric_limits<int64_t>::max())};
  const Amount one{Epsilon::FromPico(1), Delta::FromAtto(1)};
  EXPECT_EQ(AddSaturating(most, one), most);
  EXPECT_FALSE(Within(most, {Epsilon::Parse("9000000", Rounding::kLimit).value(), Delta()}));
  EXPECT_EQ(AddSaturating(one, one), (Amount{Epsilon::FromPico(2), Delta::FromAtto(2)}));
}

TEST(UnitsTest, RemainingIsNeverNegative) {
  const Amount small{Epsilon::FromPico(1), Delta::FromAtto(5)};
  const Amount large{Epsilon::FromPico(3), Delta::FromAtto(2)};
  EXPECT_EQ(Remaining(small, large), (Amount{Epsilon(), Delta::FromAtto(3)}));
  EXPECT_EQ(Remaining(large, small), (Amount{Epsilon::FromPico(2), Delta()}));
}

TEST(UnitsDeathTest, NegativeUnitsAreABug) {
  EXPECT_DEATH(Epsilon::FromPico(-1), "invariant broken");
  EXPECT_DEATH(Delta::FromAtto(-1), "invariant broken");
}

}  // namespace
}  // namespace tacit
