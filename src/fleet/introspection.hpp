#pragma once
// The statements that ask a shard what tables it has, and the reading of their answers. Only text and cells: sending
// is the remote layer's (remote/introspect.hpp). Attaching costs two requests per shard: DescribeTablesSql, then
// MeasureTablesSql about the tables that exist. Both run on SQLite 3.40 and later, sqld and rqlite.

#include <optional>
#include <string>
#include <vector>

#include "fleet/schema.hpp"

namespace shardite {

/// Asks for the names of all tables and views: one row, one column, a JSON array of names. System tables (sqlite_*,
/// _litestream*, libsql_*, _rqlite*), virtual tables and their shadow tables are left out.
std::string TableNamesSql();
/// Throws FleetError when the text is no such array.
std::vector<std::string> ParseTableNames(const std::string &json);

/// First request. Asks for the structure of some tables at once: one row, one column, a JSON array with one object per
/// table or view that exists (a view that SQLite cannot resolve counts as absent). Names ignore case, as in SQLite.
std::string DescribeTablesSql(const std::vector<std::string> &tables);  // empty: all tables
/// A statement that tells whether the table is still as it was described: one row with the version of the database's
/// schema, which every CREATE, DROP, ALTER and VACUUM raises; no row where the table is declared otherwise or is gone.
/// Empty for a table of which that is not known.
std::string StructureSql(const ShardTable &table);
/// Throws FleetError when the text is no such array. Rows are not measured yet.
std::vector<ShardTable> ParseDescribeTables(const std::string &json);

/// CHEAP reads min and max rowid of every table, and of the time column where that costs little: an index leads with
/// it, or has it after one or two columns of few values, or the table spans at most 100,000 rowids. FULL reads the time
/// column always, counts rows and NULL times.
enum class MeasureDepth { CHEAP, FULL };

/// The table's time column as the shard spells it: the one its TableSpec names; without any specs the one that
/// FindTimeColumn finds; "" when there is none or the shard lacks it.
std::string TimeColumnOf(const ShardTable &table, const std::vector<TableSpec> &specs);

/// Second request, about tables that the shard has. Each statement gives one row, one column, a JSON array with one
/// object per table, for up to 100 tables: so nearly always it is one statement, none when `tables` is empty.
std::vector<std::string> MeasureTablesSql(const std::vector<ShardTable> &tables, const std::vector<TableSpec> &specs,
                                          MeasureDepth depth = MeasureDepth::CHEAP);
/// Reads one answer to it into the tables, which it finds by name. Values that are no time in the spec's unit (or, when
/// none is given, in the unit that they suggest) leave the time unmeasured. Throws FleetError when the text is no
/// such array.
void ReadMeasures(const std::string &json, const std::vector<TableSpec> &specs, std::vector<ShardTable> &tables);

/// The time column of an OpenTelemetry or TSBS table ("Timestamp", "TimeUnix", "time", ...), or of any table with one
/// column of a usual name; nullopt when in doubt.
std::optional<std::string> FindTimeColumn(const ShardTable &table);
/// The unit that stored values suggest. INTEGER by magnitude: above 1e16 ns, 1e13 us, 1e10 ms, else s; REAL: s, TEXT:
/// iso8601. Without any value: by the declared type, INTEGER as ns.
TimeUnit GuessTimeUnit(ColumnKind kind, const std::vector<SqliteValue> &values);
/// A stored time in nanoseconds since 1970; nullopt when the value is no time in that unit or out of range.
std::optional<int64_t> StoredTimeToNanoseconds(const SqliteValue &value, TimeUnit unit);

}  // namespace shardite
