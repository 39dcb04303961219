#pragma once
// Expressions over one column that never fall while the column rises: casts between timestamp types, date_trunc,
// time_bucket, epoch_ms, a duration divided by 1e6. A comparison of one with a constant is a range of the column
// itself, found by bisecting DuckDB's own arithmetic, so that indexes serve it and no edge is missed.

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "engine/translate/scope.hpp"

namespace shardite {

/// An inclusive range of stored integers.
struct IntegerRange {
  static constexpr int64_t LOWEST = std::numeric_limits<int64_t>::min();
  static constexpr int64_t HIGHEST = std::numeric_limits<int64_t>::max();
  int64_t low = LOWEST;
  int64_t high = HIGHEST;
  bool operator==(const IntegerRange &) const = default;
};

class MonotoneColumn {
 public:
  /// What `expr` computes, step by step; nullopt, without a reason, when it is nothing of the kind.
  static std::optional<MonotoneColumn> Of(const Scope &scope, const duckdb::Expression &expr);

  /// The same where casts depend on the session's zone, of which nothing is known: as if that were UTC. Satisfying() is
  /// wider then, by more than any zone is ahead or behind: a superset.
  static std::optional<MonotoneColumn> InAnyZone(const Scope &scope, const duckdb::Expression &expr);

  size_t Column() const { return column_; }
  /// How the column is stored. For REAL_SECONDS and ISO8601 the ranges are of the shown value instead (in the unit of
  /// the column's type).
  Encoding StoredAs() const { return encoding_; }
  /// The column itself, in the unit of its type.
  bool IsIdentity() const { return steps_.empty() && !real_; }
  /// NULL at +-infinity: ranges hold finite times only, and a negation must be built from the opposite operator.
  bool NullAtInfinity() const { return null_at_infinity_; }

  /// The stored integers at which `expr op constant` is true; ascending. nullopt when the constant has no order there
  /// (NULL, NaN).
  std::optional<std::vector<IntegerRange>> Satisfying(duckdb::ExpressionType op, const duckdb::Value &constant) const;
  /// The stored integers at which `expr` has the same value as at `stored`, which is one of them.
  IntegerRange SharingValue(int64_t stored) const;

 private:
  using IntegerStep = std::function<int64_t(int64_t)>;
  using RealStep = std::function<double(double)>;
  friend struct MonotoneBuilder;

  /// The expression's value: long double holds every int64 and every double.
  long double At(int64_t stored) const;
  /// The first stored integer above LOWEST whose value is at least (or above) `bound`; nullopt: none.
  std::optional<int64_t> First(long double bound, bool above) const;

  size_t column_ = 0;
  Encoding encoding_ = Encoding::INTEGER;
  std::vector<IntegerStep> steps_;
  bool real_ = false;
  std::vector<RealStep> real_steps_;
  bool null_at_infinity_ = false;
  int64_t margin_ = 0;  // in the unit of ranges
};

}  // namespace shardite
