#pragma once
// The data of the benchmarks: shards with one table, in slices of an hour, and fleet files over them.
//   events (ts INTEGER: ns, service TEXT: 12 names, severity INTEGER: 1 to 24, dur INTEGER: ns, log-normal, body TEXT:
//   about 92 bytes), an index on ts. Equal arguments give equal files.

#include <cstdint>
#include <string>
#include <vector>

namespace shardite::bench {

constexpr int64_t EVENTS_START = 1'795'132'800'000'000'000;  // 2026-11-20T00:00:00Z
constexpr int64_t EVENTS_SLICE = 3'600'000'000'000;          // an hour

constexpr const char *CREATE_EVENTS =
    "CREATE TABLE events (ts INTEGER NOT NULL, service TEXT, severity INTEGER, dur INTEGER, body TEXT)";

enum class EventBody { FULL, NONE };  // NONE: body is NULL, for shards of many rows

/// Shard `number` with its hour's rows, at `path`.
void WriteEventShard(const std::string &path, size_t number, size_t rows, EventBody body = EventBody::FULL);

/// One shard of a fleet file.
struct PlacedShard {
  std::string url;
  size_t hour = 0;  // number of its slice since EVENTS_START
};

/// Writes a fleet file with the table events; `overlap`: slices may be the same.
void WriteFleetFile(const std::string &path, const std::vector<PlacedShard> &shards, bool overlap = false);

/// "2026-11-20T07:00:00Z" for hour 7.
std::string HourText(size_t hour);

}  // namespace shardite::bench
