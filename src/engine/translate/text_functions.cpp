#include "engine/translate/text_functions.hpp"

#include <algorithm>
#include <cctype>

#include "engine/translate/constants.hpp"
#include "engine/translate/like_pattern.hpp"

namespace shardite {
namespace {

using duckdb::LogicalType;
using duckdb::LogicalTypeId;

RemoteExpr AsBlob(RemoteExpr text) { return RemoteExpr::Cast(std::move(text), "BLOB"); }

Translation Boolean(RemoteExpr condition, const Translation &operand) {
  return Combine(std::move(condition), LogicalType::BOOLEAN, Encoding::BOOLEAN, operand);
}

/// The escape character of LIKE .. ESCAPE, when it is a constant that needs no care.
struct Escape {
  bool is_usable = true;
  std::optional<char> character;
};
Escape EscapeOf(const duckdb::BoundFunctionExpression &call) {
  if (call.children.size() < 3) return {};
  const auto text = ConstantText(*call.children[2]);
  const bool usable = text && text->size() <= 1 && *text != "%" && *text != "_" &&
                      (text->empty() || std::ispunct(static_cast<unsigned char>((*text)[0])) != 0);
  if (!usable) return {false, std::nullopt};
  return {true, text->empty() ? std::nullopt : std::optional<char>((*text)[0])};
}

Translation NegatedIf(bool negated, Translation condition) {
  if (negated) condition.expr = RemoteExpr::Prefix("NOT", std::move(condition.expr));
  return condition;
}

}  // namespace

std::optional<std::string> ConstantText(const duckdb::Expression &expr) {
  const auto constant = ConstantOf(expr);
  if (!constant || constant->IsNull() || constant->type().id() != LogicalTypeId::VARCHAR) return std::nullopt;
  return duckdb::StringValue::Get(*constant);
}

std::optional<Translation> TextOperand(Scope &scope, const duckdb::Expression &expr) {
  auto operand = scope.Value(expr);
  if (operand && operand->encoding != Encoding::TEXT) return scope.Refuse("not a TEXT column");
  return operand;
}

bool IsAscii(const std::string &text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80 && c != '\0'; });
}

std::optional<Translation> TranslatePrefix(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto prefix = ConstantText(*call.children[1]);
  if (!prefix) return scope.Refuse("a prefix that is no constant");
  const auto operand = TextOperand(scope, *call.children[0]);
  if (!operand) return std::nullopt;
  return Boolean(HasPrefix(operand->expr, *prefix), *operand);
}

std::optional<Translation> TranslateSuffix(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto suffix = ConstantText(*call.children[1]);
  if (!suffix || suffix->empty()) return scope.Refuse("a suffix that is no constant");
  const auto operand = TextOperand(scope, *call.children[0]);
  if (!operand) return std::nullopt;
  return Boolean(HasSuffix(operand->expr, *suffix), *operand);
}

std::optional<Translation> TranslateContains(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto operand = TextOperand(scope, *call.children[0]);
  if (!operand) return std::nullopt;
  const auto part = TextOperand(scope, *call.children[1]);
  if (!part) return std::nullopt;
  return Combine(HasPart(operand->expr, part->expr), call.return_type, Encoding::BOOLEAN, *operand, *part);
}

std::optional<Translation> TranslateLike(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto text = ConstantText(*call.children[1]);
  const auto escape = EscapeOf(call);
  const auto pattern = text && escape.is_usable ? LikePattern::OfLike(*text, escape.character) : std::nullopt;
  if (!pattern) return scope.Refuse("LIKE with a pattern that is no constant");
  const auto operand = TextOperand(scope, *call.children[0]);
  if (!operand) return std::nullopt;
  const auto &name = call.function.name;
  return NegatedIf(name == "!~~" || name == "not_like_escape", pattern->Match(*operand));
}

std::optional<Translation> TranslateGlob(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto text = ConstantText(*call.children[1]);
  const auto pattern = text ? LikePattern::OfGlob(*text) : std::nullopt;
  if (!pattern) return scope.Refuse("GLOB with other than a constant pattern of text and *");
  const auto operand = TextOperand(scope, *call.children[0]);
  if (!operand) return std::nullopt;
  return pattern->Match(*operand);
}

std::optional<Translation> TranslateIlike(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto text = ConstantText(*call.children[1]);
  const auto escape = EscapeOf(call);
  if (!text || !IsAscii(*text) || !escape.is_usable) {
    return scope.Refuse("ILIKE with other than a constant ASCII pattern: SQLite folds ASCII only");
  }
  const auto lower = duckdb::StringUtil::Lower(*text);
  const auto pattern = LikePattern::OfLike(lower, escape.character);
  if (!pattern) return scope.Refuse("ILIKE with a pattern that ends in its escape");
  auto operand = TextOperand(scope, *call.children[0]);
  if (!operand) return std::nullopt;
  const auto original = operand->expr;
  operand->expr = RemoteExpr::Call("lower", {original});
  const auto &name = call.function.name;
  auto result = NegatedIf(name == "!~~*" || name == "not_ilike_escape", pattern->Match(*operand));
  // Two characters beyond ASCII fold into it: the Kelvin sign to k, the dotted capital I to i.
  const auto witness = [&](const char *letter, const char *beyond) {
    if (lower.find(letter) == std::string::npos) return;
    result.witnesses.push_back({HasPart(original, RemoteExpr::Text(beyond)), "a character that folds to ASCII"});
  };
  witness("k", "\xE2\x84\xAA");
  witness("i", "\xC4\xB0");
  return result;
}

std::optional<Translation> TranslateLetterCase(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto operand = TextOperand(scope, *call.children[0]);
  if (!operand) return std::nullopt;
  const bool upper = call.function.name == "upper" || call.function.name == "ucase";
  auto result =
      Combine(RemoteExpr::Call(upper ? "upper" : "lower", {operand->expr}), call.return_type, Encoding::TEXT, *operand);
  // As many characters as bytes: ASCII, and no NUL (where length() stops).
  result.witnesses.push_back({RemoteExpr::Infix("<>", RemoteExpr::Call("length", {operand->expr}),
                                                RemoteExpr::Call("length", {AsBlob(operand->expr)})),
                              "text beyond ASCII", true});
  return result;
}

std::optional<Translation> TranslateLength(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto operand = TextOperand(scope, *call.children[0]);
  if (!operand) return std::nullopt;
  const bool bytes = call.function.name == "strlen";
  auto result = Combine(RemoteExpr::Call("length", {bytes ? AsBlob(operand->expr) : operand->expr}), call.return_type,
                        Encoding::INTEGER, *operand);
  if (!bytes) result.witnesses.push_back(HasNul(operand->expr));
  return result;
}

std::optional<Translation> TranslateBytes(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto operand = scope.Value(*call.children[0]);
  if (!operand) return std::nullopt;
  if (operand->encoding != Encoding::BLOB) return scope.Refuse(call.function.name + "() of other than a BLOB");
  if (call.function.name == "octet_length") {
    return Combine(RemoteExpr::Call("length", {operand->expr}), call.return_type, Encoding::INTEGER, *operand);
  }
  auto digits = RemoteExpr::Case({RemoteExpr::Postfix(operand->expr, "IS NOT NULL"),
                                  RemoteExpr::Call("hex", {operand->expr}), RemoteExpr::Null()});
  return Combine(std::move(digits), call.return_type, Encoding::TEXT, *operand);
}

std::optional<Translation> TranslateConcat(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  if (call.return_type.id() != LogicalTypeId::VARCHAR) return scope.Refuse("|| on " + call.return_type.ToString());
  const bool skips_null = call.function.name == "concat";
  std::optional<Translation> result;
  for (const auto &child : call.children) {
    auto operand = TextOperand(scope, *child);
    if (!operand) return std::nullopt;
    if (skips_null) operand->expr = RemoteExpr::Call("coalesce", {operand->expr, RemoteExpr::Text("")});
    result = result ? Combine(RemoteExpr::Infix("||", result->expr, operand->expr), call.return_type, Encoding::TEXT,
                              *result, *operand)
                    : std::move(operand);
  }
  if (result) result->type = call.return_type;
  return result;
}

}  // namespace shardite
