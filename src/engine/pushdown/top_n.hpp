#pragma once
// What the rules that push ORDER BY and LIMIT have in common.

#include <cstdint>
#include <optional>
#include <string>

#include <duckdb.hpp>
#include <duckdb/planner/bound_result_modifier.hpp>
#include <duckdb/planner/logical_operator.hpp>

#include "engine/translate/translate.hpp"

namespace shardite {

/// Beyond this many rows a shard's answer is no page any more; rows then come in ranges and are sorted here.
constexpr uint64_t MOST_ROWS = 50000;

/// A TOP_N, or a LIMIT over an ORDER_BY: the first `rows` (offset included) of what lies below.
struct FirstRows {
  duckdb::LogicalOperator *below = nullptr;
  const duckdb::vector<duckdb::BoundOrderByNode> *orders = nullptr;
  uint64_t rows = 0;  // MOST_ROWS + 1 for more than that
};
std::optional<FirstRows> FirstRowsOf(duckdb::LogicalOperator &op);

/// Whether values of this encoding sort on the shards as they do here.
bool SortsAlike(Encoding encoding);

/// Whether different values of this encoding are different here: two texts may be one time, or one list.
bool GroupsAlike(Encoding encoding);

}  // namespace shardite
