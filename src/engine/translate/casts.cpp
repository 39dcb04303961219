#include "engine/translate/casts.hpp"

#include "engine/translate/constants.hpp"
#include "engine/translate/decimals.hpp"
#include "engine/translate/like_pattern.hpp"
#include "engine/translate/time_functions.hpp"

namespace shardite {
namespace {

using duckdb::LogicalTypeId;

/// |number| beyond what the type holds; both ends of BIGINT are SQLite's own.
RemoteExpr OutsideLimits(const RemoteExpr &number, const duckdb::LogicalType &type) {
  const auto limits = LimitsOf(type);
  return RemoteExpr::Or({RemoteExpr::Infix("<", number, RemoteExpr::Integer(limits->low)),
                         RemoteExpr::Infix(">", number, RemoteExpr::Integer(limits->high))});
}

enum class OnFailure { RAISES, GIVES_NULL };  // CAST, TRY_CAST

/// Characters that no spelling of a number holds (blanks, signs, exponents, underscores, 0x1F, inf and nan may be one):
/// for these TRY_CAST gives NULL.
constexpr const char *NO_INTEGER = "*[g-wyzG-WYZ!-*,/:-@]*";
constexpr const char *NO_DOUBLE = "*[ghj-mo-su-wzGHJ-MO-SU-WZ!-*,/:-@]*";

void WitnessSpelling(Translation &result, RemoteExpr violated, const RemoteExpr &text, const char *no_number,
                     OnFailure on_failure) {
  if (on_failure == OnFailure::GIVES_NULL) {
    const auto is_none = Globs(text, no_number);
    result.expr = RemoteExpr::Case({is_none, RemoteExpr::Null(), result.expr});
    violated = RemoteExpr::Case({is_none, RemoteExpr::Integer(0), std::move(violated)});
  }
  result.witnesses.push_back({std::move(violated), "text cast to a number"});
}

/// Digits and nothing else, so that SQLite's reading of a prefix and DuckDB's of blanks, exponents and underscores
/// agree: the number's own text is the text.
std::optional<Translation> TextToInteger(const Translation &text, const duckdb::LogicalType &target,
                                         OnFailure on_failure) {
  auto number = RemoteExpr::Cast(text.expr, "INTEGER");
  auto violated = RemoteExpr::Infix("<>", RemoteExpr::Cast(number, "TEXT"), text.expr);
  auto result = Combine(number, target, Encoding::INTEGER, text);
  if (target.id() != LogicalTypeId::BIGINT)
    violated = RemoteExpr::Or({std::move(violated), OutsideLimits(number, target)});
  WitnessSpelling(result, std::move(violated), text.expr, NO_INTEGER, on_failure);
  return result;
}

/// 12.34 is 1234 / 100.0: both are exact up to 15 digits, so the quotient is the nearest double, as DuckDB reads it.
/// SQLite's own reading of a decimal may be one ulp off. An integer's own text is converted as the integer.
std::optional<Translation> TextToDouble(const Translation &text, OnFailure on_failure) {
  const auto integer = RemoteExpr::Cast(text.expr, "INTEGER");
  const auto is_integer = RemoteExpr::Infix("=", RemoteExpr::Cast(integer, "TEXT"), text.expr);
  const auto digits = RemoteExpr::Call("replace", {text.expr, RemoteExpr::Text("."), RemoteExpr::Text("")});
  const auto unscaled = RemoteExpr::Cast(digits, "INTEGER");
  const auto length = RemoteExpr::Call("length", {text.expr});
  const auto zeros = RemoteExpr::Infix("-", length, RemoteExpr::Call("instr", {text.expr, RemoteExpr::Text(".")}));
  const auto scale = RemoteExpr::Call("substr", {RemoteExpr::Text("1000000000000000"), RemoteExpr::Integer(1),
                                                 RemoteExpr::Infix("+", RemoteExpr::Integer(1), zeros)});
  auto decimal = RemoteExpr::Infix("/", RemoteExpr::Cast(unscaled, "REAL"),
                                   RemoteExpr::Cast(RemoteExpr::Cast(scale, "INTEGER"), "REAL"));
  // One point between digits; a sign only in front; not a negative zero, which SQLite lacks.
  const auto is_decimal = RemoteExpr::And(
      {RemoteExpr::Or({Globs(text.expr, "[0-9]*.*[0-9]"), Globs(text.expr, "-[0-9]*.*[0-9]")}),
       RemoteExpr::Prefix("NOT", Globs(text.expr, "?*[^0-9.]*")), RemoteExpr::Prefix("NOT", Globs(text.expr, "*.*.*")),
       RemoteExpr::Infix("<=", RemoteExpr::Call("length", {RemoteExpr::Cast(text.expr, "BLOB")}),
                         RemoteExpr::Integer(16)),
       RemoteExpr::Infix("<>", unscaled, RemoteExpr::Integer(0))});
  auto result = Combine(RemoteExpr::Case({is_integer, RemoteExpr::Cast(integer, "REAL"), std::move(decimal)}),
                        duckdb::LogicalType::DOUBLE, Encoding::REAL, text);
  auto violated = RemoteExpr::Prefix("NOT", RemoteExpr::Or({is_integer, is_decimal}));
  WitnessSpelling(result, std::move(violated), text.expr, NO_DOUBLE, on_failure);
  return result;
}

/// To the nearest, halves to the even one; SQLite's cast cuts the fraction off, which is exact below 2^52.
Translation DoubleToInteger(const Translation &real, const duckdb::LogicalType &target) {
  const auto whole = RemoteExpr::Cast(real.expr, "INTEGER");
  const auto fraction = RemoteExpr::Infix("-", real.expr, whole);
  const auto odd =
      RemoteExpr::Infix("<>", RemoteExpr::Infix("%", whole, RemoteExpr::Integer(2)), RemoteExpr::Integer(0));
  const auto beyond = [&](const char *than, const char *at, double half) {
    return RemoteExpr::Or({RemoteExpr::Infix(than, fraction, RemoteExpr::Literal(half)),
                           RemoteExpr::And({RemoteExpr::Infix(at, fraction, RemoteExpr::Literal(half)), odd})});
  };
  auto rounded = RemoteExpr::Infix("-", RemoteExpr::Infix("+", whole, beyond(">", "=", 0.5)), beyond("<", "=", -0.5));
  auto result = Combine(rounded, target, Encoding::INTEGER, real);
  constexpr double EXACT = 4503599627370496.0;
  result.witnesses.push_back({RemoteExpr::Infix(">=", RemoteExpr::Call("abs", {real.expr}), RemoteExpr::Literal(EXACT)),
                              "a double beyond 2^52"});
  if (target.id() != LogicalTypeId::BIGINT) WitnessLimits(result);
  return result;
}

/// TRY_CAST between integers: NULL for what does not fit.
Translation IntegerOrNull(const Translation &operand, const duckdb::LogicalType &target) {
  auto fits = RemoteExpr::Prefix("NOT", OutsideLimits(operand.expr, target));
  return Combine(RemoteExpr::Case({std::move(fits), operand.expr, RemoteExpr::Null()}), target, Encoding::INTEGER,
                 operand);
}

std::optional<Translation> BooleanToText(const Translation &flag, const duckdb::LogicalType &target) {
  auto text = RemoteExpr::Case({flag.expr, RemoteExpr::Text("true"), RemoteExpr::Prefix("NOT", flag.expr),
                                RemoteExpr::Text("false"), RemoteExpr::Null()});
  return Combine(std::move(text), target, Encoding::TEXT, flag);
}

std::optional<Translation> CastInteger(Scope &scope, const Translation &operand, const duckdb::LogicalType &target,
                                       OnFailure on_failure) {
  if (LimitsOf(target)) {
    const bool widens = operand.encoding == Encoding::BOOLEAN || LimitsOf(target)->Hold(*LimitsOf(operand.type));
    if (!widens && on_failure == OnFailure::GIVES_NULL) return IntegerOrNull(operand, target);
    auto result = Combine(operand.expr, target, Encoding::INTEGER, operand);
    if (!widens) WitnessLimits(result);
    return result;
  }
  switch (target.id()) {
    case LogicalTypeId::DOUBLE:  // both round to the nearest double
      return Combine(RemoteExpr::Cast(operand.expr, "REAL"), target, Encoding::REAL, operand);
    case LogicalTypeId::BOOLEAN:
      return Combine(RemoteExpr::Infix("<>", operand.expr, RemoteExpr::Integer(0)), target, Encoding::BOOLEAN, operand);
    case LogicalTypeId::VARCHAR:
      if (operand.encoding == Encoding::BOOLEAN) return BooleanToText(operand, target);
      return Combine(RemoteExpr::Cast(operand.expr, "TEXT"), target, Encoding::TEXT, operand);
    default: return scope.Refuse("CAST to " + target.ToString());
  }
}

}  // namespace

void WitnessLimits(Translation &translation) {
  if (translation.type.id() == LogicalTypeId::BIGINT) {
    translation.witnesses.push_back(
        {RemoteExpr::Infix("=", RemoteExpr::Call("typeof", {translation.expr}), RemoteExpr::Text("real")),
         "integer overflow"});
    return;
  }
  translation.witnesses.push_back({OutsideLimits(translation.expr, translation.type), "integer overflow"});
}

namespace {

/// A number in a column of any storage class: DuckDB would write it as text and read that again, without a loss.
std::optional<Translation> NumberOfAny(Scope &scope, const duckdb::BoundCastExpression &cast) {
  const auto column = scope.resolve(*cast.child);
  const bool any = column && EncodingOf(scope.table, *column) == Encoding::ANY_TEXT;
  if (!any || cast.return_type.id() != LogicalTypeId::DOUBLE) return std::nullopt;
  const auto value = RemoteExpr::Column(*column);
  auto text = RemoteExpr::In(RemoteExpr::Call("typeof", {value}), {RemoteExpr::Text("text"), RemoteExpr::Text("blob")});
  return Translation{RemoteExpr::Cast(value, "REAL"),
                     duckdb::LogicalType::DOUBLE,
                     Encoding::REAL,
                     {{std::move(text), "text in a column of no certain type"}}};
}

}  // namespace

std::optional<Translation> TranslateCast(Scope &scope, const duckdb::BoundCastExpression &cast) {
  if (auto number = NumberOfAny(scope, cast)) return number;
  const auto on_failure = cast.try_cast ? OnFailure::GIVES_NULL : OnFailure::RAISES;
  const auto &target = cast.return_type;
  const bool of_decimal = cast.child->return_type.id() == LogicalTypeId::DECIMAL;
  if (of_decimal && target.id() == LogicalTypeId::DOUBLE) return DecimalToDouble(scope, cast);
  auto operand = scope.Value(*cast.child);
  if (!operand) return std::nullopt;
  if (operand->type == target) return operand;
  switch (operand->encoding) {
    case Encoding::INTEGER:
    case Encoding::BOOLEAN: return CastInteger(scope, *operand, target, on_failure);
    case Encoding::TEXT:
      // The alias JSON is the same text, but casting to it validates.
      if (target.id() == LogicalTypeId::VARCHAR && !target.HasAlias()) {
        operand->type = target;
        return operand;
      }
      if (operand->type.HasAlias()) break;  // JSON's casts read "5" and 5 alike
      if (LimitsOf(target)) return TextToInteger(*operand, target, on_failure);
      if (target.id() == LogicalTypeId::DOUBLE) return TextToDouble(*operand, on_failure);
      break;
    case Encoding::REAL:
      if (LimitsOf(target) && !cast.try_cast) return DoubleToInteger(*operand, target);
      break;
    case Encoding::TICKS_NS:
    case Encoding::TICKS_US:
    case Encoding::TICKS_MS:
    case Encoding::TICKS_S:
    case Encoding::DAYS:
      if (cast.try_cast) return scope.Refuse("TRY_CAST of a time");
      return CastTime(scope, std::move(*operand), target);
    default: break;
  }
  return scope.Refuse("CAST from " + operand->type.ToString() + " to " + target.ToString() +
                      ": SQLite's rules are not DuckDB's");
}

}  // namespace shardite
