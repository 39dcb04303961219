#pragma once
// How each aggregate splits: what the shards compute (partial) and how partials merge (final). One row per aggregate;
// docs/sql-support.md lists them. An aggregate without a row, or whose argument does not translate, is refused.

#include <functional>
#include <optional>
#include <vector>

#include <duckdb.hpp>
#include <duckdb/planner/expression/bound_aggregate_expression.hpp>

#include "engine/pushdown/partial_scan.hpp"

namespace shardite {

/// The merge of one aggregate: aggregates over the partials, and the expression of their results that has the
/// original's value and type.
struct FinalAggregate {
  duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> merges;
  /// Receives references to the merged values, in the order of `merges`.
  std::function<duckdb::unique_ptr<duckdb::Expression>(duckdb::vector<duckdb::unique_ptr<duckdb::Expression>>)> finish;
  /// What orders like the result where one shard has the whole group; empty: nothing that is known to.
  std::vector<SortKey> sort_keys = {};
};

/// A split in two steps: partials are added to the scan first; when all aggregates fit and the scan is built, `merge`
/// makes the final aggregate.
struct AggregateSplit {
  std::function<FinalAggregate()> merge;
};

/// Splits an aggregate whose expressions speak of the scan's columns; nullopt with scan.Reason() set.
std::optional<AggregateSplit> SplitAggregate(duckdb::ClientContext &context, PartialScan &scan,
                                             const duckdb::BoundAggregateExpression &aggregate);

}  // namespace shardite
