#pragma once
// The statements that ask a shard what tables it has, and the reading of their answers. Only text and cells: sending
// is the remote layer's (remote/introspect.hpp).

#include <optional>
#include <string>
#include <vector>

#include "fleet/schema.hpp"

namespace shardite {

/// Asks for the names of all tables and views: one row, one column, a JSON array of names. System tables (sqlite_*,
/// _litestream*, libsql_*, _rqlite*) are left out.
std::string TableNamesSql();
std::vector<std::string> ParseTableNames(const std::string &json);

/// Asks for everything in ShardTable about some tables at once: one row, one column, a JSON array with one object per
/// table that exists. One statement, so that attaching costs one request per shard.
std::string DescribeTablesSql(const std::vector<std::string> &tables);  // empty: all tables
std::vector<ShardTable> ParseDescribeTables(const std::string &json);

/// Whether min and max of the time column cost little: an index leads with it, or the table spans at most 100,000
/// rowids.
bool TimeIsCheapToMeasure(const ShardTable &table, const std::string &time_column);
/// min and max of the time column in its stored unit, one row: [min, max], as packed text-safe JSON array.
std::string MeasureTimeSql(const ShardTable &table, const std::string &time_column);
/// Reads it into table.min_time and max_time (ns). Values that are no time in that unit leave it unmeasured.
void ReadMeasuredTime(const std::string &json, TimeUnit unit, ShardTable &table);

/// The time column of an OpenTelemetry table ("Timestamp", "TimeUnix", "Start", "time", ...), or nullopt.
std::optional<std::string> FindTimeColumn(const ShardTable &table);
/// The unit its values have, judged by declared type and magnitude of one value.
TimeUnit GuessTimeUnit(const ShardColumn &column, const std::string &sample_json);

}  // namespace shardite
