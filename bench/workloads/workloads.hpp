#pragma once
// What is measured; docs/performance.md says why. Each workload adds its findings to the report. They share one
// directory for their files and four sqld processes, which start when the first workload needs them.

#include <memory>
#include <string>
#include <vector>

#include "bench/harness/event_shards.hpp"
#include "bench/harness/report.hpp"
#include "test/support/servers.hpp"

namespace shardite::bench {

constexpr size_t SQLD_PROCESSES = 4;

struct Bench {
  std::string directory;
  std::string own_program;  // for measures that need a process of their own
  size_t rounds = 5;
  Report report;
  std::vector<std::unique_ptr<test::SqldServer>> sqld;

  std::string Path(const std::string &name) const { return directory + "/" + name; }
  /// Starts what has not been started.
  test::SqldServer &Sqld(size_t number);
  /// Shards of so many rows, one an hour, spread over all sqld processes; returns their fleet file. `name` is that of
  /// the file and begins those of the namespaces.
  std::string PlaceEventShards(const std::string &name, size_t shards, size_t rows_per_shard);
};

/// (a) A GROUP BY over 64 namespaces on four sqld processes, against a program that sends the same statements.
void MeasureFanOut(Bench &bench);
/// (b) The same queries with shardite_pushdown all and filter, over 24 shards of 100,000 rows on sqld.
void MeasurePushdown(Bench &bench);
/// (c) Reading 1,000,000 rows of 4 columns, against the same pages fetched and thrown away.
void MeasureRawScan(Bench &bench);
/// (d) 1,000 shards that each answer after 100 ms.
void MeasureManyShards(Bench &bench);
/// What (d) runs in a process of its own, so that its memory is its own; prints "name value" lines.
void ManyShardsChild(const std::string &directory, size_t rounds);
/// (e) What 1,000 shards add to DuckDB's own planning.
void MeasurePlanning(Bench &bench);
/// (f) 20,000,000 rows as CSV through the command line.
void MeasureCsvExport(Bench &bench);
/// (g) PruneShards over 100,000 slices.
void MeasurePruning(Bench &bench);
/// (h) The 16 queries of TSBS devops with shardite_pushdown all and filter, over 24 shards of 100,000 rows on sqld.
void MeasureTsbs(Bench &bench);
/// (i) The 25 OpenTelemetry queries likewise, over 24 shards of 100,000 spans, as many logs, and metrics.
void MeasureOtel(Bench &bench);

}  // namespace shardite::bench
