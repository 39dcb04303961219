#pragma once
// DuckDB offers the filters above a scan: those that translate exactly are taken over, those that SQLite can only
// answer as a superset are sent and stay, the rest stay with a reason. Time bounds prune shards here, before join
// order is chosen. Called more than once for a filter that stays, so it changes nothing the second time.

#include <duckdb.hpp>
#include <duckdb/planner/operator/logical_get.hpp>

#include "engine/scan/shard_scan.hpp"

namespace shardite {

/// The pushdown_complex_filter callback of the scan.
void PushFilters(duckdb::ClientContext &context, duckdb::LogicalGet &get, duckdb::FunctionData *bind_data,
                 duckdb::vector<duckdb::unique_ptr<duckdb::Expression>> &filters);

/// The scan function with that callback.
duckdb::TableFunction PushingScanFunction();

enum class FilterPush { EXACT, SUPERSET, REFUSED };
/// Adds one filter to a spec; REFUSED leaves the spec's filters alone and records why.
FilterPush PushFilter(ScanSpec &spec, Translator &translator, const duckdb::Expression &filter);

}  // namespace shardite
