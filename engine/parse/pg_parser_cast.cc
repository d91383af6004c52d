// CAST(x AS type), x::type and typed literals.
#include <string>

#include "absl/strings/str_cat.h"
#include "accountant/status_macros.h"
#include "engine/parse/date_literal.h"
#include "engine/parse/pg_parser_expression.h"
#include "engine/parse/pg_parser_fields.h"
#include "engine/parse/pg_parser_literal.h"
#include "engine/parse/pg_parser_unsupported.h"

namespace tacit {
namespace {

// PostgreSQL's own names, and ours. Every real is a double here.
struct TypeSpelling {
  std::string_view spelled;
  std::string_view name;
};

constexpr TypeSpelling kTypes[] = {{"int2", "smallint"},
                                   {"int4", "integer"},
                                   {"int8", "bigint"},
                                   {"float4", "double precision"},
                                   {"float8", "double precision"},
                                   {"numeric", "double precision"},
                                   {"bool", "boolean"},
                                   {"date", "date"},
                                   {"text", "text"},
                                   {"varchar", "text"}};

constexpr std::string_view kKnownTypes = "INTEGER, BIGINT, DOUBLE PRECISION, BOOLEAN or DATE";

std::string SpelledName(const PgQuery__TypeName& type) {
  return type.n_names == 0 ? "" : StringOf(*type.names[type.n_names - 1]);
}

absl::StatusOr<std::string> ReadType(const PgQuery__TypeName& type, int position) {
  const std::string spelled = SpelledName(type);
  // Written INTERVAL '1 day', its name has a schema before it.
  if (spelled == "interval") {
    return Unsupported("an interval is not supported yet",
                       "add or subtract whole days, as in d + 30", position);
  }
  if (type.n_typmods > 0) {
    return Unsupported("a type with a size is not supported",
                       "leave the size out; ROUND(x, 2) rounds to two places", position);
  }
  // -1 stands for no modifier.
  TACIT_RETURN_IF_ERROR(RefuseUnreadFields(type.base, {"names", "typemod"}, position));
  const bool is_own =
      type.n_names == 1 || (type.n_names == 2 && StringOf(*type.names[0]) == "pg_catalog");
  for (const TypeSpelling& known : kTypes) {
    if (is_own && known.spelled == spelled) return std::string(known.name);
  }
  return Unsupported(absl::StrCat("a cast to ", spelled, " is not supported"),
                     absl::StrCat("cast to ", std::string(kKnownTypes)), position);
}

bool IsTextConstant(const PgQuery__Node* node) {
  return node != nullptr && node->node_case == PG_QUERY__NODE__NODE_A_CONST &&
         node->a_const->val_case == PG_QUERY__A__CONST__VAL_SVAL;
}

}  // namespace

absl::StatusOr<SyntaxNode> ExpressionReader::ReadCast(const PgQuery__TypeCast& cast, int otherwise,
                                                      int depth) {
  SyntaxNode node;
  node.kind = SyntaxKind::kCast;
  node.position = LocationOf(cast.base, otherwise);
  TACIT_RETURN_IF_ERROR(RefuseUnreadFields(cast.base, {"arg", "type_name"}, node.position));
  if (cast.type_name == nullptr) {
    return Unsupported("a cast without a type is not supported",
                       absl::StrCat("cast to ", std::string(kKnownTypes)), node.position);
  }
  TACIT_ASSIGN_OR_RETURN(node.name, ReadType(*cast.type_name, node.position));
  if (node.name == "date" && IsTextConstant(cast.arg)) {
    TACIT_ASSIGN_OR_RETURN(SyntaxNode literal, ReadConstant(*cast.arg->a_const, node.position));
    TACIT_ASSIGN_OR_RETURN(const Date date,
                           ReadDateLiteral(std::get<std::string>(literal.literal), node.position));
    literal.literal = date;
    return literal;
  }
  TACIT_RETURN_IF_ERROR(Append(cast.arg, depth + 1, node));
  return node;
}

}  // namespace tacit
