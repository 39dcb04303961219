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

std::optional<Translation> TranslateJsonText(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto constant = ConstantOf(*call.children[1]);
  const auto path = constant ? SqliteJsonPath(*constant) : std::nullopt;
  if (!path || call.return_type.id() != duckdb::LogicalTypeId::VARCHAR) {
    return scope.Refuse(call.function.name + " with other than a constant key or a simple path");
  }
  const auto document = scope.Value(Document(*call.children[0]));
  if (!document) return std::nullopt;
  if (document->encoding != Encoding::TEXT) return scope.Refuse("JSON in a column that is not TEXT");
  const auto json = document->expr;
  const auto malformed = RemoteExpr::Prefix("NOT", RemoteExpr::Call("json_valid", {json}));
  const auto type = RemoteExpr::Call("json_type", {json, RemoteExpr::Text(*path)});
  const auto value = RemoteExpr::Call("json_extract", {json, RemoteExpr::Text(*path)});
  const auto is = [&](std::vector<RemoteExpr> types) { return RemoteExpr::In(type, std::move(types)); };
  const auto text = [](const char *word) { return RemoteExpr::Text(word); };
  // json_type() fails the statement on malformed text, so every use stands behind json_valid().
  auto expr = RemoteExpr::Case({malformed, RemoteExpr::Null(),                                         //
                                is({text("text"), text("integer")}), RemoteExpr::Cast(value, "TEXT"),  //
                                is({text("true"), text("false")}), type,                               //
                                RemoteExpr::Null()});
  const auto real = RemoteExpr::Infix("=", RemoteExpr::Call("typeof", {value}), text("real"));
  // json_valid(NULL) is 0 before 3.45.
  auto violated = RemoteExpr::Case({RemoteExpr::Postfix(json, "IS NULL"), RemoteExpr::Integer(0),               //
                                    malformed, RemoteExpr::Integer(1),                                          //
                                    is({text("real"), text("object"), text("array")}), RemoteExpr::Integer(1),  //
                                    real, RemoteExpr::Integer(1),  // an integer beyond int64
                                    SuspiciousEscapes(json, *path)});
  auto result = Combine(std::move(expr), call.return_type, Encoding::TEXT, *document);
  result.witnesses.push_back({std::move(violated), "JSON that SQLite and DuckDB read differently"});
  return result;
}

}  // namespace shardite
