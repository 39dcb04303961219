#pragma once
// Checks that need no oracle, on what only we can get wrong: parts that must add up to the whole, a tighter window that
// must not ask more shards, a LIMIT without an order that must give some of the rows.

#include <optional>
#include <string>

#include "test/differential/judge.hpp"

namespace shardite::test {

/// One check, drawn from the seed. How it fails, with the statements; nullopt: it holds.
std::optional<std::string> FailedRelation(Judge &judge, const RandomFleet &fleet, uint64_t seed);

}  // namespace shardite::test
