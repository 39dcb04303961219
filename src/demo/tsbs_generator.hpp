#pragma once
// The devops data of TSBS (Time Series Benchmark Suite), table cpu, as SQLite shards, one file for each slice of time:
// for tests and benchmarks. The same dataset gives the same rows on every machine.
//   cpu (time INTEGER: ns since 1970, hostname, region, datacenter, rack, os, arch, team, service, service_version,
//   service_environment TEXT, and ten metrics from usage_user to usage_guest_nice INTEGER), indexes (hostname, time)
//   and (time). Every host has one row each interval; a metric is a random walk of whole numbers from 0 to 100 that
//   goes on over the edges of slices.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace shardite {

constexpr std::array<const char *, 10> TSBS_TAGS = {
    "hostname", "region",          "datacenter",         "rack", "os", "arch", "team",
    "service",  "service_version", "service_environment"};
constexpr std::array<const char *, 10> TSBS_METRICS = {
    "usage_user", "usage_system",  "usage_idle",  "usage_nice",  "usage_iowait",
    "usage_irq",  "usage_softirq", "usage_steal", "usage_guest", "usage_guest_nice"};

struct TsbsDataset {
  uint64_t seed = 1;
  int64_t start = 1'795'132'800'000'000'000;  // ns since 1970: 2026-11-20T00:00:00Z
  int shards = 24;
  int64_t slice = 3'600'000'000'000;  // ns: an hour
  int64_t interval = 10'000'000'000;  // ns between two rows of a host; divides the slice
  int hosts = 100;                    // host_0, host_1, ...
  bool strict = false;                // STRICT tables
};

struct TsbsShard {
  std::string path;
  int64_t from = 0, until = 0;  // ns
  uint64_t rows = 0;
};

/// Writes one file for each slice into `directory` (made when missing; files of the same name are replaced):
/// cpu-0.db, cpu-1.db, ... in order of time. Throws FleetError naming the file that could not be written, or the
/// parameter that makes no sense.
std::vector<TsbsShard> WriteTsbsShards(const TsbsDataset &dataset, const std::string &directory);

}  // namespace shardite
