#include "engine/scan/key_windows.hpp"

namespace shardite {

namespace {

SqliteValue StoredValue(const duckdb::Value &value) {
  if (value.IsNull()) return {};
  switch (value.type().id()) {
    case duckdb::LogicalTypeId::BIGINT: return duckdb::BigIntValue::Get(value);
    case duckdb::LogicalTypeId::DOUBLE: return duckdb::DoubleValue::Get(value);
    case duckdb::LogicalTypeId::VARCHAR: return SqliteText{duckdb::StringValue::Get(value)};
    default: return {};
  }
}

}  // namespace

KeyWindows::KeyWindows(std::vector<duckdb::Value> keys, TimeUnit unit) : unit_(unit) {
  for (auto &key : keys) windows_.emplace(std::move(key), Window{});
}

void KeyWindows::Add(const duckdb::DataChunk &rows) {
  const std::lock_guard<std::mutex> guard(mutex_);
  for (duckdb::idx_t row = 0; row < rows.size(); row++) {
    const auto known = windows_.find(rows.GetValue(0, row));
    if (known == windows_.end()) continue;
    auto &window = known->second;
    const auto slice = LookupWindow(StoredValue(rows.GetValue(1, row)), StoredValue(rows.GetValue(2, row)), unit_);
    const auto told = slice.value_or(Slice{});
    window.slice = window.found ? Span(window.slice, told) : told;
    window.found = true;
  }
}

TimeSet KeyWindows::Times() const {
  if (!complete_) return TimeSet::All();
  const std::lock_guard<std::mutex> guard(mutex_);
  std::vector<Slice> slices;
  for (const auto &[key, window] : windows_) {
    if (!window.found) return TimeSet::All();
    slices.push_back(window.slice);
  }
  return TimeSet::Of(std::move(slices));
}

}  // namespace shardite
