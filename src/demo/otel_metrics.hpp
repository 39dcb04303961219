#pragma once
// Metric points: a gauge of CPU utilisation (and of memory), a counter of requests that is delta for some services and
// cumulative with resets for others, and a histogram of request durations. A point is a function of its series and
// step alone, so a counter runs on over the edge of a slice although each file is written by itself.

#include <array>
#include <cstdint>

#include "demo/otel_world.hpp"
#include "demo/sqlite_writer.hpp"

namespace shardite {

/// Fills otel_metrics_gauge, _sum and _histogram of one file; returns how many points were written.
uint64_t WriteMetrics(const OtelDataset &dataset, const OtelWorld &world, const OtelSlice &slice, SqliteWriter &file);

}  // namespace shardite
