// Functions that cut text (text_functions.hpp): by code points, as DuckDB's do. SQLite's substr() stops at a NUL byte.
#include "engine/translate/constants.hpp"
#include "engine/translate/like_pattern.hpp"
#include "engine/translate/text_functions.hpp"

namespace shardite {
namespace {

/// Beyond this DuckDB's substring() raises.
constexpr int64_t MOST_CHARACTERS = 4294967295;

/// Every blank of Unicode's category Zs, which DuckDB's trim() takes off; SQLite's takes off the ASCII one.
constexpr const char *BLANKS =
    " \xC2\xA0\xE1\x9A\x80\xE2\x80\x80\xE2\x80\x81\xE2\x80\x82\xE2\x80\x83\xE2\x80\x84\xE2\x80\x85\xE2\x80\x86\xE2\x80"
    "\x87"
    "\xE2\x80\x88\xE2\x80\x89\xE2\x80\x8A\xE2\x80\xAF\xE2\x81\x9F\xE3\x80\x80";

constexpr int64_t MOST_SPLITS = 4;  // each triples the statement

std::optional<int64_t> ConstantCount(const duckdb::Expression &expr) {
  const auto constant = ConstantOf(expr);
  const auto count = constant ? ConstantInteger(*constant) : std::nullopt;
  if (!count || *count > MOST_CHARACTERS || *count < -MOST_CHARACTERS) return std::nullopt;
  return count;
}

RemoteExpr Substr(const RemoteExpr &text, int64_t from, std::optional<RemoteExpr> count = std::nullopt) {
  std::vector<RemoteExpr> arguments = {text, RemoteExpr::Integer(from)};
  if (count) arguments.push_back(std::move(*count));
  return RemoteExpr::Call("substr", std::move(arguments));
}

/// All but the last `count` characters.
RemoteExpr WithoutLast(const RemoteExpr &text, int64_t count) {
  auto rest = RemoteExpr::Infix("-", RemoteExpr::Call("length", {text}), RemoteExpr::Integer(count));
  // A negative length would take what lies before.
  return Substr(text, 1, RemoteExpr::Call("max", {std::move(rest), RemoteExpr::Integer(0)}));
}

std::optional<RemoteExpr> CutLeft(const RemoteExpr &text, int64_t count) {
  return count >= 0 ? Substr(text, 1, RemoteExpr::Integer(count)) : WithoutLast(text, -count);
}

std::optional<RemoteExpr> CutRight(const RemoteExpr &text, int64_t count) {
  if (count == 0) return Substr(text, 1, RemoteExpr::Integer(0));
  return Substr(text, count > 0 ? -count : 1 - count);
}

/// substring(text, from[, count]); a negative start with a count is cut otherwise by SQLite, at the start of short
/// text.
std::optional<RemoteExpr> CutMiddle(const RemoteExpr &text, const duckdb::BoundFunctionExpression &call) {
  const auto from = ConstantCount(*call.children[1]);
  if (!from) return std::nullopt;
  if (call.children.size() == 2) return Substr(text, *from == 0 ? 1 : *from);
  const auto count = ConstantCount(*call.children[2]);
  if (!count || *from < 1 || *count < 0) return std::nullopt;
  return Substr(text, *from, RemoteExpr::Integer(*count));
}

bool IsSplit(const std::string &name) {
  return name == "string_split" || name == "str_split" || name == "split" || name == "string_to_array";
}

Translation Cut(RemoteExpr expr, const duckdb::LogicalType &type, const Translation &text) {
  auto result = Combine(std::move(expr), type, Encoding::TEXT, text);
  result.witnesses.push_back(HasNul(text.expr));
  return result;
}

}  // namespace

std::optional<Translation> TranslateSubstring(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto text = TextOperand(scope, *call.children[0]);
  if (!text) return std::nullopt;
  const auto &name = call.function.name;
  std::optional<RemoteExpr> piece;
  if (name == "left" || name == "right") {
    const auto count = ConstantCount(*call.children[1]);
    if (count) piece = name == "left" ? CutLeft(text->expr, *count) : CutRight(text->expr, *count);
  } else {
    piece = CutMiddle(text->expr, call);
  }
  if (!piece) return scope.Refuse(name + "() with other than constants, or a count from a negative start");
  return Cut(std::move(*piece), call.return_type, *text);
}

std::optional<Translation> TranslateTrim(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto characters = call.children.size() == 1 ? BLANKS : ConstantText(*call.children[1]);
  if (!characters || characters->find('\0') != std::string::npos) {
    return scope.Refuse(call.function.name + "() of other than constant characters");
  }
  const auto text = TextOperand(scope, *call.children[0]);
  if (!text) return std::nullopt;
  return Combine(RemoteExpr::Call(call.function.name, {text->expr, RemoteExpr::Text(*characters)}), call.return_type,
                 Encoding::TEXT, *text);
}

std::optional<Translation> TranslateReplace(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto from = ConstantText(*call.children[1]);
  const auto to = ConstantText(*call.children[2]);
  if (!from || !to || from->empty() || (*from)[0] == '\0' || from->size() < to->size() / 16) {
    return scope.Refuse("replace() with other than constants of about the same length");
  }
  const auto text = TextOperand(scope, *call.children[0]);
  if (!text) return std::nullopt;
  return Combine(RemoteExpr::Call("replace", {text->expr, RemoteExpr::Text(*from), RemoteExpr::Text(*to)}),
                 call.return_type, Encoding::TEXT, *text);
}

/// split_part() is a macro: coalesce(array_extract(string_split(text, separator), number), '').
std::optional<Translation> TranslateSplitPart(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto &list = *call.children[0];
  const bool splits = list.GetExpressionClass() == duckdb::ExpressionClass::BOUND_FUNCTION &&
                      IsSplit(list.Cast<duckdb::BoundFunctionExpression>().function.name);
  if (!splits) return scope.Refuse(call.function.name + "() of other than string_split()");
  const auto &split = list.Cast<duckdb::BoundFunctionExpression>();
  const auto separator = ConstantText(*split.children[1]);
  const auto number = ConstantCount(*call.children[1]);
  if (!separator || separator->empty() || separator->find('\0') != std::string::npos || !number || *number < 1 ||
      *number > MOST_SPLITS) {
    return scope.Refuse("string_split() by other than a constant, or beyond the fourth part");
  }
  const auto text = TextOperand(scope, *split.children[0]);
  if (!text) return std::nullopt;
  const auto length = RemoteExpr::Call("length", {RemoteExpr::Text(*separator)});
  auto rest = text->expr;
  const auto at = [&] { return RemoteExpr::Call("instr", {rest, RemoteExpr::Text(*separator)}); };
  const auto found = [&] { return RemoteExpr::Infix(">", at(), RemoteExpr::Integer(0)); };
  for (int64_t i = 1; i < *number; i++) {
    auto behind = RemoteExpr::Call("substr", {rest, RemoteExpr::Infix("+", at(), length)});
    rest = RemoteExpr::Case({found(), std::move(behind), RemoteExpr::Null()});
  }
  auto before = Substr(rest, 1, RemoteExpr::Infix("-", at(), RemoteExpr::Integer(1)));
  return Cut(RemoteExpr::Case({found(), std::move(before), rest}), call.return_type, *text);
}

std::optional<Translation> TranslatePosition(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto text = TextOperand(scope, *call.children[0]);
  if (!text) return std::nullopt;
  const auto part = TextOperand(scope, *call.children[1]);
  if (!part) return std::nullopt;
  return Combine(RemoteExpr::Call("instr", {text->expr, part->expr}), call.return_type, Encoding::INTEGER, *text,
                 *part);
}

}  // namespace shardite
