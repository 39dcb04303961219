#pragma once
// What the statements of one connection did: counters of the running statement, explanations of the scans it planned,
// and the recent fan-outs for shardite_queries(). DuckDB calls QueryBegin and QueryEnd; scans add to Counters().

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include <duckdb.hpp>
#include <duckdb/main/client_context_state.hpp>

#include "engine/scan/heartbeat.hpp"
#include "engine/scan/query_counters.hpp"
#include "engine/statistics.hpp"

namespace shardite {

class QueryLog : public duckdb::ClientContextState {
 public:
  static duckdb::shared_ptr<QueryLog> Get(duckdb::ClientContext &context);

  void QueryBegin(duckdb::ClientContext &context) override;
  void QueryEnd() override;

  std::shared_ptr<QueryCounters> Counters() const;
  std::shared_ptr<Heartbeat> GetHeartbeat() const { return heartbeat_; }
  void StartPlan();
  /// A scan of the plan. Its account is drawn up when somebody asks for it: naming 1,000 shards takes longer than
  /// planning does.
  void AddScan(std::function<ScanExplanation()> explain);

  FanOutStatistics LastStatistics() const;
  std::vector<ScanExplanation> LastExplanation() const;
  /// The most recent statements that asked shards, newest last.
  std::vector<FanOutStatistics> Recent() const;

 private:
  FanOutStatistics Snapshot() const;

  mutable std::mutex mutex_;
  std::shared_ptr<QueryCounters> counters_ = std::make_shared<QueryCounters>();
  std::vector<std::function<ScanExplanation()>> scans_;
  std::string sql_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  double elapsed_ms_ = 0;
  bool running_ = true;  // made in the middle of a statement, unless a session made it before the first
  std::deque<FanOutStatistics> recent_;
  std::shared_ptr<Heartbeat> heartbeat_ = std::make_shared<Heartbeat>();
};

}  // namespace shardite
