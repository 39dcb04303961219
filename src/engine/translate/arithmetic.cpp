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
  const auto divisor = ConstantOf(*call.children[1]);
  const bool fails = divisor && (!IsFiniteNonZero(*call.children[1]) || ConstantInteger(*divisor) == -1);
  const auto operands = NumberOperands(scope, call);
  if (!operands) return std::nullopt;
  if (fails) return scope.Refuse(call.function.name + " by 0 or -1");  // its witness would fail on every row
  const bool real = operands->left.encoding == Encoding::REAL;
  if (real && call.function.name != "/") return scope.Refuse("// and % on doubles: SQLite's are on integers");
  // Both truncate toward zero, and the remainder has the dividend's sign.
  auto result = Combine(RemoteExpr::Infix(modulo ? "%" : "/", operands->left.expr, operands->right.expr),
                        call.return_type, operands->left.encoding, operands->left, operands->right);
  if (divisor) return result;
  // A double by zero is infinite in DuckDB, NULL in SQLite; an integer by zero is NULL in both. -1 overflows at the
  // lowest integer.
  if (real)
    WitnessNotNan(result, *operands);
  else
    result.witnesses.push_back(
        {RemoteExpr::Infix("=", operands->right.expr, RemoteExpr::Integer(-1)), "a division by -1"});
  return result;
}

namespace {

int64_t BitsOf(const duckdb::LogicalType &type) {
  return static_cast<int64_t>(duckdb::GetTypeIdSize(type.InternalType())) * 8;
}

/// By a constant within the type. To the left DuckDB raises for what is negative, or does not fit.
std::optional<Translation> Shift(Scope &scope, const duckdb::BoundFunctionExpression &call, const Operands &operands) {
  const auto constant = ConstantOf(*call.children[1]);
  const auto by = constant ? ConstantInteger(*constant) : std::nullopt;
  const auto &name = call.function.name;
  if (!by || *by < 0 || *by >= BitsOf(call.return_type)) {
    return scope.Refuse(name + " by a column, or by more bits than the type has");
  }
  const auto &left = operands.left;
  auto result =
      Combine(RemoteExpr::Infix(name, left.expr, operands.right.expr), call.return_type, Encoding::INTEGER, left);
  if (name == ">>") return result;
  std::vector<RemoteExpr> lost = {RemoteExpr::Infix("<", left.expr, RemoteExpr::Integer(0))};
  if (*by > 0) {
    const auto most = RemoteExpr::Integer(int64_t{1} << (BitsOf(call.return_type) - 1 - *by));
    lost.push_back(RemoteExpr::Infix(">=", left.expr, most));
  }
  result.witnesses.push_back({RemoteExpr::Or(std::move(lost)), "bits shifted out"});
  return result;
}

bool IsSigned(const duckdb::LogicalType &type) {
  const auto limits = LimitsOf(type);
  return limits && limits->low < 0;
}

}  // namespace

std::optional<Translation> TranslateBits(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto &name = call.function.name;
  if (!IsSigned(call.return_type)) return scope.Refuse(name + " on " + call.return_type.ToString());
  if (call.children.size() == 1) {
    const auto operand = scope.Value(*call.children[0]);
    if (!operand) return std::nullopt;
    return Combine(RemoteExpr::Prefix("~", operand->expr), call.return_type, Encoding::INTEGER, *operand);
  }
  const auto operands = NumberOperands(scope, call);
  if (!operands) return std::nullopt;
  if (name == ">>" || name == "<<") return Shift(scope, call, *operands);
  const auto &[left, right] = *operands;
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

namespace {

/// Below this a double has a fraction and its integer part is an INTEGER; at and above it every double is integral.
constexpr double INTEGRAL_DOUBLES = 4503599627370496.0;  // 2^52

/// The integer part, of type INTEGER, corrected by a comparison: exact, and core SQL.
RemoteExpr Rounded(const std::string &name, const RemoteExpr &real) {
  auto whole = RemoteExpr::Cast(real, "INTEGER");
  if (name == "trunc") return whole;
  if (name == "floor") return RemoteExpr::Infix("-", whole, RemoteExpr::Infix("<", real, whole));
  if (name == "ceil") return RemoteExpr::Infix("+", whole, RemoteExpr::Infix(">", real, whole));
  // Halves go away from zero. The fraction is exact, where SQLite's round() adds 0.5 and rounds once more.
  const auto fraction = RemoteExpr::Infix("-", real, whole);
  const auto up = RemoteExpr::Infix(">=", fraction, RemoteExpr::Literal(0.5));
  const auto down = RemoteExpr::Infix("<=", fraction, RemoteExpr::Literal(-0.5));
  return RemoteExpr::Infix("-", RemoteExpr::Infix("+", whole, up), down);
}

}  // namespace

std::optional<Translation> TranslateRounding(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const std::string name = call.function.name == "ceiling" ? "ceil" : call.function.name;
  if (call.children.size() != 1) return scope.Refuse(name + "() to a number of digits");
  auto operand = scope.Value(*call.children[0]);
  if (!operand) return std::nullopt;
  if (operand->encoding == Encoding::INTEGER && operand->type == call.return_type) return operand;
  if (operand->encoding != Encoding::REAL) return scope.Refuse(name + "() on " + operand->type.ToString());
  auto has_fraction =
      RemoteExpr::Infix("<", RemoteExpr::Call("abs", {operand->expr}), RemoteExpr::Literal(INTEGRAL_DOUBLES));
  auto rounded = RemoteExpr::Case(
      {std::move(has_fraction), RemoteExpr::Cast(Rounded(name, operand->expr), "REAL"), operand->expr});
  if (name != "round") {
    rounded = RemoteExpr::Either(Capability::MATH, RemoteExpr::Call(name, {operand->expr}), std::move(rounded));
  }
  auto result = Combine(std::move(rounded), call.return_type, Encoding::REAL, *operand);
  // -0.5 becomes a negative zero, which arrives as zero.
  const auto zero = RemoteExpr::Integer(0);
  if (name != "floor") {
    result.witnesses.push_back({RemoteExpr::And({RemoteExpr::Infix("<", operand->expr, zero),
                                                 RemoteExpr::Infix(">", operand->expr, RemoteExpr::Integer(-1)),
                                                 RemoteExpr::Infix("=", result.expr, zero)}),
                                "a negative zero"});
  }
  return result;
}

namespace {

/// max(1, NULL) is NULL in SQLite; in DuckDB NULL loses.
Translation ExtremeOf(const char *name, const Translation &left, const Translation &right) {
  auto extreme = RemoteExpr::Call(name, {left.expr, right.expr});
  return Combine(RemoteExpr::Call("coalesce", {std::move(extreme), left.expr, right.expr}), left.type, left.encoding,
                 left, right);
}

}  // namespace

std::optional<Translation> TranslateExtreme(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  if (call.children.size() > 4) return scope.Refuse(call.function.name + "() of more than four values");
  const char *name = call.function.name == "greatest" ? "max" : "min";
  std::optional<Translation> result;
  for (const auto &child : call.children) {
    auto value = scope.Value(*child);
    if (!value) return std::nullopt;
    switch (value->encoding) {
      case Encoding::ANY_TEXT:
      case Encoding::REAL_SECONDS:
      case Encoding::ISO8601: return scope.Refuse("a column without a certain storage class");
      default: break;
    }
    if (result && result->encoding != value->encoding)
      return scope.Refuse(call.function.name + "() of different encodings");
    result = result ? ExtremeOf(name, *result, *value) : *value;
  }
  if (result) result->type = call.return_type;
  return result;
}

std::optional<Translation> TranslateFiniteness(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto operand = scope.Value(*call.children[0]);
  if (!operand) return std::nullopt;
  if (operand->encoding != Encoding::REAL)
    return scope.Refuse(call.function.name + "() on " + operand->type.ToString());
  const auto infinity = RemoteExpr::Literal(std::numeric_limits<double>::infinity());
  const char *op = call.function.name == "isinf" ? "=" : "<>";
  auto test = call.function.name == "isnan" ? RemoteExpr::Infix("<>", operand->expr, operand->expr)
                                            : RemoteExpr::Infix(op, RemoteExpr::Call("abs", {operand->expr}), infinity);
  return Combine(std::move(test), call.return_type, Encoding::BOOLEAN, *operand);
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
