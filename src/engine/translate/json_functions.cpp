#include "engine/translate/json_functions.hpp"

#include <algorithm>
#include <cctype>

#include "engine/translate/constants.hpp"

namespace shardite {
namespace {

bool IsPlainKey(const std::string &key) {
  return !key.empty() && std::none_of(key.begin(), key.end(), [](char c) {
    return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
  });
}

std::optional<std::string> QuotedKey(const std::string &key) {
  if (!IsPlainKey(key)) return std::nullopt;
  return ".\"" + key + "\"";
}

bool IsSimpleKeyCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// $.key."quoted key"[3], step by step.
std::optional<std::string> RequotePath(const std::string &path) {
  std::string out = "$";
  size_t at = 1;
  while (at < path.size()) {
    const char kind = path[at++];
    size_t end = at;
    if (kind == '[') {
      while (end < path.size() && std::isdigit(static_cast<unsigned char>(path[end])) != 0) end++;
      if (end == at || end - at > 9 || end == path.size() || path[end] != ']') return std::nullopt;
      out += "[" + path.substr(at, end - at) + "]";
      at = end + 1;
      continue;
    }
    if (kind != '.' || at == path.size()) return std::nullopt;
    const bool quoted = path[at] == '"';
    if (quoted)
      end = path.find('"', ++at);
    else
      while (end < path.size() && IsSimpleKeyCharacter(path[end])) end++;
    if (end == std::string::npos || end == at) return std::nullopt;
    const auto key = QuotedKey(path.substr(at, end - at));
    if (!key) return std::nullopt;
    out += *key;
    at = quoted ? end + 1 : end;
  }
  return out.size() > 1 ? std::optional<std::string>(out) : std::nullopt;
}

RemoteExpr Has(const RemoteExpr &text, const char *part) {
  return RemoteExpr::Infix(">", RemoteExpr::Call("instr", {text, RemoteExpr::Text(part)}), RemoteExpr::Integer(0));
}

RemoteExpr Globs(const RemoteExpr &text, const char *pattern) {
  return RemoteExpr::Infix("GLOB", text, RemoteExpr::Text(pattern));
}

/// Escapes that SQLite reads otherwise: \u0000 in a value, and any that may spell a character of the key, which SQLite
/// compares as it is written. Escapes of <, > and &, which Go's encoder writes, are none of them.
RemoteExpr SuspiciousEscapes(const RemoteExpr &document, const std::string &path) {
  const bool simple = std::all_of(path.begin(), path.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string("$.\"[]_-").find(c) != std::string::npos;
  });
  if (!simple) return Has(document, "\\");
  return RemoteExpr::And(
      {Has(document, "\\u00"), RemoteExpr::Or({Globs(document, "*\\u0000*"), Globs(document, "*\\u00[4-7]*"),
                                               Globs(document, "*\\u003[0-9]*"), Globs(document, "*\\u002[deDE]*")})});
}

/// The document under a cast to JSON: whatever the cast refuses is malformed here too.
const duckdb::Expression &Document(const duckdb::Expression &expr) {
  if (expr.GetExpressionClass() != duckdb::ExpressionClass::BOUND_CAST) return expr;
  const auto &cast = expr.Cast<duckdb::BoundCastExpression>();
  const bool to_json = cast.return_type.IsJSONType() && cast.child->return_type.id() == duckdb::LogicalTypeId::VARCHAR;
  return to_json && !cast.try_cast ? *cast.child : expr;
}

}  // namespace

std::optional<std::string> SqliteJsonPath(const duckdb::Value &key) {
  if (key.IsNull()) return std::nullopt;
  if (key.type().IsIntegral()) {
    const auto index = ConstantInteger(key);
    if (!index || *index < 0 || *index > 999999999) return std::nullopt;
    return "$[" + std::to_string(*index) + "]";
  }
  if (key.type().id() != duckdb::LogicalTypeId::VARCHAR) return std::nullopt;
  const auto text = duckdb::StringValue::Get(key);
  if (text.empty() || text[0] == '/') return std::nullopt;
  if (text[0] == '$') return RequotePath(text);
  const auto quoted = QuotedKey(text);
  return quoted ? std::optional<std::string>("$" + *quoted) : std::nullopt;
}

namespace {

/// A value within a document: nested extractions are one path.
struct Extraction {
  RemoteExpr document;
  std::string path;
  Translation operand;

  RemoteExpr Type() const { return RemoteExpr::Json(JsonPart::TYPE, document, path); }
  RemoteExpr Value() const { return RemoteExpr::Json(JsonPart::VALUE, document, path); }
  RemoteExpr TypeIs(std::vector<const char *> types) const {
    std::vector<RemoteExpr> list;
    for (const auto *type : types) list.push_back(RemoteExpr::Text(type));
    return RemoteExpr::In(Type(), std::move(list));
  }
  RemoteExpr Malformed() const { return RemoteExpr::Prefix("NOT", RemoteExpr::Call("json_valid", {document})); }
};

bool IsJsonExtraction(const duckdb::Expression &expr) {
  if (expr.GetExpressionClass() != duckdb::ExpressionClass::BOUND_FUNCTION || !expr.return_type.IsJSONType()) {
    return false;
  }
  const auto &name = expr.Cast<duckdb::BoundFunctionExpression>().function.name;
  return name == "json_extract" || name == "->" || name == "json_extract_path";
}

std::optional<Extraction> PlaceOf(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto constant = call.children.size() == 2 ? ConstantOf(*call.children[1]) : std::nullopt;
  const auto path = constant ? SqliteJsonPath(*constant) : std::nullopt;
  if (!path) return scope.Refuse(call.function.name + " with other than a constant key or a simple path");
  if (IsJsonExtraction(*call.children[0])) {
    auto outer = PlaceOf(scope, call.children[0]->Cast<duckdb::BoundFunctionExpression>());
    if (outer) outer->path += path->substr(1);
    return outer;
  }
  auto document = scope.Value(Document(*call.children[0]));
  if (!document) return std::nullopt;
  if (document->encoding != Encoding::TEXT) return scope.Refuse("JSON in a column that is not TEXT");
  return Extraction{document->expr, *path, *document};
}

/// A result for each type; json_type() fails the statement on malformed text, so it stands behind json_valid(), which
/// is NULL or 0 for NULL.
Translation ByType(const Extraction &place, std::vector<RemoteExpr> branches, const duckdb::LogicalType &type,
                   Encoding encoding) {
  auto valid = RemoteExpr::Json(JsonPart::VALID, place.document, place.path);
  auto guarded = RemoteExpr::Case({std::move(valid), RemoteExpr::Case(std::move(branches)), RemoteExpr::Null()});
  return Combine(std::move(guarded), type, encoding, place.operand);
}

/// `conditions`: what no value may be.
void WitnessJson(Translation &result, const Extraction &place, std::vector<RemoteExpr> conditions) {
  static const std::string SUBJECT = "JSON that SQLite and DuckDB read differently";
  // json_valid(NULL) is 0 before 3.45.
  auto of_document =
      RemoteExpr::Case({RemoteExpr::Postfix(place.document, "IS NULL"), RemoteExpr::Integer(0), place.Malformed(),
                        RemoteExpr::Integer(1), SuspiciousEscapes(place.document, place.path)});
  result.witnesses.push_back({std::move(of_document), SUBJECT});
  if (conditions.empty()) return;
  auto valid = RemoteExpr::Json(JsonPart::VALID, place.document, place.path);
  auto of_value = RemoteExpr::Case({std::move(valid), RemoteExpr::Or(std::move(conditions)), RemoteExpr::Integer(0)});
  result.witnesses.push_back({std::move(of_value), SUBJECT});
}

RemoteExpr BeyondInt64(const Extraction &place) {
  return RemoteExpr::And({place.TypeIs({"integer"}), RemoteExpr::Infix("=", RemoteExpr::Call("typeof", {place.Value()}),
                                                                       RemoteExpr::Text("real"))});
}

/// The number as the document spells it; NULL where the server cannot say.
RemoteExpr Spelled(const Extraction &place) {
  return RemoteExpr::Either(Capability::JSON_ARROW, RemoteExpr::Json(JsonPart::TEXT, place.document, place.path),
                            RemoteExpr::Null());
}

/// Up to 15 digits without exponent, and no zero at the end: then this is also the shortest text of the double it
/// means, which DuckDB prints.
RemoteExpr IsShortDecimal(const Extraction &place) {
  const auto text = Spelled(place);
  return RemoteExpr::And(
      {RemoteExpr::Infix("<=", RemoteExpr::Call("length", {text}), RemoteExpr::Integer(16)), Globs(text, "*.*[1-9]"),
       RemoteExpr::Prefix("NOT", Globs(text, "*[^0-9.-]*")),
       RemoteExpr::Infix(">=", RemoteExpr::Call("abs", {place.Value()}), RemoteExpr::Literal(0.001))});
}

}  // namespace

std::optional<Translation> TranslateJsonText(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  if (call.return_type.id() != duckdb::LogicalTypeId::VARCHAR) return scope.Refuse("several paths at once");
  const auto place = PlaceOf(scope, call);
  if (!place) return std::nullopt;
  auto result = ByType(*place,
                       {place->TypeIs({"text", "integer"}), RemoteExpr::Cast(place->Value(), "TEXT"),  //
                        place->TypeIs({"true", "false"}), place->Type(),                               //
                        place->TypeIs({"real"}), Spelled(*place),                                      //
                        RemoteExpr::Null()},
                       call.return_type, Encoding::TEXT);
  WitnessJson(result, *place,
              {place->TypeIs({"object", "array"}), BeyondInt64(*place),
               RemoteExpr::And({place->TypeIs({"real"}), RemoteExpr::Postfix(IsShortDecimal(*place), "IS NOT 1")})});
  return result;
}

std::optional<Translation> TranslateJsonExtract(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  if (!call.return_type.IsJSONType()) return scope.Refuse("several paths at once");
  const auto place = PlaceOf(scope, call);
  if (!place) return std::nullopt;
  // Text is quoted again; what would need an escape is witnessed.
  const auto text = place->Value();
  auto quoted = RemoteExpr::Infix("||", RemoteExpr::Infix("||", RemoteExpr::Text("\""), text), RemoteExpr::Text("\""));
  auto result = ByType(*place,
                       {place->TypeIs({"text"}), std::move(quoted),                  //
                        place->TypeIs({"integer"}), RemoteExpr::Cast(text, "TEXT"),  //
                        place->TypeIs({"true", "false", "null"}), place->Type(),     //
                        place->TypeIs({"real"}), Spelled(*place),                    //
                        RemoteExpr::Null()},
                       call.return_type, Encoding::TEXT);
  auto escaped = RemoteExpr::Or({Has(text, "\""), Has(text, "\\"), Globs(text, "*[\x01-\x1F\x7F]*")});
  WitnessJson(result, *place,
              {place->TypeIs({"object", "array"}), BeyondInt64(*place),
               RemoteExpr::And({place->TypeIs({"real"}), RemoteExpr::Postfix(IsShortDecimal(*place), "IS NOT 1")}),
               RemoteExpr::And({place->TypeIs({"text"}), std::move(escaped)})});
  return result;
}

std::optional<Translation> TranslateJsonExists(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  if (call.return_type.id() != duckdb::LogicalTypeId::BOOLEAN) return scope.Refuse("several paths at once");
  const auto place = PlaceOf(scope, call);
  if (!place) return std::nullopt;
  // Not by JsonPart::VALID: nothing there is an answer too.
  auto guarded = RemoteExpr::Case({RemoteExpr::Call("json_valid", {place->document}),
                                   RemoteExpr::Postfix(place->Type(), "IS NOT NULL"), RemoteExpr::Null()});
  auto result = Combine(std::move(guarded), call.return_type, Encoding::BOOLEAN, place->operand);
  WitnessJson(result, *place, {});
  return result;
}

std::optional<Translation> TranslateJsonType(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  if (call.return_type.id() != duckdb::LogicalTypeId::VARCHAR) return scope.Refuse("several paths at once");
  const auto place = PlaceOf(scope, call);
  if (!place) return std::nullopt;
  const auto negative = RemoteExpr::Infix("<", place->Value(), RemoteExpr::Integer(0));
  auto integer = RemoteExpr::Case({negative, RemoteExpr::Text("BIGINT"), RemoteExpr::Text("UBIGINT")});
  auto result = ByType(*place,
                       {place->TypeIs({"text"}), RemoteExpr::Text("VARCHAR"),           //
                        place->TypeIs({"integer"}), std::move(integer),                 //
                        place->TypeIs({"true", "false"}), RemoteExpr::Text("BOOLEAN"),  //
                        place->TypeIs({"real"}), RemoteExpr::Text("DOUBLE"),            //
                        RemoteExpr::Call("upper", {place->Type()})},
                       call.return_type, Encoding::TEXT);
  // DuckDB calls -0 a BIGINT.
  auto negative_zero = RemoteExpr::And({RemoteExpr::Infix("=", place->Value(), RemoteExpr::Integer(0)),
                                        RemoteExpr::Infix("IS NOT", Spelled(*place), RemoteExpr::Text("0")),
                                        place->TypeIs({"integer"})});
  WitnessJson(result, *place, {BeyondInt64(*place), std::move(negative_zero)});
  return result;
}

namespace {

constexpr const char *NOT_ALIKE = "JSON that SQLite and DuckDB read differently";

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
  return {TextIs(RemoteExpr::Call("typeof", {key}), "<>", type), NOT_ALIKE};
}

// Keys are unescaped alike but for \u0000, where SQLite's text ends, and surrogates, of which SQLite takes lone ones.
// Duplicate keys are members of their own in both; arrays and scalars have none in DuckDB. The members of an array have
// numbers for keys, so one of them can stand for a document that must not be read here.
std::optional<JsonMembers> MembersOfKeys(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  if (call.return_type != duckdb::LogicalType::LIST(duckdb::LogicalType::VARCHAR)) {
    return scope.Refuse("several paths at once");
  }
  if (call.children.size() != 1) return scope.Refuse("json_keys() under a path");
  const auto operand = scope.Value(Document(*call.children[0]));
  if (!operand) return std::nullopt;
  if (operand->encoding != Encoding::TEXT) return scope.Refuse("JSON in a column that is not TEXT");
  if (!operand->witnesses.empty()) return scope.Refuse("json_keys() of a value that needs a proof of its own");
  const auto &document = operand->expr;
  const auto nul = RemoteExpr::Call("char", {RemoteExpr::Integer(0)});
  auto unreadable = RemoteExpr::Or(
      {RemoteExpr::Infix(">", RemoteExpr::Call("instr", {document, nul}), RemoteExpr::Integer(0)),
       RemoteExpr::And({Has(document, "\\u"),
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
  return Translation{value, type, Encoding::INTEGER, {{std::move(odd), NOT_ALIKE}}};
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
