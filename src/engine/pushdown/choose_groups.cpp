// Before:  TOP_N order, n                          After: the same, with
//            PROJECTION*                             SCAN g, partial  (GROUP BY g HAVING having ORDER BY order
//              FILTER having                           LIMIT n + offset, on every shard that has its groups alone)
//                PROJECTION g, finish(..)
//                  AGGREGATE g, merge(partial)
//                    SCAN g, partial
//
// The operators above stay. Safe in two cases:
//   1. Only one shard is asked; or a key of the groups is a bucket of time, and no other slice that is asked shares a
//      bucket with the shard's: then its groups are whole and its values are final ones. Rows without a time are a
//      witness against that.
//   2. ORDER BY names all keys and nothing else: a group among the first n of all is among the first n of every shard
//      that has a part of it.
// Ordered by the bucket first, shards are visited from that end; RequestQueue says when the scan may stop.

#include <algorithm>
#include <set>

#include <duckdb/planner/expression/bound_between_expression.hpp>
#include <duckdb/planner/expression/bound_columnref_expression.hpp>
#include <duckdb/planner/expression/bound_comparison_expression.hpp>
#include <duckdb/planner/expression/bound_constant_expression.hpp>
#include <duckdb/planner/operator/logical_filter.hpp>
#include <duckdb/planner/operator/logical_limit.hpp>
#include <duckdb/planner/operator/logical_order.hpp>
#include <duckdb/planner/operator/logical_projection.hpp>
#include <duckdb/planner/operator/logical_top_n.hpp>

#include "engine/pushdown/rules.hpp"
#include "engine/pushdown/top_n.hpp"
#include "engine/scan/shard_scan.hpp"
#include "engine/translate/comparisons.hpp"

namespace shardite {

namespace {

using duckdb::Expression;
using duckdb::ExpressionType;
using duckdb::LogicalOperatorType;

ScanSpec &SpecOf(const SplitGroups &split) { return split.scan->bind_data->Cast<ShardScanBindData>().spec; }

// Whether some shards may have groups for themselves.
bool MayBeWhole(const SplitGroups &split) {
  if (!split.keys_are_groups) return false;
  const auto &bind_data = split.scan->bind_data->Cast<ShardScanBindData>();
  const auto shards = ChooseShards(*bind_data.table, bind_data.spec).shards;
  return shards.size() <= 1 || (bind_data.spec.bucket && AttachSawRowsInSlices(*bind_data.table, shards));
}

SplitGroups *FindSplit(RuleInput &input, const duckdb::LogicalOperator &op) {
  if (op.type != LogicalOperatorType::LOGICAL_PROJECTION) return nullptr;
  const auto index = op.Cast<duckdb::LogicalProjection>().table_index;
  const auto found = std::find_if(input.splits.begin(), input.splits.end(),
                                  [&](const SplitGroups &split) { return split.projection_index == index; });
  return found == input.splits.end() ? nullptr : &*found;
}

// The column of the split that an expression is, and nothing else.
const std::vector<SortKey> *KeysOf(const SplitGroups &split, const Expression &expr) {
  if (expr.GetExpressionClass() != duckdb::ExpressionClass::BOUND_COLUMN_REF) return nullptr;
  const auto binding = expr.Cast<duckdb::BoundColumnRefExpression>().binding;
  if (binding.table_index != split.projection_index || binding.column_index >= split.columns.size()) return nullptr;
  const auto &keys = split.columns[binding.column_index];
  const bool known = !keys.empty() &&
                     std::all_of(keys.begin(), keys.end(), [](const SortKey &key) { return SortsAlike(key.encoding); });
  return known ? &keys : nullptr;
}

// ---- HAVING

std::optional<RemoteExpr> Literal(const duckdb::Value &value, Encoding encoding) {
  if (value.IsNull()) return std::nullopt;
  switch (encoding) {
    case Encoding::INTEGER: {
      if (!value.type().IsIntegral()) return std::nullopt;
      duckdb::Value integer;
      if (!value.DefaultTryCastAs(duckdb::LogicalType::BIGINT, integer, nullptr)) return std::nullopt;
      return RemoteExpr::Integer(duckdb::BigIntValue::Get(integer));
    }
    case Encoding::REAL: {
      if (value.type().id() != duckdb::LogicalTypeId::DOUBLE) return std::nullopt;
      const double real = duckdb::DoubleValue::Get(value);
      if (!duckdb::Value::IsFinite(real)) return std::nullopt;
      return RemoteExpr::Literal(real);
    }
    case Encoding::TEXT:
      if (value.type().id() != duckdb::LogicalTypeId::VARCHAR) return std::nullopt;
      return RemoteExpr::Text(duckdb::StringValue::Get(value));
    default: return std::nullopt;
  }
}

// A sum in limbs against a constant: the upper limbs decide unless they are equal.
RemoteExpr CompareLimbs(const char *op, const std::vector<SortKey> &keys, int64_t constant) {
  const std::string spelling(op);
  const auto high = RemoteExpr::Integer(constant >> 32), low = RemoteExpr::Integer(constant & 4294967295);
  const auto same = RemoteExpr::Infix("=", keys[0].expr, high);
  auto decided_low = RemoteExpr::And({same, RemoteExpr::Infix(spelling, keys[1].expr, low)});
  if (spelling == "=") return decided_low;
  const std::string strict = spelling == "<>" ? "<>" : spelling.substr(0, 1);
  return RemoteExpr::Or({RemoteExpr::Infix(strict, keys[0].expr, high), std::move(decided_low)});
}

std::optional<RemoteExpr> Compare(const SplitGroups &split, ExpressionType op, const Expression &left,
                                  const Expression &right) {
  if (left.GetExpressionClass() == duckdb::ExpressionClass::BOUND_CONSTANT) {
    if (right.GetExpressionClass() == duckdb::ExpressionClass::BOUND_CONSTANT) return std::nullopt;
    return Compare(split, duckdb::FlipComparisonExpression(op), right, left);
  }
  if (op == ExpressionType::COMPARE_DISTINCT_FROM || op == ExpressionType::COMPARE_NOT_DISTINCT_FROM) {
    return std::nullopt;
  }
  const auto *keys = KeysOf(split, left);
  const auto *spelling = SqlOperator(op);
  if (!keys || !spelling || right.GetExpressionClass() != duckdb::ExpressionClass::BOUND_CONSTANT) return std::nullopt;
  const auto &constant = right.Cast<duckdb::BoundConstantExpression>().value;
  if (keys->size() == 1) {
    const auto literal = Literal(constant, keys->front().encoding);
    if (!literal) return std::nullopt;
    return RemoteExpr::Infix(spelling, keys->front().expr, *literal);
  }
  const auto literal = Literal(constant, Encoding::INTEGER);
  if (keys->size() != 2 || !literal) return std::nullopt;
  return CompareLimbs(spelling, *keys, constant.DefaultCastAs(duckdb::LogicalType::BIGINT).GetValue<int64_t>());
}

std::optional<RemoteExpr> Having(const SplitGroups &split, const Expression &condition) {
  switch (condition.GetExpressionClass()) {
    case duckdb::ExpressionClass::BOUND_COMPARISON: {
      const auto &comparison = condition.Cast<duckdb::BoundComparisonExpression>();
      return Compare(split, condition.GetExpressionType(), *comparison.left, *comparison.right);
    }
    case duckdb::ExpressionClass::BOUND_BETWEEN: {
      const auto &between = condition.Cast<duckdb::BoundBetweenExpression>();
      const auto low = Compare(split, between.LowerComparisonType(), *between.input, *between.lower);
      const auto high = Compare(split, between.UpperComparisonType(), *between.input, *between.upper);
      if (!low || !high) return std::nullopt;
      return RemoteExpr::And({*low, *high});
    }
    default: return std::nullopt;
  }
}

void PushHaving(SplitGroups &split, const duckdb::LogicalFilter &filter) {
  auto &spec = SpecOf(split);
  if (!MayBeWhole(split)) return spec.refused.emplace_back("having: a group may span shards"), void();
  std::vector<RemoteExpr> pushed;
  for (const auto &condition : filter.expressions) {
    if (auto having = Having(split, *condition)) {
      pushed.push_back(std::move(*having));
    } else {
      spec.refused.emplace_back("having: " + condition->GetName() + " is checked here");
    }
  }
  if (pushed.empty()) return;
  if (pushed.size() == filter.expressions.size()) split.pushed_filters++;
  spec.having.insert(spec.having.end(), pushed.begin(), pushed.end());
  spec.pushed.emplace_back("having");
}

// ---- ORDER BY and LIMIT

// The path from a TOP_N or LIMIT down to a split aggregate.
struct GroupChain {
  const SplitGroups *split = nullptr;
  std::vector<const duckdb::LogicalProjection *> projections;  // top first, without the split's own
  size_t filters = 0;
};

std::optional<GroupChain> FindGroups(RuleInput &input, const duckdb::LogicalOperator &top) {
  GroupChain chain;
  const auto *op = &top;
  while (!(chain.split = FindSplit(input, *op))) {
    if (op->type == LogicalOperatorType::LOGICAL_FILTER) {
      chain.filters++;
    } else if (op->type == LogicalOperatorType::LOGICAL_PROJECTION) {
      chain.projections.push_back(&op->Cast<duckdb::LogicalProjection>());
    } else {
      return std::nullopt;
    }
    op = op->children[0].get();
  }
  return chain;
}

// The expression of the split's node that a reference means.
const Expression &Resolve(const GroupChain &chain, const Expression &expr) {
  const auto *at = &expr;
  for (const auto *projection : chain.projections) {
    if (at->GetExpressionClass() != duckdb::ExpressionClass::BOUND_COLUMN_REF) break;
    const auto binding = at->Cast<duckdb::BoundColumnRefExpression>().binding;
    if (binding.table_index == projection->table_index) at = projection->expressions[binding.column_index].get();
  }
  return *at;
}

void PushOrder(const GroupChain &chain, const duckdb::vector<duckdb::BoundOrderByNode> &orders, uint64_t rows) {
  const auto &split = *chain.split;
  auto &spec = SpecOf(split);
  if (!spec.grouped || spec.limit) return;
  const auto refuse = [&](const std::string &why) { spec.refused.push_back("topn: " + why); };
  if (rows > MOST_ROWS) return refuse("more than " + std::to_string(MOST_ROWS) + " rows");
  if (!split.keys_are_groups) return refuse("the shards' groups are finer than the query's");
  if (chain.filters != split.pushed_filters) return refuse("HAVING is checked here first");

  std::vector<OrderItem> items;
  std::set<size_t> keys;
  bool only_keys = true;
  for (const auto &order : orders) {
    const auto *sort_keys = KeysOf(split, Resolve(chain, *order.expression));
    if (!sort_keys) return refuse("ORDER BY " + order.expression->GetName() + " is not known to the shards");
    for (const auto &key : *sort_keys) {
      // Values that differ on the shards and are equal here leave it to the next key.
      const bool alike = &order == &orders.back() || GroupsAlike(key.encoding);
      if (!alike) return refuse("ORDER BY " + order.expression->GetName() + " sorts differently on the shards");
      const auto column = key.expr.ColumnNumber();
      only_keys = only_keys && column && *column < spec.group_keys;
      if (column) keys.insert(*column);
      items.push_back({key.expr, order.type == duckdb::OrderType::DESCENDING,
                       order.null_order == duckdb::OrderByNullType::NULLS_FIRST});
    }
  }
  const bool total = only_keys && keys.size() == spec.group_keys && chain.filters == 0;
  if (!total && !MayBeWhole(split)) return refuse("a group may span shards");
  spec.order_by = std::move(items);
  spec.limit = rows;
  spec.limit_needs_whole_groups = !total;
  spec.pushed.emplace_back("topn");
  const auto &leading = spec.order_by.front();
  const bool by_time = spec.bucket && leading.expr.ColumnNumber() == spec.bucket->column && !leading.nulls_first;
  if (!by_time || chain.filters > 0) return;
  spec.visit = leading.descending ? VisitOrder::NEWEST_FIRST : VisitOrder::OLDEST_FIRST;
  spec.stop_column = spec.bucket->column;
}

}  // namespace

void ChooseGroups(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan) {
  for (auto &child : plan->children) ChooseGroups(input, child);
  if (plan->type == LogicalOperatorType::LOGICAL_FILTER) {
    if (auto *split = FindSplit(input, *plan->children[0])) PushHaving(*split, plan->Cast<duckdb::LogicalFilter>());
    return;
  }
  const auto first = FirstRowsOf(*plan);
  if (!first) return;
  if (const auto chain = FindGroups(input, *first->below)) PushOrder(*chain, *first->orders, first->rows);
}

}  // namespace shardite
