#pragma once
// How one shard's table is cut into requests: whole, or by ranges of rowids that adapt to the size of the pages. Every
// cut is valid for rows and for partial aggregates alike, since partials merge. Not thread-safe: FanOut's lock guards
// it.

#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

#include "fleet/schema.hpp"
#include "sqlite/remote_query.hpp"

namespace shardite {

class RowRanges {
 public:
  /// `table` gives the smallest and largest rowid seen when the fleet was attached. The first range is open below and
  /// the last open above, so rows that came since are not lost. `whole`: one request unless it proves too large.
  RowRanges(const ShardTable &table, bool whole);
  /// Only the rows of one range, cut further.
  RowRanges(const ShardTable &table, const RowRange &within);

  bool Exhausted() const { return put_back_.empty() && done_; }
  /// Nothing more is to be asked.
  void Close();
  /// How many rowids lie between the smallest and the largest, whether rows have them or not.
  uint64_t Span() const { return min_ && max_ ? static_cast<uint64_t>(*max_) - static_cast<uint64_t>(*min_) : 0; }
  /// The next range, of about `rows` rowids.
  RowRange Next(uint64_t rows);
  /// Returns the two halves of a range that was too large to Next; false when it cannot be halved further.
  bool Halve(const RowRange &range);

 private:
  std::optional<int64_t> min_, max_;
  std::optional<int64_t> after_;  // where the next range begins; absent: at the beginning
  std::optional<int64_t> up_to_;  // where the last range ends; absent: open
  bool whole_ = false;
  bool done_ = false;
  std::deque<RowRange> put_back_;
};

}  // namespace shardite
