#pragma once
// A small fleet made from a seed: tables of random columns, spread over slices, with what real fleets have: NULLs,
// columns that came later, another order, INTEGER that became REAL, NOCASE columns, odd names, overlapping slices,
// empty shards, late rows, times around 1970. REAL values are multiples of 1/8, so that sums do not depend on the order
// of addition and answers compare exactly.

#include <cstdint>
#include <string>
#include <vector>

#include "test/oracle/fleet_definition.hpp"

namespace shardite::test {

enum class ValueType { INTEGER, REAL, TEXT, BOOLEAN, BLOB, TIME };

struct RandomColumn {
  std::string name;
  ValueType type = ValueType::INTEGER;
};

struct RandomTable {
  std::string name;
  std::vector<RandomColumn> columns;  // the first is the time column; of INTEGER type where SQL shows it as a number
};

struct RandomFleet {
  FleetDefinition definition;
  std::vector<RandomTable> tables;
  int64_t from = 0, until = 0;  // ns: what the slices cover
  int64_t width = 0;            // ns: of one slice
  int64_t tick = 1;             // ns: of the time column's unit
  bool zoned = false;           // SQL shows it as TIMESTAMPTZ, which has no comparison with TIMESTAMP_NS
};

RandomFleet MakeRandomFleet(uint64_t seed);

/// A value's text that some rows have; for TEXT columns and the literals that are compared with them.
const std::vector<std::string> &TextPool();

}  // namespace shardite::test
