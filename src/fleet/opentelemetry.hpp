#pragma once
// What is known of tables by their names: the columns of the OpenTelemetry exporters for ClickHouse, stored the SQLite
// way. FindTimeColumn (introspection.hpp) stands on the same knowledge.

#include <optional>
#include <string>

#include "fleet/schema.hpp"

namespace shardite {

/// The DuckDB type of a column that holds a JSON list as text, e.g. "BIGINT[]" for otel_metrics_histogram's
/// BucketCounts; "" for any other.
std::string KnownListType(const std::string &table, const std::string &column);

/// What `lookup_table` knows of `table`, when they are the exporters' otel_traces_trace_id_ts and otel_traces with a
/// time column; nullopt for any other. The unit is left open, but for text.
std::optional<LookupSpec> KnownLookup(const LogicalTable &table, const LogicalTable &lookup_table);

}  // namespace shardite
