#include "fleet/natural_slices.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include "fleet/time_text.hpp"

namespace shardite {

namespace {

constexpr int64_t MINUTE = 60 * NANOSECONDS_PER_SECOND;
constexpr int64_t HOUR = 60 * MINUTE;

struct Unit {
  const char *name;
  int64_t size;  // 0: a calendar month
};
constexpr Unit UNITS[] = {{"hour", HOUR}, {"day", NANOSECONDS_PER_DAY}, {"month", 0}};

int64_t FloorTo(int64_t time, int64_t size) {
  const int64_t rest = time % size;
  return SaturatedAdd(time, -(rest < 0 ? rest + size : rest));
}

Slice CellAround(int64_t time, const Unit &unit) {
  if (unit.size != 0) {
    const int64_t from = FloorTo(time, unit.size);
    return {from, SaturatedAdd(from, unit.size)};
  }
  const int64_t day_of_month = static_cast<unsigned>(std::chrono::year_month_day(SplitDay(time).day).day());
  const int64_t from = SaturatedAdd(FloorTo(time, NANOSECONDS_PER_DAY), -(day_of_month - 1) * NANOSECONDS_PER_DAY);
  return {from, Period{0, 1}.After(from, 1)};
}

int64_t Excess(const Slice &extent, const Slice &cell) {
  return std::max({int64_t{0}, SaturatedAdd(cell.from, SaturatedMultiply(extent.from, -1)),
                   SaturatedAdd(extent.until, SaturatedMultiply(cell.until, -1))});
}

bool IsMeasured(const std::optional<Slice> &extent) { return extent && extent->IsBounded(); }

std::optional<size_t> NewestOf(const std::vector<std::optional<Slice>> &extents) {
  std::optional<size_t> newest;
  for (size_t i = 0; i < extents.size(); ++i) {
    if (IsMeasured(extents[i]) && (!newest || extents[i]->until > extents[*newest]->until)) newest = i;
  }
  return newest;
}

// A cell of the unit for each shard, all different; nullopt when the shards were not made for this unit.
std::optional<std::vector<Slice>> FitUnit(const std::vector<std::optional<Slice>> &extents, const Unit &unit,
                                          std::optional<size_t> newest) {
  std::vector<Slice> cells(extents.size());
  std::set<int64_t> taken;
  for (size_t i = 0; i < extents.size(); ++i) {
    if (!IsMeasured(extents[i])) continue;
    // Late rows hang out at one end, so the middle tells the cell; the newest shard may just have begun.
    const Slice &extent = *extents[i];
    const int64_t telling = i == newest ? extent.until - 1 : std::midpoint(extent.from, extent.until);
    cells[i] = CellAround(telling, unit);
    if (Excess(extent, cells[i]) > (cells[i].until - cells[i].from) / 4) return std::nullopt;
    if (!taken.insert(cells[i].from).second) return std::nullopt;
  }
  return cells;
}

std::vector<Slice> RangesOfRows(const std::vector<std::optional<Slice>> &extents) {
  std::vector<Slice> ranges(extents.size());
  for (size_t i = 0; i < extents.size(); ++i) {
    if (!extents[i]) continue;
    ranges[i] = *extents[i];
    if (ranges[i].from != Slice::OPEN_FROM) ranges[i].from = FloorTo(ranges[i].from, NANOSECONDS_PER_SECOND);
    if (ranges[i].until == Slice::OPEN_UNTIL) continue;
    const int64_t floor = FloorTo(ranges[i].until, NANOSECONDS_PER_SECOND);
    if (floor != ranges[i].until) ranges[i].until = SaturatedAdd(floor, NANOSECONDS_PER_SECOND);
  }
  return ranges;
}

bool AnyOverlap(std::vector<Slice> slices) {
  std::sort(slices.begin(), slices.end(), [](const Slice &a, const Slice &b) { return a.from < b.from; });
  for (size_t i = 1; i < slices.size(); ++i) {
    if (slices[i - 1].Overlaps(slices[i])) return true;
  }
  return false;
}

}  // namespace

NaturalSlices LaySlices(const std::vector<std::optional<Slice>> &extents, int64_t now) {
  NaturalSlices result;
  const auto newest = NewestOf(extents);
  int64_t young = HOUR;
  for (const Unit &unit : UNITS) {
    if (!newest) break;
    if (auto cells = FitUnit(extents, unit, newest)) {
      result.slices = std::move(*cells);
      result.unit = unit.name;
      young = result.slices[*newest].until - result.slices[*newest].from;
      break;
    }
  }
  if (result.slices.empty()) result.slices = RangesOfRows(extents);
  if (newest && extents[*newest]->until > SaturatedAdd(now, -young)) {
    result.growing = newest;
    result.slices[*newest].until = Slice::OPEN_UNTIL;
  }
  result.overlap = AnyOverlap(result.slices);
  return result;
}

int64_t LatenessFor(const Slice &extent, const Slice &slice) {
  const int64_t before =
      slice.from == Slice::OPEN_FROM ? 0 : SaturatedAdd(slice.from, SaturatedMultiply(extent.from, -1));
  const int64_t after =
      slice.until == Slice::OPEN_UNTIL ? 0 : SaturatedAdd(extent.until, SaturatedMultiply(slice.until, -1));
  const int64_t excess = std::max({int64_t{0}, before, after});
  if (excess == 0) return 0;
  constexpr int64_t USUAL[] = {NANOSECONDS_PER_SECOND,
                               10 * NANOSECONDS_PER_SECOND,
                               MINUTE,
                               5 * MINUTE,
                               10 * MINUTE,
                               15 * MINUTE,
                               30 * MINUTE,
                               HOUR,
                               2 * HOUR,
                               6 * HOUR,
                               12 * HOUR};
  for (const int64_t time : USUAL) {
    if (excess <= time) return time;
  }
  return SaturatedMultiply((excess - 1) / NANOSECONDS_PER_DAY + 1, NANOSECONDS_PER_DAY);
}

}  // namespace shardite
