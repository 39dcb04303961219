#pragma once
// What EXPLAIN and EXPLAIN ANALYZE say of a scan, and the fuller account that `shardite explain` prints.

#include <duckdb.hpp>
#include <duckdb/function/table_function.hpp>

#include "engine/scan/scan_tally.hpp"
#include "engine/scan/shard_scan.hpp"
#include "engine/statistics.hpp"

namespace shardite {

/// The to_string callback: shards kept of all, why the others are not asked, how the kept ones answer, what is pushed,
/// what stays local and why.
duckdb::InsertionOrderPreservingMap<std::string> DescribeScan(duckdb::TableFunctionToStringInput &input);
/// What EXPLAIN ANALYZE adds: requests, retries, rows, bytes, the slowest shards.
duckdb::InsertionOrderPreservingMap<std::string> DescribeExecution(const ScanTally &tally);
/// The whole account: kept and pruned shards by id with reasons, the SQL for each kind of shard, and, when the scan has
/// run, what that cost.
ScanExplanation ExplainScan(const ShardScanBindData &bind_data, const duckdb::vector<duckdb::column_t> &column_ids);

}  // namespace shardite
