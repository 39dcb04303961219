#pragma once
// The one place that registers everything with a DuckDB instance: storage, optimizer rules, settings, functions.

#include <memory>

#include <duckdb.hpp>

#include "remote/driver_registry.hpp"

namespace shardite {

void RegisterShardite(duckdb::DatabaseInstance &database, std::shared_ptr<DriverRegistry> drivers);

}  // namespace shardite
