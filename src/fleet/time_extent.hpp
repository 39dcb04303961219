#pragma once
// SQL for the first and last value of a shard's time column, and for whether reading them costs little. Three cheap
// ways: an index leads with the column; the table is small; an index has the column after one or two others of few
// values, such as (ServiceName, Timestamp), and is walked value by value.

#include <string>

#include "fleet/schema.hpp"

namespace shardite {

struct TimeExtentSql {
  std::string cheap;        // an expression: 1 when first and last cost little
  std::string first, last;  // expressions: the value, packed by `pack`
};

/// `pack` writes a query with one column `v` as an expression for its one value.
TimeExtentSql MakeTimeExtentSql(const ShardTable &table, const std::string &column,
                                std::string (*pack)(const std::string &query));

}  // namespace shardite
