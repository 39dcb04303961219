#include "engine/translate/casts.hpp"

#include "engine/translate/constants.hpp"
#include "engine/translate/time_functions.hpp"

namespace shardite {
namespace {

using duckdb::LogicalTypeId;

/// Digits and nothing else, so that SQLite's reading of a prefix and DuckDB's of blanks, exponents and underscores
/// agree: the number's own text is the text.
std::optional<Translation> TextToInteger(Translation text, const duckdb::LogicalType &target) {
  auto number = RemoteExpr::Cast(text.expr, "INTEGER");
  auto violated = RemoteExpr::Infix("<>", RemoteExpr::Cast(number, "TEXT"), text.expr);
  auto result = Combine(std::move(number), target, Encoding::INTEGER, text);
  result.witnesses.push_back({std::move(violated), "cast to integer"});
  WitnessLimits(result);
  return result;
}

std::optional<Translation> BooleanToText(Translation flag, const duckdb::LogicalType &target) {
  auto text = RemoteExpr::Case({flag.expr, RemoteExpr::Text("true"), RemoteExpr::Prefix("NOT", flag.expr),
                                RemoteExpr::Text("false"), RemoteExpr::Null()});
  return Combine(std::move(text), target, Encoding::TEXT, flag);
}

std::optional<Translation> CastInteger(Scope &scope, Translation operand, const duckdb::LogicalType &target) {
  if (LimitsOf(target)) {
    const bool widens = operand.encoding == Encoding::BOOLEAN || LimitsOf(target)->Hold(*LimitsOf(operand.type));
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
      if (operand.encoding == Encoding::BOOLEAN) return BooleanToText(std::move(operand), target);
      return Combine(RemoteExpr::Cast(operand.expr, "TEXT"), target, Encoding::TEXT, operand);
    default: return scope.Refuse("CAST to " + target.ToString());
  }
}

}  // namespace

void WitnessLimits(Translation &translation) {
  const auto limits = LimitsOf(translation.type);
  if (translation.type.id() == LogicalTypeId::BIGINT) {
    translation.witnesses.push_back(
        {RemoteExpr::Infix("=", RemoteExpr::Call("typeof", {translation.expr}), RemoteExpr::Text("real")),
         "integer overflow"});
    return;
  }
  translation.witnesses.push_back(
      {RemoteExpr::Or({RemoteExpr::Infix("<", translation.expr, RemoteExpr::Integer(limits->low)),
                       RemoteExpr::Infix(">", translation.expr, RemoteExpr::Integer(limits->high))}),
       "integer overflow"});
}

std::optional<Translation> TranslateCast(Scope &scope, const duckdb::BoundCastExpression &cast) {
  if (cast.try_cast) return scope.Refuse("TRY_CAST");
  const auto &target = cast.return_type;
  auto operand = scope.Value(*cast.child);
  if (!operand) return std::nullopt;
  if (operand->type == target) return operand;
  switch (operand->encoding) {
    case Encoding::INTEGER:
    case Encoding::BOOLEAN: return CastInteger(scope, std::move(*operand), target);
    case Encoding::TEXT:
      // The alias JSON is the same text, but casting to it validates.
      if (target.id() == LogicalTypeId::VARCHAR && !target.HasAlias()) {
        operand->type = target;
        return operand;
      }
      if (LimitsOf(target)) return TextToInteger(std::move(*operand), target);
      break;
    case Encoding::TICKS_NS:
    case Encoding::TICKS_US:
    case Encoding::TICKS_MS:
    case Encoding::TICKS_S:
    case Encoding::DAYS: return CastTime(scope, std::move(*operand), target);
    default: break;
  }
  return scope.Refuse("CAST from " + operand->type.ToString() + " to " + target.ToString() +
                      ": SQLite's rules are not DuckDB's");
}

}  // namespace shardite
