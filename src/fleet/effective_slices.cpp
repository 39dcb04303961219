#include <algorithm>

#include "fleet/introspection.hpp"
#include "fleet/suggestion.hpp"
#include "fleet/time_text.hpp"

namespace shardite {

namespace {

// How far a measured end may lie from the true one.
int64_t Uncertainty(const SqliteValue &stored, TimeUnit unit) {
  // A double of seconds since 1970 is good to a quarter of a microsecond, and so is its conversion.
  if (std::holds_alternative<double>(stored)) return 1'000'000;
  const auto *text = std::get_if<SqliteText>(&stored);
  if (unit != TimeUnit::ISO8601 || !text) return 0;
  const auto time = ParseWideTime(text->bytes);
  // Texts sort by local time: with offsets in use another row may be earlier or later by all of an offset.
  return time && time->numeric_offset ? 26 * 3600 * NANOSECONDS_PER_SECOND : 0;
}

void WidenByMeasure(const ShardTable &measured, TimeUnit unit, Slice &slice) {
  const auto first = StoredTimeToNanoseconds(measured.stored_min_time, unit);
  const auto last = StoredTimeToNanoseconds(measured.stored_max_time, unit);
  if (first) {
    const int64_t slack = Uncertainty(measured.stored_min_time, unit);
    slice.from = std::min(slice.from, SaturatedAdd(*first, -slack));
  }
  if (last) {
    const int64_t slack = Uncertainty(measured.stored_max_time, unit);
    slice.until = std::max(slice.until, SaturatedAdd(*last, slack + 1));
  }
}

}  // namespace

std::vector<Slice> EffectiveSlices(const LogicalTable &table, const std::vector<ShardSpec> &shards,
                                   const std::vector<std::optional<ShardTable>> &tables) {
  std::vector<Slice> slices(shards.size());
  if (!table.time_column) return slices;
  for (size_t i = 0; i < shards.size(); ++i) {
    slices[i] = shards[i].slice;
    if (shards[i].clamp) continue;  // rows outside are another shard's
    if (slices[i].from != Slice::OPEN_FROM) slices[i].from = SaturatedAdd(slices[i].from, -table.spec.lateness);
    if (slices[i].until != Slice::OPEN_UNTIL) slices[i].until = SaturatedAdd(slices[i].until, table.spec.lateness);
    if (i < tables.size() && tables[i]) WidenByMeasure(*tables[i], table.spec.unit, slices[i]);
  }
  return slices;
}

}  // namespace shardite
