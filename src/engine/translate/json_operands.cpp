#include "engine/translate/json_operands.hpp"

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

/// The document under a cast to JSON.
const duckdb::Expression &Uncast(const duckdb::Expression &expr) {
  if (expr.GetExpressionClass() != duckdb::ExpressionClass::BOUND_CAST) return expr;
  const auto &cast = expr.Cast<duckdb::BoundCastExpression>();
  const bool to_json = cast.return_type.IsJSONType() && cast.child->return_type.id() == duckdb::LogicalTypeId::VARCHAR;
  return to_json && !cast.try_cast ? *cast.child : expr;
}

}  // namespace

std::optional<Translation> JsonDocument(Scope &scope, const duckdb::Expression &expr) {
  auto document = scope.Value(Uncast(expr));
  if (document && document->encoding != Encoding::TEXT) return scope.Refuse("JSON in a column that is not TEXT");
  return document;
}

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

}  // namespace shardite
