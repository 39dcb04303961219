#pragma once
// A small fleet made from a seed: tables of random columns, spread over slices, with what real fleets have: NULLs,
// columns that came later or went, another order, another spelling, INTEGER that became REAL, NOCASE columns, mixed
// storage, odd names, overlapping slices, gaps, empty shards, late rows, times around 1970, one shard or fifty. REAL
// values are multiples of 1/8, so that sums do not depend on the order of addition and answers compare exactly.
// It stays in parts (shards, columns, rows), so that a failing case can be made smaller.

#include <cstdint>
#include <string>
#include <vector>

#include "test/oracle/fleet_definition.hpp"

namespace shardite::test {

/// LOOSE columns have no certain storage class (declared NUMERIC or nothing): SQL shows the value's text.
enum class ValueType { INTEGER, REAL, TEXT, BOOLEAN, BLOB, TIME, JSON, LOOSE };

struct RandomColumn {
  std::string name;
  ValueType type = ValueType::INTEGER;
  bool modest = false;  // a number of at most a few hundreds: centred moments of it stay comparable
  bool unique = false;  // in the whole fleet, but for rows that are doubled as a whole
};

struct RandomTable {
  std::string name;
  std::vector<RandomColumn> columns;  // the time column (INTEGER where SQL shows a number), then the unique one
  std::string shown_as;               // "columns = {..}" of the fleet file, or ""
};

/// A table as one shard has it.
struct StoredTable {
  size_t table = 0;                            // its number in the fleet
  std::vector<std::string> columns;            // as CREATE TABLE spells them: a quoted name
  std::vector<std::string> declared;           // and what follows it
  std::string options;                         // " STRICT", " WITHOUT ROWID", or ""
  bool is_view = false;                        // a view over a table with the rows
  bool has_index = false;                      // on the time column
  bool has_key_index = false;                  // on the first text column that the shard has, and the time column
  std::vector<std::vector<std::string>> rows;  // a literal of SQLite per column
};

struct RandomShard {
  std::string id, from, until;  // as in ShardDefinition
  std::vector<StoredTable> tables;
};

struct RandomFleet {
  std::string options;       // of the fleet file, ahead of its tables
  std::string time_options;  // of every table: unit, type, lateness
  std::string time_name;
  std::vector<RandomTable> tables;
  std::vector<RandomShard> shards;
  std::vector<std::string> local_tables;  // statements that make memory.main.keys, which queries join
  int64_t from = 0, until = 0;            // ns: what the slices cover
  int64_t width = 0;                      // ns: of one slice
  int64_t tick = 1;                       // ns: of the time column's unit
  bool zoned = false;      // SQL shows the time as TIMESTAMPTZ, which has no comparison with TIMESTAMP_NS
  int64_t shown_tick = 0;  // ns: of the number that SQL shows the time as; 0 where it is a timestamp

  bool few_threads = true;  // DuckDB has one thread: quicker, and less is left to chance

  FleetDefinition Definition() const;
  /// Whether some values are of a storage class that their column's type does not promise. What such a value is in SQL,
  /// no one can say: an answer that depends on it must be refused.
  bool HasStrays() const;
  /// The fleet with a proper value in the place of each stray one: one of two choices.
  RandomFleet WithProperValues(size_t choice) const;
};

/// The same for the same seed. `most_shards`: servers bear few, and take long to fill.
RandomFleet MakeRandomFleet(uint64_t seed, size_t most_shards = 50);

}  // namespace shardite::test
