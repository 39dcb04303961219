#pragma once
// Sends the requests of one scan and holds what has arrived until DuckDB's threads take it; RequestQueue says what is
// asked next. The scan operator polls Next(); a wake function is called, from a driver's thread, whenever something has
// changed. Thread-safe. No lock is held while a request is sent or a wake function runs the caller's code.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/scan/query_counters.hpp"
#include "engine/scan/request_queue.hpp"
#include "engine/scan/scan_tally.hpp"
#include "remote/shard_client.hpp"

namespace shardite {

struct FetchedPage {
  std::unique_ptr<Response> response;
  Asked asked;
};

class FanOut {
 public:
  using Options = FanOutOptions;
  /// Writes the statement of one request but for its kind; called without a lock, on the thread that polls.
  using WriteStatement =
      std::function<Statement(size_t shard, const RemoteQuery &query, const RowRange &range, bool safe_packing)>;

  FanOut(std::vector<ShardRequest> requests, Options options, WriteStatement write_statement,
         std::shared_ptr<QueryCounters> counters, std::shared_ptr<ScanTally> tally);
  ~FanOut();

  enum class State { PAGE, WAIT, DONE };
  /// Sends what the window allows and takes a page when one has arrived. Throws FleetError when a shard has failed.
  State Next(FetchedPage &page);
  /// Whether Next() may answer otherwise than WAIT: for a scan that is about to block its task.
  bool HasNews() const;
  /// Waits until something changes, at most 50 ms.
  void WaitBriefly();
  /// Calls `wake` whenever a page, the end or a failure has come; an empty function stops it. A call may
  /// be under way on another thread when this returns.
  void SetWake(std::function<void()> wake);
  /// For early stopping: rows of a page that count, once it has been read to the end.
  void PageRead(size_t request, uint64_t counting_rows);
  /// Asks for a page once more, with safe packing.
  void Repeat(const FetchedPage &page);
  /// Asks for a page once more, and for all that follows of its request, in other words; see RequestQueue.
  void Reword(const FetchedPage &page, const QueryForms &whole, const QueryForms &parts);
  /// Asks a shard something in addition; for rows in place of a page of partials.
  void Add(ShardRequest request);
  void Cancel();
  size_t FinishedShards() const;
  void CountRows(uint64_t rows);

  const ShardRequest &Request(size_t request) const;

 private:
  struct Shared;
  void Send();
  std::shared_ptr<Shared> shared_;
};

}  // namespace shardite
