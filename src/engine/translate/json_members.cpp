#include "engine/translate/json_members.hpp"

#include "engine/translate/constants.hpp"
#include "engine/translate/json_operands.hpp"
#include "engine/translate/like_pattern.hpp"

namespace shardite {
namespace {

RemoteExpr TextIs(RemoteExpr left, const char *op, const char *text) {
  return RemoteExpr::Infix(op, std::move(left), RemoteExpr::Text(text));
}

// The document where it is of the wanted type, and otherwise what gives no members; where it must not be read here,
// what gives a member with a key that none of the wanted type has.
RemoteExpr Readable(const RemoteExpr &document, RemoteExpr unreadable, const char *type, RemoteExpr otherwise,
                    const char *stand_in) {
  const auto stray = RemoteExpr::Text(stand_in);
  return RemoteExpr::Case({RemoteExpr::Postfix(document, "IS NULL"), RemoteExpr::Null(),                  //
                           TextIs(RemoteExpr::Call("typeof", {document}), "<>", "text"), stray,           //
                           RemoteExpr::Prefix("NOT", RemoteExpr::Call("json_valid", {document})), stray,  //
                           std::move(unreadable), stray,                                                  //
                           TextIs(RemoteExpr::Call("json_type", {document}), "=", type), document,        //
                           std::move(otherwise)});
}

RemoteQuery::Witness StrayKey(const char *type) {
  const auto key = RemoteExpr::Member(MemberPart::KEY);
  return {TextIs(RemoteExpr::Call("typeof", {key}), "<>", type), READ_DIFFERENTLY};
}

// Keys are unescaped alike but for \u0000, where SQLite's text ends, and surrogates, of which SQLite takes lone ones.
// Duplicate keys are members of their own in both; arrays and scalars have none in DuckDB. The members of an array have
// numbers for keys, so one of them can stand for a document that must not be read here.
std::optional<JsonMembers> MembersOfKeys(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  if (call.return_type != duckdb::LogicalType::LIST(duckdb::LogicalType::VARCHAR)) {
    return scope.Refuse("several paths at once");
  }
  if (call.children.size() != 1) return scope.Refuse("json_keys() under a path");
  const auto operand = JsonDocument(scope, *call.children[0]);
  if (!operand) return std::nullopt;
  if (!operand->witnesses.empty()) return scope.Refuse("json_keys() of a value that needs a proof of its own");
  const auto &document = operand->expr;
  auto unreadable = RemoteExpr::Or(
      {HasNul(document).violated,
       RemoteExpr::And({HasPart(document, RemoteExpr::Text("\\u")),
                        RemoteExpr::Or({Globs(document, "*\\u0000*"), Globs(document, "*\\u[dD][89a-fA-F]*")})})});
  Translation key{RemoteExpr::Member(MemberPart::KEY), duckdb::LogicalType::VARCHAR, Encoding::TEXT, {}};
  return JsonMembers{Readable(document, std::move(unreadable), "object", RemoteExpr::Text("[]"), "[0]"), std::move(key),
                     StrayKey("text")};
}

// A list column that is cast on arrival, as its number.
std::optional<size_t> ListColumn(Scope &scope, const duckdb::Expression &expr) {
  const auto column = scope.resolve(expr);
  const bool list = column && EncodingOf(scope.table, *column) == Encoding::CAST_TEXT &&
                    expr.return_type.id() == duckdb::LogicalTypeId::LIST;
  return list ? column : std::nullopt;
}

// Integers and null are the same in both; what else DuckDB's cast makes an integer of is witnessed.
std::optional<Translation> IntegerMember(const duckdb::LogicalType &type) {
  const auto value = RemoteExpr::Member(MemberPart::VALUE), kind = RemoteExpr::Member(MemberPart::TYPE);
  if (type.id() != duckdb::LogicalTypeId::BIGINT) return std::nullopt;
  auto odd = RemoteExpr::Or(
      {RemoteExpr::Prefix("NOT", RemoteExpr::In(kind, {RemoteExpr::Text("integer"), RemoteExpr::Text("null")})),
       TextIs(RemoteExpr::Call("typeof", {value}), "=", "real")});
  return Translation{value, type, Encoding::INTEGER, {{std::move(odd), READ_DIFFERENTLY}}};
}

// The column whose positions range(1, len(list) + 1) gives.
std::optional<size_t> ListOfPositions(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  if (call.function.name != "range" || call.children.size() != 2) return std::nullopt;
  const auto first = ConstantOf(*call.children[0]);
  if (!first || first->IsNull() || *first != duckdb::Value::BIGINT(1)) return std::nullopt;
  if (call.children[1]->GetExpressionClass() != duckdb::ExpressionClass::BOUND_FUNCTION) return std::nullopt;
  const auto &sum = call.children[1]->Cast<duckdb::BoundFunctionExpression>();
  if (sum.function.name != "+" || sum.children.size() != 2) return std::nullopt;
  const auto one = ConstantOf(*sum.children[1]);
  if (!one || one->IsNull() || *one != duckdb::Value::BIGINT(1)) return std::nullopt;
  if (sum.children[0]->GetExpressionClass() != duckdb::ExpressionClass::BOUND_FUNCTION) return std::nullopt;
  const auto &length = sum.children[0]->Cast<duckdb::BoundFunctionExpression>();
  const auto &name = length.function.name;
  const bool of_list = (name == "len" || name == "length" || name == "array_length") && length.children.size() == 1;
  return of_list ? ListColumn(scope, *length.children[0]) : std::nullopt;
}

// The members of an object have text for keys, so one of them can stand for what is no array.
JsonMembers MembersOfList(size_t column, Translation element) {
  constexpr const char *STAND_IN = "{\"\":0}";
  return {Readable(RemoteExpr::Column(column), RemoteExpr::Integer(0), "array", RemoteExpr::Text(STAND_IN), STAND_IN),
          std::move(element), StrayKey("integer")};
}

}  // namespace

std::optional<JsonMembers> TranslateUnnest(Scope &scope, const duckdb::Expression &list) {
  if (const auto column = ListColumn(scope, list)) {
    auto member = IntegerMember(duckdb::ListType::GetChildType(list.return_type));
    if (!member) return scope.Refuse("unnest of " + list.return_type.ToString());
    return MembersOfList(*column, std::move(*member));
  }
  if (list.GetExpressionClass() == duckdb::ExpressionClass::BOUND_FUNCTION) {
    const auto &call = list.Cast<duckdb::BoundFunctionExpression>();
    if (call.function.name == "json_keys") return MembersOfKeys(scope, call);
    if (const auto column = ListOfPositions(scope, call)) {
      auto position = RemoteExpr::Infix("+", RemoteExpr::Member(MemberPart::KEY), RemoteExpr::Integer(1));
      auto members = MembersOfList(*column, {std::move(position), duckdb::LogicalType::BIGINT, Encoding::INTEGER, {}});
      members.list = column;
      members.value = IntegerMember(duckdb::ListType::GetChildType(SqlTypeOf(scope.table, *column)));
      return members;
    }
  }
  return scope.Refuse(list.ToString() + " is no list that the shards can go through");
}

}  // namespace shardite
