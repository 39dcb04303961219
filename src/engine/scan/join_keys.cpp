#include "engine/scan/join_keys.hpp"

#include <algorithm>

namespace shardite {

void JoinKeys::Add(duckdb::Vector &keys, duckdb::idx_t count) {
  if (given_up_) return;
  // The rows of one chunk are read without the lock; most of them repeat each other.
  duckdb::value_set_t found;
  bool has_null = false;
  for (duckdb::idx_t row = 0; row < count; row++) {
    auto key = keys.GetValue(row);
    if (key.IsNull()) {
      has_null = true;
    } else {
      found.insert(std::move(key));
    }
  }
  const std::lock_guard<std::mutex> guard(mutex_);
  rows_ += count;
  for (const auto &key : found) {
    if (!keys_.insert(key).second) continue;
    const bool has_bytes = key.type().InternalType() == duckdb::PhysicalType::VARCHAR;
    bytes_ += has_bytes ? duckdb::StringValue::Get(key).size() : 20;
  }
  const bool too_many = keys_.size() > MOST_KEYS || bytes_ > MOST_BYTES || rows_ > MOST_ROWS;
  if (too_many || (has_null && null_matches_)) GiveUp();
}

void JoinKeys::GiveUp() {
  given_up_ = true;
  keys_.clear();
}

void JoinKeys::Complete() { complete_ = true; }

std::vector<duckdb::Value> JoinKeys::List() const {
  const std::lock_guard<std::mutex> guard(mutex_);
  std::vector<duckdb::Value> list(keys_.begin(), keys_.end());
  std::sort(list.begin(), list.end(), [](const auto &a, const auto &b) { return a < b; });
  return list;
}

}  // namespace shardite
