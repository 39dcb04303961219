#pragma once
// Whether a shard is better asked for rows than for partial aggregates. Over a network never: rows cost 10 to 130 times
// the aggregate. In this process SQLite groups through a sorter, and DuckDB hashes rows faster than that. A server
// without json_each() cannot unnest: there is no other way than rows.

#include "engine/scan/scan_spec.hpp"

namespace shardite {

/// The answer is the same either way: each row becomes a group of its own (row_fallback.hpp). `spec`: as it is asked of
/// the shard.
bool BetterAsRows(const TableSnapshot &table, const ScanSpec &spec, size_t shard, Groups groups);

}  // namespace shardite
