#include "engine/scan/row_ranges.hpp"

#include <algorithm>
#include <limits>

namespace shardite {

RowRanges::RowRanges(const ShardTable &table, bool whole) : whole_(whole || !table.has_rowid) {
  if (table.has_rowid) {
    min_ = table.min_rowid;
    max_ = table.max_rowid;
  }
  if (!min_ || !max_) whole_ = true;
}

RowRanges::RowRanges(const ShardTable &table, const RowRange &within) : RowRanges(table, false) {
  after_ = within.after;
  up_to_ = within.up_to;
  if (up_to_ && max_) max_ = std::min(*max_, *up_to_);
  if (after_ && max_ && *after_ >= *max_) whole_ = true;
}

void RowRanges::Close() {
  put_back_.clear();
  done_ = true;
}

RowRange RowRanges::Next(uint64_t rows) {
  if (!put_back_.empty()) {
    const RowRange range = put_back_.front();
    put_back_.pop_front();
    return range;
  }
  RowRange range{after_, up_to_};
  if (whole_) {
    done_ = true;
    return range;
  }
  const int64_t begin = after_ ? *after_ : *min_ - (*min_ == std::numeric_limits<int64_t>::min() ? 0 : 1);
  // Unsigned, since rowids may span more than half of int64's range.
  const uint64_t left = static_cast<uint64_t>(*max_) - static_cast<uint64_t>(begin);
  if (left <= rows + rows / 2) {
    done_ = true;
    return range;
  }
  range.up_to = static_cast<int64_t>(static_cast<uint64_t>(begin) + rows);
  after_ = range.up_to;
  return range;
}

bool RowRanges::Halve(const RowRange &range) {
  if (!min_ || !max_) return false;
  const int64_t lowest = std::numeric_limits<int64_t>::min();
  const int64_t low = range.after ? *range.after : *min_ - (*min_ == lowest ? 0 : 1);
  // Above the largest rowid seen, rows have come since: double the span until the rest is small.
  int64_t high = range.up_to ? *range.up_to : *max_;
  if (!range.up_to && high <= low) {
    if (low > std::numeric_limits<int64_t>::max() - 4096) return false;
    high = low + 4096;
  }
  const uint64_t span = static_cast<uint64_t>(high) - static_cast<uint64_t>(low);
  if (span < 2) {
    if (range.up_to) return false;
    put_back_.push_front({high, std::nullopt});
    put_back_.push_front({range.after, high});
    return true;
  }
  const auto middle = static_cast<int64_t>(static_cast<uint64_t>(low) + span / 2);
  put_back_.push_front({middle, range.up_to});
  put_back_.push_front({range.after, middle});
  return true;
}

}  // namespace shardite
