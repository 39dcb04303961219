#include "engine/scan/settings.hpp"

#include <algorithm>

namespace shardite {

namespace {

Pushdown ParsePushdown(const std::string &text) {
  if (text == "all") return Pushdown::ALL;
  if (text == "filter") return Pushdown::FILTER;
  if (text == "none") return Pushdown::NONE;
  throw duckdb::InvalidInputException("shardite_pushdown is all, filter or none, not \"%s\"", text);
}

void CheckPushdown(duckdb::ClientContext &, duckdb::SetScope, duckdb::Value &value) {
  value = duckdb::Value(duckdb::StringUtil::Lower(value.ToString()));
  ParsePushdown(value.ToString());
}

void CheckPositive(duckdb::ClientContext &, duckdb::SetScope, duckdb::Value &value) {
  if (value.IsNull() || value.GetValue<int64_t>() < 1) {
    throw duckdb::InvalidInputException("this setting must be at least 1");
  }
}

// A year: what is longer would leave the clock's range.
constexpr int64_t LONGEST_TIMEOUT_MS = int64_t{366} * 24 * 60 * 60 * 1000;

template <class T>
T Read(duckdb::ClientContext &context, const char *name, T missing) {
  duckdb::Value value;
  if (!context.TryGetCurrentSetting(name, value) || value.IsNull()) return missing;
  return value.GetValue<T>();
}

}  // namespace

Settings ReadSettings(duckdb::ClientContext &context) {
  Settings settings;
  settings.pushdown = ParsePushdown(Read<std::string>(context, "shardite_pushdown", "all"));
  settings.max_in_flight = static_cast<uint64_t>(Read<int64_t>(context, "shardite_max_in_flight", 1024));
  settings.memory_window = static_cast<uint64_t>(Read<int64_t>(context, "shardite_memory_window", 64)) << 20;
  settings.timeout_ms = std::min(Read<int64_t>(context, "shardite_timeout", 60000), LONGEST_TIMEOUT_MS);
  return settings;
}

SessionZone ReadSessionZone(duckdb::ClientContext &context) {
  const auto zone = duckdb::StringUtil::Lower(Read<std::string>(context, "TimeZone", ""));
  return zone == "utc" || zone == "etc/utc" ? SessionZone::UTC : SessionZone::UNKNOWN;
}

void RegisterSettings(duckdb::DBConfig &config) {
  using duckdb::LogicalType;
  using duckdb::Value;
  config.AddExtensionOption("shardite_pushdown", "What is sent to the shards: all, filter or none",
                            LogicalType::VARCHAR, Value("all"), CheckPushdown);
  config.AddExtensionOption("shardite_max_in_flight", "Requests under way at once, over all servers",
                            LogicalType::BIGINT, Value::BIGINT(1024), CheckPositive);
  config.AddExtensionOption("shardite_memory_window", "MiB of pages that are under way or wait to be read, per scan",
                            LogicalType::BIGINT, Value::BIGINT(64), CheckPositive);
  config.AddExtensionOption("shardite_timeout", "Milliseconds that one request may take", LogicalType::BIGINT,
                            Value::BIGINT(60000), CheckPositive);
}

}  // namespace shardite
