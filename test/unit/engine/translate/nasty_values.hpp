#pragma once
// The values that expressions are tried on: edges of types, of SQLite's arithmetic and of its text functions.

#include <string>
#include <vector>

#include <duckdb.hpp>

#include "fleet/schema.hpp"

namespace shardite {

struct NastyColumn {
  std::string name;
  duckdb::LogicalType type;
  std::vector<duckdb::Value> values;  // rows cycle through them
};

/// `unit` and `type` are of the columns ts and au.
std::vector<NastyColumn> NastyColumns(TimeUnit unit, TimeType type);

/// How a value is stored in SQLite; times as ticks of `unit`.
std::string StoredLiteral(const duckdb::Value &value, TimeUnit unit);

/// The same for a TIMESTAMP held as REAL seconds or ISO 8601 TEXT. `value` becomes what such a column shows: NULL where
/// it has no form, rounded where a double is too coarse.
std::string StoredLiteral(duckdb::Value &value, ColumnKind stored);

}  // namespace shardite
