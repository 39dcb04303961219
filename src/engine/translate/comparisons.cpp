#include "engine/translate/comparisons.hpp"

#include <algorithm>

#include "engine/translate/constants.hpp"
#include "engine/translate/decimals.hpp"
#include "engine/translate/steps.hpp"
#include "sqlite/value_list.hpp"

namespace shardite {

using duckdb::ExpressionType;

const char *SqlOperator(ExpressionType op) {
  switch (op) {
    case ExpressionType::COMPARE_EQUAL: return "=";
    case ExpressionType::COMPARE_NOTEQUAL: return "<>";
    case ExpressionType::COMPARE_LESSTHAN: return "<";
    case ExpressionType::COMPARE_LESSTHANOREQUALTO: return "<=";
    case ExpressionType::COMPARE_GREATERTHAN: return ">";
    case ExpressionType::COMPARE_GREATERTHANOREQUALTO: return ">=";
    case ExpressionType::COMPARE_DISTINCT_FROM: return "IS NOT";
    case ExpressionType::COMPARE_NOT_DISTINCT_FROM: return "IS";
    default: return nullptr;
  }
}

namespace {

bool IsDistinctFrom(ExpressionType op) {
  return op == ExpressionType::COMPARE_DISTINCT_FROM || op == ExpressionType::COMPARE_NOT_DISTINCT_FROM;
}

RemoteExpr InRange(const RemoteExpr &column, const IntegerRange &range) {
  if (range.low == range.high) return RemoteExpr::Infix("=", column, RemoteExpr::Integer(range.low));
  std::vector<RemoteExpr> bounds;
  if (range.low != IntegerRange::LOWEST) {
    bounds.push_back(RemoteExpr::Infix(">=", column, RemoteExpr::Integer(range.low)));
  }
  if (range.high != IntegerRange::HIGHEST) {
    bounds.push_back(RemoteExpr::Infix("<", column, RemoteExpr::Integer(range.high + 1)));
  }
  return bounds.empty() ? RemoteExpr::Infix("=", column, column) : RemoteExpr::And(std::move(bounds));
}

/// A monotone function of a column against a constant, exact for every stored integer; nullopt when it is not that.
std::optional<RemoteExpr> CompareMonotone(Scope &scope, ExpressionType op, const duckdb::Expression &operand,
                                          const duckdb::Value &constant) {
  const auto monotone = MonotoneColumn::Of(scope, operand);
  if (!monotone || monotone->NullAtInfinity()) return std::nullopt;
  if (monotone->StoredAs() == Encoding::REAL_SECONDS || monotone->StoredAs() == Encoding::ISO8601) return std::nullopt;
  if (constant.IsNull()) return std::nullopt;
  const auto column = RemoteExpr::Column(monotone->Column());
  const bool distinct = IsDistinctFrom(op);
  const auto integer = ConstantInteger(constant);
  if (monotone->IsIdentity() && integer) {
    return RemoteExpr::Infix(SqlOperator(op), column, RemoteExpr::Integer(*integer));
  }
  const auto plain = op == ExpressionType::COMPARE_DISTINCT_FROM       ? ExpressionType::COMPARE_NOTEQUAL
                     : op == ExpressionType::COMPARE_NOT_DISTINCT_FROM ? ExpressionType::COMPARE_EQUAL
                                                                       : op;
  const auto ranges = monotone->Satisfying(plain, constant);
  if (!ranges) return std::nullopt;
  auto in_ranges = InRanges(column, *ranges);
  if (!distinct) return in_ranges;
  if (op == ExpressionType::COMPARE_DISTINCT_FROM) {
    return RemoteExpr::Or({std::move(in_ranges), RemoteExpr::Postfix(column, "IS NULL")});
  }
  return RemoteExpr::And({std::move(in_ranges), RemoteExpr::Postfix(column, "IS NOT NULL")});
}

std::optional<Translation> CompareValues(Scope &scope, ExpressionType op, const Translation &left,
                                         const Translation &right) {
  if (left.encoding != right.encoding) {
    const bool times = NanosecondsPerTick(left.encoding) && NanosecondsPerTick(right.encoding);
    return scope.Refuse(times ? "a comparison of times in different units"
                              : "a comparison of " + left.type.ToString() + " with " + right.type.ToString() +
                                    ", which are not stored alike");
  }
  if (left.encoding == Encoding::ANY_TEXT || left.encoding == Encoding::CAST_TEXT) {
    return scope.Refuse("a comparison of a column without a certain storage class");
  }
  if (left.encoding == Encoding::REAL_SECONDS || left.encoding == Encoding::ISO8601) {
    return scope.Refuse("a comparison of times stored as REAL or TEXT");
  }
  return Combine(RemoteExpr::Infix(SqlOperator(op), left.expr, right.expr), duckdb::LogicalType::BOOLEAN,
                 Encoding::BOOLEAN, left, right);
}

/// CAST(i AS DECIMAL(p,s)) op constant: the constant in units of 1 is rounded to the side that `op` leaves unchanged.
std::optional<Translation> CompareDecimal(Scope &scope, ExpressionType op, const duckdb::Expression &left,
                                          const duckdb::Value &constant) {
  if (left.GetExpressionClass() != duckdb::ExpressionClass::BOUND_CAST || constant.IsNull()) return std::nullopt;
  const auto &cast = left.Cast<duckdb::BoundCastExpression>();
  if (cast.try_cast || !LimitsOf(cast.child->return_type) || IsDistinctFrom(op)) return std::nullopt;
  const auto &type = left.return_type;
  const int digits = duckdb::DecimalType::GetWidth(type) - duckdb::DecimalType::GetScale(type);
  const bool fits = digits >= 19 || (digits >= 10 && LimitsOf(duckdb::LogicalType::UINTEGER)->high >=
                                                         LimitsOf(cast.child->return_type)->high);
  if (!fits) return std::nullopt;  // the cast could raise
  const auto unscaled = duckdb::IntegralValue::Get(constant);
  auto divisor = duckdb::hugeint_t(1);
  for (int i = 0; i < duckdb::DecimalType::GetScale(type); i++) divisor *= duckdb::hugeint_t(10);
  auto whole = unscaled / divisor;
  const auto rest = unscaled - whole * divisor;
  const bool integral = rest == duckdb::hugeint_t(0);
  if (rest < duckdb::hugeint_t(0)) whole -= duckdb::hugeint_t(1);  // now the floor
  int64_t floor = 0;
  if (!duckdb::Hugeint::TryCast(whole, floor) || floor == IntegerRange::HIGHEST) return std::nullopt;
  auto operand = scope.Value(*cast.child);
  if (!operand) return std::nullopt;
  const auto compare = [&](const char *sql, int64_t with) {
    return Combine(RemoteExpr::Infix(sql, operand->expr, RemoteExpr::Integer(with)), duckdb::LogicalType::BOOLEAN,
                   Encoding::BOOLEAN, *operand);
  };
  if (integral) return compare(SqlOperator(op), floor);
  switch (op) {
    case ExpressionType::COMPARE_EQUAL:
    case ExpressionType::COMPARE_NOTEQUAL:  // never, or always; NULL for NULL
      return Combine(RemoteExpr::Infix(op == ExpressionType::COMPARE_EQUAL ? "<>" : "=", operand->expr, operand->expr),
                     duckdb::LogicalType::BOOLEAN, Encoding::BOOLEAN, *operand);
    case ExpressionType::COMPARE_LESSTHAN:
    case ExpressionType::COMPARE_LESSTHANOREQUALTO: return compare("<=", floor);
    case ExpressionType::COMPARE_GREATERTHAN:
    case ExpressionType::COMPARE_GREATERTHANOREQUALTO: return compare(">", floor);
    default: return std::nullopt;
  }
}

}  // namespace

RemoteExpr InRanges(const RemoteExpr &column, const std::vector<IntegerRange> &ranges) {
  if (ranges.empty()) return RemoteExpr::Infix("<>", column, column);
  std::vector<RemoteExpr> parts;
  parts.reserve(ranges.size());
  for (const auto &range : ranges) parts.push_back(InRange(column, range));
  return RemoteExpr::Or(std::move(parts));
}

std::optional<Translation> Compare(Scope &scope, ExpressionType op, const duckdb::Expression &left,
                                   const duckdb::Expression &right) {
  if (SqlOperator(op) == nullptr) return scope.Refuse("comparison " + duckdb::ExpressionTypeToString(op));
  if (const auto constant = ConstantOf(right)) {
    if (auto ranges = CompareMonotone(scope, op, left, *constant)) {
      return Translation{std::move(*ranges), duckdb::LogicalType::BOOLEAN, Encoding::BOOLEAN, {}};
    }
    if (const auto curve = Curve::Of(scope, left)) {
      if (auto steps = CompareSteps(scope, op, left, *curve, *constant)) return steps;
    }
    if (left.return_type.id() == duckdb::LogicalTypeId::DECIMAL) {
      if (auto decimal = CompareDecimal(scope, op, left, *constant)) return decimal;
    }
  } else if (ConstantOf(left)) {
    return Compare(scope, duckdb::FlipComparisonExpression(op), right, left);
  }
  // Both sides have one type, and so one scale.
  const bool decimals =
      left.return_type.id() == duckdb::LogicalTypeId::DECIMAL && left.return_type == right.return_type;
  const auto value = [&](const duckdb::Expression &side) {
    return decimals ? DecimalUnits(scope, side) : scope.Value(side);
  };
  const auto left_value = value(left);
  if (!left_value) return std::nullopt;
  const auto right_value = value(right);
  if (!right_value) return std::nullopt;
  return CompareValues(scope, op, *left_value, *right_value);
}

namespace {

/// What a list holds, by the form in which the shard looks for it.
struct ListParts {
  std::vector<SqliteValue> constants;
  std::vector<RemoteExpr> computed;
  std::vector<RemoteExpr> ranges;  // where a constant is a range of a stored column
};

/// Constants that are found as ranges of the bare column, so that an index serves them: ts::DATE IN (..).
constexpr size_t MOST_RANGES = 500;

bool SortConstant(Scope &scope, const duckdb::BoundOperatorExpression &expr, const duckdb::Value &constant,
                  Encoding encoding, bool by_ranges, ListParts &parts) {
  const bool same_unit = ComputedEncoding(constant.type()) == encoding;
  if (by_ranges || (!same_unit && !constant.IsNull() && NanosecondsPerTick(encoding))) {
    if (auto range = CompareMonotone(scope, ExpressionType::COMPARE_EQUAL, *expr.children[0], constant)) {
      parts.ranges.push_back(std::move(*range));
      return true;
    }
  }
  auto value = same_unit || constant.IsNull() ? SqliteConstant(constant) : std::nullopt;
  if (value) parts.constants.push_back(std::move(*value));
  return value.has_value();
}

/// Whether every row's value follows from ranges of a column; then what the operand's translation must prove is moot.
bool FoundByRanges(Scope &scope, const duckdb::BoundOperatorExpression &expr) {
  const auto monotone = MonotoneColumn::Of(scope, *expr.children[0]);
  if (!monotone || monotone->IsIdentity() || expr.children.size() - 1 > MOST_RANGES) return false;
  return std::all_of(expr.children.begin() + 1, expr.children.end(), [&](const auto &child) {
    const auto constant = ConstantOf(*child);
    return constant && CompareMonotone(scope, ExpressionType::COMPARE_EQUAL, *expr.children[0], *constant);
  });
}

}  // namespace

std::optional<Translation> CompareIn(Scope &scope, const duckdb::BoundOperatorExpression &expr) {
  const bool negated = expr.type == ExpressionType::COMPARE_NOT_IN;
  auto operand = scope.Value(*expr.children[0]);
  if (!operand) return std::nullopt;
  switch (operand->encoding) {
    case Encoding::ANY_TEXT:
    case Encoding::CAST_TEXT:
    case Encoding::REAL_SECONDS:
    case Encoding::ISO8601: return scope.Refuse("IN over a column without a certain storage class");
    default: break;
  }
  const bool by_ranges = FoundByRanges(scope, expr);
  auto witnesses = by_ranges ? std::vector<RemoteQuery::Witness>{} : operand->witnesses;
  ListParts parts;
  for (size_t i = 1; i < expr.children.size(); i++) {
    if (const auto constant = ConstantOf(*expr.children[i])) {
      if (SortConstant(scope, expr, *constant, operand->encoding, by_ranges, parts)) continue;
      return scope.Refuse("IN over " + operand->type.ToString() + " with " + constant->type().ToString());
    }
    auto item = scope.Value(*expr.children[i]);
    if (!item) return std::nullopt;
    if (item->encoding != operand->encoding) return scope.Refuse("IN over different encodings");
    witnesses.insert(witnesses.end(), item->witnesses.begin(), item->witnesses.end());
    parts.computed.push_back(item->expr);
  }
  if (ListBytes(parts.constants) > MOST_LIST_BYTES) return scope.Refuse("a list too long for one statement");
  auto alternatives = std::move(parts.ranges);
  if (!parts.constants.empty()) alternatives.push_back(InList(operand->expr, parts.constants));
  if (!parts.computed.empty()) alternatives.push_back(RemoteExpr::In(operand->expr, std::move(parts.computed)));
  auto any = RemoteExpr::Or(std::move(alternatives));
  return Translation{negated ? RemoteExpr::Prefix("NOT", std::move(any)) : std::move(any), duckdb::LogicalType::BOOLEAN,
                     Encoding::BOOLEAN, std::move(witnesses)};
}

std::optional<Translation> CompareBetween(Scope &scope, const duckdb::BoundBetweenExpression &expr) {
  const auto lower = Compare(scope, expr.LowerComparisonType(), *expr.input, *expr.lower);
  if (!lower) return std::nullopt;
  const auto upper = Compare(scope, expr.UpperComparisonType(), *expr.input, *expr.upper);
  if (!upper) return std::nullopt;
  return Combine(RemoteExpr::And({lower->expr, upper->expr}), duckdb::LogicalType::BOOLEAN, Encoding::BOOLEAN, *lower,
                 *upper);
}

}  // namespace shardite
