#include "engine/scan/query_log.hpp"

namespace shardite {

namespace {
constexpr size_t MOST_RECENT = 100;
}

duckdb::shared_ptr<QueryLog> QueryLog::Get(duckdb::ClientContext &context) {
  return context.registered_state->GetOrCreate<QueryLog>("shardite_query_log");
}

void QueryLog::QueryBegin(duckdb::ClientContext &context) {
  const std::lock_guard<std::mutex> guard(mutex_);
  counters_ = std::make_shared<QueryCounters>();
  scans_.clear();
  sql_ = context.GetCurrentQuery();
  started_ = std::chrono::steady_clock::now();
  running_ = true;
}

void QueryLog::QueryEnd() {
  const std::lock_guard<std::mutex> guard(mutex_);
  if (!running_) return;
  elapsed_ms_ = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started_).count();
  running_ = false;
  if (counters_->shards_total == 0) return;
  recent_.push_back(Snapshot());
  if (recent_.size() > MOST_RECENT) recent_.pop_front();
}

std::shared_ptr<QueryCounters> QueryLog::Counters() const {
  const std::lock_guard<std::mutex> guard(mutex_);
  return counters_;
}

void QueryLog::StartPlan() {
  const std::lock_guard<std::mutex> guard(mutex_);
  scans_.clear();
}

void QueryLog::AddScan(std::function<ScanExplanation()> explain) {
  const std::lock_guard<std::mutex> guard(mutex_);
  scans_.push_back(std::move(explain));
}

FanOutStatistics QueryLog::Snapshot() const {
  FanOutStatistics statistics;
  statistics.shards_total = counters_->shards_total;
  statistics.shards_pruned = counters_->shards_pruned;
  statistics.shards_queried = counters_->shards_queried;
  statistics.requests = counters_->requests;
  statistics.retries = counters_->retries;
  statistics.bytes_received = counters_->bytes_received;
  statistics.rows_received = counters_->rows_received;
  statistics.elapsed_ms =
      running_ ? std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - started_).count()
               : elapsed_ms_;
  statistics.sql = sql_;
  return statistics;
}

FanOutStatistics QueryLog::LastStatistics() const {
  const std::lock_guard<std::mutex> guard(mutex_);
  return Snapshot();
}

std::vector<ScanExplanation> QueryLog::LastExplanation() const {
  std::vector<std::function<ScanExplanation()>> scans;
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    scans = scans_;
  }
  std::vector<ScanExplanation> explanations;
  explanations.reserve(scans.size());
  for (const auto &explain : scans) explanations.push_back(explain());
  return explanations;
}

std::vector<FanOutStatistics> QueryLog::Recent() const {
  const std::lock_guard<std::mutex> guard(mutex_);
  return {recent_.begin(), recent_.end()};
}

}  // namespace shardite
