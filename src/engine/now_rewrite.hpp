#pragma once
// DuckDB cannot compare a TIMESTAMP_NS column with now(), which is a TIMESTAMPTZ. In shardite's own sessions it works:
// when a statement fails to bind for that reason, the side of that comparison which calls now() is read in UTC.

#include <duckdb.hpp>

namespace shardite {

/// True when this is the error that AddUtcToNow can mend.
bool IsNowComparisonError(const duckdb::ErrorData &error);
/// Wraps the side that calls now() (or current_timestamp, ...) of the comparison at the error's position in
/// timezone('UTC', ..); false when there is none.
bool AddUtcToNow(duckdb::SQLStatement &statement, const duckdb::ErrorData &error);

}  // namespace shardite
