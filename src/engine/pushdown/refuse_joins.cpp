// A join of two tables of one fleet stays here, and EXPLAIN says why:
//
//   JOIN a.k = b.k        the pair (a, b) can lie in two shards, even where both keys tell the same time: slices may
//     SCAN a              overlap and rows come late. A shard that joined its own rows would answer for some pairs
//     SCAN b              only, and the others could not be told apart from those that do not exist.
//
// The keys of one side still reach the other's shards (send_join_keys.cpp).

#include <duckdb/planner/operator/logical_comparison_join.hpp>
#include <duckdb/planner/operator/logical_get.hpp>

#include "engine/pushdown/rules.hpp"
#include "engine/pushdown/scan_chain.hpp"
#include "engine/scan/shard_scan.hpp"

namespace shardite {

void RefuseJoins(RuleInput &input, duckdb::unique_ptr<duckdb::LogicalOperator> &plan) {
  for (auto &child : plan->children) RefuseJoins(input, child);
  if (plan->type != duckdb::LogicalOperatorType::LOGICAL_COMPARISON_JOIN) return;
  const auto left = ScanChain::Find(*plan->children[0]);
  const auto right = ScanChain::Find(*plan->children[1]);
  if (!left || !right) return;
  auto &probe = left->Get().bind_data->Cast<ShardScanBindData>();
  const auto &build = right->Get().bind_data->Cast<ShardScanBindData>();
  if (probe.table->fleet != build.table->fleet) return;
  probe.spec.refused.push_back("join with " + build.table->logical.spec.name + ": a pair may lie in two shards");
}

}  // namespace shardite
