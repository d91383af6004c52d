#include "engine/parse/pg_parser_fields.h"

#include "accountant/refusal.h"
#include "gtest/gtest.h"

extern "C" {
#include <pg_query/pg_query.pb-c.h>
}

namespace tacit {
namespace {

TEST(PgParserFieldsTest, PassesAMessageOfDefaults) {
  PgQuery__SelectStmt select = PG_QUERY__SELECT_STMT__INIT;
  EXPECT_TRUE(RefuseUnreadFields(select.base, {}, 0).ok());
}

TEST(PgParserFieldsTest, RefusesEachKindOfFieldThatIsSetAndUnread) {
  PgQuery__Node node = PG_QUERY__NODE__INIT;
  PgQuery__Node* nodes[] = {&node};
  PgQuery__SelectStmt select = PG_QUERY__SELECT_STMT__INIT;
  select.n_locking_clause = 1;
  select.locking_clause = nodes;
  EXPECT_FALSE(RefuseUnreadFields(select.base, {"where_clause"}, 0).ok());
  EXPECT_TRUE(RefuseUnreadFields(select.base, {"locking_clause"}, 0).ok());

  PgQuery__FuncCall call = PG_QUERY__FUNC_CALL__INIT;
  call.func_variadic = 1;  // a boolean
  EXPECT_FALSE(RefuseUnreadFields(call.base, {}, 0).ok());
  call.func_variadic = 0;
  call.agg_filter = &node;  // a message
  EXPECT_FALSE(RefuseUnreadFields(call.base, {}, 0).ok());

  PgQuery__RangeVar table = PG_QUERY__RANGE_VAR__INIT;
  char name[] = "main";
  table.schemaname = name;  // a text
  EXPECT_FALSE(RefuseUnreadFields(table.base, {}, 0).ok());

  PgQuery__AConst constant = PG_QUERY__A__CONST__INIT;
  PgQuery__BitString bits = PG_QUERY__BIT_STRING__INIT;
  constant.val_case =
      PG_QUERY__A__CONST__VAL_BSVAL;  // a oneof member whose content is all defaults
  constant.bsval = &bits;
  EXPECT_FALSE(RefuseUnreadFields(constant.base, {"ival"}, 0).ok());
  EXPECT_TRUE(RefuseUnreadFields(constant.base, {"bsval"}, 0).ok());
}

TEST(PgParserFieldsTest, NamesTheFieldAndPlace) {
  PgQuery__SelectStmt select = PG_QUERY__SELECT_STMT__INIT;
  select.group_distinct = 1;
  const auto status = RefuseUnreadFields(select.base, {}, 7);
  EXPECT_EQ(ReasonOf(status), Reason::kUnsupported);
  EXPECT_EQ(DetailOf(status).position, 7);
  EXPECT_NE(status.message().find("SelectStmt with group_distinct"), absl::string_view::npos);
}

TEST(PgParserFieldsTest, FindsLocations) {
  PgQuery__ColumnRef column = PG_QUERY__COLUMN_REF__INIT;
  EXPECT_EQ(LocationOf(column.base, 3), 3);
  column.location = 9;
  EXPECT_EQ(LocationOf(column.base, 3), 9);
  EXPECT_TRUE(RefuseUnreadFields(column.base, {}, 0).ok());
  PgQuery__List list = PG_QUERY__LIST__INIT;  // has none
  EXPECT_EQ(LocationOf(list.base, 3), 3);
}

}  // namespace
}  // namespace tacit
