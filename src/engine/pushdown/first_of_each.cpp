// Before:  DISTINCT ON (k) ORDER BY t DESC     or    FILTER row_number() OVER (PARTITION BY k ORDER BY t DESC) = 1
//            PROJECTION*                                WINDOW
//              SCAN rows                                  PROJECTION*
//                                                           SCAN rows
// After:   the same over                     SCAN the rows with max(t) of each k, one of each shard
//
// The latest row of every series. The operators above stay. Safe because the first row of a key in all shards is the
// first one in its own; nothing else reads the rows in between, all filters are exact, and t decides alone: where
// several rows share it, any of them may be the first.

#include <algorithm>

#include <duckdb/planner/expression/bound_columnref_expression.hpp>
#include <duckdb/planner/expression/bound_comparison_expression.hpp>
#include <duckdb/planner/expression/bound_constant_expression.hpp>
#include <duckdb/planner/expression/bound_window_expression.hpp>
#include <duckdb/planner/operator/logical_distinct.hpp>
#include <duckdb/planner/operator/logical_filter.hpp>
#include <duckdb/planner/operator/logical_window.hpp>

#include "engine/pushdown/rules.hpp"
#include "engine/pushdown/scan_chain.hpp"
#include "engine/pushdown/top_n.hpp"
#include "engine/scan/shard_scan.hpp"

namespace shardite {

namespace {

using duckdb::Expression;
using duckdb::LogicalOperatorType;
using Keys = duckdb::vector<duckdb::unique_ptr<Expression>>;
using Orders = duckdb::vector<duckdb::BoundOrderByNode>;

void Refuse(ScanSpec &spec, const std::string &why) { spec.refused.push_back("first of each: " + why); }

// A bare column that is stored as one class and compares on the shard as it does here.
std::optional<Translation> PlainColumn(Translator &translator, const Expression &expr) {
  auto value = translator.Value(expr);
  if (!value || !value->witnesses.empty() || !SortsAlike(value->encoding)) return std::nullopt;
  return value;
}

void Push(duckdb::LogicalOperator &below, const Keys &keys, const Orders *orders) {
  const auto chain = ScanChain::Find(below);
  if (!chain || keys.empty()) return;
  auto &bind_data = chain->Get().bind_data->Cast<ShardScanBindData>();
  auto &spec = bind_data.spec;
  if (spec.grouped || spec.limit || spec.first_of_each) return;
  if (!chain->Conditions().empty()) return Refuse(spec, "a filter is checked here first");

  Translator translator(bind_data.table->logical, ResolveColumns(chain->Get()), bind_data.zone);
  FirstOfEach first;
  for (const auto &key : keys) {
    const auto expr = chain->Inline(*key);
    const auto value = PlainColumn(translator, *expr);
    if (!value) return Refuse(spec, expr->ToString() + " is not compared on the shards");
    first.keys.push_back(value->expr);
  }
  for (size_t i = 0; orders && i < orders->size(); i++) {
    const auto &order = (*orders)[i];
    const auto expr = chain->Inline(*order.expression);
    const auto value = PlainColumn(translator, *expr);
    if (!value) return Refuse(spec, "ORDER BY " + expr->ToString() + " sorts differently on the shards");
    const bool is_key = std::any_of(first.keys.begin(), first.keys.end(),
                                    [&](const RemoteExpr &key) { return key.Equals(value->expr); });
    if (is_key) continue;
    if (first.order) return Refuse(spec, "ORDER BY more than one column beside the keys");
    if (order.null_order == duckdb::OrderByNullType::NULLS_FIRST) return Refuse(spec, "ORDER BY NULLS FIRST");
    first.order = OrderItem{value->expr, order.type == duckdb::OrderType::DESCENDING, false};
  }
  spec.first_of_each = std::move(first);
  spec.pushed.emplace_back("first of each");
}

// row_number() = 1, or one of the ways to say it; the window's only column.
bool IsFirstRow(const Expression &condition, const duckdb::LogicalWindow &window) {
  if (condition.GetExpressionClass() != duckdb::ExpressionClass::BOUND_COMPARISON) return false;
  const auto &comparison = condition.Cast<duckdb::BoundComparisonExpression>();
  const bool is_column = comparison.left->GetExpressionClass() == duckdb::ExpressionClass::BOUND_COLUMN_REF;
  if (!is_column || comparison.right->GetExpressionClass() != duckdb::ExpressionClass::BOUND_CONSTANT) return false;
  const auto binding = comparison.left->Cast<duckdb::BoundColumnRefExpression>().binding;
  const auto &constant = comparison.right->Cast<duckdb::BoundConstantExpression>().value;
  if (binding.table_index != window.window_index || constant.IsNull()) return false;
  const auto one = duckdb::Value::BIGINT(1), two = duckdb::Value::BIGINT(2);
  switch (condition.GetExpressionType()) {
    case duckdb::ExpressionType::COMPARE_EQUAL:
    case duckdb::ExpressionType::COMPARE_LESSTHANOREQUALTO: return constant == one;
    case duckdb::ExpressionType::COMPARE_LESSTHAN: return constant == two;
    default: return false;
  }
}

void PushWindow(const duckdb::LogicalFilter &filter) {
  auto &window = filter.children[0]->Cast<duckdb::LogicalWindow>();
  if (window.expressions.size() != 1) return;
  const auto &expr = window.expressions[0]->Cast<duckdb::BoundWindowExpression>();
  if (expr.GetExpressionType() != duckdb::ExpressionType::WINDOW_ROW_NUMBER || !expr.arg_orders.empty()) return;
  const bool first = std::any_of(filter.expressions.begin(), filter.expressions.end(),
                                 [&](const auto &condition) { return IsFirstRow(*condition, window); });
  if (first) Push(*window.children[0], expr.partitions, &expr.orders);
}

}  // namespace

void PushFirstOfEach(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan) {
  for (auto &child : plan->children) PushFirstOfEach(input, child);
  if (plan->type == LogicalOperatorType::LOGICAL_DISTINCT) {
    const auto &distinct = plan->Cast<duckdb::LogicalDistinct>();
    if (distinct.distinct_type != duckdb::DistinctType::DISTINCT_ON) return;
    Push(*plan->children[0], distinct.distinct_targets, distinct.order_by ? &distinct.order_by->orders : nullptr);
  } else if (plan->type == LogicalOperatorType::LOGICAL_FILTER &&
             plan->children[0]->type == LogicalOperatorType::LOGICAL_WINDOW) {
    PushWindow(plan->Cast<duckdb::LogicalFilter>());
  }
}

}  // namespace shardite
