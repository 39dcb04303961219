#include "engine/scan/scan_tally.hpp"

#include <algorithm>

namespace shardite {

void ScanTally::Start() {
  const std::lock_guard<std::mutex> guard(mutex_);
  started_ = true;
}

void ScanTally::Sent(const std::string &shard) {
  const std::lock_guard<std::mutex> guard(mutex_);
  shards_[shard].requests++;
}

void ScanTally::Answered(const std::string &shard, uint64_t attempts, uint64_t bytes,
                         std::chrono::microseconds served) {
  const std::lock_guard<std::mutex> guard(mutex_);
  auto &own = shards_[shard];
  own.requests += attempts - 1;
  own.served += served;
  retries_ += attempts - 1;
  bytes_ += bytes;
}

void ScanTally::CountRows(uint64_t rows) {
  const std::lock_guard<std::mutex> guard(mutex_);
  rows_ += rows;
}

void ScanTally::FoundFilter(std::string sql) {
  const std::lock_guard<std::mutex> guard(mutex_);
  if (std::find(filters_.begin(), filters_.end(), sql) == filters_.end()) filters_.push_back(std::move(sql));
}

std::optional<ScanExecution> ScanTally::Report() const {
  const std::lock_guard<std::mutex> guard(mutex_);
  if (!started_) return std::nullopt;
  ScanExecution report;
  report.shards_queried = shards_.size();
  report.retries = retries_;
  report.rows_received = rows_;
  report.bytes_received = bytes_;
  report.runtime_filters = filters_;
  for (const auto &[shard, own] : shards_) {
    report.requests += own.requests;
    if (own.served.count() == 0) continue;  // cancelled before it answered
    report.slowest.push_back({shard, own.requests, std::chrono::duration<double, std::milli>(own.served).count()});
  }
  const auto slower = [](const auto &a, const auto &b) { return a.served_ms > b.served_ms; };
  std::stable_sort(report.slowest.begin(), report.slowest.end(), slower);
  if (report.slowest.size() > ScanExecution::MOST_SLOWEST) report.slowest.resize(ScanExecution::MOST_SLOWEST);
  return report;
}

}  // namespace shardite
