#pragma once
// Operators that choose rows among those they see: a filter that a join above finds must not reach a scan below them.

#include <duckdb.hpp>
#include <duckdb/planner/operator/logical_get.hpp>

namespace shardite {

/// LIMIT, TOP_N, SAMPLE, DISTINCT ON.
bool ChoosesRows(const duckdb::LogicalOperator &op);
/// Whether one of them lies between `top` (itself included) and a scan; true as well when the scan is not below `top`.
bool ChoosesRowsAbove(const duckdb::LogicalOperator &top, const duckdb::LogicalGet &scan);

}  // namespace shardite
