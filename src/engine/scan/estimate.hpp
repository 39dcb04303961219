#pragma once
// How many rows a scan will return, for DuckDB's join order: rowids where they are known, scaled by the part of each
// slice that the filters leave.

#include <duckdb.hpp>

#include "engine/scan/scan_spec.hpp"

namespace shardite {

duckdb::idx_t EstimateRows(const TableSnapshot &table, const ScanSpec &spec);
/// Of one shard, by its rowids and the time bounds alone.
double EstimateRows(const TableSnapshot &table, const ScanSpec &spec, size_t shard);

}  // namespace shardite
