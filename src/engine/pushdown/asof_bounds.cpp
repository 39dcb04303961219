// Before:  FILTER a.t < x AND a.k = y        After:  FILTER a.t < x AND a.k = y
//            ASOF JOIN a.k = b.k, a.t >= b.t           ASOF JOIN a.k = b.k, a.t >= b.t
//              SCAN a                                    SCAN a
//              SCAN b                                    FILTER b.t < x AND b.k = y
//                                                          SCAN b
//
// What is asked of one side bounds the other: DuckDB carries equalities across an inner join, but nothing into the
// right side of an ASOF join, so that all of b would travel. Filters below the join on the way to a count as well.
// Safe where the right side only adds to rows of the left (INNER, LEFT): each pair meets a.t >= b.t, so b.t is less
// than x where a.t is. A row of b that is not less can neither match a row of a that is wanted nor hide one that does.

#include <duckdb/planner/expression/bound_between_expression.hpp>
#include <duckdb/planner/expression/bound_columnref_expression.hpp>
#include <duckdb/planner/expression/bound_comparison_expression.hpp>
#include <duckdb/planner/expression/bound_conjunction_expression.hpp>
#include <duckdb/planner/expression_iterator.hpp>
#include <duckdb/planner/operator/logical_comparison_join.hpp>
#include <duckdb/planner/operator/logical_filter.hpp>
#include <duckdb/planner/operator/logical_projection.hpp>

#include "engine/pushdown/rules.hpp"

namespace shardite {

namespace {

using duckdb::BoundColumnRefExpression;
using duckdb::ColumnBinding;
using duckdb::Expression;
using duckdb::ExpressionClass;
using duckdb::ExpressionType;
using duckdb::LogicalOperator;
using duckdb::LogicalOperatorType;

// column <comparison> value
struct Bound {
  ExpressionType comparison;
  duckdb::unique_ptr<Expression> value;
};
using Bounds = std::vector<Bound>;

bool IsColumn(const Expression &expr, const ColumnBinding &column) {
  return expr.GetExpressionClass() == ExpressionClass::BOUND_COLUMN_REF &&
         expr.Cast<BoundColumnRefExpression>().binding == column;
}

bool IsFixed(const Expression &expr) {
  bool fixed = !expr.IsVolatile() && !expr.HasSubquery();
  duckdb::ExpressionIterator::VisitExpression<BoundColumnRefExpression>(
      expr, [&](const BoundColumnRefExpression &) { fixed = false; });
  return fixed;
}

void Take(const Expression &condition, const ColumnBinding &column, Bounds &bounds) {
  switch (condition.GetExpressionClass()) {
    case ExpressionClass::BOUND_CONJUNCTION: {
      if (condition.GetExpressionType() != ExpressionType::CONJUNCTION_AND) return;
      for (const auto &part : condition.Cast<duckdb::BoundConjunctionExpression>().children)
        Take(*part, column, bounds);
      return;
    }
    case ExpressionClass::BOUND_COMPARISON: {
      const auto &comparison = condition.Cast<duckdb::BoundComparisonExpression>();
      const auto type = comparison.GetExpressionType();
      if (IsColumn(*comparison.left, column) && IsFixed(*comparison.right)) {
        bounds.push_back({type, comparison.right->Copy()});
      } else if (IsColumn(*comparison.right, column) && IsFixed(*comparison.left)) {
        bounds.push_back({duckdb::FlipComparisonExpression(type), comparison.left->Copy()});
      }
      return;
    }
    case ExpressionClass::BOUND_BETWEEN: {
      const auto &between = condition.Cast<duckdb::BoundBetweenExpression>();
      if (!IsColumn(*between.input, column)) return;
      if (IsFixed(*between.lower)) bounds.push_back({between.LowerComparisonType(), between.lower->Copy()});
      if (IsFixed(*between.upper)) bounds.push_back({between.UpperComparisonType(), between.upper->Copy()});
      return;
    }
    default: return;
  }
}

void Take(const LogicalOperator &filter, const ColumnBinding &column, Bounds &bounds) {
  for (const auto &condition : filter.expressions) Take(*condition, column, bounds);
}

// What filters on the way down from `op` ask of one of its columns.
void TakeBelow(const LogicalOperator &op, ColumnBinding column, Bounds &bounds) {
  if (op.type == LogicalOperatorType::LOGICAL_FILTER) {
    Take(op, column, bounds);
  } else if (op.type == LogicalOperatorType::LOGICAL_PROJECTION) {
    if (op.Cast<duckdb::LogicalProjection>().table_index != column.table_index) return;
    const auto &expr = *op.expressions[column.column_index];
    if (expr.GetExpressionClass() != ExpressionClass::BOUND_COLUMN_REF) return;
    column = expr.Cast<BoundColumnRefExpression>().binding;
  } else {
    return;
  }
  TakeBelow(*op.children[0], column, bounds);
}

// What follows for the right column from `left <comparison> value` where `left <join> right`.
std::optional<ExpressionType> Follows(ExpressionType join, ExpressionType comparison) {
  const bool equal = comparison == ExpressionType::COMPARE_EQUAL;
  const bool above =
      comparison == ExpressionType::COMPARE_GREATERTHAN || comparison == ExpressionType::COMPARE_GREATERTHANOREQUALTO;
  const bool below =
      comparison == ExpressionType::COMPARE_LESSTHAN || comparison == ExpressionType::COMPARE_LESSTHANOREQUALTO;
  switch (join) {
    case ExpressionType::COMPARE_EQUAL: return equal || above || below ? std::make_optional(comparison) : std::nullopt;
    case ExpressionType::COMPARE_GREATERTHAN:
    case ExpressionType::COMPARE_GREATERTHANOREQUALTO:
      if (equal) return ExpressionType::COMPARE_LESSTHANOREQUALTO;
      return below ? std::make_optional(comparison) : std::nullopt;
    case ExpressionType::COMPARE_LESSTHAN:
    case ExpressionType::COMPARE_LESSTHANOREQUALTO:
      if (equal) return ExpressionType::COMPARE_GREATERTHANOREQUALTO;
      return above ? std::make_optional(comparison) : std::nullopt;
    default: return std::nullopt;
  }
}

void BoundRightSide(duckdb::LogicalComparisonJoin &join, const LogicalOperator *filter) {
  if (join.join_type != duckdb::JoinType::INNER && join.join_type != duckdb::JoinType::LEFT) return;
  auto below = duckdb::make_uniq<duckdb::LogicalFilter>();
  for (const auto &condition : join.conditions) {
    if (condition.left->GetExpressionClass() != ExpressionClass::BOUND_COLUMN_REF) continue;
    if (condition.right->GetExpressionClass() != ExpressionClass::BOUND_COLUMN_REF) continue;
    const auto column = condition.left->Cast<BoundColumnRefExpression>().binding;
    Bounds bounds;
    if (filter) Take(*filter, column, bounds);
    TakeBelow(*join.children[0], column, bounds);
    for (auto &bound : bounds) {
      const auto comparison = Follows(condition.comparison, bound.comparison);
      if (!comparison) continue;
      below->expressions.push_back(duckdb::make_uniq<duckdb::BoundComparisonExpression>(
          *comparison, condition.right->Copy(), std::move(bound.value)));
    }
  }
  if (below->expressions.empty()) return;
  below->children.push_back(std::move(join.children[1]));
  join.children[1] = std::move(below);
}

}  // namespace

void BoundAsofJoins(duckdb::unique_ptr<LogicalOperator> &plan) {
  const bool filters = plan->type == LogicalOperatorType::LOGICAL_FILTER;
  auto &below = filters ? *plan->children[0] : *plan;
  if (below.type == LogicalOperatorType::LOGICAL_ASOF_JOIN) {
    BoundRightSide(below.Cast<duckdb::LogicalComparisonJoin>(), filters ? plan.get() : nullptr);
    for (auto &child : below.children) BoundAsofJoins(child);
    return;
  }
  for (auto &child : plan->children) BoundAsofJoins(child);
}

}  // namespace shardite
