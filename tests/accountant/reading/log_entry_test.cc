#include "accountant/reading/log_entry.h"

#include <gtest/gtest.h>

#include "tests/accountant/sample_rows.h"

namespace tacit {
namespace {

using namespace sample;  // NOLINT: the fixture of this folder

std::string DetailOfRow(ledger::RowBody body) {
  const ledger::Row row = RowWith(std::move(body));
  return EntryOf(ledger::Encode(row), row).detail;
}

TEST(LogEntryTest, SaysWhatEachRowDoes) {
  EXPECT_EQ(DetailOfRow(PolicyRowOf(Terms())),
            "policy version 1, unit survey:row, limit epsilon 3 delta 0");
  const std::string approximate = DetailOfRow(PolicyRowOf(ApproximateTerms()));
  EXPECT_NE(approximate.find("tracks epsilon at most 3 delta 0.000025 renyi("), std::string::npos)
      << approximate;
  EXPECT_EQ(DetailOfRow(ledger::StatusRow{DatasetStatus::kFrozen, PolicyVersion(1), "audit"}),
            "frozen, audit");
  EXPECT_EQ(DetailOfRow(ledger::GrantRow{{kAna, Pure("2"), Eps("1")}, {}, PolicyVersion(1), "x"}),
            "analyst ana may spend epsilon 2 delta 0, x");
  EXPECT_EQ(DetailOfRow(
                ledger::LimitRow{"dataset", Pure("4"), OnBasic(Pure("4")), PolicyVersion(1), "y"}),
            "dataset may spend 4, y");
  ledger::DebitRow debit = DebitRowOf("r1", "0.5");
  EXPECT_EQ(DetailOfRow(debit), "Pure{epsilon=0.5}, data version 1, policy version 1");
  debit.by_track.push_back(Unbounded());
  debit.cells = {2, 5};
  EXPECT_EQ(DetailOfRow(debit),
            "Pure{epsilon=0.5}, data version 1, policy version 1, by track 0.5 and without bound, "
            "cells 2 5");
  ledger::ReuseRow reuse = ReuseRowOf("r2", 3);
  EXPECT_EQ(DetailOfRow(reuse).find("cells"), std::string::npos);
  reuse.cells = {2, 5};
  EXPECT_TRUE(DetailOfRow(reuse).ends_with(", cells 2 5")) << DetailOfRow(reuse);
  LineageTerms parted = Terms();
  parted.partition = {"sex{F,M}", 2};
  EXPECT_EQ(DetailOfRow(PolicyRowOf(parted)),
            "policy version 1, unit survey:row, limit epsilon 3 delta 0, 2 cells");
  EXPECT_EQ(DetailOfRow(ledger::LeaseRow{DebitRowOf("r1", "0.5"), JobId("night run"), 500}),
            "500 steps of job night run, Pure{epsilon=0.5}, data version 1, policy version 1");
  // Of an answer nothing but its size.
  EXPECT_EQ(DetailOfRow(ledger::OutcomeRow{RequestId("r1"), 3, OutcomeKind::kAnswer, "secret"}),
            "answer to row 3, 6 bytes");
}

}  // namespace
}  // namespace tacit
