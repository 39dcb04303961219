#include <duckdb/common/types.hpp>

#include "engine/translate/casts.hpp"
#include "engine/translate/comparisons.hpp"
#include "engine/translate/constants.hpp"
#include "engine/translate/function_table.hpp"
#include "engine/translate/json_members.hpp"
#include "engine/translate/scope.hpp"
#include "engine/translate/steps.hpp"
#include "engine/translate/time_functions.hpp"

namespace shardite {

using duckdb::ExpressionClass;
using duckdb::ExpressionType;
using duckdb::LogicalType;

namespace {

std::optional<Translation> ConstantAsValue(Scope &scope, const duckdb::Value &value) {
  const auto encoding = ComputedEncoding(value.type());
  auto constant = SqliteConstant(value);
  if (!encoding || !constant) return scope.Refuse("a constant of type " + value.type().ToString());
  return Translation{RemoteExpr::Literal(std::move(*constant)), value.type(), *encoding, {}};
}

std::optional<Translation> Conjunction(Scope &scope, const duckdb::BoundConjunctionExpression &expr) {
  std::vector<RemoteExpr> operands;
  Translation result{RemoteExpr::Null(), LogicalType::BOOLEAN, Encoding::BOOLEAN, {}};
  for (const auto &child : expr.children) {
    auto operand = scope.Value(*child);
    if (!operand) return std::nullopt;
    operands.push_back(operand->expr);
    result.witnesses.insert(result.witnesses.end(), operand->witnesses.begin(), operand->witnesses.end());
  }
  result.expr = expr.type == ExpressionType::CONJUNCTION_AND ? RemoteExpr::And(std::move(operands))
                                                             : RemoteExpr::Or(std::move(operands));
  return result;
}

/// Results that stand for one another (of CASE, COALESCE): translated, and all of one encoding; a NULL takes any.
std::optional<std::vector<Translation>> Alternatives(Scope &scope, const std::vector<const duckdb::Expression *> &exprs,
                                                     Translation &shape) {
  std::vector<Translation> results;
  bool known = false;
  for (const auto *expr : exprs) {
    auto result = scope.Value(*expr);
    if (!result) return std::nullopt;
    const auto constant = ConstantOf(*expr);
    if (!constant || !constant->IsNull()) {
      if (known && result->encoding != shape.encoding) return scope.Refuse("alternatives in different encodings");
      shape.encoding = result->encoding;
      known = true;
    }
    shape.witnesses.insert(shape.witnesses.end(), result->witnesses.begin(), result->witnesses.end());
    results.push_back(std::move(*result));
  }
  if (!known) return scope.Refuse("nothing but NULL");
  return results;
}

std::optional<Translation> Case(Scope &scope, const duckdb::BoundCaseExpression &expr) {
  std::vector<const duckdb::Expression *> results;
  for (const auto &check : expr.case_checks) results.push_back(check.then_expr.get());
  results.push_back(expr.else_expr.get());
  Translation shape{RemoteExpr::Null(), expr.return_type, Encoding::INTEGER, {}};
  const auto translated = Alternatives(scope, results, shape);
  if (!translated) return std::nullopt;
  std::vector<RemoteExpr> branches;
  for (size_t i = 0; i < expr.case_checks.size(); i++) {
    const auto condition = scope.Value(*expr.case_checks[i].when_expr);
    if (!condition) return std::nullopt;
    shape.witnesses.insert(shape.witnesses.end(), condition->witnesses.begin(), condition->witnesses.end());
    branches.push_back(condition->expr);
    branches.push_back((*translated)[i].expr);
  }
  branches.push_back(translated->back().expr);
  shape.expr = RemoteExpr::Case(std::move(branches));
  return shape;
}

std::optional<Translation> Coalesce(Scope &scope, const duckdb::BoundOperatorExpression &expr) {
  std::vector<const duckdb::Expression *> children;
  for (const auto &child : expr.children) children.push_back(child.get());
  if (children.size() == 1) return scope.Value(*children[0]);
  Translation shape{RemoteExpr::Null(), expr.return_type, Encoding::INTEGER, {}};
  const auto translated = Alternatives(scope, children, shape);
  if (!translated) return std::nullopt;
  std::vector<RemoteExpr> arguments;
  for (const auto &alternative : *translated) arguments.push_back(alternative.expr);
  shape.expr = RemoteExpr::Call("coalesce", std::move(arguments));
  return shape;
}

std::optional<Translation> NullTest(Scope &scope, const duckdb::BoundOperatorExpression &expr) {
  const char *test = expr.type == ExpressionType::OPERATOR_IS_NULL ? "IS NULL" : "IS NOT NULL";
  const auto &operand = *expr.children[0];
  if (const auto column = scope.resolve(operand)) {
    // Whatever the storage class, NULL is NULL; only a cast of JSON on arrival could make another one, of its null.
    if (operand.return_type.IsNested()) return scope.Refuse("IS NULL of a list or struct, which JSON's null is too");
    return Translation{
        RemoteExpr::Postfix(RemoteExpr::Column(*column), test), LogicalType::BOOLEAN, Encoding::BOOLEAN, {}};
  }
  const auto value = scope.Value(operand);
  if (!value) return std::nullopt;
  return Combine(RemoteExpr::Postfix(value->expr, test), LogicalType::BOOLEAN, Encoding::BOOLEAN, *value);
}

std::optional<Translation> Operator(Scope &scope, const duckdb::BoundOperatorExpression &expr) {
  switch (expr.type) {
    case ExpressionType::OPERATOR_IS_NULL:
    case ExpressionType::OPERATOR_IS_NOT_NULL: return NullTest(scope, expr);
    case ExpressionType::COMPARE_IN:
    case ExpressionType::COMPARE_NOT_IN: return CompareIn(scope, expr);
    case ExpressionType::OPERATOR_COALESCE: return Coalesce(scope, expr);
    case ExpressionType::OPERATOR_NOT: {
      const auto operand = scope.Value(*expr.children[0]);
      if (!operand) return std::nullopt;
      return Combine(RemoteExpr::Prefix("NOT", operand->expr), LogicalType::BOOLEAN, Encoding::BOOLEAN, *operand);
    }
    default: return scope.Refuse("operator " + duckdb::ExpressionTypeToString(expr.type));
  }
}

std::optional<Translation> Function(Scope &scope, const duckdb::BoundFunctionExpression &call) {
  const auto *rule = FindFunction(call.function.name);
  if (rule == nullptr) return scope.Refuse(call.function.name + "() is not translated to SQLite");
  return rule->translate(scope, call);
}

std::optional<Translation> ByKind(Scope &scope, const duckdb::Expression &expr) {
  switch (expr.GetExpressionClass()) {
    case ExpressionClass::BOUND_CONSTANT:
      return ConstantAsValue(scope, expr.Cast<duckdb::BoundConstantExpression>().value);
    case ExpressionClass::BOUND_CAST: return TranslateCast(scope, expr.Cast<duckdb::BoundCastExpression>());
    case ExpressionClass::BOUND_COMPARISON: {
      const auto &comparison = expr.Cast<duckdb::BoundComparisonExpression>();
      return Compare(scope, expr.type, *comparison.left, *comparison.right);
    }
    case ExpressionClass::BOUND_CONJUNCTION: return Conjunction(scope, expr.Cast<duckdb::BoundConjunctionExpression>());
    case ExpressionClass::BOUND_BETWEEN: return CompareBetween(scope, expr.Cast<duckdb::BoundBetweenExpression>());
    case ExpressionClass::BOUND_OPERATOR: return Operator(scope, expr.Cast<duckdb::BoundOperatorExpression>());
    case ExpressionClass::BOUND_CASE: return Case(scope, expr.Cast<duckdb::BoundCaseExpression>());
    case ExpressionClass::BOUND_FUNCTION: return Function(scope, expr.Cast<duckdb::BoundFunctionExpression>());
    default: return scope.Refuse(expr.ToString() + ": no translation for this kind of expression");
  }
}

}  // namespace

Translation Scope::Column(size_t column) const {
  auto expr = RemoteExpr::Column(column);
  const auto type = SqlTypeOf(table, column);
  const auto encoding = EncodingOf(table, column);
  switch (encoding) {
    case Encoding::TEXT:
    case Encoding::ANY_TEXT:
    case Encoding::ISO8601:
      // NOCASE and RTRIM change =, GROUP BY, DISTINCT, ORDER BY, min and max.
      for (const auto &variant : table.variants) {
        if (!variant.binary_collation) return {RemoteExpr::Postfix(expr, "COLLATE BINARY"), type, encoding, {}};
      }
      break;
    case Encoding::REAL:
      // A shard may hold the column as INTEGER, where 7 / 2 is 3.
      for (const auto &variant : table.variants) {
        const auto &source = variant.sources[column];
        if (source.present && source.kind != ColumnKind::REAL)
          return {RemoteExpr::Cast(expr, "REAL"), type, encoding, {}};
      }
      break;
    default: break;
  }
  return AsShown({std::move(expr), type, encoding, {}});
}

// Text and integers have one spelling. A double is shown with all its digits, of which SQLite writes 15.
Translation Scope::TextOfAny(size_t column) const {
  auto value = Column(column);
  const auto storage = RemoteExpr::Call("typeof", {RemoteExpr::Column(column)});
  auto spelled_otherwise = RemoteExpr::In(storage, {RemoteExpr::Text("real"), RemoteExpr::Text("blob")});
  value.expr = RemoteExpr::Cast(std::move(value.expr), "TEXT");
  for (const auto &variant : table.variants) {
    if (variant.binary_collation) continue;
    value.expr = RemoteExpr::Postfix(std::move(value.expr), "COLLATE BINARY");  // a cast keeps the column's
    break;
  }
  value.encoding = Encoding::TEXT;
  value.witnesses.push_back({std::move(spelled_otherwise), "numbers with a fraction in a column of no certain type"});
  return value;
}

std::optional<Translation> Scope::Value(const duckdb::Expression &expr) {
  if (expr.return_type.id() == duckdb::LogicalTypeId::VARCHAR &&
      !duckdb::StringType::GetCollation(expr.return_type).empty()) {
    return Refuse("a collation of DuckDB's");
  }
  if (const auto column = resolve(expr)) {
    switch (EncodingOf(table, *column)) {
      case Encoding::CAST_TEXT: return Refuse("a column that is cast on arrival");
      case Encoding::ANY_TEXT: return TextOfAny(*column);
      default: return Column(*column);
    }
  }
  if (given) {
    if (auto known = given(expr)) return known;
  }
  const auto curve = Curve::Of(*this, expr);
  if (!curve) return ByKind(*this, expr);
  if (auto steps = TranslateSteps(*this, expr, *curve)) return steps;
  auto why = reason;
  auto parts = ByKind(*this, expr);  // its argument may come to few numbers
  return parts ? std::move(parts) : Refuse(std::move(why));
}

std::optional<Translation> Translator::Value(const duckdb::Expression &expr) {
  reason_.clear();
  Scope scope{table_, resolve_, zone_, reason_, given_};
  auto result = scope.Value(expr);
  if (result && result->type != expr.return_type) {
    return scope.Refuse("the translation's type " + result->type.ToString() + " is not " + expr.return_type.ToString());
  }
  for (const auto &witness : result ? result->witnesses : std::vector<RemoteQuery::Witness>{}) {
    if (witness.ordinary) return scope.Refuse(expr.ToString() + ": SQLite's rules fail on " + witness.subject);
  }
  return result;
}

std::optional<JsonMembers> Translator::Members(const duckdb::Expression &list) {
  reason_.clear();
  Scope scope{table_, resolve_, zone_, reason_, given_};
  return TranslateUnnest(scope, list);
}

}  // namespace shardite
