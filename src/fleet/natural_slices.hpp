#pragma once
// Slices for shards of which only the extents of their rows are known: the whole hour, day or month that a shard was
// evidently made for, else the range of its rows. For discovery.

#include <optional>
#include <vector>

#include "fleet/slice.hpp"

namespace shardite {

struct NaturalSlices {
  std::vector<Slice> slices;      // by shard, as given
  const char *unit = "";          // "hour", "day", "month"; "": the ranges of the rows
  bool overlap = false;           // some of them overlap
  std::optional<size_t> growing;  // the shard whose newest row is so young that its slice was left open
};

/// `extents`: from the first to just after the last row, nullopt for a shard without any (its slice stays open).
/// The unit is the smallest in which every shard has one of its own; rows may lie outside by a quarter of it.
NaturalSlices LaySlices(const std::vector<std::optional<Slice>> &extents, int64_t now);

/// How far rows at `extent` lie outside `slice`, rounded up to a time that people use ("5m", "1h"); 0: not at all.
int64_t LatenessFor(const Slice &extent, const Slice &slice);

}  // namespace shardite
