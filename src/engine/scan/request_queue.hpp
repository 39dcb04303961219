#pragma once
// What a scan asks next: its requests, how far each has come, and how much may be under way. Answers size the next
// pages, and tell when enough has come. Sends nothing; not thread-safe: FanOut's lock guards it.

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "engine/scan/query_counters.hpp"
#include "engine/scan/row_ranges.hpp"
#include "engine/scan/runtime_filters.hpp"
#include "engine/scan/scan_spec.hpp"
#include "remote/shard_client.hpp"

namespace shardite {

/// One question in two wordings that are answered in the same columns; shared by all shards of a variant.
struct QueryForms {
  std::shared_ptr<const RemoteQuery> query;
  std::shared_ptr<const RemoteQuery> careful;  // when a sum overflowed; nullptr: none can
};

/// What one shard is asked: the same question throughout, one range of rows after the other.
struct ShardRequest {
  size_t shard = 0;
  std::shared_ptr<ShardClient> client;
  QueryForms forms;
  /// What is asked instead when the answer is too large for one page; absent: `forms`, too, may be asked in parts.
  std::optional<QueryForms> divisible;
  RowRanges ranges{{}, true};
  Slice slice;            // all instants of its rows or groups; for early stopping
  bool rows = false;      // asks for rows in place of partials
  bool repeated = false;  // in place of an answer that could not be trusted
};

/// One range of one request, as it is sent.
struct Asked {
  size_t request = 0;  // index of the ShardRequest
  std::shared_ptr<const RemoteQuery> query;
  RowRange range;
  bool safe_packing = false;
};

struct FanOutOptions {
  StatementKind kind = StatementKind::PAGE;
  uint64_t max_in_flight = 1024;
  uint64_t memory_window = 64 << 20;  // bytes, of pages in flight (estimated) and waiting
  int64_t timeout_ms = 60000;
  VisitOrder visit = VisitOrder::ANY;
  std::optional<uint64_t> enough_rows;  // with a visit order: stop when no later shard can matter
  bool counts_groups = false;           // which several pages or shards may have in common
  /// The first rows may be all that is wanted: so many requests at first, twice as many in every wave after.
  std::optional<uint64_t> first_wave;
  std::shared_ptr<RuntimeFilters> runtime_filters;  // may be null; shards that cannot matter any more are not asked
};

class RequestQueue {
 public:
  RequestQueue(std::vector<ShardRequest> requests, FanOutOptions options, std::shared_ptr<QueryCounters> counters);

  /// What to send now, counted as under way; nothing when the window or the memory is full, or all has been asked.
  std::optional<Asked> Next();
  /// Closes the requests whose slice a join or TopN has ruled out. True when nothing is left to wait for.
  bool SkipShards();

  /// A page of so many bytes has come: it takes memory until it is Taken, and counts as unread until Read or Repeat.
  void Answered(const Asked &asked, uint64_t bytes);
  /// No page came: asks again for less, with safe packing or with the careful query. False when none of it helps.
  bool Refused(const Asked &asked, const ShardError &error);
  /// No page came, and nobody needs it any more.
  void Dropped(const Asked &asked);

  void Taken(const Asked &asked, uint64_t bytes);
  /// A page has been read to its end, and had so many rows that count for early stopping.
  void Read(size_t request, uint64_t counting_rows);
  /// Asks for a page that came once more, with safe packing.
  void Repeat(const Asked &asked);
  /// Asks for a page that came once more, and for all that follows of its request, in other words: those of `whole`
  /// where no other shard has rows of its groups, else those of `parts`.
  void Reword(const Asked &asked, const QueryForms &whole, const QueryForms &parts);
  void Add(ShardRequest request);
  /// What has been read was not enough: one more at a time for each page, so that every wave is twice the last.
  void Widen();

  /// Enough rows have been read that come before all that is still to come, in visiting order.
  bool NoLaterShardMatters() const;
  bool Finished() const { return finished_ == requests_.size(); }
  size_t FinishedRequests() const { return finished_; }
  /// A request waits to be repeated and there is room for it.
  bool CanRepeat() const { return !again_.empty() && !WindowIsFull(); }
  /// Nothing is under way or waits to be read: nothing will come that would wake anybody.
  bool Idle() const { return in_flight_ == 0 && unread_ == 0; }

  const ShardRequest &At(size_t request) const { return requests_[request]; }
  const FanOutOptions &Options() const { return options_; }

 private:
  static constexpr uint64_t FIRST_PAGE_ROWS = 16384;
  struct Progress {
    uint64_t in_flight = 0;
    uint64_t unread = 0;
    uint64_t counting_rows = 0;
    bool asked = false;
    bool finished = false;
  };

  std::optional<Asked> Choose();
  void AskAgain(Asked asked);
  bool WindowIsFull() const;
  bool MemoryIsFull() const;
  void Landed(const Asked &asked);
  void AdaptPages(const Asked &asked, uint64_t bytes);
  void FinishIfDone(size_t request);

  FanOutOptions options_;
  std::shared_ptr<QueryCounters> counters_;
  std::deque<ShardRequest> requests_;  // grows; references to its elements stay
  std::deque<Progress> progress_;      // by request
  std::deque<Asked> again_;            // to be repeated
  uint64_t in_flight_ = 0;
  uint64_t ready_bytes_ = 0;
  uint64_t unread_ = 0;  // pages that have come and are not read to their end
  uint64_t window_ = 0;  // requests in flight that are allowed now
  uint64_t page_rows_ = FIRST_PAGE_ROWS;
  double memory_per_page_ = 0;  // of the pages that came, smoothed
  size_t next_ = 0;             // where the search for the next request begins
  size_t finished_ = 0;
  int deadline_splits_ = 0;
  uint64_t filters_seen_ = 0;  // version of the runtime filters
};

}  // namespace shardite
