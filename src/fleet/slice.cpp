#include "fleet/slice.hpp"

#include <algorithm>

namespace shardite {

namespace {

// An open end lies beyond every instant, the last one of int64 included.
bool EndsBefore(const Slice &slice, int64_t instant) {
  return slice.until != Slice::OPEN_UNTIL && slice.until <= instant;
}

}  // namespace

Slice Span(const Slice &a, const Slice &b) { return {std::min(a.from, b.from), std::max(a.until, b.until)}; }

Slice Intersect(const Slice &a, const Slice &b) { return {std::max(a.from, b.from), std::min(a.until, b.until)}; }

TimeSet TimeSet::Of(std::vector<Slice> slices) {
  std::erase_if(slices, [](const Slice &slice) { return slice.IsEmpty(); });
  std::sort(slices.begin(), slices.end(), [](const Slice &a, const Slice &b) { return a.from < b.from; });
  std::vector<Slice> merged;
  for (const Slice &slice : slices) {
    // Touching slices are one: [a, b) and [b, c) leave no instant between them.
    const bool joins =
        !merged.empty() && (merged.back().until >= slice.from || merged.back().until == Slice::OPEN_UNTIL);
    if (joins) {
      merged.back().until = std::max(merged.back().until, slice.until);
    } else {
      merged.push_back(slice);
    }
  }
  return TimeSet(std::move(merged));
}

bool TimeSet::IsAll() const { return slices_.size() == 1 && slices_[0] == Slice{}; }

bool TimeSet::Meets(const Slice &slice) const {
  if (slice.IsEmpty()) return false;
  const auto first = std::partition_point(slices_.begin(), slices_.end(),
                                          [&](const Slice &own) { return EndsBefore(own, slice.from); });
  return first != slices_.end() && first->Overlaps(slice);
}

TimeSet TimeSet::And(const TimeSet &other) const {
  std::vector<Slice> both;
  auto a = slices_.begin();
  auto b = other.slices_.begin();
  while (a != slices_.end() && b != other.slices_.end()) {
    const Slice meeting = Intersect(*a, *b);
    if (!meeting.IsEmpty()) both.push_back(meeting);
    // The one that ends first meets nothing further.
    if (a->until < b->until) {
      ++a;
    } else {
      ++b;
    }
  }
  return Of(std::move(both));
}

TimeSet TimeSet::Or(const TimeSet &other) const {
  std::vector<Slice> either = slices_;
  either.insert(either.end(), other.slices_.begin(), other.slices_.end());
  return Of(std::move(either));
}

std::string TimeSet::ToString() const {
  if (IsAll()) return "all";
  if (IsNone()) return "none";
  std::string text;
  for (const Slice &slice : slices_) {
    if (!text.empty()) text += " or ";
    text += FormatTime(slice.from) + ".." + (slice.until == Slice::OPEN_UNTIL ? "" : FormatTime(slice.until));
  }
  return text;
}

}  // namespace shardite
