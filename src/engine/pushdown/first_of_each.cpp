// Before:  DISTINCT ON (k) ORDER BY t DESC     or    FILTER row_number() OVER (PARTITION BY k ORDER BY t DESC) <= n
//            (PROJECTION | JOIN a.k = b.k)*             WINDOW
//              SCAN rows                                  (PROJECTION | JOIN a.k = b.k)*
//                                                           SCAN rows
// After:   the same over                     SCAN the first row or n rows of each k, in each shard
//
// The latest row of every series, the slowest spans of every service; rank() and dense_rank() likewise; for each row of
// another table too, as LATERAL (SELECT .. WHERE a.k = b.k ORDER BY t LIMIT n) becomes such a join. The operators above
// stay. Safe because no row has a higher number among those of its shard than among all; nothing else reads the rows in
// between, and all filters are exact. Where several rows share the order, row_number() may take any of them.
//
// Below joins, what they compare counts among the keys: then rows of one key meet the same rows of the other side, so a
// row stands in each of its partitions behind all that stand before it in the scan. Keys and orders of the other side
// are the same for all of them, and left out.

#include <algorithm>

#include <duckdb/planner/expression/bound_between_expression.hpp>
#include <duckdb/planner/expression/bound_columnref_expression.hpp>
#include <duckdb/planner/expression/bound_comparison_expression.hpp>
#include <duckdb/planner/expression/bound_constant_expression.hpp>
#include <duckdb/planner/expression/bound_window_expression.hpp>
#include <duckdb/planner/operator/logical_distinct.hpp>
#include <duckdb/planner/operator/logical_filter.hpp>
#include <duckdb/planner/operator/logical_projection.hpp>
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

// Files send their rows where max() and min() do not find the row: numbering them costs more there than it saves.
bool SomeShardNumbers(const TableSnapshot &table, const FirstOfEach &first) {
  const auto &clients = table.fleet->clients;
  return first.IsOne() || std::any_of(clients.begin(), clients.end(),
                                      [](const auto &client) { return client->Shape().form == PageForm::PACKED; });
}

void PushInto(const ScanChain &chain, const Keys &keys, const Orders *orders, FirstOfEach first) {
  auto &bind_data = chain.Get().bind_data->Cast<ShardScanBindData>();
  auto &spec = bind_data.spec;
  if (spec.grouped || spec.limit || spec.first_of_each) return;
  if (!chain.JoinsByKeys()) return Refuse(spec, "a join chooses among the rows of a key");
  if (!chain.Conditions().empty()) return Refuse(spec, "a filter is checked here first");

  Keys all_keys;
  for (const auto &key : keys) {
    auto inlined = chain.Inline(*key);
    if (inlined->IsVolatile()) return Refuse(spec, inlined->ToString() + " has another value for every row");
    if (chain.Reads(*inlined)) all_keys.push_back(std::move(inlined));
  }
  for (const auto &key : chain.JoinKeys()) all_keys.push_back(key->Copy());
  Translator translator(bind_data.table->logical, ResolveColumns(chain.Get()), bind_data.zone);
  const auto is_key = [&](const RemoteExpr &expr) {
    return std::any_of(first.keys.begin(), first.keys.end(), [&](const RemoteExpr &key) { return key.Equals(expr); });
  };
  for (const auto &key : all_keys) {
    const auto value = PlainColumn(translator, *key);
    if (!value) return Refuse(spec, key->ToString() + " is not compared on the shards");
    if (!is_key(value->expr)) first.keys.push_back(value->expr);
  }
  if (first.keys.empty()) return;
  const bool ties_count = first.number != "row_number";
  for (size_t i = 0; orders && i < orders->size(); i++) {
    const auto &order = (*orders)[i];
    const auto expr = chain.Inline(*order.expression);
    if (!expr->IsVolatile() && !chain.Reads(*expr)) continue;
    const auto value = PlainColumn(translator, *expr);
    if (!value) return Refuse(spec, "ORDER BY " + expr->ToString() + " sorts differently on the shards");
    if (is_key(value->expr)) continue;
    if ((ties_count || i + 1 < orders->size()) && !GroupsAlike(value->encoding)) {
      return Refuse(spec, "ORDER BY " + expr->ToString() + " has other ties on the shards");
    }
    first.order.push_back({value->expr, order.type == duckdb::OrderType::DESCENDING,
                           order.null_order == duckdb::OrderByNullType::NULLS_FIRST});
  }
  if (!SomeShardNumbers(*bind_data.table, first)) return Refuse(spec, "files send their rows sooner than number them");
  spec.first_of_each = std::move(first);
  spec.pushed.emplace_back("first of each");
}

void Push(duckdb::LogicalOperator &below, const Keys &keys, const Orders *orders, const FirstOfEach &first) {
  if (keys.empty()) return;
  for (const auto &chain : ScanChain::FindBelowJoins(below)) PushInto(chain, keys, orders, first);
}

constexpr int64_t HIGHEST_NUMBER = 1000;

// n of row_number() <= n, or of another way to say it, where `number` is what row_number() gives.
std::optional<int64_t> HighestNumber(const Expression &condition, const duckdb::ColumnBinding &number) {
  if (condition.GetExpressionClass() == duckdb::ExpressionClass::BOUND_BETWEEN) {
    const auto &between = condition.Cast<duckdb::BoundBetweenExpression>();
    const duckdb::BoundComparisonExpression upper(between.UpperComparisonType(), between.input->Copy(),
                                                  between.upper->Copy());
    return HighestNumber(upper, number);
  }
  if (condition.GetExpressionClass() != duckdb::ExpressionClass::BOUND_COMPARISON) return std::nullopt;
  const auto &comparison = condition.Cast<duckdb::BoundComparisonExpression>();
  const bool is_column = comparison.left->GetExpressionClass() == duckdb::ExpressionClass::BOUND_COLUMN_REF;
  if (!is_column || comparison.right->GetExpressionClass() != duckdb::ExpressionClass::BOUND_CONSTANT) {
    return std::nullopt;
  }
  const auto binding = comparison.left->Cast<duckdb::BoundColumnRefExpression>().binding;
  const auto &constant = comparison.right->Cast<duckdb::BoundConstantExpression>().value;
  if (binding != number || constant.IsNull()) return std::nullopt;
  if (constant.type() != duckdb::LogicalType::BIGINT) return std::nullopt;
  const auto highest = duckdb::BigIntValue::Get(constant);
  if (highest < 1 || highest > HIGHEST_NUMBER) return std::nullopt;
  switch (condition.GetExpressionType()) {
    case duckdb::ExpressionType::COMPARE_EQUAL:
    case duckdb::ExpressionType::COMPARE_LESSTHANOREQUALTO: return highest;
    case duckdb::ExpressionType::COMPARE_LESSTHAN:
      return highest > 1 ? std::optional<int64_t>(highest - 1) : std::nullopt;
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

// The column of a projection that passes `binding` on; nullopt: none does.
std::optional<duckdb::ColumnBinding> PassedOn(const duckdb::LogicalProjection &projection,
                                              const duckdb::ColumnBinding &binding) {
  for (duckdb::idx_t i = 0; i < projection.expressions.size(); i++) {
    const auto &expr = *projection.expressions[i];
    if (expr.GetExpressionClass() != duckdb::ExpressionClass::BOUND_COLUMN_REF) continue;
    if (expr.Cast<duckdb::BoundColumnRefExpression>().binding == binding) {
      return duckdb::ColumnBinding(projection.table_index, i);
    }
  }
  return std::nullopt;
}

// The window below a filter, with what its only column is called in the filter.
std::optional<std::pair<duckdb::LogicalWindow *, duckdb::ColumnBinding>> FindWindow(duckdb::LogicalOperator &below) {
  if (below.type == LogicalOperatorType::LOGICAL_WINDOW) {
    auto &window = below.Cast<duckdb::LogicalWindow>();
    if (window.expressions.size() != 1) return std::nullopt;
    return std::make_pair(&window, duckdb::ColumnBinding(window.window_index, 0));
  }
  if (below.type != LogicalOperatorType::LOGICAL_PROJECTION) return std::nullopt;
  auto found = FindWindow(*below.children[0]);
  if (!found) return std::nullopt;
  const auto number = PassedOn(below.Cast<duckdb::LogicalProjection>(), found->second);
  if (!number) return std::nullopt;
  found->second = *number;
  return found;
}

void PushWindow(const duckdb::LogicalFilter &filter) {
  const auto found = FindWindow(*filter.children[0]);
  if (!found) return;
  const auto &[window, number] = *found;
  const auto &expr = window->expressions[0]->Cast<duckdb::BoundWindowExpression>();
  const auto *numbering = NumberingOf(expr);
  if (!numbering || !expr.arg_orders.empty()) return;
  for (const auto &condition : filter.expressions) {
    const auto highest = HighestNumber(*condition, number);
    if (!highest) continue;
    FirstOfEach first;
    first.number = numbering;
    first.up_to = static_cast<uint64_t>(*highest);
    return Push(*window->children[0], expr.partitions, &expr.orders, first);
  }
}

}  // namespace

void PushFirstOfEach(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan) {
  for (auto &child : plan->children) PushFirstOfEach(input, child);
  if (plan->type == LogicalOperatorType::LOGICAL_DISTINCT) {
    const auto &distinct = plan->Cast<duckdb::LogicalDistinct>();
    if (distinct.distinct_type != duckdb::DistinctType::DISTINCT_ON) return;
    Push(*plan->children[0], distinct.distinct_targets, distinct.order_by ? &distinct.order_by->orders : nullptr, {});
  } else if (plan->type == LogicalOperatorType::LOGICAL_FILTER) {
    PushWindow(plan->Cast<duckdb::LogicalFilter>());
  }
}

}  // namespace shardite
