#pragma once
// The values that expressions are tried on: edges of types, of SQLite's arithmetic and of its text functions.

#include <string>
#include <vector>

#include <duckdb.hpp>

#include "fleet/fleet_spec.hpp"

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

}  // namespace shardite
