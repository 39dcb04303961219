#include "engine/translate/text_functions.hpp"

#include <algorithm>

#include "engine/translate/constants.hpp"

namespace shardite {
namespace {

using duckdb::LogicalType;
using duckdb::LogicalTypeId;

RemoteExpr Instr(RemoteExpr text, RemoteExpr part) {
  return RemoteExpr::Infix(">", RemoteExpr::Call("instr", {std::move(text), std::move(part)}), RemoteExpr::Integer(0));
}

RemoteExpr AsBlob(RemoteExpr text) { return RemoteExpr::Cast(std::move(text), "BLOB"); }

RemoteQuery::Witness HasNul(const RemoteExpr &text) {
  return {Instr(text, RemoteExpr::Call("char", {RemoteExpr::Integer(0)})), "text with a NUL byte"};
}

std::optional<std::string> ConstantText(const duckdb::Expression &expr) {
  const auto constant = ConstantOf(expr);
  if (!constant || constant->IsNull() || constant->type().id() != LogicalTypeId::VARCHAR) return std::nullopt;
  return duckdb::StringValue::Get(*constant);
}

std::optional<int64_t> ConstantCount(const duckdb::Expression &expr) {
  const auto constant = ConstantOf(expr);
  return constant ? ConstantInteger(*constant) : std::nullopt;
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

/// The least text above all that begin with `prefix`: its last code point plus one (UTF-8 sorts as code points do);
/// nullopt where that takes more than its last byte.
std::optional<std::string> AfterPrefix(std::string prefix) {
  if (prefix.empty()) return std::nullopt;
  const auto last = static_cast<unsigned char>(prefix.back());
  if (last == 0x7F || last == 0xBF) return std::nullopt;
  prefix.back() = static_cast<char>(last + 1);
  return prefix;
}

/// LIKE's pattern as GLOB's: * and ? for % and _, and brackets around what GLOB takes for special.
std::string GlobPattern(const std::string &pattern) {
  std::string glob;
  for (const char c : pattern) {
    switch (c) {
      case '%': glob += '*'; break;
      case '_': glob += '?'; break;
      case '*':
      case '?':
      case '[': glob += std::string("[") + c + "]"; break;
      default: glob += c;
    }
  }
  return glob;
}

Translation Boolean(RemoteExpr condition, const Translation &operand, bool negated = false) {
  return Combine(negated ? RemoteExpr::Prefix("NOT", std::move(condition)) : std::move(condition), LogicalType::BOOLEAN,
                 Encoding::BOOLEAN, operand);
}

/// Matches `text` with a LIKE pattern; text with a NUL byte, where GLOB stops, is witnessed unless instr() serves.
Translation Match(const Translation &text, const std::string &pattern, bool negated) {
  const auto inner = pattern.size() >= 2 ? pattern.substr(1, pattern.size() - 2) : "";
  const bool contains = pattern.size() >= 2 && pattern.front() == '%' && pattern.back() == '%' &&
                        inner.find_first_of("%_") == std::string::npos;
  if (contains) return Boolean(Instr(text.expr, RemoteExpr::Text(inner)), text, negated);
  auto result = Boolean(RemoteExpr::Infix("GLOB", text.expr, RemoteExpr::Text(GlobPattern(pattern))), text, negated);
  result.witnesses.push_back(HasNul(text.expr));
  return result;
}

}  // namespace

std::optional<Translation> TranslatePrefix(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto prefix = ConstantText(*call.children[1]);
  if (!prefix) return scope.Refuse("a prefix that is no constant");
  const auto operand = TextOperand(scope, *call.children[0]);
  if (!operand) return std::nullopt;
  std::vector<RemoteExpr> bounds = {RemoteExpr::Infix(">=", operand->expr, RemoteExpr::Text(*prefix))};
  if (auto after = AfterPrefix(*prefix)) {
    bounds.push_back(RemoteExpr::Infix("<", operand->expr, RemoteExpr::Text(std::move(*after))));
  } else if (!prefix->empty()) {
    auto head = RemoteExpr::Call("substr", {AsBlob(operand->expr), RemoteExpr::Integer(1),
                                            RemoteExpr::Integer(static_cast<int64_t>(prefix->size()))});
    bounds.push_back(RemoteExpr::Infix("=", std::move(head), RemoteExpr::Literal(SqliteBlob{*prefix})));
  }
  return Boolean(RemoteExpr::And(std::move(bounds)), *operand);
}

std::optional<Translation> TranslateSuffix(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto suffix = ConstantText(*call.children[1]);
  if (!suffix || suffix->empty()) return scope.Refuse("a suffix that is no constant");
  const auto operand = TextOperand(scope, *call.children[0]);
  if (!operand) return std::nullopt;
  // By bytes, as DuckDB does: on text, substr() would stop at a NUL; of an empty BLOB it is NULL.
  const auto size = static_cast<int64_t>(suffix->size());
  auto long_enough =
      RemoteExpr::Infix(">=", RemoteExpr::Call("length", {AsBlob(operand->expr)}), RemoteExpr::Integer(size));
  auto tail = RemoteExpr::Call("substr", {AsBlob(operand->expr), RemoteExpr::Integer(-size)});
  auto same = RemoteExpr::Infix("=", std::move(tail), RemoteExpr::Literal(SqliteBlob{*suffix}));
  return Boolean(RemoteExpr::And({std::move(long_enough), std::move(same)}), *operand);
}

std::optional<Translation> TranslateContains(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto operand = TextOperand(scope, *call.children[0]);
  if (!operand) return std::nullopt;
  const auto part = TextOperand(scope, *call.children[1]);
  if (!part) return std::nullopt;
  return Combine(Instr(operand->expr, part->expr), call.return_type, Encoding::BOOLEAN, *operand, *part);
}

std::optional<Translation> TranslateLike(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto pattern = ConstantText(*call.children[1]);
  if (!pattern || pattern->find('\0') != std::string::npos)
    return scope.Refuse("LIKE with a pattern that is no constant");
  const auto operand = TextOperand(scope, *call.children[0]);
  if (!operand) return std::nullopt;
  return Match(*operand, *pattern, call.function.name == "!~~");
}

std::optional<Translation> TranslateIlike(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto pattern = ConstantText(*call.children[1]);
  if (!pattern || !IsAscii(*pattern)) {
    return scope.Refuse("ILIKE with other than a constant ASCII pattern: SQLite folds ASCII only");
  }
  auto operand = TextOperand(scope, *call.children[0]);
  if (!operand) return std::nullopt;
  const auto text = operand->expr;
  operand->expr = RemoteExpr::Call("lower", {text});
  const auto lower = duckdb::StringUtil::Lower(*pattern);
  auto result = Match(*operand, lower, call.function.name == "!~~*");
  // Two characters beyond ASCII fold into it: the Kelvin sign to k, the dotted capital I to i.
  if (lower.find('k') != std::string::npos) {
    result.witnesses.push_back({Instr(text, RemoteExpr::Text("\xE2\x84\xAA")), "a character that folds to ASCII"});
  }
  if (lower.find('i') != std::string::npos) {
    result.witnesses.push_back({Instr(text, RemoteExpr::Text("\xC4\xB0")), "a character that folds to ASCII"});
  }
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

std::optional<Translation> TranslateSubstring(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const bool left = call.function.name == "left";
  const auto from = left ? std::optional<int64_t>(1) : ConstantCount(*call.children[1]);
  const bool to_end = !left && call.children.size() == 2;
  const auto count = to_end ? std::optional<int64_t>(0) : ConstantCount(*call.children[left ? 1 : 2]);
  if (!from || !count || *from < 1 || *count < 0) {
    return scope.Refuse(call.function.name + "() with other than constants counted from the start");
  }
  const auto operand = TextOperand(scope, *call.children[0]);
  if (!operand) return std::nullopt;
  std::vector<RemoteExpr> arguments = {operand->expr, RemoteExpr::Integer(*from)};
  if (!to_end) arguments.push_back(RemoteExpr::Integer(*count));
  auto result = Combine(RemoteExpr::Call("substr", std::move(arguments)), call.return_type, Encoding::TEXT, *operand);
  result.witnesses.push_back(HasNul(operand->expr));
  return result;
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
