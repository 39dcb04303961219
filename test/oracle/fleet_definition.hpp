#pragma once
// The data of a test, before it lies anywhere: shards as SQLite statements. Read from .test and .fleet files and
// written back as such, so that a failing random fleet becomes a .test that anyone can run. Its text form, blocks ended
// by blank lines:
//
//   toml                                          lines for the fleet file, ahead of its shards
//   [tables.events]
//   time = "ts"
//
//   [tables.more]                                 a block that begins with [ belongs to it as well
//
//   every shard                                   SQL that each shard below starts with
//   CREATE TABLE events (ts INTEGER, name TEXT);
//
//   shard a 2026-01-01T00:00:00Z 2026-01-01T01:00:00Z     id, from, until; - for an open end
//   INSERT INTO events VALUES (1767225600000000000, 'x');
//
//   shards 6 1h 2026-01-01T01:00:00Z              a series; in its SQL {n} counts from 0, {from} and {until} are ns
//   INSERT INTO events VALUES ({from}, 'y');

#include <iosfwd>
#include <string>
#include <vector>

namespace shardite::test {

struct ShardDefinition {
  std::string id;
  std::string from, until;  // RFC 3339; "" is open
  std::string sql;
  std::string file;  // an SQLite file that is there already, instead of sql; not part of the text form
};

struct FleetDefinition {
  std::string name = "fleet";
  std::string toml;  // ahead of [[shards]] in the fleet file
  std::vector<ShardDefinition> shards;

  /// The text form; reading it gives an equal definition.
  std::string ToText() const;
};

class FleetDefinitionReader {
 public:
  /// Takes one block (its lines, without the blank one that ends it); false when it is none of a fleet's blocks.
  /// Throws std::runtime_error when it is one, but wrong.
  bool TakeBlock(const std::vector<std::string> &lines);
  /// What the blocks so far say.
  const FleetDefinition &Definition() const { return definition_; }
  FleetDefinition &Definition() { return definition_; }

 private:
  void TakeSeries(const std::vector<std::string> &words, const std::string &sql);

  FleetDefinition definition_;
  std::string every_shard_;
};

/// Reads a .fleet file; `name` is the fleet's. Throws std::runtime_error naming the file.
FleetDefinition ReadFleetDefinition(const std::string &path, const std::string &name);

/// Splits text into blocks of lines; blank lines and lines that begin with # separate and are dropped. `first_lines`,
/// when given, receives the number of each block's first line, from 1.
std::vector<std::vector<std::string>> SplitBlocks(std::istream &text, std::vector<int> *first_lines = nullptr);

}  // namespace shardite::test
