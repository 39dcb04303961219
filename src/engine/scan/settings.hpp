#pragma once
// The settings of a session, as SET changes them and a scan reads them once.

#include <cstdint>

#include <duckdb.hpp>

#include "engine/translate/translate.hpp"

namespace shardite {

enum class Pushdown {
  NONE,    // whole tables travel; not even slices prune
  FILTER,  // filters and projections, and slices prune
  ALL,     // and aggregates, DISTINCT, TopN, LIMIT, join filters
};

struct Settings {
  Pushdown pushdown = Pushdown::ALL;  // shardite_pushdown
  uint64_t max_in_flight = 1024;      // shardite_max_in_flight: requests under way at once, over all servers
  uint64_t memory_window = 64 << 20;  // shardite_memory_window: memory of pages that are under way or wait, per scan
  int64_t timeout_ms = 60000;         // shardite_timeout: one request
};

Settings ReadSettings(duckdb::ClientContext &context);
/// UTC when the session's TimeZone says so.
SessionZone ReadSessionZone(duckdb::ClientContext &context);
/// Makes the settings known to a database: SET shardite_pushdown = 'filter', ...
void RegisterSettings(duckdb::DBConfig &config);

}  // namespace shardite
