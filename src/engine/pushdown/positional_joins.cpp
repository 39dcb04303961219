// POSITIONAL JOIN pairs the rows of its sides by their order, and a fleet's table has none: shards answer as they can.
// So a side that reads one needs an order of its own, or the statement stops with a sentence that says so:
//
//   POSITIONAL_JOIN
//     ORDER_BY          the rows come in this order, whatever the shards do
//       SCAN a
//     SCAN b            refused: any row could be the first
//
// DuckDB could not run the second shape either: it reads two bare scans without a task to put aside, and our scan would
// have nobody to wake.

#include <algorithm>

#include <duckdb/planner/operator/logical_aggregate.hpp>

#include "engine/pushdown/rules.hpp"
#include "engine/scan/shard_scan.hpp"

namespace shardite {

namespace {

using duckdb::LogicalOperatorType;

bool HasOrder(const duckdb::LogicalOperator &op) {
  switch (op.type) {
    case LogicalOperatorType::LOGICAL_ORDER_BY:
    case LogicalOperatorType::LOGICAL_TOP_N: return true;
    case LogicalOperatorType::LOGICAL_PROJECTION:
    case LogicalOperatorType::LOGICAL_FILTER:
    case LogicalOperatorType::LOGICAL_LIMIT:
    case LogicalOperatorType::LOGICAL_POSITIONAL_JOIN:
      return std::all_of(op.children.begin(), op.children.end(), [](const auto &child) { return HasOrder(*child); });
    case LogicalOperatorType::LOGICAL_AGGREGATE_AND_GROUP_BY:
      return op.Cast<duckdb::LogicalAggregate>().grouping_sets.empty() || !HasShardScan(op);  // a single row
    default: return !HasShardScan(op);
  }
}

}  // namespace

void RefusePositionalJoins(const duckdb::LogicalOperator &plan) {
  for (const auto &child : plan.children) RefusePositionalJoins(*child);
  if (plan.type != LogicalOperatorType::LOGICAL_POSITIONAL_JOIN || HasOrder(plan)) return;
  throw duckdb::NotImplementedException(
      "POSITIONAL JOIN pairs rows by their order, and the rows of a fleet's table come in none: give each side that "
      "reads one an ORDER BY, as in (SELECT .. ORDER BY ..)");
}

}  // namespace shardite
