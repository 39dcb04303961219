#include "engine/translate/decimals.hpp"

#include <duckdb/planner/expression/bound_function_expression.hpp>

#include "engine/translate/casts.hpp"
#include "engine/translate/constants.hpp"

namespace shardite {
namespace {

using duckdb::DecimalType;
using duckdb::Expression;
using duckdb::LogicalType;
using duckdb::LogicalTypeId;

constexpr int MOST_DIGITS = 18;  // of a power of ten in 64 bits

bool IsDecimal(const LogicalType &type) { return type.id() == LogicalTypeId::DECIMAL; }

int64_t PowerOfTen(int digits) {
  int64_t power = 1;
  for (int i = 0; i < digits; i++) power *= 10;
  return power;
}

RemoteExpr IsBeyond(const RemoteExpr &number, int64_t limit) {
  return RemoteExpr::Or({RemoteExpr::Infix(">=", number, RemoteExpr::Integer(limit)),
                         RemoteExpr::Infix("<=", number, RemoteExpr::Integer(-limit))});
}

std::optional<Translation> ConstantUnits(Scope &scope, const duckdb::Value &constant) {
  int64_t units = 0;
  if (constant.IsNull() || !duckdb::Hugeint::TryCast(duckdb::IntegralValue::Get(constant), units)) {
    return scope.Refuse("a constant of type " + constant.type().ToString());
  }
  return Translation{RemoteExpr::Integer(units), LogicalType::BIGINT, Encoding::INTEGER, {}};
}

// Times 10^digits; what leaves 64 bits becomes a REAL.
Translation ScaledUp(const Translation &units, int digits) {
  if (digits == 0) return units;
  auto result = Combine(RemoteExpr::Infix("*", units.expr, RemoteExpr::Integer(PowerOfTen(digits))),
                        LogicalType::BIGINT, Encoding::INTEGER, units);
  WitnessLimits(result);
  return result;
}

std::optional<Translation> CastUnits(Scope &scope, const duckdb::BoundCastExpression &cast) {
  const auto &source = cast.child->return_type;
  const int width = DecimalType::GetWidth(cast.return_type), scale = DecimalType::GetScale(cast.return_type);
  int source_scale = 0;
  std::optional<Translation> operand;
  if (IsDecimal(source)) {
    source_scale = DecimalType::GetScale(source);
    operand = DecimalUnits(scope, *cast.child);
  } else if (LimitsOf(source)) {
    operand = scope.Value(*cast.child);
  } else {
    return scope.Refuse("CAST from " + source.ToString() + " to " + cast.return_type.ToString());
  }
  if (!operand) return std::nullopt;
  if (cast.try_cast || operand->encoding != Encoding::INTEGER || scale < source_scale ||
      scale - source_scale > MOST_DIGITS) {
    return scope.Refuse("CAST from " + source.ToString() + " to " + cast.return_type.ToString());
  }
  // DuckDB raises for more digits before the point than the type has; 64 bits have none beyond 19.
  Translation units{operand->expr, LogicalType::BIGINT, Encoding::INTEGER, operand->witnesses};
  if (const int digits = width - scale + source_scale; digits <= MOST_DIGITS) {
    units.witnesses.push_back({IsBeyond(units.expr, PowerOfTen(digits)), "a decimal's digits"});
  }
  return ScaledUp(units, scale - source_scale);
}

std::optional<Translation> ComputedUnits(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto &name = call.function.name;
  const auto refuse = [&] { return scope.Refuse(name + " on " + call.return_type.ToString()); };
  const bool known = (name == "+" || name == "-" || name == "*") && call.children.size() == 2;
  if (!known || !IsDecimal(call.children[0]->return_type) || !IsDecimal(call.children[1]->return_type)) return refuse();
  const int scale = DecimalType::GetScale(call.return_type), width = DecimalType::GetWidth(call.return_type);
  const int left_scale = DecimalType::GetScale(call.children[0]->return_type);
  const int right_scale = DecimalType::GetScale(call.children[1]->return_type);
  const bool scales = name == "*" ? left_scale + right_scale == scale : left_scale == scale && right_scale == scale;
  if (!scales) return refuse();
  const auto left = DecimalUnits(scope, *call.children[0]);
  if (!left) return std::nullopt;
  const auto right = DecimalUnits(scope, *call.children[1]);
  if (!right) return std::nullopt;
  if (name == "*" && right->expr.Equals(RemoteExpr::Integer(1))) return left;  // 0.1, 0.001: only the scale changes
  auto result =
      Combine(RemoteExpr::Infix(name, left->expr, right->expr), LogicalType::BIGINT, Encoding::INTEGER, *left, *right);
  if (width <= MOST_DIGITS) {
    result.witnesses.push_back({IsBeyond(result.expr, PowerOfTen(width)), "a decimal's digits"});
  } else {
    WitnessLimits(result);
  }
  return result;
}

}  // namespace

std::optional<Translation> DecimalUnits(Scope &scope, const Expression &decimal) {
  if (const auto constant = ConstantOf(decimal)) return ConstantUnits(scope, *constant);
  switch (decimal.GetExpressionClass()) {
    case duckdb::ExpressionClass::BOUND_CAST: return CastUnits(scope, decimal.Cast<duckdb::BoundCastExpression>());
    case duckdb::ExpressionClass::BOUND_FUNCTION:
      return ComputedUnits(scope, decimal.Cast<duckdb::BoundFunctionExpression>());
    default: return scope.Refuse(decimal.ToString() + " is " + decimal.return_type.ToString());
  }
}

// Up to 2^53 DuckDB divides the units by the power of ten; beyond, it adds the two parts of the number.
std::optional<Translation> DecimalToDouble(Scope &scope, const duckdb::BoundCastExpression &cast) {
  const int scale = DecimalType::GetScale(cast.child->return_type);
  if (scale > MOST_DIGITS) return scope.Refuse("CAST from " + cast.child->return_type.ToString() + " to DOUBLE");
  const auto units = DecimalUnits(scope, *cast.child);
  if (!units) return std::nullopt;
  const auto power = static_cast<double>(PowerOfTen(scale));  // exact up to 10^22
  auto real = RemoteExpr::Cast(units->expr, "REAL");
  auto result = Combine(power == 1 ? real : RemoteExpr::Infix("/", real, RemoteExpr::Literal(power)),
                        LogicalType::DOUBLE, Encoding::REAL, *units);
  constexpr int64_t EXACT = int64_t{1} << 53;
  result.witnesses.push_back({IsBeyond(units->expr, EXACT + 1), "a decimal beyond 2^53"});
  return result;
}

}  // namespace shardite
