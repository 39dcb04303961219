#include "engine/scan/estimate.hpp"

#include <algorithm>
#include <cmath>

namespace shardite {

namespace {

constexpr double UNKNOWN_ROWS = 100000;     // of a shard that has told nothing
constexpr double FILTER_SELECTIVITY = 0.2;  // DuckDB's own default for a filter it knows nothing of

double RowsOf(const std::optional<ShardTable> &table) {
  if (!table) return UNKNOWN_ROWS;
  if (table->row_count) return static_cast<double>(*table->row_count);
  if (!table->has_rowid) return UNKNOWN_ROWS;
  if (!table->min_rowid || !table->max_rowid) return 0;
  return static_cast<double>(*table->max_rowid) - static_cast<double>(*table->min_rowid) + 1;
}

double PartOf(const Slice &slice, const TimeSet &times) {
  if (!slice.IsBounded()) return 1;
  double covered = 0;
  for (const auto &window : times.Slices()) {
    const auto meeting = Intersect(slice, window);
    if (!meeting.IsEmpty()) covered += static_cast<double>(meeting.until) - static_cast<double>(meeting.from);
  }
  return std::clamp(covered / (static_cast<double>(slice.until) - static_cast<double>(slice.from)), 0.0, 1.0);
}

}  // namespace

double EstimateRows(const TableSnapshot &table, const ScanSpec &spec, size_t shard) {
  return RowsOf(table.shards[shard]) * PartOf(table.slices.Slices()[shard], spec.times);
}

duckdb::idx_t EstimateRows(const TableSnapshot &table, const ScanSpec &spec) {
  const auto targets = ChooseShards(table, spec);
  double rows = 0;
  for (const auto shard : targets.shards) {
    rows += EstimateRows(table, spec, shard);
  }
  // Conditions on time are counted already.
  for (const auto &filter : spec.filters) {
    const auto columns = filter.Columns();
    const bool only_time = columns.size() == 1 && table.logical.time_column == columns[0];
    if (!only_time) rows *= FILTER_SELECTIVITY;
  }
  return static_cast<duckdb::idx_t>(std::max(1.0, std::min(rows, 1e15)));
}

}  // namespace shardite
