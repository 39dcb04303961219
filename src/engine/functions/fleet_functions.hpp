#pragma once
// Table functions about fleets: shardite_shards('otel'), shardite_queries(), shardite_scatter('otel', 'SQLite SQL').

#include <vector>

#include <duckdb.hpp>
#include <duckdb/function/table_function.hpp>

namespace shardite {

std::vector<duckdb::TableFunction> FleetFunctions();

duckdb::TableFunction ShardsFunction();
duckdb::TableFunction QueriesFunction();
duckdb::TableFunction ScatterFunction();

}  // namespace shardite
