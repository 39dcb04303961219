#pragma once
// Random queries over a random fleet: rows, groups, grouping sets, DISTINCT, TopN, LIMIT, windows, set operations, over
// tables, joins, subqueries, CTEs and local tables; prepared ones too. Every query has one right answer: what a LIMIT
// cuts is ordered by something without ties, or only counted.

#include <cstdint>
#include <string>
#include <vector>

#include "test/differential/random_fleet.hpp"

namespace shardite::test {

struct RandomQuery {
  std::string sql;
  std::string plain;              // the same as one SELECT: differs from sql where that is PREPARE and EXECUTE
  std::vector<bool> approximate;  // by column: comparable with a tolerance only; shorter: the rest are exact
};

RandomQuery MakeRandomQuery(const RandomFleet &fleet, uint64_t seed);

}  // namespace shardite::test
