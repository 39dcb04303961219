#pragma once
// Adds up partial aggregates by hand, as somebody would who writes a fan-out for one query: parses sqld's answer,
// unpacks its columns, merges the groups in a hash table.

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <simdjson.h>

namespace shardite::bench {

enum class Merge { KEY, SUM, MIN, MAX };

class PartialAdder {
 public:
  /// How each packed column of the answer is merged; keys first. What follows them in the answer is not read.
  explicit PartialAdder(std::vector<Merge> columns) : columns_(std::move(columns)) {}

  /// One answer of sqld to a packed statement: one row whose cells are lists of values. Throws std::runtime_error.
  void Add(std::string_view body);

  struct Group {
    std::vector<int64_t> values;  // of the columns that are no keys
  };
  /// By the keys' text, joined.
  const std::unordered_map<std::string, Group> &Groups() const { return groups_; }

 private:
  std::vector<Merge> columns_;
  std::unordered_map<std::string, Group> groups_;
  simdjson::dom::parser answer_parser_;
  std::vector<simdjson::dom::parser> cell_parsers_;
};

}  // namespace shardite::bench
