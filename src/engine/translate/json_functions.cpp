#include "engine/translate/json_functions.hpp"

#include <algorithm>
#include <cctype>

#include "engine/translate/constants.hpp"
#include "engine/translate/json_operands.hpp"
#include "engine/translate/like_pattern.hpp"

namespace shardite {
namespace {

RemoteExpr Has(const RemoteExpr &text, const char *part) { return HasPart(text, RemoteExpr::Text(part)); }

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

/// A value within a document: nested extractions are one path.
struct Extraction {
  RemoteExpr document;
  std::string path;
  Translation operand;

  RemoteExpr Type() const { return RemoteExpr::Json(JsonPart::TYPE, document, path); }
  RemoteExpr Value() const { return RemoteExpr::Json(JsonPart::VALUE, document, path); }
  RemoteExpr TypeIs(const std::vector<const char *> &types) const {
    std::vector<RemoteExpr> list;
    list.reserve(types.size());
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
  auto document = JsonDocument(scope, *call.children[0]);
  if (!document) return std::nullopt;
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
  // json_valid(NULL) is 0 before 3.45.
  auto of_document =
      RemoteExpr::Case({RemoteExpr::Postfix(place.document, "IS NULL"), RemoteExpr::Integer(0), place.Malformed(),
                        RemoteExpr::Integer(1), SuspiciousEscapes(place.document, place.path)});
  result.witnesses.push_back({std::move(of_document), READ_DIFFERENTLY});
  if (conditions.empty()) return;
  auto valid = RemoteExpr::Json(JsonPart::VALID, place.document, place.path);
  auto of_value = RemoteExpr::Case({std::move(valid), RemoteExpr::Or(std::move(conditions)), RemoteExpr::Integer(0)});
  result.witnesses.push_back({std::move(of_value), READ_DIFFERENTLY});
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

}  // namespace shardite
