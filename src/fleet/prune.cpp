#include "fleet/prune.hpp"

#include <algorithm>
#include <iterator>
#include <numeric>

#include "fleet/time_text.hpp"

namespace shardite {

SliceIndex::SliceIndex(std::vector<Slice> slices) : slices_(std::move(slices)) {
  by_from_.reserve(slices_.size());
  for (size_t shard = 0; shard < slices_.size(); ++shard) {
    if (!slices_[shard].IsEmpty()) by_from_.push_back(shard);
  }
  std::sort(by_from_.begin(), by_from_.end(), [&](size_t a, size_t b) {
    return slices_[a].from != slices_[b].from ? slices_[a].from < slices_[b].from : a < b;
  });
  running_until_.reserve(by_from_.size());
  int64_t running = Slice::OPEN_FROM;
  for (size_t i = 0; i < by_from_.size(); ++i) {
    const Slice &slice = slices_[by_from_[i]];
    if (i > 0 && (slice.from < running || running == Slice::OPEN_UNTIL)) disjoint_ = false;
    running = std::max(running, slice.until);
    running_until_.push_back(running);
  }
}

std::vector<size_t> SliceIndex::Meeting(const TimeSet &times, size_t *visited) const {
  std::vector<size_t> meeting;
  size_t looked_at = 0;
  for (const Slice &wanted : times.Slices()) {
    const auto end = std::partition_point(by_from_.begin(), by_from_.end(), [&](size_t shard) {
      return slices_[shard].from < wanted.until || wanted.until == Slice::OPEN_UNTIL;
    });
    const auto ends_after = [&](int64_t until) { return until > wanted.from || until == Slice::OPEN_UNTIL; };
    // Backwards from the last slice that begins in time, until none before it reaches as far.
    for (auto i = static_cast<size_t>(end - by_from_.begin()); i > 0 && ends_after(running_until_[i - 1]); --i) {
      ++looked_at;
      if (ends_after(slices_[by_from_[i - 1]].until)) meeting.push_back(by_from_[i - 1]);
    }
    // Many instants over many wide slices: one pass over all shards is cheaper than a walk for each instant.
    if (looked_at > by_from_.size()) {
      meeting.clear();
      std::copy_if(by_from_.begin(), by_from_.end(), std::back_inserter(meeting),
                   [&](size_t shard) { return times.Meets(slices_[shard]); });
      looked_at += by_from_.size();
      break;
    }
  }
  std::sort(meeting.begin(), meeting.end());
  meeting.erase(std::unique(meeting.begin(), meeting.end()), meeting.end());
  if (visited) *visited = looked_at;
  return meeting;
}

PruneResult PruneShards(const SliceIndex &index, const TimeSet &times) {
  PruneResult result;
  result.total = index.Slices().size();
  if (times.IsAll()) {
    // A shard with an empty slice can still hold rows without a time, and All() asks for those too.
    result.kept.resize(result.total);
    std::iota(result.kept.begin(), result.kept.end(), size_t{0});
  } else {
    result.kept = index.Meeting(times);
  }
  return result;
}

std::string PruneReason(const Slice &slice, const TimeSet &times) {
  if (times.IsNone()) return "no time satisfies the filters";
  if (slice.IsEmpty()) return "is empty";
  const Slice window = Span(times.Slices().front(), times.Slices().back());
  if (slice.until != Slice::OPEN_UNTIL && slice.until <= window.from) {
    return "ends before the window " + FormatSlice(window);
  }
  if (window.until != Slice::OPEN_UNTIL && slice.from >= window.until) {
    return "begins after the window " + FormatSlice(window);
  }
  constexpr size_t NAMED = 4;  // an IN list can make thousands
  if (times.Slices().size() <= NAMED) return "lies in a gap of the windows " + times.ToString();
  return "lies in a gap of the " + std::to_string(times.Slices().size()) + " windows in " + FormatSlice(window);
}

}  // namespace shardite
