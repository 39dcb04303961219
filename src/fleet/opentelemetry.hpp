#pragma once
// What is known of tables by their names: the columns of the OpenTelemetry exporters for ClickHouse, stored the SQLite
// way. FindTimeColumn (introspection.hpp) stands on the same knowledge.

#include <string>

namespace shardite {

/// The DuckDB type of a column that holds a JSON list as text, e.g. "BIGINT[]" for otel_metrics_histogram's
/// BucketCounts; "" for any other.
std::string KnownListType(const std::string &table, const std::string &column);

}  // namespace shardite
