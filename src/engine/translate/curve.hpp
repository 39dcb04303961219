#pragma once
// A number made of one INTEGER column by functions that never fall, or never rise, while their argument rises, such as
// floor(4 * log2(x)), where SQLite lacks one of them. DuckDB's own functions compute it, here, so that what a shard is
// sent is what DuckDB would have computed, to the last bit.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/translate/monotone.hpp"
#include "engine/translate/scope.hpp"

namespace shardite {

class Curve {
 public:
  /// Follows `expr`, which must outlive the result, down to its column. nullopt, without a reason, when it is no such
  /// number, or of functions only that translate one by one.
  static std::optional<Curve> Of(const Scope &scope, const duckdb::Expression &expr);

  /// From a stored integer on (rising), until the next piece: a value. long double holds every int64 and every double.
  struct Piece {
    int64_t from;
    long double value;
  };
  struct Pieces {
    IntegerRange domain;                 // outside DuckDB raises, or gives no number
    std::vector<Piece> pieces;           // ascending, the first from domain.low; neighbors differ
    std::vector<IntegerRange> unsure;    // where the last bits decide, the function may change back and forth
    std::optional<long double> at_null;  // where the column is NULL; nullopt: NULL
  };
  /// What values are taken for, never out of order; nullopt: the value is of no use, which ends the search.
  using Reading = std::function<std::optional<long double>(long double)>;
  /// All pieces over the whole type of the column, at most `most`; nullopt with the reason in `why`.
  std::optional<Pieces> Split(const Reading &reading, size_t most, std::string &why) const;

  size_t Column() const { return column_; }

 private:
  friend struct CurveBuilder;
  struct Step {
    const duckdb::Expression *apply;  // a cast or a call
    size_t argument = 0;              // of the call: the one that varies
  };
  using Values = std::vector<long double>;
  struct Edge {
    int64_t low, high;  // neighbors
    long double low_value, high_value;
  };

  std::optional<Values> Run(size_t first, size_t last, const Values &inputs) const;
  std::optional<Values> RunBatch(size_t first, size_t last, const Values &inputs) const;
  bool IsDefined(int64_t stored) const;
  std::optional<IntegerRange> Domain() const;
  std::optional<std::optional<long double>> AtNull() const;
  std::optional<std::vector<Edge>> Edges(const IntegerRange &domain, const Reading &reading, size_t most,
                                         std::string &why) const;
  static bool HasMoved(double from, double to);
  std::optional<Values> IntegersAround(int64_t start, int64_t last) const;
  std::optional<Values> DoublesAround(double start, double toward) const;
  using Holds = std::function<bool(long double)>;
  std::optional<std::optional<int64_t>> LastAstray(int64_t start, int64_t last, const Holds &holds) const;
  std::optional<IntegerRange> Unsure(const Edge &edge, const IntegerRange &domain, const Reading &reading) const;
  std::optional<IntegerRange> UnsureFrom(int64_t end, int64_t opposite, const Holds &holds) const;
  bool EndsCleanly(const IntegerRange &domain) const;

  size_t column_ = 0;
  duckdb::LogicalType type_;       // the column's
  std::vector<Step> steps_;        // from the column upward
  std::optional<size_t> inexact_;  // the one step that may be off by some units in the last place
};

}  // namespace shardite
