// Before:  DISTINCT ON (k) ORDER BY t DESC     or    FILTER row_number() OVER (PARTITION BY k ORDER BY t DESC) <= n
//            PROJECTION*                                WINDOW
//              SCAN rows                                  PROJECTION*
//                                                           SCAN rows
// After:   the same over                     SCAN the first row or n rows of each k, in each shard
//
// The latest row of every series, the slowest spans of every service; rank() and dense_rank() likewise. The operators
// above stay. Safe because no row has a higher number among those of its shard than among all; nothing else reads the
// rows in between, and all filters are exact. Where several rows share the order, row_number() may take any of them.

#include <algorithm>

#include <duckdb/planner/expression/bound_between_expression.hpp>
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

void Push(duckdb::LogicalOperator &below, const Keys &keys, const Orders *orders, FirstOfEach first) {
  const auto chain = ScanChain::Find(below);
  if (!chain || keys.empty()) return;
  auto &bind_data = chain->Get().bind_data->Cast<ShardScanBindData>();
  auto &spec = bind_data.spec;
  if (spec.grouped || spec.limit || spec.first_of_each) return;
  if (!chain->Conditions().empty()) return Refuse(spec, "a filter is checked here first");

  Translator translator(bind_data.table->logical, ResolveColumns(chain->Get()), bind_data.zone);
  for (const auto &key : keys) {
    const auto expr = chain->Inline(*key);
    const auto value = PlainColumn(translator, *expr);
    if (!value) return Refuse(spec, expr->ToString() + " is not compared on the shards");
    first.keys.push_back(value->expr);
  }
  const bool ties_count = first.number != "row_number";
  for (size_t i = 0; orders && i < orders->size(); i++) {
    const auto &order = (*orders)[i];
    const auto expr = chain->Inline(*order.expression);
    const auto value = PlainColumn(translator, *expr);
    if (!value) return Refuse(spec, "ORDER BY " + expr->ToString() + " sorts differently on the shards");
    const bool is_key = std::any_of(first.keys.begin(), first.keys.end(),
                                    [&](const RemoteExpr &key) { return key.Equals(value->expr); });
    if (is_key) continue;
    if ((ties_count || i + 1 < orders->size()) && !GroupsAlike(value->encoding)) {
      return Refuse(spec, "ORDER BY " + expr->ToString() + " has other ties on the shards");
    }
    first.order.push_back({value->expr, order.type == duckdb::OrderType::DESCENDING,
                           order.null_order == duckdb::OrderByNullType::NULLS_FIRST});
  }
  spec.first_of_each = std::move(first);
  spec.pushed.emplace_back("first of each");
}

constexpr int64_t HIGHEST_NUMBER = 1000;

// n of row_number() <= n, or of another way to say it; the window's only column.
std::optional<int64_t> HighestNumber(const Expression &condition, const duckdb::LogicalWindow &window) {
  if (condition.GetExpressionClass() == duckdb::ExpressionClass::BOUND_BETWEEN) {
    const auto &between = condition.Cast<duckdb::BoundBetweenExpression>();
    const duckdb::BoundComparisonExpression upper(between.UpperComparisonType(), between.input->Copy(),
                                                  between.upper->Copy());
    return HighestNumber(upper, window);
  }
  if (condition.GetExpressionClass() != duckdb::ExpressionClass::BOUND_COMPARISON) return std::nullopt;
  const auto &comparison = condition.Cast<duckdb::BoundComparisonExpression>();
  const bool is_column = comparison.left->GetExpressionClass() == duckdb::ExpressionClass::BOUND_COLUMN_REF;
  if (!is_column || comparison.right->GetExpressionClass() != duckdb::ExpressionClass::BOUND_CONSTANT) {
    return std::nullopt;
  }
  const auto binding = comparison.left->Cast<duckdb::BoundColumnRefExpression>().binding;
  const auto &constant = comparison.right->Cast<duckdb::BoundConstantExpression>().value;
  if (binding.table_index != window.window_index || constant.IsNull()) return std::nullopt;
  if (constant.type() != duckdb::LogicalType::BIGINT) return std::nullopt;
  const auto number = duckdb::BigIntValue::Get(constant);
  if (number < 1 || number > HIGHEST_NUMBER) return std::nullopt;
  switch (condition.GetExpressionType()) {
    case duckdb::ExpressionType::COMPARE_EQUAL:
    case duckdb::ExpressionType::COMPARE_LESSTHANOREQUALTO: return number;
    case duckdb::ExpressionType::COMPARE_LESSTHAN:
      return number > 1 ? std::optional<int64_t>(number - 1) : std::nullopt;
    default: return std::nullopt;
  }
}

const char *NumberingOf(const duckdb::BoundWindowExpression &window) {
  switch (window.GetExpressionType()) {
    case duckdb::ExpressionType::WINDOW_ROW_NUMBER: return "row_number";
    case duckdb::ExpressionType::WINDOW_RANK: return "rank";
    case duckdb::ExpressionType::WINDOW_RANK_DENSE: return "dense_rank";
    default: return nullptr;
  }
}

void PushWindow(const duckdb::LogicalFilter &filter) {
  auto &window = filter.children[0]->Cast<duckdb::LogicalWindow>();
  if (window.expressions.size() != 1) return;
  const auto &expr = window.expressions[0]->Cast<duckdb::BoundWindowExpression>();
  const auto *numbering = NumberingOf(expr);
  if (!numbering || !expr.arg_orders.empty()) return;
  for (const auto &condition : filter.expressions) {
    const auto highest = HighestNumber(*condition, window);
    if (!highest) continue;
    FirstOfEach first;
    first.number = numbering;
    first.up_to = static_cast<uint64_t>(*highest);
    return Push(*window.children[0], expr.partitions, &expr.orders, std::move(first));
  }
}

}  // namespace

void PushFirstOfEach(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan) {
  for (auto &child : plan->children) PushFirstOfEach(input, child);
  if (plan->type == LogicalOperatorType::LOGICAL_DISTINCT) {
    const auto &distinct = plan->Cast<duckdb::LogicalDistinct>();
    if (distinct.distinct_type != duckdb::DistinctType::DISTINCT_ON) return;
    Push(*plan->children[0], distinct.distinct_targets, distinct.order_by ? &distinct.order_by->orders : nullptr, {});
  } else if (plan->type == LogicalOperatorType::LOGICAL_FILTER &&
             plan->children[0]->type == LogicalOperatorType::LOGICAL_WINDOW) {
    PushWindow(plan->Cast<duckdb::LogicalFilter>());
  }
}

}  // namespace shardite
