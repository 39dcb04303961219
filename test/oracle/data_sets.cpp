#include "test/oracle/data_sets.hpp"

#include "demo/otel_generator.hpp"
#include "demo/tsbs_generator.hpp"
#include "fleet/slice.hpp"
#include "test/oracle/shard_files.hpp"

namespace shardite::test {
namespace {

constexpr const char *OTEL_TABLES_TOML = R"(
[tables.otel_logs]
time = "Timestamp"
unit = "ns"
type = "timestamp_ns"
lateness = "1m"
[tables.otel_traces]
time = "Timestamp"
unit = "ns"
type = "timestamp_ns"
lateness = "1m"
[tables.otel_metrics_gauge]
time = "TimeUnix"
unit = "ns"
type = "timestamp_ns"
[tables.otel_metrics_sum]
time = "TimeUnix"
unit = "ns"
type = "timestamp_ns"
[tables.otel_metrics_histogram]
time = "TimeUnix"
unit = "ns"
type = "timestamp_ns"
columns = { BucketCounts = "bigint[]", ExplicitBounds = "double[]" }
)";

constexpr const char *TSBS_TABLES_TOML = R"(
[tables.cpu]
time = "time"
unit = "ns"
type = "timestamp_ns"
)";

FleetDefinition OtelFleet() {
  static const TemporaryDirectory directory;
  static const auto shards = [] {
    OtelDataset dataset;
    dataset.shards = 6;
    dataset.seed = 4;
    dataset.spans = 9000;
    dataset.logs = 6000;
    dataset.metric_interval = 300'000'000'000;
    return WriteOtelShards(dataset, directory.Path());
  }();
  FleetDefinition fleet;
  fleet.name = "otel";
  fleet.toml = OTEL_TABLES_TOML;
  for (const auto &shard : shards) {
    const std::string from = FormatTime(shard.from);
    fleet.shards.push_back({from.substr(0, 13), from, FormatTime(shard.until), "", shard.path});
  }
  return fleet;
}

FleetDefinition TsbsFleet() {
  static const TemporaryDirectory directory;
  static const auto shards = [] {
    TsbsDataset dataset;
    dataset.shards = 7;
    dataset.slice = 4 * dataset.slice;
    dataset.interval = 30'000'000'000;
    dataset.hosts = 33;
    return WriteTsbsShards(dataset, directory.Path());
  }();
  FleetDefinition fleet;
  fleet.name = "tsbs";
  fleet.toml = TSBS_TABLES_TOML;
  for (const auto &shard : shards) {
    const std::string from = FormatTime(shard.from);
    fleet.shards.push_back({from.substr(0, 13), from, FormatTime(shard.until), "", shard.path});
  }
  return fleet;
}

}  // namespace

FleetDefinition DataSet(const std::string &name) {
  if (name == "otel") return OtelFleet();
  if (name == "tsbs") return TsbsFleet();
  return ReadFleetDefinition(std::string(SHARDITE_SOURCE_DIR "/test/sql/fleets/") + name + ".fleet", name);
}

}  // namespace shardite::test
