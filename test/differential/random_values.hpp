#pragma once
// How the values of one column of a random fleet are declared and drawn, as SQLite literals, and the pools from which
// queries draw what they compare columns with.

#include <cstdint>
#include <string>
#include <vector>

#include "demo/random.hpp"
#include "test/differential/random_fleet.hpp"

namespace shardite::test {

struct ColumnProfile {
  enum Range { DIGITS, HUNDREDS, BILLIONS, EDGES_OF_INT64 };

  RandomColumn column;
  Range range = DIGITS;  // of integers
  uint64_t null_permille = 0;
  bool infinite = false;                           // REAL: some are +-Inf
  bool nul_bytes = false;                          // TEXT: some hold them
  bool malformed = false;                          // JSON: some documents are none
  std::string collation;                           // TEXT: " COLLATE NOCASE", or ""
  std::string loose_type;                          // LOOSE: NUMERIC, DATE, or nothing
  std::string shown_as;                            // the type that the fleet file gives, or ""
  size_t since_shard = 0, until_shard = SIZE_MAX;  // other shards lack the column
  size_t narrow_until = 0;                         // REAL is declared INTEGER, INTEGER BOOLEAN, before this shard
  size_t shouted_in = SIZE_MAX;                    // this shard spells the name in capitals

  bool IsIn(size_t shard) const { return since_shard <= shard && shard < until_shard; }
};

/// A random column of the type, in a fleet of so many shards.
ColumnProfile MakeProfile(Random &random, std::string name, ValueType type, size_t shards);

/// What CREATE TABLE says after the column's name.
std::string DeclaredType(const ColumnProfile &profile, size_t shard, bool strict);

/// A value of the column as one shard stores it, as a literal of SQLite.
std::string DrawValue(Random &random, const ColumnProfile &profile, size_t shard);

/// A value that the column should not hold; columns with any declared INTEGER, REAL, TEXT, BOOLEAN or BLOB can.
std::string DrawStray(Random &random, ValueType type);
/// nullptr when the literal is no stray value; else a proper one of its column's type, one of two.
const char *ProperValue(const std::string &literal, size_t choice);

/// Texts that some rows have; for TEXT columns and what they are compared with.
const std::vector<std::string> &TextPool();

/// Keys of random documents, as DuckDB's ->> takes them.
const std::vector<std::string> &JsonKeyPool();

}  // namespace shardite::test
