#pragma once
// A slice is the time range that a shard holds: [from, until) in nanoseconds since 1970-01-01T00:00:00Z. The two ends
// of int64 stand for "open": INT64_MIN has no beginning, INT64_MAX is still growing. Every time in pruning has this
// one unit, whatever the column stores.

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace shardite {

struct Slice {
  static constexpr int64_t OPEN_FROM = std::numeric_limits<int64_t>::min();
  static constexpr int64_t OPEN_UNTIL = std::numeric_limits<int64_t>::max();

  int64_t from = OPEN_FROM;    // inclusive
  int64_t until = OPEN_UNTIL;  // exclusive; OPEN_UNTIL includes everything

  bool IsEmpty() const { return from >= until && until != OPEN_UNTIL; }
  bool IsBounded() const { return from != OPEN_FROM && until != OPEN_UNTIL; }
  bool Overlaps(const Slice &other) const {
    return (from < other.until || other.until == OPEN_UNTIL) && (other.from < until || until == OPEN_UNTIL);
  }
  bool operator==(const Slice &) const = default;
};

/// The smallest slice that holds both.
Slice Span(const Slice &a, const Slice &b);
/// What both hold; empty (IsEmpty) when they do not meet.
Slice Intersect(const Slice &a, const Slice &b);

/// A set of instants: sorted, disjoint, not touching slices. What a query's filters leave of the time axis.
class TimeSet {
 public:
  static TimeSet All() { return TimeSet({Slice{}}); }
  static TimeSet None() { return TimeSet({}); }
  static TimeSet Of(std::vector<Slice> slices);  // any order, may overlap; empty ones are dropped

  const std::vector<Slice> &Slices() const { return slices_; }
  bool IsAll() const;
  bool IsNone() const { return slices_.empty(); }
  bool Meets(const Slice &slice) const;
  TimeSet And(const TimeSet &other) const;
  TimeSet Or(const TimeSet &other) const;
  bool operator==(const TimeSet &) const = default;

  /// "2026-11-20T00:00:00Z..2026-11-21T00:00:00Z or ..": for EXPLAIN.
  std::string ToString() const;

 private:
  explicit TimeSet(std::vector<Slice> slices) : slices_(std::move(slices)) {}
  std::vector<Slice> slices_;
};

/// RFC 3339 in UTC with as many fraction digits as needed: "2026-11-20T00:00:00Z", "..:00.000000001Z"; "" when open.
std::string FormatTime(int64_t nanoseconds);
/// The reverse, for RFC 3339 and "YYYY-MM-DD[ hh:mm:ss[.fraction]]" (UTC without an offset); false when it is neither.
bool ParseTime(const std::string &text, int64_t &nanoseconds);

}  // namespace shardite
