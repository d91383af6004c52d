#include "engine/parse/date_literal.h"

#include <gtest/gtest.h>

#include "accountant/refusal.h"

namespace tacit {
namespace {

TEST(DateLiteralTest, ReadsADayAndRefusesAllElse) {
  EXPECT_EQ(*ReadDateLiteral("2000-02-29", 3), Date{11'016});
  for (const char* text : {"", "2001-02-29", "2000-2-29", "29.02.2000", "now"}) {
    EXPECT_EQ(ReasonOf(ReadDateLiteral(text, 3).status()), Reason::kLiteralRange) << text;
  }
}

}  // namespace
}  // namespace tacit
