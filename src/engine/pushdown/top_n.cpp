// Before:  TOP_N order, n          or  LIMIT n           After: the same, with
//            PROJECTION*                 PROJECTION*             SCAN ORDER BY order LIMIT n + offset  on every shard
//              SCAN rows                   ORDER_BY order
//                                            PROJECTION*
//                                              SCAN rows
//
// The operator above stays. Safe when nothing between it and the scan drops rows, every filter of the scan is exact,
// and every key sorts on the shard as it does here. Ordered by time, shards are visited from that end, and the scan
// stops once the rows it has cannot be beaten by a later slice.

#include <duckdb/planner/expression/bound_columnref_expression.hpp>
#include <duckdb/planner/operator/logical_limit.hpp>
#include <duckdb/planner/operator/logical_order.hpp>
#include <duckdb/planner/operator/logical_top_n.hpp>

#include "engine/pushdown/rules.hpp"
#include "engine/pushdown/scan_chain.hpp"
#include "engine/scan/shard_scan.hpp"

namespace shardite {

namespace {

// Beyond this many rows a shard's answer is no page any more; rows then come in ranges and are sorted here.
constexpr uint64_t MOST_ROWS = 50000;

bool SortsAlike(Encoding encoding) {
  switch (encoding) {
    case Encoding::ISO8601:
    case Encoding::ANY_TEXT:
    case Encoding::CAST_TEXT: return false;
    default: return true;
  }
}

// The column of the scan that is the time column itself, when an ORDER BY key is nothing else.
std::optional<size_t> TimeColumn(const ShardScanBindData &bind_data, const Translation &key) {
  const auto column = key.expr.ColumnNumber();
  if (!column || bind_data.table->logical.time_column != column) return std::nullopt;
  for (size_t i = 0; i < bind_data.spec.columns.size(); i++) {
    if (bind_data.spec.columns[i].value.expr.ColumnNumber() == column) return i;
  }
  return std::nullopt;
}

void Push(const duckdb::LogicalOperator &top, const duckdb::vector<duckdb::BoundOrderByNode> &orders, uint64_t rows) {
  const auto chain = ScanChain::Find(const_cast<duckdb::LogicalOperator &>(top));
  if (!chain) return;
  auto &bind_data = chain->Get().bind_data->Cast<ShardScanBindData>();
  auto &spec = bind_data.spec;
  if (spec.grouped || spec.limit) return;
  if (rows > MOST_ROWS) {
    spec.refused.emplace_back("topn: more than " + std::to_string(MOST_ROWS) + " rows");
    return;
  }
  if (!chain->Conditions().empty()) {
    spec.refused.emplace_back("topn: a filter is checked here first");
    return;
  }

  Translator translator(bind_data.table->logical, ResolveColumns(chain->Get()), bind_data.profile, bind_data.zone);
  std::vector<OrderItem> items;
  std::optional<Translation> first;
  for (const auto &order : orders) {
    const auto key = translator.Value(*chain->Inline(*order.expression));
    if (!key || !SortsAlike(key->encoding) || !key->witnesses.empty()) {
      return spec.refused.push_back("topn: ORDER BY " + order.expression->ToString() + ": " +
                                    (key ? "it sorts differently on the shards" : translator.Reason()));
    }
    if (!first) first = key;
    items.push_back({key->expr, order.type == duckdb::OrderType::DESCENDING,
                     order.null_order == duckdb::OrderByNullType::NULLS_FIRST});
  }
  spec.order_by = std::move(items);
  spec.limit = rows;
  spec.pushed.emplace_back("topn");
  const auto &leading = spec.order_by.front();
  const auto time = TimeColumn(bind_data, *first);
  if (!time || leading.nulls_first) return;
  spec.visit = leading.descending ? VisitOrder::NEWEST_FIRST : VisitOrder::OLDEST_FIRST;
  spec.stop_column = time;
}

std::optional<uint64_t> RowsOf(const duckdb::LogicalLimit &limit) {
  using duckdb::LimitNodeType;
  if (limit.limit_val.Type() != LimitNodeType::CONSTANT_VALUE) return std::nullopt;
  uint64_t offset = 0;
  if (limit.offset_val.Type() == LimitNodeType::CONSTANT_VALUE) {
    offset = limit.offset_val.GetConstantValue();
  } else if (limit.offset_val.Type() != LimitNodeType::UNSET) {
    return std::nullopt;
  }
  const auto rows = limit.limit_val.GetConstantValue();
  return rows > MOST_ROWS || offset > MOST_ROWS ? MOST_ROWS + 1 : rows + offset;
}

const duckdb::LogicalOperator &SkipProjections(const duckdb::LogicalOperator &op) {
  const auto *at = &op;
  while (at->type == duckdb::LogicalOperatorType::LOGICAL_PROJECTION) at = at->children[0].get();
  return *at;
}

}  // namespace

void PushTopN(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan) {
  for (auto &child : plan->children) PushTopN(input, child);
  if (plan->type == duckdb::LogicalOperatorType::LOGICAL_TOP_N) {
    const auto &top_n = plan->Cast<duckdb::LogicalTopN>();
    const bool huge = top_n.limit > MOST_ROWS || top_n.offset > MOST_ROWS;
    return Push(*plan->children[0], top_n.orders, huge ? MOST_ROWS + 1 : top_n.limit + top_n.offset);
  }
  if (plan->type != duckdb::LogicalOperatorType::LOGICAL_LIMIT) return;
  const auto &below = SkipProjections(*plan->children[0]);
  const auto rows = RowsOf(plan->Cast<duckdb::LogicalLimit>());
  if (!rows || below.type != duckdb::LogicalOperatorType::LOGICAL_ORDER_BY) return;
  Push(*below.children[0], below.Cast<duckdb::LogicalOrder>().orders, *rows);
}

// LIMIT without an order: any rows will do, so each shard sends at most that many, and few shards are asked at first.
void PushLimit(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan) {
  for (auto &child : plan->children) PushLimit(input, child);
  if (plan->type != duckdb::LogicalOperatorType::LOGICAL_LIMIT) return;
  const auto rows = RowsOf(plan->Cast<duckdb::LogicalLimit>());
  const auto chain = ScanChain::Find(*plan->children[0]);
  if (!rows || !chain) return;
  auto &spec = chain->Get().bind_data->Cast<ShardScanBindData>().spec;
  if (spec.grouped || spec.limit || *rows > MOST_ROWS) return;
  if (!chain->Conditions().empty()) {
    spec.refused.emplace_back("limit: a filter is checked here first");
    return;
  }
  spec.limit = rows;
  spec.pushed.emplace_back("limit");
}

}  // namespace shardite
