#pragma once
// What a query gave, kept whole, and the comparison of two answers. Exact: names, types, rows, NULLs, every bit of a
// double except the sign of zero. The only tolerance is for columns that the caller names as floating point sums, whose
// value depends on the order of addition: 1e-12 relative, or what the caller says.

#include <optional>
#include <string>
#include <vector>

#include <duckdb.hpp>

#include "engine/session.hpp"

namespace shardite::test {

struct Answer {
  std::string error;  // empty: it worked
  duckdb::vector<std::string> names;
  duckdb::vector<duckdb::LogicalType> types;
  std::vector<duckdb::vector<duckdb::Value>> rows;

  bool Ok() const { return error.empty(); }
  /// Names, types and up to `limit` rows, for a person.
  std::string ToString(size_t limit = 20) const;
};

/// All rows of the last statement of `sql`; never throws.
Answer Ask(duckdb::Connection &connection, const std::string &sql);
Answer Ask(Session &session, const std::string &sql);

struct Comparison {
  bool ordered = false;             // false: rows are compared as a multiset
  std::vector<bool> floating_sums;  // by column; shorter than the columns: the rest are exact
  double tolerance = 1e-12;         // of those: relative
  double around_zero = 0;           // and absolute: moments of moderate values are rounding errors below this
};

/// How `got` differs from `expected`, for a person; nullopt when it does not. Both must be Ok().
std::optional<std::string> Difference(const Answer &expected, const Answer &got, const Comparison &comparison);

/// Whether the last statement of `sql` fixes the order of its rows, by an ORDER BY at its top. Ties are the caller's
/// care.
bool FixesOrder(const std::string &sql);

}  // namespace shardite::test
