#pragma once
// Random queries over a random fleet: rows, groups, DISTINCT, TopN, subqueries, CTEs, set operations, joins, windows.
// Every query has one right answer: what is ordered is ordered by all of its columns, and a LIMIT stands only there.

#include <cstdint>
#include <string>

#include "test/differential/random_fleet.hpp"

namespace shardite::test {

std::string MakeRandomQuery(const RandomFleet &fleet, uint64_t seed);

}  // namespace shardite::test
