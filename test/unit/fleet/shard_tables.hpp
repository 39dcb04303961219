#pragma once
// Shards and their tables for tests of schemas, written short.

#include <string>
#include <utility>
#include <vector>

#include "fleet/schema.hpp"

namespace shardite {

inline ShardTable MakeTable(const std::string &name, const std::vector<std::pair<std::string, std::string>> &columns) {
  ShardTable table;
  table.name = name;
  for (const auto &[column, type] : columns) table.columns.push_back({column, type, KindOfDeclaredType(type), false});
  return table;
}

/// Shards "s0", "s1", ... of one hour each, from 1970 on.
inline std::vector<ShardSpec> HourlyShards(size_t count) {
  constexpr int64_t hour = 3'600'000'000'000;
  std::vector<ShardSpec> shards(count);
  for (size_t i = 0; i < count; ++i) {
    shards[i].id = "s" + std::to_string(i);
    shards[i].url = ParseShardUrl("sqlite:" + shards[i].id + ".db", "");
    shards[i].slice = {static_cast<int64_t>(i) * hour, static_cast<int64_t>(i + 1) * hour};
  }
  return shards;
}

inline TableSpec MakeSpec(const std::string &name, const std::string &time = "") {
  TableSpec spec;
  spec.name = name;
  spec.time = time;
  return spec;
}

}  // namespace shardite
