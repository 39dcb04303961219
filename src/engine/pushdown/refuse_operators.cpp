// What stays here because its rows may lie in several shards, whatever the query: EXPLAIN says so, where it would
// otherwise be silent about the operator.
//
//   JOIN a.k = b.k        the pair (a, b) can lie in two shards, even where both keys tell the same time: slices may
//     SCAN a              overlap and rows come late. A shard that joined its own rows would answer for some pairs
//     SCAN b              only, and the others could not be told apart from those that do not exist.
//
// The keys of one side still reach the other's shards (send_join_keys.cpp), the first rows of each key may be found by
// the shards (first_of_each.cpp), and the sides of INTERSECT and EXCEPT send each row once (split_aggregates.cpp).

#include <duckdb/planner/operator/logical_comparison_join.hpp>
#include <duckdb/planner/operator/logical_get.hpp>
#include <duckdb/planner/operator/logical_limit.hpp>

#include "engine/pushdown/rules.hpp"
#include "engine/pushdown/scan_chain.hpp"
#include "engine/scan/shard_scan.hpp"

namespace shardite {

namespace {

using duckdb::LogicalOperatorType;

const char *ReasonFor(const duckdb::LogicalOperator &op) {
  switch (op.type) {
    case LogicalOperatorType::LOGICAL_WINDOW: return "window: its rows may lie in several shards";
    case LogicalOperatorType::LOGICAL_SAMPLE: return "sample: it is drawn from the rows of all shards";
    case LogicalOperatorType::LOGICAL_ASOF_JOIN: return "join by ASOF: the nearest row may lie in another shard";
    case LogicalOperatorType::LOGICAL_LIMIT: {
      const auto &limit = op.Cast<duckdb::LogicalLimit>();
      if (limit.limit_val.Type() != duckdb::LimitNodeType::CONSTANT_PERCENTAGE) return nullptr;
      return "limit: a percentage is one of all shards' rows";
    }
    default: return nullptr;
  }
}

void RefuseOperator(duckdb::LogicalOperator &op) {
  const auto *reason = ReasonFor(op);
  for (size_t i = 0; reason && i < op.children.size(); i++) {
    const auto chain = ScanChain::Find(*op.children[i]);
    if (!chain) continue;
    auto &spec = chain->Get().bind_data->Cast<ShardScanBindData>().spec;
    if (!spec.grouped && !spec.first_of_each) spec.refused.emplace_back(reason);
  }
}

void RefuseJoin(duckdb::LogicalOperator &join) {
  const auto left = ScanChain::Find(*join.children[0]);
  const auto right = ScanChain::Find(*join.children[1]);
  if (!left || !right) return;
  auto &probe = left->Get().bind_data->Cast<ShardScanBindData>();
  const auto &build = right->Get().bind_data->Cast<ShardScanBindData>();
  if (probe.table->fleet != build.table->fleet) return;
  probe.spec.refused.push_back("join with " + build.table->logical.spec.name + ": a pair may lie in two shards");
}

// Each side would have to be grouped on its own, and the groups of all sides once more.
void RefuseUnion(duckdb::LogicalOperator &below) {
  if (below.type == LogicalOperatorType::LOGICAL_PROJECTION || below.type == LogicalOperatorType::LOGICAL_FILTER) {
    return RefuseUnion(*below.children[0]);
  }
  if (below.type != LogicalOperatorType::LOGICAL_UNION) return;
  for (auto &side : below.children) {
    RefuseUnion(*side);
    const auto chain = ScanChain::Find(*side);
    if (!chain) continue;
    auto &spec = chain->Get().bind_data->Cast<ShardScanBindData>().spec;
    if (!spec.grouped) spec.refused.emplace_back("aggregate: over a UNION");
  }
}

}  // namespace

void RefuseOperators(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan) {
  for (auto &child : plan->children) RefuseOperators(input, child);
  switch (plan->type) {
    case LogicalOperatorType::LOGICAL_COMPARISON_JOIN: return RefuseJoin(*plan);
    case LogicalOperatorType::LOGICAL_AGGREGATE_AND_GROUP_BY: return RefuseUnion(*plan->children[0]);
    default: return RefuseOperator(*plan);
  }
}

}  // namespace shardite
