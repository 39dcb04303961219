#pragma once
// OpenTelemetry logs, traces and metrics as SQLite shards, one file for each slice of time: the data of `shardite
// demo`, of the tests and of the benchmarks. The same dataset gives the same rows on every machine, whatever the
// number of threads. Columns are those of the ClickHouse exporter; times are INTEGER nanoseconds, maps JSON text.
//
// What the rows have on purpose: services, pods, users and log bodies follow Zipf; durations are log-normal; every
// seventh shard has a burst of errors; traces run over the edges of slices; a few spans and logs arrive up to 30
// seconds late and lie in the next shard; older shards lack otel_logs.EventName.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace shardite {

struct OtelDataset {
  uint64_t seed = 1;
  int64_t start = 1'795'132'800'000'000'000;  // ns since 1970: 2026-11-20T00:00:00Z
  int shards = 24;
  int64_t slice = 3'600'000'000'000;         // ns: an hour
  uint64_t spans = 500'000;                  // in the whole fleet; so are the logs
  uint64_t logs = 500'000;                   //
  int services = 12;                         // svc-0, svc-1, ...; at least 4
  int pods = 8;                              // of each service: pod-0, pod-1, ...; at least 6
  int64_t metric_interval = 60'000'000'000;  // ns between two points of a series; 0: no metrics
  bool strict = false;                       // STRICT tables

  /// One line that names every parameter: equal lines, equal data.
  std::string Stamp() const;
};

struct OtelShard {
  std::string path;
  int64_t from = 0, until = 0;  // ns; its slice, without the late rows
  uint64_t spans = 0, logs = 0, points = 0;
};

/// Called after each finished shard, from one thread at a time.
using OtelProgress = std::function<void(size_t shards_done, size_t shards_total)>;

/// Writes one file for each slice into `directory` (made when missing; files of the same name are replaced), on all
/// cores: otel-2026-11-20T07.db, or otel-2026-11-20.db for slices of whole days. Returns them in order of time.
/// Throws FleetError naming the file that could not be written, or the parameter that makes no sense.
std::vector<OtelShard> WriteOtelShards(const OtelDataset &dataset, const std::string &directory,
                                       const OtelProgress &progress = {});

}  // namespace shardite
