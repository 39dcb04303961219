// Before:  FILTER a.x AND u.y                      After:  FILTER u.y
//            DELIM_JOIN                                      DELIM_JOIN
//              WINDOW row_number() delim_index                 WINDOW row_number() delim_index
//                SCAN a                                          FILTER a.x
//              UNNEST over the rows of a                           SCAN a
//
// `FROM a, unnest(a.list)` numbers the rows of a to join them with what was unnested from each. DuckDB keeps filters
// above that numbering, so that the whole fleet would travel. Safe: the numbers only tell rows apart, nobody else reads
// them, and the join is an inner one, so a row of a that fails the filter leaves nothing above it.

#include <duckdb/planner/expression/bound_columnref_expression.hpp>
#include <duckdb/planner/expression/bound_window_expression.hpp>
#include <duckdb/planner/expression_iterator.hpp>
#include <duckdb/planner/operator/logical_comparison_join.hpp>
#include <duckdb/planner/operator/logical_filter.hpp>
#include <duckdb/planner/operator/logical_window.hpp>

#include "engine/pushdown/rules.hpp"

namespace shardite {

namespace {

using duckdb::LogicalOperator;
using duckdb::LogicalOperatorType;

bool IsRowNumbering(const LogicalOperator &op) {
  if (op.type != LogicalOperatorType::LOGICAL_WINDOW || op.expressions.size() != 1) return false;
  if (op.expressions[0]->GetExpressionType() != duckdb::ExpressionType::WINDOW_ROW_NUMBER) return false;
  const auto &window = op.expressions[0]->Cast<duckdb::BoundWindowExpression>();
  return window.GetAlias() == "delim_index" && window.partitions.empty() && window.orders.empty();
}

bool IsInnerLateralJoin(const LogicalOperator &op) {
  const bool join =
      op.type == LogicalOperatorType::LOGICAL_DELIM_JOIN || op.type == LogicalOperatorType::LOGICAL_COMPARISON_JOIN;
  return join && op.Cast<duckdb::LogicalComparisonJoin>().join_type == duckdb::JoinType::INNER &&
         IsRowNumbering(*op.children[0]);
}

bool OnlyReads(const duckdb::Expression &expr, const duckdb::unordered_set<duckdb::idx_t> &tables) {
  if (expr.GetExpressionClass() == duckdb::ExpressionClass::BOUND_COLUMN_REF) {
    const auto &reference = expr.Cast<duckdb::BoundColumnRefExpression>();
    return reference.depth == 0 && tables.count(reference.binding.table_index) > 0;
  }
  bool only = true;
  duckdb::ExpressionIterator::EnumerateChildren(
      expr, [&](const duckdb::Expression &child) { only = only && OnlyReads(child, tables); });
  return only;
}

}  // namespace

void PushLateralFilters(duckdb::unique_ptr<LogicalOperator> &plan) {
  if (plan->type == LogicalOperatorType::LOGICAL_FILTER && IsInnerLateralJoin(*plan->children[0])) {
    auto &filter = plan->Cast<duckdb::LogicalFilter>();
    auto &numbering = *filter.children[0]->children[0];
    duckdb::unordered_set<duckdb::idx_t> tables;
    duckdb::LogicalJoin::GetTableReferences(*numbering.children[0], tables);
    duckdb::LogicalFilter::SplitPredicates(filter.expressions);
    auto below = duckdb::make_uniq<duckdb::LogicalFilter>();
    duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> above;
    for (auto &condition : filter.expressions) {
      const bool moves = !condition->IsVolatile() && !condition->HasSubquery() && OnlyReads(*condition, tables);
      (moves ? below->expressions : above).push_back(std::move(condition));
    }
    filter.expressions = std::move(above);
    if (!below->expressions.empty()) {
      below->children.push_back(std::move(numbering.children[0]));
      numbering.children[0] = std::move(below);
    }
    if (filter.expressions.empty() && filter.projection_map.empty()) plan = std::move(filter.children[0]);
  }
  for (auto &child : plan->children) PushLateralFilters(child);
}

}  // namespace shardite
