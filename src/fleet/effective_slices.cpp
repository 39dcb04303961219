#include <algorithm>

#include "fleet/introspection.hpp"
#include "fleet/suggestion.hpp"
#include "fleet/time_text.hpp"

namespace shardite {

namespace {

// Within which instants a measured end lies in truth.
Slice Around(const SqliteValue &stored, TimeUnit unit, int64_t instant) {
  const auto *text = std::get_if<SqliteText>(&stored);
  if (unit == TimeUnit::ISO8601 && text) {
    const auto time = ParseWideTime(text->bytes);
    // Texts sort by local time: with offsets in use another row may be earlier or later by all of an offset.
    const int64_t offset = time && time->numeric_offset ? 26 * 3600 * NANOSECONDS_PER_SECOND : 0;
    // And not by their fractions: "00:00:01.5Z" comes before "00:00:01Z". The second is certain.
    const int64_t into_second = (instant % NANOSECONDS_PER_SECOND + NANOSECONDS_PER_SECOND) % NANOSECONDS_PER_SECOND;
    const int64_t second = SaturatedAdd(instant, -into_second);
    return {SaturatedAdd(second, -offset), SaturatedAdd(second, NANOSECONDS_PER_SECOND + offset)};
  }
  // A double of seconds since 1970 is good to a quarter of a microsecond, and so is its conversion.
  const int64_t slack = std::holds_alternative<double>(stored) ? 1'000'000 : 0;
  return {SaturatedAdd(instant, -slack), SaturatedAdd(instant, slack + 1)};
}

void WidenByMeasure(const ShardTable &measured, TimeUnit unit, Slice &slice) {
  const auto first = StoredTimeToNanoseconds(measured.stored_min_time, unit);
  const auto last = StoredTimeToNanoseconds(measured.stored_max_time, unit);
  if (first) slice.from = std::min(slice.from, Around(measured.stored_min_time, unit, *first).from);
  if (last) slice.until = std::max(slice.until, Around(measured.stored_max_time, unit, *last).until);
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
