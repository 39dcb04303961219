#pragma once
// Plain DuckDB with one table per fleet table, holding the union of the shards' rows: what every answer is compared
// with. Filled from the SQLite files through SQLite's own library and DuckDB's appender; nothing of shardite's engine
// takes part, so that a fault there cannot hide here. The types are those that docs/fleet-file.md promises.

#include <memory>
#include <string>
#include <vector>

#include <duckdb.hpp>

#include "fleet/fleet_spec.hpp"

namespace shardite::test {

class Oracle {
 public:
  /// `files[i]` belongs to spec.shards[i]. The tables lie in a database with the fleet's name, made the default as a
  /// Session makes its own. Throws std::runtime_error when a file cannot be read or two shards' columns cannot be
  /// united.
  Oracle(const FleetSpec &spec, const std::vector<std::string> &files);
  duckdb::Connection &Connection() { return *connection_; }

 private:
  duckdb::DuckDB database_;
  std::unique_ptr<duckdb::Connection> connection_;
};

}  // namespace shardite::test
