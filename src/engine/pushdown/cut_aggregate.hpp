#pragma once
// What of an aggregation the shards can be asked: cut into partials, keys, and what is left to be computed over them.
// The plan is not touched; split_aggregates.cpp does that.

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <duckdb.hpp>
#include <duckdb/planner/operator/logical_aggregate.hpp>

#include "engine/pushdown/aggregate_table.hpp"
#include "engine/pushdown/partial_scan.hpp"
#include "engine/pushdown/rules.hpp"
#include "engine/pushdown/scan_chain.hpp"

namespace shardite {

/// One scan of partials and the groups over it. Aggregates that cannot share a query (a bare column beside another
/// max(), several DISTINCT arguments whose combinations are too many) are computed by parts of their own.
struct AggregatePart {
  std::unique_ptr<PartialScan> scan;
  duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> groups;
  duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> join_keys;  // in place of the chain's
  size_t key_sets = 0;                                               // aggregates that added keys
};

struct AggregatePieces {
  std::vector<AggregatePart> parts;
  std::vector<duckdb::unique_ptr<duckdb::Expression>> aggregates;  // inlined originals, which the splits refer to
  std::vector<AggregateSplit> splits;
  std::vector<size_t> part_of;  // by aggregate
};

/// nullopt, with a reason, when rows have to travel, or when that costs less by what a sample says.
std::optional<AggregatePieces> CutAggregate(RuleInput &input, const ScanChain &chain,
                                            const duckdb::LogicalAggregate &aggregate, std::string &reason);

/// The same where joins lie between the aggregate and the scan: what they compare becomes a key.
std::optional<AggregatePieces> CutBelowJoins(RuleInput &input, const ScanChain &chain,
                                             const duckdb::LogicalAggregate &aggregate, std::string &reason);

/// The tables that the aggregated values come from, by index.
std::set<duckdb::idx_t> TablesAggregated(const ScanChain &chain, const duckdb::LogicalAggregate &aggregate);

}  // namespace shardite
