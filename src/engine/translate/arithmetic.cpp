#include "engine/translate/arithmetic.hpp"

#include <cmath>

#include "engine/translate/casts.hpp"
#include "engine/translate/constants.hpp"
#include "engine/translate/time_functions.hpp"

namespace shardite {
namespace {

using duckdb::LogicalTypeId;

bool IsTime(const duckdb::LogicalType &type) {
  switch (type.id()) {
    case LogicalTypeId::DATE:
    case LogicalTypeId::INTERVAL:
    case LogicalTypeId::TIMESTAMP:
    case LogicalTypeId::TIMESTAMP_NS:
    case LogicalTypeId::TIMESTAMP_TZ: return true;
    default: return false;
  }
}

/// Two operands of the result's own number type; DuckDB's binder has put the casts.
struct Operands {
  Translation left, right;
};
std::optional<Operands> NumberOperands(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto encoding = ComputedEncoding(call.return_type);
  if (encoding != Encoding::INTEGER && encoding != Encoding::REAL) {
    return scope.Refuse(call.function.name + " on " + call.return_type.ToString());
  }
  auto left = scope.Value(*call.children[0]);
  if (!left) return std::nullopt;
  auto right = scope.Value(*call.children[1]);
  if (!right) return std::nullopt;
  if (left->encoding != *encoding || right->encoding != *encoding) {
    return scope.Refuse(call.function.name + " on " + call.children[0]->return_type.ToString());
  }
  return Operands{std::move(*left), std::move(*right)};
}

bool IsFiniteNonZero(const duckdb::Expression &expr) {
  const auto constant = ConstantOf(expr);
  if (!constant || constant->IsNull()) return false;
  if (constant->type().id() != LogicalTypeId::DOUBLE) return ConstantInteger(*constant).value_or(0) != 0;
  const double value = duckdb::DoubleValue::Get(*constant);
  return std::isfinite(value) && value != 0;
}

/// inf - inf and 0 * inf are NaN, for which SQLite has only NULL.
void WitnessNotNan(Translation &result, const Operands &operands) {
  result.witnesses.push_back({RemoteExpr::And({RemoteExpr::Postfix(result.expr, "IS NULL"),
                                               RemoteExpr::Postfix(operands.left.expr, "IS NOT NULL"),
                                               RemoteExpr::Postfix(operands.right.expr, "IS NOT NULL")}),
                              "not a number"});
}

std::optional<Translation> Negate(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  auto operand = scope.Value(*call.children[0]);
  if (!operand) return std::nullopt;
  if (operand->encoding != Encoding::INTEGER && operand->encoding != Encoding::REAL) return scope.Refuse("- of a time");
  auto result = Combine(RemoteExpr::Prefix("-", operand->expr), call.return_type, operand->encoding, *operand);
  if (result.encoding == Encoding::INTEGER) WitnessLimits(result);
  return result;
}

}  // namespace

std::optional<Translation> TranslateSum(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto &name = call.function.name;
  if (call.children.size() == 1) {
    if (name == "-") return Negate(scope, call);
    return name == "+" ? scope.Value(*call.children[0]) : scope.Refuse("unary " + name);
  }
  if (IsTime(call.return_type)) return ShiftTime(scope, call);
  const auto operands = NumberOperands(scope, call);
  if (!operands) return std::nullopt;
  const std::string op = name == "add" ? "+" : name == "subtract" ? "-" : name == "multiply" ? "*" : name;
  auto result = Combine(RemoteExpr::Infix(op, operands->left.expr, operands->right.expr), call.return_type,
                        operands->left.encoding, operands->left, operands->right);
  if (result.encoding == Encoding::INTEGER)
    WitnessLimits(result);
  else if (!IsFiniteNonZero(*call.children[0]) && !IsFiniteNonZero(*call.children[1]))
    WitnessNotNan(result, *operands);
  return result;
}

std::optional<Translation> TranslateDivision(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const bool modulo = call.function.name == "%" || call.function.name == "mod";
  // By zero DuckDB gives infinity or NULL, SQLite NULL; -1 overflows at the lowest integer.
  const auto constant = ConstantOf(*call.children[1]);
  if (!IsFiniteNonZero(*call.children[1]) || ConstantInteger(*constant) == -1) {
    return scope.Refuse(call.function.name + " by anything but a constant other than 0 and -1");
  }
  const auto operands = NumberOperands(scope, call);
  if (!operands) return std::nullopt;
  const bool real = operands->left.encoding == Encoding::REAL;
  if (real && call.function.name != "/") return scope.Refuse("// and % on doubles: SQLite's are on integers");
  // Both truncate toward zero, and the remainder has the dividend's sign.
  return Combine(RemoteExpr::Infix(modulo ? "%" : "/", operands->left.expr, operands->right.expr), call.return_type,
                 operands->left.encoding, operands->left, operands->right);
}

std::optional<Translation> TranslateBits(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  if (call.children.size() != 2 || call.return_type.id() != LogicalTypeId::BIGINT) {
    return scope.Refuse(call.function.name + " on " + call.return_type.ToString());
  }
  const auto operands = NumberOperands(scope, call);
  if (!operands) return std::nullopt;
  const auto &[left, right] = *operands;
  const auto &name = call.function.name;
  if (name == ">>") {
    const auto constant = ConstantOf(*call.children[1]);
    const auto by = constant ? ConstantInteger(*constant) : std::nullopt;
    if (!by || *by < 0 || *by > 63) return scope.Refuse(">> by a column, or by more than 63 bits");
  }
  auto expr = name == "xor" ? RemoteExpr::Infix("-", RemoteExpr::Infix("|", left.expr, right.expr),
                                                RemoteExpr::Infix("&", left.expr, right.expr))
                            : RemoteExpr::Infix(name, left.expr, right.expr);
  return Combine(std::move(expr), call.return_type, Encoding::INTEGER, left, right);
}

std::optional<Translation> TranslateSign(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  auto operand = scope.Value(*call.children[0]);
  if (!operand) return std::nullopt;
  if (operand->encoding != Encoding::INTEGER && operand->encoding != Encoding::REAL)
    return scope.Refuse("not a number");
  if (call.function.name == "sign") {
    const auto zero = RemoteExpr::Integer(0);
    return Combine(RemoteExpr::Infix("-", RemoteExpr::Infix(">", operand->expr, zero),
                                     RemoteExpr::Infix("<", operand->expr, zero)),
                   call.return_type, Encoding::INTEGER, *operand);
  }
  if (operand->encoding == Encoding::REAL) {
    return Combine(RemoteExpr::Call("abs", {operand->expr}), call.return_type, Encoding::REAL, *operand);
  }
  // The lowest integer has no absolute value: SQLite's abs() would fail the statement; -x becomes a REAL.
  auto absolute = RemoteExpr::Case({RemoteExpr::Infix("<", operand->expr, RemoteExpr::Integer(0)),
                                    RemoteExpr::Prefix("-", operand->expr), operand->expr});
  auto result = Combine(std::move(absolute), call.return_type, Encoding::INTEGER, *operand);
  WitnessLimits(result);
  return result;
}

std::optional<Translation> TranslateRounding(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const std::string name = call.function.name == "ceiling" ? "ceil" : call.function.name;
  if (call.return_type.id() != LogicalTypeId::DOUBLE)
    return scope.Refuse(name + "() on " + call.return_type.ToString());
  // sqld lists a floor() of its own that gives integers; SQLite's comes with all the others.
  if (!scope.profile.has_math_functions || !scope.profile.HasFunction(name))
    return scope.Refuse(name + "(): not every shard has it");
  const auto operand = scope.Value(*call.children[0]);
  if (!operand || operand->encoding != Encoding::REAL) return std::nullopt;
  return Combine(RemoteExpr::Call(name, {operand->expr}), call.return_type, Encoding::REAL, *operand);
}

std::optional<Translation> TranslateExtreme(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  if (call.children.size() != 2) return scope.Refuse(call.function.name + "() of more than two values");
  const auto left = scope.Value(*call.children[0]);
  if (!left) return std::nullopt;
  const auto right = scope.Value(*call.children[1]);
  if (!right) return std::nullopt;
  switch (left->encoding) {
    case Encoding::ANY_TEXT:
    case Encoding::REAL_SECONDS:
    case Encoding::ISO8601: return scope.Refuse("a column without a certain storage class");
    default: break;
  }
  if (left->encoding != right->encoding) return scope.Refuse(call.function.name + "() of different encodings");
  auto extreme = RemoteExpr::Call(call.function.name == "greatest" ? "max" : "min", {left->expr, right->expr});
  return Combine(RemoteExpr::Call("coalesce", {std::move(extreme), left->expr, right->expr}), call.return_type,
                 left->encoding, *left, *right);
}

std::optional<Translation> TranslateConstantOrNull(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto constant = scope.Value(*call.children[0]);
  if (!constant) return std::nullopt;
  auto result = *constant;
  std::vector<RemoteExpr> present;
  for (size_t i = 1; i < call.children.size(); i++) {
    const auto value = scope.Value(*call.children[i]);
    if (!value) return std::nullopt;
    present.push_back(RemoteExpr::Postfix(value->expr, "IS NOT NULL"));
    result.witnesses.insert(result.witnesses.end(), value->witnesses.begin(), value->witnesses.end());
  }
  result.expr = RemoteExpr::Case({RemoteExpr::And(std::move(present)), constant->expr, RemoteExpr::Null()});
  return result;
}

}  // namespace shardite
