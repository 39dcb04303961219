// Before:  TOP_N order, n          or  LIMIT n           After: the same, with
//            PROJECTION*                 PROJECTION*             SCAN ORDER BY order LIMIT n + offset  on every shard
//              SCAN rows                   ORDER_BY order
//                                            PROJECTION*
//                                              SCAN rows
//
// The operator above stays. Between it and the scan there may be projections, UNION ALL (every side then has its own
// first rows), and joins that keep every row of one side (LEFT, RIGHT, SINGLE, MARK), when the order speaks of that
// side only. Safe when nothing in between drops rows, every filter of the scan is exact or proved so by witnesses for
// the rows that come (else the shard sends all), and every key sorts on the shard as it does here. Ordered by time,
// shards are visited from that end, and the scan stops once the rows it has cannot be beaten by a later slice.

#include "engine/pushdown/top_n.hpp"

#include <algorithm>
#include <functional>

#include <duckdb/planner/expression/bound_columnref_expression.hpp>
#include <duckdb/planner/expression_iterator.hpp>
#include <duckdb/planner/operator/logical_comparison_join.hpp>
#include <duckdb/planner/operator/logical_limit.hpp>
#include <duckdb/planner/operator/logical_order.hpp>
#include <duckdb/planner/operator/logical_projection.hpp>
#include <duckdb/planner/operator/logical_set_operation.hpp>
#include <duckdb/planner/operator/logical_top_n.hpp>

#include "engine/pushdown/filters.hpp"
#include "engine/pushdown/rules.hpp"
#include "engine/pushdown/scan_chain.hpp"
#include "engine/scan/shard_scan.hpp"

namespace shardite {

namespace {

using duckdb::BoundColumnRefExpression;
using duckdb::Expression;
using duckdb::LogicalOperatorType;

struct SortItem {
  duckdb::unique_ptr<Expression> expr;
  bool descending = false;
  bool nulls_first = false;
};
using SortItems = std::vector<SortItem>;

SortItems Copy(const SortItems &items) {
  SortItems copies;
  for (const auto &item : items) copies.push_back({item.expr->Copy(), item.descending, item.nulls_first});
  return copies;
}

// ---- through the operators between a limit and the scans

using Binding = duckdb::ColumnBinding;

/// Replaces references to columns of one node by what `find` gives for them; false when it gives nothing for one.
bool Replace(duckdb::unique_ptr<Expression> &expr, duckdb::idx_t table_index,
             const std::function<duckdb::unique_ptr<Expression>(const BoundColumnRefExpression &)> &find) {
  if (expr->GetExpressionClass() == duckdb::ExpressionClass::BOUND_COLUMN_REF) {
    const auto &reference = expr->Cast<BoundColumnRefExpression>();
    if (reference.binding.table_index != table_index) return true;
    auto found = find(reference);
    if (!found) return false;
    expr = std::move(found);
    return true;
  }
  bool all = true;
  duckdb::ExpressionIterator::EnumerateChildren(
      *expr, [&](duckdb::unique_ptr<Expression> &child) { all = all && Replace(child, table_index, find); });
  return all;
}

bool OnlyReads(const Expression &expr, const duckdb::vector<Binding> &bindings) {
  if (expr.GetExpressionClass() == duckdb::ExpressionClass::BOUND_COLUMN_REF) {
    const auto binding = expr.Cast<BoundColumnRefExpression>().binding;
    return std::find(bindings.begin(), bindings.end(), binding) != bindings.end();
  }
  bool only = true;
  duckdb::ExpressionIterator::EnumerateChildren(
      expr, [&](const Expression &child) { only = only && OnlyReads(child, bindings); });
  return only;
}

// The side of a join of which every row is in the result at least once; -1: none.
int SideThatIsKept(const duckdb::LogicalOperator &op) {
  if (op.type != LogicalOperatorType::LOGICAL_COMPARISON_JOIN) return -1;
  switch (op.Cast<duckdb::LogicalComparisonJoin>().join_type) {
    case duckdb::JoinType::LEFT:
    case duckdb::JoinType::SINGLE:
    case duckdb::JoinType::MARK: return 0;
    case duckdb::JoinType::RIGHT: return 1;
    default: return -1;
  }
}

using PushToScan = void (*)(const ScanChain &chain, const SortItems &items, uint64_t rows);

void Descend(duckdb::LogicalOperator &op, SortItems items, uint64_t rows, PushToScan push) {
  if (const auto chain = ScanChain::Find(op)) return push(*chain, items, rows);
  if (op.type == LogicalOperatorType::LOGICAL_PROJECTION) {
    const auto &projection = op.Cast<duckdb::LogicalProjection>();
    for (auto &item : items) {
      Replace(item.expr, projection.table_index, [&](const BoundColumnRefExpression &reference) {
        return projection.expressions[reference.binding.column_index]->Copy();
      });
      if (item.expr->IsVolatile()) return;
    }
    return Descend(*op.children[0], std::move(items), rows, push);
  }
  if (op.type == LogicalOperatorType::LOGICAL_UNION) {
    const auto &set = op.Cast<duckdb::LogicalSetOperation>();
    if (!set.setop_all) return;
    for (auto &child : op.children) {
      const auto columns = child->GetColumnBindings();
      auto side = Copy(items);
      bool found = true;
      for (auto &item : side) {
        found = found && Replace(item.expr, set.table_index, [&](const BoundColumnRefExpression &reference) {
                  return duckdb::make_uniq<BoundColumnRefExpression>(reference.return_type,
                                                                     columns[reference.binding.column_index]);
                });
      }
      if (found) Descend(*child, std::move(side), rows, push);
    }
    return;
  }
  const int side = SideThatIsKept(op);
  if (side < 0) return;
  const auto kept = op.children[side]->GetColumnBindings();
  for (const auto &item : items) {
    if (!OnlyReads(*item.expr, kept)) return;
  }
  Descend(*op.children[side], std::move(items), rows, push);
}

// ---- into a scan

// The column of the scan that is the time column itself, when an ORDER BY key is nothing else.
std::optional<size_t> TimeColumn(const ShardScanBindData &bind_data, const Translation &key) {
  const auto column = key.expr.ColumnNumber();
  if (!column || bind_data.table->logical.time_column != column) return std::nullopt;
  for (size_t i = 0; i < bind_data.spec.columns.size(); i++) {
    if (bind_data.spec.columns[i].value.expr.ColumnNumber() == column) return i;
  }
  return std::nullopt;
}

// Filters that are checked again here, into the scan; false, with the scan as it was, when one of them might drop a row
// and no witness would tell.
bool ProveConditions(const ScanChain &chain, ScanSpec &spec, Translator &translator) {
  const auto conditions = chain.Conditions();
  std::vector<RemoteQuery::Witness> witnesses;
  for (const auto &condition : conditions) {
    if (condition->IsVolatile() || condition->HasSubquery() || condition->HasParameter()) return false;
    const auto filter = translator.Filter(*condition);
    if (!filter || (!filter->exact && filter->witnesses.empty())) return false;
    witnesses.insert(witnesses.end(), filter->witnesses.begin(), filter->witnesses.end());
  }
  for (const auto &condition : conditions) PushFilter(spec, translator, *condition);
  spec.limit_witnesses = std::move(witnesses);
  return true;
}

void PushOrder(const ScanChain &chain, const SortItems &items, uint64_t rows) {
  auto &bind_data = chain.Get().bind_data->Cast<ShardScanBindData>();
  auto &spec = bind_data.spec;
  if (spec.grouped || spec.limit || spec.first_of_each) return;
  if (rows > MOST_ROWS) {
    return spec.refused.push_back("topn: more than " + std::to_string(MOST_ROWS) + " rows");
  }
  Translator translator(bind_data.table->logical, ResolveColumns(chain.Get()), bind_data.zone);
  std::vector<OrderItem> order;
  std::optional<Translation> first;
  for (const auto &item : items) {
    const auto expr = chain.Inline(*item.expr);
    const auto key = translator.Value(*expr);
    // Values that differ on the shards and are equal here leave it to the next key.
    const bool alike = key && (&item == &items.back() ? SortsAlike(key->encoding) : GroupsAlike(key->encoding));
    if (!alike || !key->witnesses.empty()) {
      return spec.refused.push_back(
          "topn: ORDER BY " + (key ? expr->ToString() + ": it sorts differently on the shards" : translator.Reason()));
    }
    if (!first) first = key;
    order.push_back({key->expr, item.descending, item.nulls_first});
  }
  if (!ProveConditions(chain, spec, translator)) {
    return spec.refused.emplace_back("topn: a filter is checked here first"), void();
  }
  spec.order_by = std::move(order);
  spec.limit = rows;
  spec.pushed.emplace_back("topn");
  const auto time = TimeColumn(bind_data, *first);
  const auto &leading = spec.order_by.front();
  if (!time || leading.nulls_first) return;
  spec.visit = leading.descending ? VisitOrder::NEWEST_FIRST : VisitOrder::OLDEST_FIRST;
  spec.stop_column = time;
}

// Without an order any rows will do: each shard sends at most that many, and few shards are asked at first.
void PushCount(const ScanChain &chain, const SortItems &, uint64_t rows) {
  auto &bind_data = chain.Get().bind_data->Cast<ShardScanBindData>();
  auto &spec = bind_data.spec;
  if (spec.grouped || spec.limit || spec.first_of_each || rows > MOST_ROWS) return;
  Translator translator(bind_data.table->logical, ResolveColumns(chain.Get()), bind_data.zone);
  if (!ProveConditions(chain, spec, translator)) {
    return spec.refused.emplace_back("limit: a filter is checked here first"), void();
  }
  spec.limit = rows;
  spec.pushed.emplace_back("limit");
}

// ---- the limits themselves

uint64_t RowsOf(uint64_t limit, uint64_t offset) {
  return limit > MOST_ROWS || offset > MOST_ROWS ? MOST_ROWS + 1 : limit + offset;
}

std::optional<uint64_t> RowsOf(const duckdb::LogicalLimit &limit) {
  using duckdb::LimitNodeType;
  if (limit.limit_val.Type() != LimitNodeType::CONSTANT_VALUE) return std::nullopt;
  if (limit.offset_val.Type() == LimitNodeType::UNSET) return RowsOf(limit.limit_val.GetConstantValue(), 0);
  if (limit.offset_val.Type() != LimitNodeType::CONSTANT_VALUE) return std::nullopt;
  return RowsOf(limit.limit_val.GetConstantValue(), limit.offset_val.GetConstantValue());
}

// SELECT DISTINCT .. LIMIT n: n rows of every shard are n different ones of all, or all that there are.
bool PushDistinctCount(duckdb::LogicalOperator &op, uint64_t rows) {
  auto *at = &op;
  while (at->type == LogicalOperatorType::LOGICAL_PROJECTION) at = at->children[0].get();
  if (at->type != LogicalOperatorType::LOGICAL_DISTINCT) return false;
  const auto chain = ScanChain::Find(*at->children[0]);
  if (!chain || !chain->Conditions().empty()) return true;
  auto &spec = chain->Get().bind_data->Cast<ShardScanBindData>().spec;
  if (!spec.grouped || spec.limit || rows > MOST_ROWS || spec.group_keys != spec.columns.size()) return true;
  // Different keys may make equal rows, of which one is left.
  const auto &projection = at->children[0]->Cast<duckdb::LogicalProjection>();
  const auto alike = [](const ScanColumn &column) { return GroupsAlike(column.value.encoding); };
  if (!std::all_of(spec.columns.begin(), spec.columns.end(), alike)) return true;
  std::vector<bool> shown(spec.group_keys, false);
  for (const auto &expr : projection.expressions) {
    if (expr->GetExpressionClass() != duckdb::ExpressionClass::BOUND_COLUMN_REF) continue;
    const auto binding = expr->Cast<BoundColumnRefExpression>().binding;
    if (binding.table_index == chain->Get().table_index) shown[binding.column_index] = true;
  }
  if (std::find(shown.begin(), shown.end(), false) != shown.end()) return true;
  spec.limit = rows;
  spec.pushed.emplace_back("limit");
  return true;
}

}  // namespace

bool SortsAlike(Encoding encoding) {
  switch (encoding) {
    case Encoding::ISO8601:
    case Encoding::ANY_TEXT:
    case Encoding::CAST_TEXT: return false;
    default: return true;
  }
}

bool GroupsAlike(Encoding encoding) { return SortsAlike(encoding) && encoding != Encoding::REAL_SECONDS; }

std::optional<FirstRows> FirstRowsOf(duckdb::LogicalOperator &op) {
  if (op.type == LogicalOperatorType::LOGICAL_TOP_N) {
    const auto &top_n = op.Cast<duckdb::LogicalTopN>();
    return FirstRows{op.children[0].get(), &top_n.orders, RowsOf(top_n.limit, top_n.offset)};
  }
  if (op.type != LogicalOperatorType::LOGICAL_LIMIT) return std::nullopt;
  const auto rows = RowsOf(op.Cast<duckdb::LogicalLimit>());
  auto *below = op.children[0].get();
  while (below->type == LogicalOperatorType::LOGICAL_PROJECTION) below = below->children[0].get();
  if (!rows || below->type != LogicalOperatorType::LOGICAL_ORDER_BY) return std::nullopt;
  return FirstRows{below->children[0].get(), &below->Cast<duckdb::LogicalOrder>().orders, *rows};
}

void PushTopN(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan) {
  for (auto &child : plan->children) PushTopN(input, child);
  const auto first = FirstRowsOf(*plan);
  if (!first) return;
  SortItems items;
  for (const auto &order : *first->orders) {
    items.push_back({order.expression->Copy(), order.type == duckdb::OrderType::DESCENDING,
                     order.null_order == duckdb::OrderByNullType::NULLS_FIRST});
  }
  Descend(*first->below, std::move(items), first->rows, PushOrder);
}

void PushLimit(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan) {
  for (auto &child : plan->children) PushLimit(input, child);
  if (plan->type != LogicalOperatorType::LOGICAL_LIMIT) return;
  const auto rows = RowsOf(plan->Cast<duckdb::LogicalLimit>());
  if (!rows || PushDistinctCount(*plan->children[0], *rows)) return;
  Descend(*plan->children[0], {}, *rows, PushCount);
}

}  // namespace shardite
